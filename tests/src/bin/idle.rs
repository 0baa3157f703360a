//! A runtime that has nothing to do does nothing.

use cgocall::{Builder, Wait, go, yield_now};
use cgocall_tests::{
    Arrivals, call_back, call_back_reentrant, mates, procs, step, usleep, usleep_blocking,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// Longer than a thread without work may stay: `CGOCALL_IDLE` is less, and so is sysmon's longest pause.
const WINDOW: Duration = Duration::from_secs(2);
const WINDOWS: u32 = 10;
const AT_REST: f64 = 5.0;

/// How much of a processor the others may have while they come to rest.
const LITTLE: f64 = 0.2;

/// How often each thread of the process but this one has been switched to, and for how long it has run.
fn others() -> HashMap<String, (u64, Duration)> {
    // SAFETY: asks for a number.
    let this = unsafe { libc::gettid() }.to_string();
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux tells");
    tasks
        .filter_map(|task| {
            let task = task.ok().filter(|task| *task.file_name() != *this)?;
            // A thread may have ended meanwhile.
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let schedstat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            let switches = status
                .lines()
                .filter_map(|line| line.split_once("ctxt_switches:"))
                .map(|(_, n)| n.trim().parse::<u64>().expect("a number"))
                .sum();
            let ran = schedstat.split(' ').next()?.parse().expect("a number");
            let name = task.file_name().into_string().ok()?;
            Some((name, (switches, Duration::from_nanos(ran))))
        })
        .collect()
}

/// How the others come to rest.
struct Rest {
    /// How often they are switched to in a second, in the end.
    switches: f64,
    /// How much of a processor they have until then, at most.
    ran: f64,
}

/// Parks until a thread of the program has watched all others for a while, and again while they have yet to come to
/// rest: on a machine that is busy elsewhere what was begun before ends late.
fn watch() -> Rest {
    let (tx, rx) = async_channel::bounded(1);
    thread::spawn(move || {
        let mut rest = Rest {
            switches: f64::MAX,
            ran: 0.0,
        };
        for _ in 0..WINDOWS {
            let (before, start) = (others(), Instant::now());
            thread::sleep(WINDOW);
            let (mut switches, mut ran) = (0, Duration::ZERO);
            for (thread, (n, time)) in others() {
                let (n_before, time_before) = before.get(&thread).copied().unwrap_or_default();
                switches += n - n_before;
                ran += time - time_before;
            }
            let time = start.elapsed().as_secs_f64();
            rest.switches = switches as f64 / time;
            rest.ran = rest.ran.max(ran.as_secs_f64() / time);
            if rest.switches < AT_REST {
                break;
            }
        }
        tx.send_blocking(rest)
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
    let Rest { switches, ran } = watch();
    assert!(
        switches < AT_REST,
        "{switches:.1} context switches a second {when}"
    );
    assert!(ran < LITTLE, "{ran:.2} s of computing a second {when}");
}

/// A goroutine that has started on this thread, and is ready when `run` returns.
fn leave_one_behind() {
    let home = thread::current().id();
    loop {
        let (tx, rx) = async_channel::bounded(1);
        drop(go(move || {
            let is_here = thread::current().id() == home;
            tx.try_send(is_here).unwrap();
            if is_here {
                loop {
                    yield_now();
                }
            }
        }));
        if rx.recv().wait().unwrap() {
            return;
        }
    }
}

fn main() {
    Builder::new().run(run).unwrap();
    assert_idle("when `run` has left one behind");
}

fn run() {
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

    step("mates, one of whom has C");
    let (tx, rx) = async_channel::bounded::<()>(1);
    let wait_for_c = mates(2 * procs() as i64 + 2, move |i| {
        call_back(i, |_| rx.recv().wait().map_or(-1, |()| 0))
    });
    assert_idle("while goroutines wait for C");
    drop(tx);
    for waits in wait_for_c {
        assert_eq!(waits.join().unwrap(), -1);
    }

    step("load");
    load();
    assert_idle("after load");
    leave_one_behind();
}
