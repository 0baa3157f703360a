//! Goroutines that keep their threads busy in ways that no single stay in C or in Rust is long enough to show: others are
//! started all the same. Each goes on until another has run.

use cgocall::{Wait, cgo_import, go, yield_now};
use cgocall_tests::{Flag, call_back, nap, step, usleep};
use std::ffi::c_int;
use std::sync::Arc;

#[cgo_import]
unsafe extern "C" {
    safe fn abs(n: c_int) -> c_int;
}

#[cgocall::main]
fn main() {
    let procs = std::env::var("CGOCALL_PROCS").map_or(2, |procs| procs.parse().unwrap());
    step("an unstarted goroutine, while all others make short C calls");
    while_each(procs, || assert_eq!(abs(-1), 1));
    step("an unstarted goroutine, while all others make C calls that take long, but not very long");
    while_each(procs, || assert_eq!(usleep(30), 0));
    step("an unstarted goroutine, while all others are in C that calls back often");
    while_each(procs, || assert_eq!(nap(30, 1, |n| n), 1));
    step("the first of many, while goroutines are spawned without end");
    while_spawning();
    step("an unstarted goroutine, while one thread starts none and the others are in C");
    on_a_held_thread(procs);
}

/// As many goroutines as there are Ps `work` until another one has run.
fn while_each(procs: usize, work: fn()) {
    let flag = Arc::new(Flag::default());
    let others: Vec<_> = (1..procs)
        .map(|_| {
            let (flag, inside) = (Arc::clone(&flag), Arc::new(Flag::default()));
            let enters = Arc::clone(&inside);
            let other = go(move || {
                enters.raise();
                while !flag.is_raised() {
                    work();
                }
            });
            // In C, so that it starts on another thread.
            inside.wait_here();
            other
        })
        .collect();
    let raise = Arc::clone(&flag);
    go(move || raise.raise());
    while !flag.is_raised() {
        work();
    }
    for other in others {
        other.join().unwrap();
    }
}

fn while_spawning() {
    let flag = Arc::new(Flag::default());
    let mut spawned = Vec::new();
    while !flag.is_raised() {
        let raise = Arc::clone(&flag);
        spawned.push(go(move || raise.raise()));
    }
    for goroutine in spawned {
        goroutine.join().unwrap();
    }
}

fn on_a_held_thread(procs: usize) {
    let flag = Arc::new(Flag::default());
    // They take all Ms but this one, in C.
    let in_c: Vec<_> = (0..procs)
        .map(|_| {
            let (flag, inside) = (Arc::clone(&flag), Arc::new(Flag::default()));
            let enters = Arc::clone(&inside);
            let goroutine = go(move || {
                enters.raise();
                flag.wait_here();
            });
            inside.wait_here();
            goroutine
        })
        .collect();
    let (tx, rx) = async_channel::bounded::<()>(1);
    let parked = go(move || {
        call_back(1, |n| {
            rx.recv().wait().unwrap();
            n
        })
    });
    // It is parked in its callback by now, on this thread or on another.
    (0..1000).for_each(|_| yield_now());
    let raise = Arc::clone(&flag);
    go(move || raise.raise());
    while !flag.is_raised() {
        yield_now();
    }
    tx.try_send(()).unwrap();
    assert_eq!(parked.join().unwrap(), 1);
    for goroutine in in_c {
        goroutine.join().unwrap();
    }
}
