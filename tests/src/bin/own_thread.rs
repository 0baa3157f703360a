//! `GoBuilder::own_thread`: a thread that is one goroutine's alone, and ends with it.

use cgocall::{GoBuilder, JoinHandle, Wait, go, lock_os_thread, yield_now};
use cgocall_tests::{
    Flag, call_back, call_back_blocking, call_back_reentrant, keep, kept, step, thread_id,
    threads_named,
};
use std::collections::HashSet;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{ThreadId, current};

fn alone<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    GoBuilder::new().own_thread().go(f)
}

#[cgocall::main]
fn main() {
    step("a hundred, each with a thread that nobody else runs on");
    nobody_else_runs_there();
    step("threads that end with their goroutines");
    threads_end();
    step("what C keeps for their threads");
    c_keeps_a_state_for_each();
    step("blocking calls, which stay there");
    blocking_calls_stay();
    step("callbacks that park");
    callbacks_park();
    step("panics");
    panics_are_joined();
    step("goroutines that they start, alone and not");
    they_start_others();
    step("what one of them has started, when all other threads are taken");
    what_they_leave_behind_starts();
    step("the end of all threads");
    threads_end();
}

/// Also not those that stand in line to be started, on the P that it gets.
fn nobody_else_runs_there() {
    fn thread() -> ThreadId {
        (0..10).for_each(|_| yield_now());
        current().id()
    }
    for _ in 0..20 {
        let handles: Vec<_> = (0..100)
            .map(|i| {
                (
                    i % 20 == 0,
                    if i % 20 == 0 {
                        alone(thread)
                    } else {
                        go(thread)
                    },
                )
            })
            .collect();
        let (mut own, mut others) = (HashSet::new(), HashSet::from([current().id()]));
        for (is_alone, handle) in handles {
            let thread = handle.join().unwrap();
            assert!(!is_alone || own.insert(thread), "two are on one thread");
            if !is_alone {
                others.insert(thread);
            }
        }
        assert!(own.is_disjoint(&others), "another goroutine runs there");
    }
}

fn threads_end() {
    while threads_named("cgocall-own") > 0 {
        yield_now();
    }
}

fn c_keeps_a_state_for_each() {
    let handles: Vec<_> = (1..=100)
        .map(|n| {
            alone(move || {
                assert_eq!(kept(), 0, "a new thread");
                keep(n);
                (0..10).for_each(|_| yield_now());
                assert_eq!(kept(), n);
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
}

fn blocking_calls_stay() {
    let handles: Vec<_> = (0..100)
        .map(|_| {
            alone(|| {
                let home = thread_id();
                assert_eq!(call_back_blocking(0, |_| thread_id()), home);
                // A lock of its own changes nothing, nor does its end.
                drop(lock_os_thread());
                assert_eq!(call_back_blocking(0, |_| thread_id()), home);
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
    // Each waits for the next, so all of them block their threads at once.
    let flags: Arc<Vec<_>> = Arc::new((0..=20).map(|_| Flag::default()).collect());
    let handles: Vec<_> = (0..20)
        .map(|i| {
            let flags = Arc::clone(&flags);
            alone(move || {
                flags[i + 1].wait_in_c();
                flags[i].raise();
            })
        })
        .collect();
    flags[20].raise();
    for handle in handles {
        handle.join().unwrap();
    }
}

fn callbacks_park() {
    let handles: Vec<_> = (0..100)
        .map(|n| {
            alone(move || {
                let home = thread_id();
                let parks = |n| {
                    yield_now();
                    assert_eq!(go(move || call_back(n, |n| n)).join().unwrap(), n);
                    assert_eq!(thread_id(), home);
                    n + 1
                };
                assert_eq!(call_back(n, |n| call_back_reentrant(n, parks)), n + 1);
                assert_eq!(call_back_reentrant(n, |n| call_back(n, parks)), n + 1);
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
}

fn panics_are_joined() {
    let handles: Vec<_> = (0..100_i64)
        .map(|n| {
            alone(move || {
                let _locked = lock_os_thread();
                call_back(n, |n| {
                    yield_now();
                    // Without a line on stderr.
                    resume_unwind(Box::new(n))
                });
            })
        })
        .collect();
    for (n, handle) in (0_i64..).zip(handles) {
        assert_eq!(handle.join().unwrap_err().downcast_ref(), Some(&n));
    }
}

fn they_start_others() {
    fn grow(depth: u32) -> u64 {
        if depth == 0 {
            return 1;
        }
        let twigs = [go(move || grow(depth - 1)), alone(move || grow(depth - 1))];
        twigs.map(|twig| twig.join().unwrap()).iter().sum()
    }
    for _ in 0..5 {
        assert_eq!(alone(|| grow(5)).join().unwrap(), 32);
    }
}

/// The thread on which it would have been next ends, and this one starts no others.
fn what_they_leave_behind_starts() {
    let _locked = lock_os_thread();
    for _ in 0..300 {
        let (tx, rx) = async_channel::bounded(1);
        alone(move || drop(go(move || tx.try_send(()).unwrap())));
        rx.recv().wait().unwrap();
    }
}
