//! What things cost when there are many goroutines.

use super::ffi::empty;
use crate::peer::{Work, timed};
use crate::peers::crowd::{Crowd, PIECES};
use cgocall::{Wait, go, yield_now};
use kanal::bounded_async;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

pub const WORKS: &[(&str, Work)] = &[
    ("park_many", |n| {
        timed(|| (0..(PIECES / n).max(1)).for_each(|_| park(n)))
    }),
    ("yield_many", |n| among(n, yield_now)),
    ("call_many", |n| {
        among(n, || {
            empty();
            yield_now();
        })
    }),
];

/// So many wait for a channel to be closed, all at once.
fn park(n: u32) {
    let (open, closed) = bounded_async::<()>(1);
    let arrived = Arc::new(AtomicU32::new(0));
    let goroutines: Vec<_> = (0..n)
        .map(|_| {
            let (closed, arrived) = (closed.clone(), Arc::clone(&arrived));
            go(move || {
                arrived.fetch_add(1, Relaxed);
                closed.recv().wait().is_err()
            })
        })
        .collect();
    while arrived.load(Relaxed) < n {
        yield_now();
    }
    drop(open);
    for goroutine in goroutines {
        assert!(goroutine.join().expect("no panic"));
    }
}

fn among(n: u32, piece: fn()) -> Vec<Duration> {
    let crowd = Arc::new(Crowd::new(n));
    let goroutines: Vec<_> = (0..n)
        .map(|_| {
            let crowd = Arc::clone(&crowd);
            go(move || {
                crowd.enter();
                while !crowd.is_open() {
                    yield_now();
                }
                (0..crowd.share()).for_each(|_| piece());
                crowd.leave();
            })
        })
        .collect();
    while !crowd.all_inside() {
        yield_now();
    }
    crowd.open();
    for goroutine in goroutines {
        goroutine.join().expect("no panic");
    }
    vec![crowd.took()]
}
