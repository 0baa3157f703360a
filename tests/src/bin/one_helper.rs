//! `max_threads` leaves one helper: calls keep their order, and callbacks on it may wait for calls that need it.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{call_back_blocking, helpers, procs};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::thread::current;

const CALLS: i64 = 500;

/// With one P nobody comes between a goroutine's asking for its turn and its call.
fn order() {
    let (came, turn) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let (came, turn) = (Arc::clone(&came), Arc::clone(&turn));
            go(move || {
                let came = came.fetch_add(1, SeqCst);
                (
                    came,
                    call_back_blocking(came, |_| turn.fetch_add(1, SeqCst)),
                )
            })
        })
        .collect();
    for call in calls {
        let (came, turn) = call.join().unwrap();
        assert!(procs() > 1 || turn == came, "call {came} was number {turn}");
    }
    assert_eq!(turn.load(SeqCst), CALLS);
}

/// Each callback makes the next call itself, which stays on its thread.
fn nest(depth: i64) -> i64 {
    call_back_blocking(depth, |depth| {
        let helper = current().id();
        match depth {
            0 => 0,
            _ => {
                1 + call_back_blocking(depth, |depth| {
                    assert_eq!(current().id(), helper);
                    nest(depth - 1)
                })
            }
        }
    })
}

/// Each callback joins a goroutine that makes the next call.
fn join(depth: i64) -> i64 {
    call_back_blocking(depth, |depth| match depth {
        0 => 0,
        _ => 1 + go(move || join(depth - 1)).join().unwrap(),
    })
}

/// Each callback yields until the next call has been made.
fn poll(depth: i64) -> i64 {
    call_back_blocking(depth, |depth| {
        if depth == 0 {
            return 0;
        }
        let next = go(move || poll(depth - 1));
        while !next.is_finished() {
            yield_now();
        }
        1 + next.join().unwrap()
    })
}

/// A callback goes on at once when its wait is over, though another has taken its place and keeps it.
fn overtake() {
    let over = Arc::new(AtomicBool::new(false));
    let (started, has_started) = async_channel::bounded(1);
    let (tx, rx) = async_channel::bounded(1);
    let waits = {
        let over = Arc::clone(&over);
        go(move || {
            call_back_blocking(1, |n| {
                started.try_send(()).unwrap();
                let received: i64 = rx.recv().wait().unwrap();
                over.store(true, SeqCst);
                n + received
            })
        })
    };
    has_started.recv().wait().unwrap();
    let keeps = go(move || {
        call_back_blocking(1, |n| {
            tx.try_send(n).unwrap();
            while !over.load(SeqCst) {
                std::thread::yield_now();
            }
            n
        })
    });
    assert_eq!(waits.join().unwrap() + keeps.join().unwrap(), 3);
}

#[cgocall::main]
fn main() {
    order();
    for (nested, sum) in [(nest as fn(i64) -> i64, 4), (join, 4), (poll, 4)] {
        let calls: Vec<_> = (0..32).map(|_| go(move || nested(4))).collect();
        for call in calls {
            assert_eq!(call.join().unwrap(), sum);
        }
    }
    for _ in 0..100 {
        overtake();
    }
    // Those that took the places of callbacks that waited do not stay.
    while helpers() > 1 {
        yield_now();
    }
}
