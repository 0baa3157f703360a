//! A child has the forking thread alone: what it calls on its way to exec runs there.

use cgocall::{GoBuilder, Wait, cgo_import, go, metrics, yield_now};
use cgocall_tests::{call_back, call_back_blocking, step, usleep_blocking, wait_for_child};
use std::ffi::{c_char, c_int};
use std::future::poll_fn;
use std::ptr::null;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::channel;
use std::task::{Poll, Waker};
use std::thread::{current, spawn};

#[cgo_import]
unsafe extern "C" {
    fn fork() -> c_int;
    /// Called in children only, so for the first time in each.
    safe fn getppid() -> c_int;
}

#[cgocall::main]
fn main() {
    step("a child that calls C, and is called back");
    calls();
    step("children that spawn and wake while others had locks");
    while_others_have_locks();
}

fn calls() {
    // There are helpers, and a thread that wants a P: the child has neither.
    let over = Arc::new(AtomicBool::new(false));
    let (started, has_started) = async_channel::bounded(1);
    let mut busy = None;
    // While this thread's C side is held, another thread starts it.
    call_back(0, |n| {
        let (over, started) = (Arc::clone(&over), started.clone());
        busy = Some(go(move || {
            started.try_send(()).unwrap();
            while !over.load(SeqCst) {
                // Has no P in between, and takes one for the inner callback.
                call_back(0, |n| call_back_blocking(n, |n| n));
            }
        }));
        has_started.recv().wait().unwrap();
        n
    });
    assert_eq!(usleep_blocking(1), 0);

    // SAFETY: the child calls a few functions, none of which needs another thread or a lock of one, and leaves.
    match unsafe { libc::fork() } {
        0 => {
            let home = current().id();
            let in_place = call_back_blocking(0, |n| {
                async {}.wait();
                i64::from(current().id() == home) + n
            });
            // SAFETY: ends the child, and runs nothing of the parent's.
            unsafe {
                libc::_exit(if usleep_blocking(1) == 0 && in_place == 1 {
                    0
                } else {
                    1
                })
            }
        }
        child => {
            assert_eq!(wait_for_child(child), 0);
        }
    }

    // The same in a C call that has given its P up, which the other thread has got meanwhile.
    // SAFETY: as above.
    match unsafe { fork() } {
        // SAFETY: as above.
        0 => unsafe { libc::_exit(usleep_blocking(1)) },
        child => {
            assert_eq!(wait_for_child(child), 0);
        }
    }

    over.store(true, SeqCst);
    busy.expect("it was started").join().unwrap();
}

/// In a child, which nobody saves from waiting for ever.
///
/// # Safety
/// As `fork`: what `f` calls needs no other thread, nor a lock that one may have had.
unsafe fn in_child(f: impl FnOnce()) {
    // SAFETY: the caller's promise.
    match unsafe { libc::fork() } {
        0 => {
            // SAFETY: the child is ended by the alarm, by exec, or by itself.
            unsafe {
                libc::alarm(20);
                f();
                libc::_exit(0)
            }
        }
        child => {
            assert_eq!(wait_for_child(child), 0, "a child hangs");
        }
    }
}

/// What the child of a program does before it executes another one: some of it spawns and wakes.
fn before_exec(wakers: &[Waker], nth: usize) {
    for waker in wakers {
        waker.wake_by_ref();
    }
    for _ in 0..3 {
        drop(go(|| ()));
    }
    drop(GoBuilder::new().own_thread().go(|| ()));
    assert!(getppid() > 0);
    if nth.is_multiple_of(2) {
        let argv: [*const c_char; 2] = [c"/bin/true".as_ptr(), null()];
        // SAFETY: strings and lists that end as C expects.
        unsafe { libc::execv(argv[0], argv.as_ptr()) };
    }
}

/// The other threads spawn, wake and ask for metrics all the time: the locks of the runtime are as often theirs as not.
fn while_others_have_locks() {
    const FORKS: usize = 200;
    // Parked, each on a thread of its own, which sleeps.
    let (park, parked) = channel();
    let over = Arc::new(AtomicBool::new(false));
    let sleepers: Vec<_> = (0..2)
        .map(|_| {
            let (park, over) = (park.clone(), Arc::clone(&over));
            GoBuilder::new().own_thread().go(move || {
                poll_fn(|cx| {
                    if over.load(SeqCst) {
                        return Poll::Ready(());
                    }
                    park.send(cx.waker().clone()).unwrap();
                    Poll::Pending
                })
                .wait();
            })
        })
        .collect();
    let wakers: Vec<_> = parked.iter().take(sleepers.len()).collect();
    let busy: Vec<_> = (0..3)
        .map(|n| {
            let over = Arc::clone(&over);
            spawn(move || {
                while !over.load(SeqCst) {
                    let _ = metrics();
                    if n == 0 {
                        go(|| ()).join().unwrap();
                    }
                }
            })
        })
        .collect();
    for nth in 0..FORKS {
        // SAFETY: the runtime knows of children; an allocator does too.
        unsafe { in_child(|| before_exec(&wakers, nth)) };
        yield_now();
    }
    // From a thread that the runtime does not know, and from one that is a helper's.
    let others = wakers.clone();
    // SAFETY: as above.
    let stranger =
        spawn(move || (0..FORKS).for_each(|nth| unsafe { in_child(|| before_exec(&others, nth)) }));
    stranger.join().unwrap();
    for nth in 0..FORKS {
        call_back_blocking(0, |_| {
            // SAFETY: as above.
            unsafe {
                in_child(|| {
                    yield_now();
                    before_exec(&wakers, nth);
                });
            }
            0
        });
    }
    over.store(true, SeqCst);
    for thread in busy {
        thread.join().unwrap();
    }
    for waker in wakers {
        waker.wake();
    }
    for sleeper in sleepers {
        sleeper.join().unwrap();
    }
}
