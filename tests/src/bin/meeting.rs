//! `blocking` calls of which none ends before all have begun: each gets a thread, though nothing tells the runtime that
//! it needs one. Then calls in line behind some that do not end, until one far back lets them.

use cgocall::{go, yield_now};
use cgocall_tests::{call_back_blocking, helpers, step};
use std::sync::{Arc, Barrier};

const CALLS: usize = 200;
/// The first ones keep all helpers that are started in any case.
const KEPT: usize = 100;

fn meet() {
    let barrier = Arc::new(Barrier::new(CALLS));
    let calls: Vec<_> = (0..CALLS)
        .map(|_| {
            let barrier = Arc::clone(&barrier);
            go(move || call_back_blocking(0, |_| i64::from(barrier.wait().is_leader())))
        })
        .collect();
    let leaders: i64 = calls.into_iter().map(|call| call.join().unwrap()).sum();
    assert_eq!(leaders, 1);
}

fn let_go() {
    let barrier = Arc::new(Barrier::new(KEPT + 1));
    let calls: Vec<_> = (0..=CALLS)
        .map(|i| {
            let barrier = Arc::clone(&barrier);
            go(move || {
                call_back_blocking(0, |_| {
                    if i < KEPT || i == CALLS {
                        barrier.wait();
                    }
                    1
                })
            })
        })
        .collect();
    let calls: i64 = calls.into_iter().map(|call| call.join().unwrap()).sum();
    assert_eq!(calls, CALLS as i64 + 1);
}

#[cgocall::main]
fn main() {
    for _ in 0..3 {
        step("calls that meet, while others sleep");
        meet();
        step("the same, where the helpers have ended");
        while helpers() > 0 {
            yield_now();
        }
        let_go();
        while helpers() > 0 {
            yield_now();
        }
    }
}
