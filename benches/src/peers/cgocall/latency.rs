//! How long a goroutine waits while another one is in C, or computes. With one P.

use super::ffi::{nap, nap_offloaded};
use crate::peer::Work;
use crate::peers::ticks::Ticks;
use cgocall::{go, yield_now};
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

pub const WORKS: &[(&str, Work)] = &[
    ("start_under_first_c", |n| start_under(n, || nap(100_000))),
    ("start_under_known_c", |n| {
        // Two short calls, and the runtime has learnt that it is a short one.
        nap(0);
        nap(0);
        start_under(n, || nap(100_000))
    }),
    ("start_under_loop", |n| start_under(n, compute)),
    ("latency_alone", |n| mate_ticks_under(n, tick_for_5_ms)),
    ("latency_under_c", |n| {
        mate_ticks_under(n, || nap_offloaded(5_000))
    }),
];

/// What is possible where goroutines may change threads.
pub const MIGRATING: &[(&str, Work)] = &[
    ("latency_under_first_c", |n| {
        tick_under(n, || nap(100_000)).0
    }),
    ("latency_under_undeclared", |n| {
        tick_under(n, || nap(5_000)).0
    }),
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
    let ticks = Arc::new(Ticks::default());
    let ticker = go({
        let ticks = Arc::clone(&ticks);
        move || {
            let mut last = Instant::now();
            while !ticks.stopped() {
                yield_now();
                ticks.tick(&mut last);
            }
            thread::current().id()
        }
    });
    // Until it has ticked, which also ends the wait that the call's end was in.
    let tick = || {
        let before = ticks.take();
        while !ticks.ticked() {
            yield_now();
        }
        before.max(ticks.take())
    };
    tick();
    let waits = (0..n).map(|_| {
        ticks.take();
        call();
        tick()
    });
    let waits = waits.collect();
    ticks.stop();
    (waits, ticker.join().expect("no panic"))
}
