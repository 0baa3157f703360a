//! 64 goroutines that sleep in C, and are called back from there: none is lost, and the counts are exact.

use cgocall::yield_now;
use cgocall_tests::{mates, nap, naps, step};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::{Duration, Instant};

#[cgocall::main]
fn main() {
    step("64 goroutines that sleep 50 us in C and are called back, for a second");
    let callbacks = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&callbacks);
    let end = Instant::now() + Duration::from_secs(1);
    let goroutines = mates(64, move |i| {
        let mut calls = 0;
        while Instant::now() < end {
            let result = nap(50, i, |n| {
                counted.fetch_add(1, SeqCst);
                if calls % 8 == 7 {
                    yield_now();
                }
                n + calls
            });
            assert_eq!(result, i + calls);
            calls += 1;
            if calls % 2 == 0 {
                yield_now();
            }
        }
        calls
    });
    let calls: i64 = goroutines
        .into_iter()
        .map(|goroutine| goroutine.join().unwrap())
        .sum();
    assert!(calls > 0);
    assert_eq!(callbacks.load(SeqCst), calls);
    assert_eq!(naps(), calls);
}
