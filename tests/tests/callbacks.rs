//! What goes on inside a callback, and beside it.

use cgocall::{go, yield_now};
use cgocall_tests::callbacks::below_64_kib;
use cgocall_tests::{call_back, everywhere, resident, run_with_procs};
use std::env::{current_exe, var_os};
use std::hint::spin_loop;
use std::panic::{catch_unwind, panic_any, set_hook};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// After that a test fails that would hang.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn all_of_it_holds_with_1_2_and_16_procs() {
    let this = "all_of_it_holds_with_1_2_and_16_procs";
    run_with_procs(current_exe().unwrap(), |_, command| {
        // The panics are in processes of their own as it is.
        command.args(["--skip", this, "--skip", PANICS]);
    });
}

// Keeps: callbacks-below-large-frames, callbacks-allocate
#[test]
fn a_callback_allocates_10000_times_below_64_kib_of_c() {
    let all = || {
        let mut kept = Vec::new();
        let sum = below_64_kib(
            |n| {
                kept.extend((0..10_000).map(|i| Box::new(i + n)));
                yield_now();
                // Half of what was there, in between what stays.
                kept.retain(|i| **i % 2 == 0);
                kept.iter().map(|i| **i).sum()
            },
            6,
        );
        assert_eq!(
            (sum, kept.len()),
            ((0..10_000).step_by(2).sum::<i64>() + 30_000, 5000)
        );
    };
    everywhere(all, |()| ());
    let goroutines: Vec<_> = (0..16).map(|_| go(all)).collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

// Keeps: callbacks-in-parallel
#[test]
fn a_callback_and_another_goroutine_run_at_the_same_time() {
    const ROUNDS: u32 = 100;
    // Neither gets on without the other, and neither parks.
    let all = || {
        let ball = Arc::new(AtomicU32::new(0));
        let plays = |ball: Arc<AtomicU32>, first: u32| {
            for round in (first..2 * ROUNDS).step_by(2) {
                let since = Instant::now();
                while ball.load(SeqCst) != round {
                    assert!(since.elapsed() < PATIENCE, "the other one does not run");
                    spin_loop();
                }
                ball.store(round + 1, SeqCst);
            }
        };
        let other = Arc::clone(&ball);
        let other = go(move || plays(other, 1));
        call_back(0, |n| {
            plays(Arc::clone(&ball), 0);
            n
        });
        other.join().unwrap();
        assert_eq!(ball.load(SeqCst), 2 * ROUNDS);
    };
    all();
    go(all).join().unwrap();
}

const CHILD: &str = "CGOCALL_TESTS_CALLBACKS";
const PANICS: &str = "a_hundred_thousand_panics_leave_no_memory_behind";

// Keeps: panics-leave-nothing
#[test]
fn a_hundred_thousand_panics_leave_no_memory_behind() {
    if var_os(CHILD).is_none() {
        return drop(run_with_procs(current_exe().unwrap(), |_, command| {
            command.args([PANICS, "--exact"]).env(CHILD, "");
        }));
    }
    set_hook(Box::new(|_| {}));
    let panics = |rounds| {
        for n in 0..rounds {
            let panic = catch_unwind(|| call_back(n, |n| panic_any(vec![n; 4]))).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&vec![n; 4]));
        }
    };
    let (before, after) = go(move || {
        panics(1000);
        let before = resident();
        panics(100_000);
        (before, resident())
    })
    .join()
    .unwrap();
    assert!(
        after < before + 800,
        "{before} KiB, and {after}: 8 bytes of each have stayed"
    );
}
