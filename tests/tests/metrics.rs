//! What the runtime counts.

use cgocall::{Wait, go, metrics, sites};
use cgocall_tests::{call_back, run_with_procs, usleep_blocking};

/// In a process of its own: nothing else counts here.
fn alone(test: &str) -> bool {
    if std::env::var_os("CGOCALL_PROCS").is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this program");
    run_with_procs(program, |_, command| {
        command.args(["--exact", test, "--nocapture"]);
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
    assert_eq!((of("usleep").calls, of("usleep").offloads), (10, 10));

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
