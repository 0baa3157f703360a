//! 10,000 goroutines parked inside callbacks of a `parks` import, at once.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{Arrivals, call_back, call_back_reentrant, procs, threads};
use std::sync::Arc;

const PARKED: i64 = 10_000;

#[cgocall::main]
fn main() {
    let (tx, rx) = async_channel::unbounded::<i64>();
    let arrivals = Arc::new(Arrivals::of(PARKED as i32));
    let goroutines: Vec<_> = (0..PARKED)
        .map(|i| {
            let (rx, arrivals) = (rx.clone(), Arc::clone(&arrivals));
            go(move || {
                call_back_reentrant(i, |n| {
                    arrivals.arrive();
                    let received = rx.recv().wait().unwrap();
                    // Its own C calls go on below its parked frames.
                    n + call_back(received, |received| received + 1)
                })
            })
        })
        .collect();
    arrivals.wait();
    for _ in 0..100 {
        yield_now();
    }
    let threads = threads();
    assert!(
        threads <= procs() + 2,
        "{threads} threads hold {PARKED} parked callbacks"
    );
    // Nobody waits for them in C either.
    assert_eq!(call_back(1, |n| n), 1);
    for _ in 0..PARKED {
        tx.send(10).wait().unwrap();
    }
    for (i, goroutine) in (0..).zip(goroutines) {
        assert_eq!(goroutine.join().unwrap(), i + 11);
    }
}
