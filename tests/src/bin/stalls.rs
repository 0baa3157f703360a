//! Goroutines that make others of their thread wait for a second. Each goes on when the runtime has counted that.

use cgocall::{GoBuilder, JoinHandle, Wait, go, metrics, sites, yield_now};
use cgocall_tests::{Flag, call_back, call_back_reentrant, on_thread_stack, step};
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// On a thread of the runtime's, whose native stack anybody's C may be on.
fn main() {
    go(run).join().unwrap();
}

fn run() {
    step("Rust blocks the thread, twice in goroutines of one place");
    for _ in 0..2 {
        mate("blocks", a_gate()).join().unwrap();
    }
    step("the same in goroutines of another place");
    mate("blocks, too", a_gate()).join().unwrap();
    step("C blocks the thread, twice");
    in_c();
    in_c();
    step("a parked callback has C, which others want, twice");
    has_c();
    has_c();
    step("a parked callback has the native stack, which others want");
    has_the_native_stack();
    step("who has woken a mate has the thread");
    this_blocks();
    step("others want C, and nobody can say so while Rust blocks the thread");
    has_c_while_this_blocks();

    assert_eq!(metrics().stalls, 11);
    let stalls = |name: &str| -> u64 {
        let sites = sites().into_iter().filter(|site| site.name == name);
        sites.map(|site| site.stalls).sum()
    };
    let stalls = ["wait_for", "call_back", "call_back_reentrant"].map(stalls);
    assert_eq!(stalls, [2, 3, 1]);
}

/// Once the runtime has counted one more stall.
fn after_a_stall(release: impl FnOnce() + Send + 'static) {
    let before = metrics().stalls;
    thread::spawn(move || {
        while metrics().stalls == before {
            thread::sleep(Duration::from_millis(5));
        }
        release();
    });
}

/// A goroutine that has started on this thread, and runs `f`.
#[track_caller]
fn mate(name: &str, f: impl FnOnce() + Clone + Send + 'static) -> JoinHandle<()> {
    const HERE: u8 = 1;
    const ELSEWHERE: u8 = 2;
    let home = thread::current().id();
    loop {
        let (place, f) = (Arc::new(AtomicU8::new(0)), f.clone());
        let started = Arc::clone(&place);
        let goroutine = GoBuilder::new().name(name).go(move || {
            if thread::current().id() == home {
                started.store(HERE, SeqCst);
                f();
            } else {
                started.store(ELSEWHERE, SeqCst);
            }
        });
        while place.load(SeqCst) == 0 {
            yield_now();
        }
        if place.load(SeqCst) == HERE {
            return goroutine;
        }
    }
}

/// A gate that blocks the thread.
#[derive(Default)]
struct Gate(Mutex<bool>, Condvar);

impl Gate {
    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        drop(self.1.wait_while(self.0.lock().unwrap(), |open| !*open));
    }
}

/// What `run` is behind.
fn a_gate() -> impl FnOnce() + Clone + Send + 'static {
    let gate = Arc::new(Gate::default());
    let opens = Arc::clone(&gate);
    after_a_stall(move || opens.open());
    move || gate.pass()
}

fn in_c() {
    let flag = Arc::new(Flag::default());
    let raises = Arc::clone(&flag);
    after_a_stall(move || raises.raise());
    mate("in C", move || flag.wait_here()).join().unwrap();
}

/// Parks in a callback until there was a stall.
fn parks(call: fn(i64, Callback<'_>) -> i64) -> impl FnOnce() + Clone + Send + 'static {
    let (tx, rx) = async_channel::bounded(1);
    after_a_stall(move || tx.try_send(1).unwrap());
    move || assert_eq!(call(1, &mut |n| n + rx.recv().wait().unwrap()), 2)
}

type Callback<'a> = &'a mut dyn FnMut(i64) -> i64;

fn has_c() {
    let owner = mate("has C", parks(|n, f| call_back(n, f)));
    assert_eq!(call_back(3, |n| n), 3);
    owner.join().unwrap();
}

fn has_the_native_stack() {
    let tenant = mate("has the stack", parks(|n, f| call_back_reentrant(n, f)));
    assert_eq!(on_thread_stack(4, |n| n), 4);
    tenant.join().unwrap();
}

/// A mate is behind it, and wakes it up again.
fn this_blocks() {
    let done = Arc::new(Flag::default());
    let is_done = Arc::clone(&done);
    let mate = mate("behind", move || {
        while !is_done.is_raised() {
            yield_now();
        }
    });
    a_gate()();
    done.raise();
    mate.join().unwrap();
}

/// The first stall is counted, and then another one, though nobody has anything to do any more.
fn has_c_while_this_blocks() {
    let (tx, rx) = async_channel::bounded(1);
    let (go_on, goes_on) = async_channel::bounded::<()>(1);
    let (asks, done) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
    let (is_asked, is_done) = (Arc::clone(&asks), Arc::clone(&done));
    let behind = mate("behind", move || {
        while !is_done.is_raised() {
            yield_now();
        }
    });
    let waits = mate("wants C", move || {
        goes_on.recv().wait().unwrap();
        is_asked.raise();
        assert_eq!(call_back(3, |n| n), 3);
    });
    // The last one: nobody starts where C is held.
    let owner = mate("has C", move || {
        assert_eq!(call_back(1, |n| n + rx.recv().wait().unwrap()), 2);
    });
    go_on.try_send(()).unwrap();
    while !asks.is_raised() {
        yield_now();
    }
    let before = metrics().stalls;
    while metrics().stalls == before {
        thread::sleep(Duration::from_millis(5));
    }
    // Until it is looked at once more.
    thread::sleep(Duration::from_millis(500));
    done.raise();
    behind.join().unwrap();
    after_a_stall(move || tx.try_send(1).unwrap());
    owner.join().unwrap();
    waits.join().unwrap();
}
