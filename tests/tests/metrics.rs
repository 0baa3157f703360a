//! What the runtime counts.

use cgocall::{Wait, go, metrics, sites};
use cgocall_tests::{
    Flag, call_back, helpers, procs, run_with_procs, step, threads_named, usleep_blocking,
    wait_around,
};
use std::sync::Arc;

/// In a process of its own: nothing else counts here.
fn alone(test: &str) -> bool {
    if std::env::var_os("CGOCALL_PROCS").is_some() {
        // A figure that is wrong may be waited for.
        step(test);
        return true;
    }
    let program = std::env::current_exe().expect("this program");
    run_with_procs(program, |procs, command| {
        // Four helpers, beside the Ps, the template and sysmon.
        let threads = (procs + 2 + 4).to_string();
        command
            .args(["--exact", test, "--nocapture"])
            .env("CGOCALL_MAX_THREADS", threads);
    });
    false
}

#[test]
fn calls_and_goroutines_are_counted_exactly() {
    if !alone("calls_and_goroutines_are_counted_exactly") {
        return;
    }
    assert_eq!(metrics(), Default::default());
    let callers: Vec<_> = (0..4)
        .map(|_| go(|| (0..250).map(|n| call_back(n, |n| n)).sum::<i64>()))
        .collect();
    for caller in callers {
        caller.join().unwrap();
    }
    go(|| assert!((0..10).all(|_| usleep_blocking(1) == 0)))
        .join()
        .unwrap();
    let of = |name: &str| sites().into_iter().find(|site| site.name == name).unwrap();
    assert_eq!(of("call_back").calls, 1000);
    assert_eq!((of("rest").calls, of("rest").offloads), (10, 10));

    let (tx, rx) = async_channel::unbounded::<()>();
    let parked: Vec<_> = (0..100)
        .map(|_| {
            let rx = rx.clone();
            go(move || rx.recv().wait())
        })
        .collect();
    while metrics().parked < 100 {
        std::thread::yield_now();
    }
    assert!(metrics().goroutines >= 100);
    drop(tx);
    for goroutine in parked {
        assert!(goroutine.join().unwrap().is_err());
    }
    // Who joins is told a moment before the goroutine is over.
    while metrics().goroutines > 0 {
        std::thread::yield_now();
    }
    let now = metrics();
    assert_eq!((now.parked, now.calls, now.offloads), (0, 1010, 10));
}

/// Waits until it is so.
fn until(what: impl Fn() -> bool) {
    while !what() {
        std::thread::yield_now();
    }
}

#[test]
fn each_figure_tells_what_is_there() {
    if !alone("each_figure_tells_what_is_there") {
        return;
    }
    ps_and_threads();
    helpers_and_calls_that_wait();
    ps_that_are_lost();
    threads_that_make_up_for_others();
    goroutines_that_others_start();
}

fn ps_and_threads() {
    let flag = Arc::new(Flag::default());
    let spins = Arc::clone(&flag);
    let spinner = go(move || spins.spin());
    until(|| metrics().idle_procs + 1 == procs());
    assert_eq!(metrics().procs, procs());
    until(|| metrics().threads == threads_named("cgocall-m"));
    flag.raise();
    spinner.join().unwrap();
    until(|| metrics().idle_procs == procs());
}

fn helpers_and_calls_that_wait() {
    let flag = Arc::new(Flag::default());
    let calls: Vec<_> = (0..50)
        .map(|_| {
            let flag = Arc::clone(&flag);
            go(move || flag.wait_in_c())
        })
        .collect();
    // `alone` leaves them that many threads.
    until(|| (metrics().helpers, metrics().waiting_calls) == (4, 50 - 4));
    assert_eq!(helpers(), 4);
    flag.raise();
    for call in calls {
        call.join().unwrap();
    }
    assert_eq!(metrics().waiting_calls, 0);
}

/// In C, in a call that has been short until now, or in one that has called back; then in Rust.
fn ps_that_are_lost() {
    let calls_back = |flag: &Flag| {
        let raised = Flag::default();
        raised.raise();
        wait_around(&raised, flag, 0, |n| n);
    };
    for wait in [Flag::wait_here, calls_back] {
        let before = metrics();
        let flag = Arc::new(Flag::default());
        let waits = Arc::clone(&flag);
        let call = go(move || {
            let raised = Flag::default();
            raised.raise();
            for _ in 0..100 {
                wait(&raised);
            }
            wait(&waits);
        });
        until(|| metrics().handoffs > before.handoffs);
        assert_eq!(metrics().overruns, before.overruns, "it is not over");
        flag.raise();
        call.join().unwrap();
        assert!(metrics().overruns > before.overruns);
    }

    let before = metrics();
    let flag = Arc::new(Flag::default());
    let spins = Arc::clone(&flag);
    let spinner = go(move || spins.spin());
    until(|| metrics().handoffs > before.handoffs);
    flag.raise();
    spinner.join().unwrap();
    assert_eq!(metrics().overruns, before.overruns, "it was not in C");
}

/// One undeclared call after the other, until no thread is left that could start a goroutine.
fn threads_that_make_up_for_others() {
    let before = metrics().reinforcements;
    let flag = Arc::new(Flag::default());
    let mut calls = Vec::new();
    while metrics().reinforcements == before {
        let waits = Arc::clone(&flag);
        calls.push(go(move || waits.wait_here()));
        go(|| ()).join().unwrap();
    }
    flag.raise();
    for call in calls {
        call.join().unwrap();
    }
}

fn goroutines_that_others_start() {
    let spawn_two = || {
        let flag = Arc::new(Flag::default());
        let first = Arc::clone(&flag);
        go(move || {
            // The one that is spawned second is next here, and leaves the first one to others.
            let two = [go(move || first.raise()), go(|| ())];
            flag.spin();
            for goroutine in two {
                goroutine.join().unwrap();
            }
        })
        .join()
        .unwrap();
    };
    spawn_two();
    if procs() == 1 {
        assert_eq!(metrics().steals, 0, "there is no other P to take it from");
    } else {
        while metrics().steals == 0 {
            spawn_two();
        }
    }
}

#[test]
fn a_trace_tells_what_is_going_on() {
    if std::env::var_os("CGOCALL_TRACE").is_some() {
        return go(|| std::thread::sleep(std::time::Duration::from_millis(100)))
            .join()
            .unwrap();
    }
    let program = std::env::current_exe().expect("this program");
    let said = run_with_procs(program, |_, command| {
        command
            .args(["--exact", "a_trace_tells_what_is_going_on", "--nocapture"])
            .env("CGOCALL_TRACE", "sched=5ms");
    });
    for (said, procs) in said.iter().zip([1, 2, 16]) {
        let line = said
            .lines()
            .find(|line| line.contains("sched "))
            .expect("a line");
        assert!(line.contains(&format!("procs={procs} ")), "{line}");
    }
}
