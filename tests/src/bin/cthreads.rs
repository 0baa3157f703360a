//! Threads of C's call in, spawn and wait there, panic, and end; nothing of them stays.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{call_back, on_new_threads, procs, resident, step, threads};
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
        after < before + 1500,
        "{before} KiB, and {after} after 10,000 threads: 150 bytes of each have stayed"
    );
    // Beside the runtime's own, the main goroutine's and the one that watches over the steps.
    step("no more threads than the runtime's own");
    while threads() > procs() + 2 + 2 {
        yield_now();
    }
}
