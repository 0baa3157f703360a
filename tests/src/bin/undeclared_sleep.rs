//! Undeclared C calls that block, and Rust that never stops: others get the P. Each waits for what only they do.

use cgocall::{Wait, cgo_import, go};
use cgocall_tests::{Arrivals, Flag, call_back, step, wait_around};
use std::ffi::c_int;
use std::sync::Arc;

/// The same function four times: each import learns by itself how long it takes.
#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "wait_for")]
    fn wait_for_the_first_time(flag: *const c_int);
    #[cgo(c = "wait_for")]
    fn wait_for_many(flag: *const c_int);
    #[cgo(c = "wait_for")]
    fn wait_after_short_calls(flag: *const c_int);
    #[cgo(c = "wait_for")]
    fn wait_for_a_started_one(flag: *const c_int);
}

#[cgocall::main]
fn main() {
    step("an unstarted goroutine, while the first C call of all waits for it");
    the_first_call_of_all();
    step("a hundred unstarted goroutines, while C waits for the last of them");
    many_start_during_one_call();
    step("an unstarted goroutine, while a C call that was always short waits for it");
    short_calls_that_suddenly_wait();
    step("unstarted goroutines, while C waits on both sides of a callback");
    waits_around_a_callback();
    step("goroutines that each wait in C for the one that they spawned");
    a_chain_of_waits();
    step("an unstarted goroutine, while Rust spins until it has run");
    a_spinning_goroutine();
    step("ten unstarted goroutines that all spin until all ten have started");
    spinning_goroutines();
    step("a started goroutine of another thread, while Rust spins until it has run");
    a_started_one_of_another_thread();
}

fn raised_by_an_unstarted_one() -> Arc<Flag> {
    let flag = Arc::new(Flag::default());
    let raise = Arc::clone(&flag);
    go(move || raise.raise());
    flag
}

fn the_first_call_of_all() {
    let flag = raised_by_an_unstarted_one();
    // SAFETY: the flag outlives the call, here and below.
    unsafe { wait_for_the_first_time(flag.as_ptr()) };
}

fn many_start_during_one_call() {
    let (flag, arrivals) = (Arc::new(Flag::default()), Arc::new(Arrivals::of(100)));
    for _ in 0..100 {
        let (flag, arrivals) = (Arc::clone(&flag), Arc::clone(&arrivals));
        go(move || {
            arrivals.arrive();
            arrivals.wait();
            flag.raise();
        });
    }
    // SAFETY: as above.
    unsafe { wait_for_many(flag.as_ptr()) };
}

fn short_calls_that_suddenly_wait() {
    let raised = Flag::default();
    raised.raise();
    for _ in 0..20 {
        for _ in 0..100 {
            // SAFETY: as above.
            unsafe { wait_after_short_calls(raised.as_ptr()) };
        }
        let flag = raised_by_an_unstarted_one();
        // SAFETY: as above.
        unsafe { wait_after_short_calls(flag.as_ptr()) };
    }
}

fn waits_around_a_callback() {
    for n in 0..20 {
        let (first, second) = (raised_by_an_unstarted_one(), Arc::new(Flag::default()));
        let result = wait_around(&first, &second, n, |n| {
            let raise = Arc::clone(&second);
            let spawned = go(move || raise.raise());
            if n % 2 == 0 {
                // Has given the P up and got it back, when it returns to C.
                spawned.join().unwrap();
            }
            n + 1
        });
        assert_eq!(result, n + 1);
    }
}

fn a_chain_of_waits() {
    fn link(n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        let flag = Arc::new(Flag::default());
        let raise = Arc::clone(&flag);
        let next = go(move || {
            let links = link(n - 1);
            raise.raise();
            links
        });
        flag.wait_here();
        next.join().unwrap() + 1
    }
    assert_eq!(link(20), 20);
}

fn a_spinning_goroutine() {
    for _ in 0..10 {
        raised_by_an_unstarted_one().spin();
    }
}

fn spinning_goroutines() {
    let flags: Arc<Vec<_>> = Arc::new((0..10).map(|_| Flag::default()).collect());
    let goroutines: Vec<_> = (0..10)
        .map(|i| {
            let flags = Arc::clone(&flags);
            go(move || {
                flags[i].raise();
                flags.iter().for_each(Flag::spin);
            })
        })
        .collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

/// A goroutine that has started on a thread which starts no others: it is parked in a callback there until it
/// receives something, and then raises the flag.
fn parked_elsewhere() -> (async_channel::Sender<()>, Arc<Flag>) {
    let (tx, rx) = async_channel::bounded::<()>(1);
    let (inside, done) = (Arc::new(Flag::default()), Arc::new(Flag::default()));
    let (enters, raises) = (Arc::clone(&inside), Arc::clone(&done));
    go(move || {
        call_back(1, |n| {
            enters.raise();
            rx.recv().wait().unwrap();
            n
        });
        raises.raise();
    });
    // In C, so that it starts on another thread.
    // SAFETY: as above.
    unsafe { wait_for_a_started_one(inside.as_ptr()) };
    (tx, done)
}

fn a_started_one_of_another_thread() {
    for _ in 0..5 {
        // The main goroutine spins.
        let (tx, done) = parked_elsewhere();
        tx.try_send(()).unwrap();
        done.spin();

        // So does one of a third thread.
        let (tx, done) = parked_elsewhere();
        let spun = Arc::new(Flag::default());
        let raises = Arc::clone(&spun);
        go(move || {
            tx.try_send(()).unwrap();
            done.spin();
            raises.raise();
        });
        // SAFETY: as above.
        unsafe { wait_for_a_started_one(spun.as_ptr()) };

        // The main goroutine is in C, and a thread of the program's wakes it.
        let (tx, done) = parked_elsewhere();
        let thread = std::thread::spawn(move || tx.send_blocking(()));
        // SAFETY: as above.
        unsafe { wait_for_a_started_one(done.as_ptr()) };
        thread.join().unwrap().unwrap();
    }
}
