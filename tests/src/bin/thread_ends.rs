//! Threads of C's that end in all ways: the argument says which. `tests/thread_ends.rs` runs them.

use cgocall::{go, metrics, yield_now};
use cgocall_tests::ends::{
    before_main, ends_a_helper, ends_here, exits, handles_a_signal, has_thread_specific_data,
    is_cancelled, is_cancelled_before, returns,
};
use cgocall_tests::{call_back, procs, step, threads};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::Duration;

#[cgocall::main]
fn main() {
    let scenario = std::env::args().nth(1).expect("the name of a scenario");
    step(&scenario[..]);
    match &scenario[..] {
        "all" => all(),
        "in_main" => println!("before main: {}", before_main()),
        "in_a_callback" => drop(returns(|_| {
            ends_here();
            0
        })),
        "in_a_call" => go(ends_here).join().unwrap(),
        "in_a_call_of_a_callback" => drop(
            go(|| {
                call_back(1, |n| {
                    ends_here();
                    n
                })
            })
            .join(),
        ),
        "in_a_blocking_call" => go(ends_a_helper).join().unwrap(),
        "in_rust" => drop(is_cancelled_before(|_| {
            thread::sleep(Duration::from_secs(1));
            0
        })),
        _ => panic!("no such scenario: {scenario}"),
    }
    println!("done");
}

/// What a callback may do. How many threads are attached then: it is one of them, unless it ends.
fn all_sorts(n: i64) -> usize {
    let attached = metrics().attached;
    assert_eq!(go(move || n + 1).join().unwrap(), n + 1);
    assert_eq!(call_back(n, |n| n + 2), n + 2);
    attached
}

fn all() {
    let attached = || metrics().attached;
    assert_eq!(attached(), 0);
    for _ in 0..10 {
        assert_eq!(returns(|n| all_sorts(n) as i64 - 1), 1);
        assert_eq!(attached(), 0);
        // The cleanup handler runs on a thread that is still attached.
        let seen = AtomicUsize::new(0);
        let count = |n| {
            seen.fetch_add(all_sorts(n), SeqCst);
            0
        };
        assert_eq!(exits(count), 2);
        assert_eq!(is_cancelled(count), 2);
        assert_eq!((seen.swap(0, SeqCst), attached()), (4, 0));
        // The data that are destroyed before ours are, and those after.
        let calls = has_thread_specific_data(count);
        let seen = seen.swap(0, SeqCst);
        assert!(
            calls >= 4 && (1..calls as usize).contains(&seen),
            "{seen} of {calls}"
        );
        assert_eq!(attached(), 0);
        assert_eq!(handles_a_signal(|n| (all_sorts(n) - 1) as i64), 2);
        assert_eq!(attached(), 0);
    }
    // Beside the runtime's own, the main goroutine's and the one that watches over the steps.
    while threads() > procs() + 2 + 2 {
        yield_now();
    }
}
