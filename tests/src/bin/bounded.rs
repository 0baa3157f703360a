//! As many `blocking` calls at a time as `max_threads` has helpers for, and no more; afterwards the helpers end.

use cgocall::{go, yield_now};
use cgocall_tests::{call_back_blocking, helpers, procs, threads};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Barrier};

const HELPERS: usize = 8;
const ROUNDS: usize = 50;

#[cgocall::main]
fn main() {
    // The Ps' threads, the two that work for all, and the helpers.
    let max_threads = procs() + 2 + HELPERS;
    let at_once = Arc::new(AtomicUsize::new(0));
    // Nobody gets past it unless all helpers that may be there are.
    let barrier = Arc::new(Barrier::new(HELPERS));
    let calls: Vec<_> = (0..HELPERS * ROUNDS)
        .map(|_| {
            let (at_once, barrier) = (Arc::clone(&at_once), Arc::clone(&barrier));
            go(move || {
                call_back_blocking(0, |_| {
                    assert!(at_once.fetch_add(1, SeqCst) < HELPERS);
                    barrier.wait();
                    let threads = threads();
                    assert!(threads <= max_threads, "{threads} threads");
                    at_once.fetch_sub(1, SeqCst);
                    0
                })
            })
        })
        .collect();
    for call in calls {
        call.join().unwrap();
    }
    while helpers() > 0 {
        yield_now();
    }
}
