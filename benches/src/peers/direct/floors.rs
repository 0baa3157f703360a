//! What remains of a work where there are no goroutines: the memory of their stacks, and a thread that another one is
//! woken by. Who does the work with goroutines does that as well.

use super::c;
use crate::peer::{Work, timed};
use crate::peers::ticks::Ticks;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::thread;
use std::time::{Duration, Instant};

pub const WORKS: &[(&str, Work)] = &[
    ("park_many", |n| timed(|| touch_stacks(n))),
    ("latency_alone", |n| {
        (0..n).map(|_| tick_for_5_ms()).collect()
    }),
    ("latency_under_c", ticks_under),
];

/// The memory that stacks take, by all processors.
fn touch_stacks(stacks: u32) {
    let processors = thread::available_parallelism().map_or(1, usize::from) as u32;
    let touch = || assert_eq!(c::touch_stacks(stacks / processors), 0, "memory for stacks");
    thread::scope(|scope| {
        for _ in 0..processors {
            scope.spawn(touch);
        }
    });
}

/// The longest wait of a thread that does nothing but to look at the clock.
fn tick_for_5_ms() -> Duration {
    let (ticks, start) = (Ticks::default(), Instant::now());
    let mut last = start;
    while start.elapsed() < Duration::from_millis(5) {
        ticks.tick(&mut last);
    }
    ticks.take()
}

/// The same, where it begins with waking another thread, which then makes a call.
fn ticks_under(n: u32) -> Vec<Duration> {
    let asked = Arc::new(AtomicBool::new(false));
    let caller = thread::spawn({
        let asked = Arc::clone(&asked);
        move || {
            for _ in 0..n {
                while !asked.load(Acquire) {
                    thread::park();
                }
                c::nap(5_000);
                asked.store(false, Release);
            }
        }
    });
    let waits = (0..n).map(|_| {
        let (ticks, mut last) = (Ticks::default(), Instant::now());
        asked.store(true, Release);
        caller.thread().unpark();
        ticks.tick(&mut last);
        while asked.load(Acquire) {
            ticks.tick(&mut last);
        }
        ticks.take()
    });
    let waits = waits.collect();
    caller.join().expect("no panic");
    waits
}
