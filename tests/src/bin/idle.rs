//! A runtime that has nothing to do does nothing.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{
    Arrivals, call_back, call_back_reentrant, mates, step, usleep, usleep_blocking,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Longer than a thread without work may stay: `CGOCALL_IDLE` is less, and so is sysmon's longest pause.
const WINDOW: Duration = Duration::from_secs(2);
const WINDOWS: u32 = 10;
const AT_REST: f64 = 5.0;

/// How often each thread of the process but this one has been switched to.
fn switches() -> HashMap<String, u64> {
    // SAFETY: asks for a number.
    let this = unsafe { libc::gettid() }.to_string();
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux tells");
    tasks
        .filter_map(|task| {
            let task = task.ok().filter(|task| *task.file_name() != *this)?;
            // A thread may have ended meanwhile.
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let switches = status
                .lines()
                .filter_map(|line| line.split_once("ctxt_switches:"))
                .map(|(_, n)| n.trim().parse::<u64>().expect("a number"))
                .sum();
            Some((task.file_name().into_string().ok()?, switches))
        })
        .collect()
}

/// Parks until a thread of the program has watched all others for a while, and again while they have yet to come to rest:
/// on a machine that is busy elsewhere what was begun before ends late.
fn switches_per_second() -> f64 {
    let (tx, rx) = async_channel::bounded(1);
    std::thread::spawn(move || {
        let mut rate = f64::MAX;
        for _ in 0..WINDOWS {
            let (before, start) = (switches(), Instant::now());
            std::thread::sleep(WINDOW);
            let more: u64 = switches()
                .iter()
                .map(|(thread, n)| n - before.get(thread).unwrap_or(&0))
                .sum();
            rate = more as f64 / start.elapsed().as_secs_f64();
            if rate < AT_REST {
                break;
            }
        }
        tx.send_blocking(rate)
    });
    rx.recv().wait().unwrap()
}

fn load() {
    let goroutines = mates(64, |i| {
        for round in 0..20 {
            match round % 4 {
                0 => drop(go(move || i).join()),
                1 => drop(usleep_blocking(50)),
                2 => drop(usleep(50)),
                _ => drop(call_back(i, |i| {
                    yield_now();
                    i
                })),
            }
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

fn assert_idle(when: &str) {
    step(format!("a measurement {when}"));
    let rate = switches_per_second();
    assert!(rate < AT_REST, "{rate:.1} context switches a second {when}");
}

#[cgocall::main]
fn main() {
    assert_idle("before anything has run");

    step("goroutines that park in Rust and in callbacks");
    let (tx, rx) = async_channel::unbounded::<()>();
    let arrivals = Arc::new(Arrivals::of(101));
    let parked: Vec<_> = (0..101)
        .map(|i| {
            let (rx, arrivals) = (rx.clone(), Arc::clone(&arrivals));
            go(move || {
                let park = |n| {
                    arrivals.arrive();
                    rx.recv().wait().map_or(-1, |()| n)
                };
                match i {
                    0 => call_back(i, park),
                    _ if i % 2 == 0 => call_back_reentrant(i, park),
                    _ => park(i),
                }
            })
        })
        .collect();
    arrivals.wait();
    assert_idle("with a hundred goroutines parked");
    for _ in 0..101 {
        tx.send(()).wait().unwrap();
    }
    for (i, parked) in (0..).zip(parked) {
        assert_eq!(parked.join().unwrap(), i);
    }

    step("load");
    load();
    assert_idle("after load");
}
