//! Without `parks`: a parked callback's mates go on in Rust and feed it; their C calls wait until its C frames are gone.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{Flag, call_back, call_back_reentrant, exclusive, mates, procs};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

#[cgocall::main]
fn main() {
    fed_by_a_mate();
    one_at_a_time();
    blocking_calls_do_not_wait();
    a_callback_may_join_what_it_spawns();
    callbacks_may_yield_for_what_they_spawn();
    if procs() == 1 {
        // On one thread the three ask for C in a known order; in another, the second would wait for the third in C.
        a_nested_call_waits_its_turn();
    }
}

/// Every goroutine receives in a callback of C code that is not reentrant, and sends to the next one in Rust.
fn fed_by_a_mate() {
    let (txs, rxs): (Vec<_>, Vec<_>) = (0..100).map(|_| async_channel::bounded::<i64>(1)).unzip();
    let (first, last) = (txs[0].clone(), rxs[99].clone());
    let goroutines = mates(99, move |i| {
        // The next one may have the C side, but not Rust: it is fed before this one asks for C.
        txs[i as usize + 1].send(i).wait().unwrap();
        let n = exclusive(1, |n| n + rxs[i as usize].recv().wait().unwrap());
        assert!(
            n > 0,
            "C was entered while a callback of its thread was parked"
        );
    });
    first.send(0).wait().unwrap();
    assert_eq!(last.recv().wait().unwrap(), 98);
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

/// Mates of one thread have its C side in turn, however often their callbacks park, and stay on their thread.
fn one_at_a_time() {
    let turns = Arc::new(AtomicI64::new(0));
    let counted = Arc::clone(&turns);
    let goroutines = mates(64, move |_| {
        let thread = std::thread::current().id();
        for _ in 0..10 {
            let entered = exclusive(0, |_| {
                for _ in 0..3 {
                    yield_now();
                }
                counted.fetch_add(1, SeqCst)
            });
            assert!(
                entered >= 0,
                "C was entered while a callback of its thread was parked"
            );
            assert_eq!(thread, std::thread::current().id());
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    assert_eq!(turns.load(SeqCst), 640);
}

/// A blocking call goes to another thread, so it does not wait for the C side of this one.
fn blocking_calls_do_not_wait() {
    let (tx, rx) = async_channel::bounded::<()>(1);
    let flag = Arc::new(Flag::default());
    let waits = Arc::clone(&flag);
    let goroutines = mates(2, move |i| {
        if i == 0 {
            exclusive(5, |n| rx.recv().wait().map_or(-1, |()| n))
        } else {
            waits.wait_in_c();
            6
        }
    });
    for _ in 0..50 {
        yield_now();
    }
    flag.raise();
    tx.send(()).wait().unwrap();
    let results: Vec<_> = goroutines
        .into_iter()
        .map(|goroutine| goroutine.join().unwrap())
        .collect();
    assert_eq!(results, [5, 6]);
}

/// What a parked callback waits for is not started on its own thread, where its first C call would wait for the callback.
fn a_callback_may_join_what_it_spawns() {
    fn level(n: i64) -> i64 {
        if n == 0 {
            0
        } else {
            exclusive(n, |n| {
                go(move || call_back(n - 1, level)).join().unwrap() + 1
            })
        }
    }
    let goroutines: Vec<_> = (0..20).map(|_| go(|| level(10))).collect();
    for goroutine in goroutines {
        assert_eq!(goroutine.join().unwrap(), 10);
    }
}

/// The same, without parking: several threads are held at once, and share what Ps there are with those that may start
/// goroutines.
fn callbacks_may_yield_for_what_they_spawn() {
    let inside = Arc::new(AtomicI64::new(0));
    let callback = {
        let inside = Arc::clone(&inside);
        move |n| {
            inside.fetch_add(1, SeqCst);
            while inside.load(SeqCst) < 4 {
                yield_now();
            }
            let spawned = go(|| 1);
            while !spawned.is_finished() {
                yield_now();
            }
            n + spawned.join().unwrap()
        }
    };
    let goroutines: Vec<_> = (0..4)
        .map(|_| {
            let callback = callback.clone();
            go(move || call_back(1, callback))
        })
        .collect();
    for goroutine in goroutines {
        assert_eq!(goroutine.join().unwrap(), 2);
    }
}

/// Whose C calls all park, and are let in while another waits for its turn, waits for it with a call that does not.
fn a_nested_call_waits_its_turn() {
    let (first, first_parks) = async_channel::bounded::<()>(1);
    let (nested, nested_parks) = async_channel::bounded::<()>(1);
    let goroutines = mates(3, move |i| match i {
        0 => exclusive(1, |n| first_parks.recv().wait().map_or(-1, |()| n)),
        1 => {
            yield_now();
            call_back_reentrant(2, |n| {
                exclusive(n, |n| nested_parks.recv().wait().map_or(-1, |()| n))
            })
        }
        _ => {
            yield_now();
            yield_now();
            let entered = exclusive(3, |n| n);
            nested.send(()).wait().unwrap();
            entered
        }
    });
    for _ in 0..100 {
        yield_now();
    }
    first.send(()).wait().unwrap();
    for (i, goroutine) in (1..).zip(goroutines) {
        assert_eq!(goroutine.join().unwrap(), i);
    }
}
