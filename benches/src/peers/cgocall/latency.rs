//! How long a goroutine waits while another one is in C, or computes. With one P.

use super::ffi::{nap, nap_offloaded};
use crate::peer::Work;
use cgocall::{go, yield_now};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

pub const WORKS: &[(&str, Work)] = &[
    ("start_under_c", |n| start_under(n, || nap(100_000))),
    ("start_under_loop", |n| start_under(n, compute)),
    ("tick_under_blocking", tick_under_blocking),
];

/// What a goroutine waits for its start while the one that spawned it does something else.
fn start_under(n: u32, busy: fn()) -> Vec<Duration> {
    let spawner = move || {
        let spawned = Instant::now();
        let late = go(move || spawned.elapsed());
        busy();
        late.join().expect("no panic")
    };
    (0..n)
        .map(|_| go(spawner).join().expect("no panic"))
        .collect()
}

fn compute() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(100) {}
}

/// The longest that a started goroutine waits, during each call of 5 ms that another of its thread makes.
fn tick_under_blocking(n: u32) -> Vec<Duration> {
    let longest = Arc::new(AtomicU64::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let ticker = go({
        let (longest, stop) = (longest.clone(), stop.clone());
        move || {
            let mut last = Instant::now();
            while !stop.load(Relaxed) {
                yield_now();
                let now = Instant::now();
                longest.fetch_max((now - last).as_nanos() as u64, Relaxed);
                last = now;
            }
            thread::current().id()
        }
    });
    while longest.load(Relaxed) == 0 {
        yield_now();
    }
    let waits = (0..n)
        .map(|_| {
            longest.store(0, Relaxed);
            nap_offloaded(5_000);
            Duration::from_nanos(longest.load(Relaxed))
        })
        .collect();
    stop.store(true, Relaxed);
    let home = ticker.join().expect("no panic");
    assert_eq!(home, thread::current().id(), "the ticker's home");
    waits
}
