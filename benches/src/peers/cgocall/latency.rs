//! How long a goroutine waits while another one is in C, or computes. With one P.

use super::ffi::{nap, nap_offloaded};
use crate::peer::Work;
use cgocall::{go, yield_now};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

pub const WORKS: &[(&str, Work)] = &[
    ("start_under_c", |n| start_under(n, || nap(100_000))),
    ("start_under_known_c", |n| {
        // Two short calls, and the runtime has learnt that it is a short one.
        nap(0);
        nap(0);
        start_under(n, || nap(100_000))
    }),
    ("start_under_loop", |n| start_under(n, compute)),
    ("tick_alone", |n| mate_ticks_under(n, tick_for_5_ms)),
    ("tick_under_blocking", |n| {
        mate_ticks_under(n, || nap_offloaded(5_000))
    }),
];

/// What is possible where goroutines may change threads.
pub const MIGRATING: &[(&str, Work)] = &[
    ("tick_under_first_c", |n| tick_under(n, || nap(100_000)).0),
    ("tick_under_c", |n| tick_under(n, || nap(5_000)).0),
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

/// Does nothing, for as long as a call takes, but to let the other one run.
fn tick_for_5_ms() {
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(5) {
        yield_now();
    }
}

/// As `tick_under`, where both stay on one thread.
fn mate_ticks_under(n: u32, call: fn()) -> Vec<Duration> {
    let here = thread::current().id();
    let (waits, home) = tick_under(n, call);
    assert_eq!(home, here, "the ticker's home");
    waits
}

/// The longest that a started goroutine waits from one tick to the next, whenever another one makes a call; and which
/// thread it was on.
fn tick_under(n: u32, call: fn()) -> (Vec<Duration>, ThreadId) {
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
    // Until it has ticked, which also ends the wait that the call's end was in.
    let tick = || {
        let before = longest.swap(0, Relaxed);
        while longest.load(Relaxed) == 0 {
            yield_now();
        }
        before.max(longest.load(Relaxed))
    };
    tick();
    let waits = (0..n).map(|_| {
        longest.store(0, Relaxed);
        call();
        Duration::from_nanos(tick())
    });
    let waits = waits.collect();
    stop.store(true, Relaxed);
    (waits, ticker.join().expect("no panic"))
}
