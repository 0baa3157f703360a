//! Threads of C's call in, spawn and wait there, panic, and end; nothing of them stays.

use cgocall::{Wait, go, metrics, yield_now};
use cgocall_tests::{
    Arrivals, call_back, is_sanitized, on_new_threads, procs, resident, step, threads,
};
use std::panic::{catch_unwind, resume_unwind};

/// What a C thread does in its callback: everything that a goroutine could.
fn all_sorts(n: i64) -> i64 {
    let (tx, rx) = async_channel::bounded(1);
    let sends = go(move || tx.send(n).wait().unwrap());
    let received = rx.recv().wait().unwrap();
    sends.join().unwrap();
    call_back(received, |n| go(move || n + 1).join().unwrap())
}

fn a_hundred_come_and_go() {
    assert_eq!(on_new_threads(100, 1, all_sorts), (1..=100).sum());
    assert_eq!(metrics().attached, 0);
}

/// A thread is attached from its first call on until it ends, and counted once.
fn ten_at_once() {
    let (first, last) = (Arrivals::of(10), Arrivals::of(10));
    let attached = on_new_threads(10, 2, |n| {
        let arrivals = if n % 2 == 0 { &first } else { &last };
        arrivals.arrive();
        arrivals.wait();
        // Before the second call of each nobody ends.
        if n % 2 == 0 {
            metrics().attached as i64
        } else {
            0
        }
    });
    assert_eq!(attached, 10 * 10);
    assert_eq!(metrics().attached, 0);
}

fn panics_are_caught_inside() {
    let sum = on_new_threads(6, 10, |n| {
        let panicked = catch_unwind(|| {
            call_back(n, |n| {
                go(move || n).join().unwrap();
                resume_unwind(Box::new(n))
            })
        });
        *panicked.unwrap_err().downcast::<i64>().unwrap()
    });
    assert_eq!(sum, (0..60).sum());
}

#[cgocall::main]
fn main() {
    step("a hundred C threads that call in, the first time");
    a_hundred_come_and_go();
    step("ten C threads at the same time");
    ten_at_once();
    step("C threads that panic and catch it");
    for _ in 0..10 {
        panics_are_caught_inside();
    }
    // By now there is all that stays: the threads of the runtime, the stacks that are kept, the allocator's arenas.
    step("hundreds of C threads, until nothing new is needed for them");
    for _ in 0..10 {
        a_hundred_come_and_go();
    }
    let before = resident();
    step("ten thousand C threads");
    for _ in 0..100 {
        a_hundred_come_and_go();
        panics_are_caught_inside();
    }
    let after = resident();
    assert!(
        is_sanitized() || after < before + 1500,
        "{before} KiB, and {after} after 10,000 threads: 150 bytes of each have stayed"
    );
    assert_eq!(metrics().attached, 0, "each was detached when it ended");
    // Beside the runtime's own, the main goroutine's and the one that watches over the steps.
    step("no more threads than the runtime's own");
    while threads() > procs() + 2 + 2 {
        yield_now();
    }
}
