//! Locks held across undeclared C calls, while others want them: in Rust and in C.

use cgocall::{go, yield_now};
use cgocall_tests::{Flag, add_locked, added, lock_checked, mates, step, unlock_checked, usleep};
use std::sync::{Arc, Mutex};

#[cgocall::main]
fn main() {
    step("a std Mutex, held across C calls by goroutines that share threads");
    held_across_c_calls();
    step("a mutex of C's, taken by one call and given back by another");
    taken_and_given_back();
    step("a mutex of C's, waited for in C");
    waited_for_in_c();
    step("who holds a std Mutex comes back from C, and all Ps are with those who wait for it");
    the_owner_needs_a_p();
    step(
        "who holds a mutex of C's wants to call C, and all Ps are with those who wait for it in C",
    );
    the_owner_of_a_c_mutex_needs_a_p();
}

const GOROUTINES: i64 = 64;
const ROUNDS: i64 = 5;

fn held_across_c_calls() {
    let total = Arc::new(Mutex::new(0));
    let adding = Arc::clone(&total);
    let goroutines = mates(GOROUTINES, move |i| {
        for _ in 0..ROUNDS {
            let mut total = adding.lock().unwrap();
            let before = *total;
            usleep(50);
            *total = before + i;
            drop(total);
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    let sum: i64 = (0..GOROUTINES).sum();
    assert_eq!(*total.lock().unwrap(), ROUNDS * sum);
}

fn taken_and_given_back() {
    static TOTAL: Mutex<i64> = Mutex::new(0);
    let goroutines = mates(GOROUTINES, |i| {
        for _ in 0..ROUNDS {
            assert_eq!(lock_checked(), 0);
            let before = *TOTAL.lock().unwrap();
            usleep(50);
            *TOTAL.lock().unwrap() = before + i;
            assert_eq!(unlock_checked(), 0, "the thread that locked it unlocks it");
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    let sum: i64 = (0..GOROUTINES).sum();
    assert_eq!(*TOTAL.lock().unwrap(), ROUNDS * sum);
}

fn waited_for_in_c() {
    let before = added();
    let goroutines = mates(GOROUTINES, |i| {
        for round in 0..ROUNDS {
            assert_eq!(add_locked(i, (10 * round) as u32), 0);
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    let sum: i64 = (0..GOROUTINES).sum();
    assert_eq!(added() - before, ROUNDS * sum);
}

/// Who waits for a `std` lock keeps its P, and knows nothing of it.
fn the_owner_needs_a_p() {
    let total = Arc::new(Mutex::new(0));
    for round in 1..=10 {
        let mut held = total.lock().unwrap();
        let flag = Arc::new(Flag::default());
        let others: Vec<_> = (0..4)
            .map(|_| {
                let (flag, total) = (Arc::clone(&flag), Arc::clone(&total));
                go(move || {
                    flag.raise();
                    *total.lock().unwrap() += 1;
                })
            })
            .collect();
        flag.wait_here();
        *held += 1;
        drop(held);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!(*total.lock().unwrap(), 5 * round);
    }
}

/// The same, with those who wait in C, in calls that have been short until now.
fn the_owner_of_a_c_mutex_needs_a_p() {
    for _ in 0..100 {
        assert_eq!(lock_checked(), 0);
        assert_eq!(unlock_checked(), 0);
    }
    for _ in 0..10 {
        assert_eq!(lock_checked(), 0);
        let flag = Arc::new(Flag::default());
        let others: Vec<_> = (0..4)
            .map(|_| {
                let flag = Arc::clone(&flag);
                go(move || {
                    flag.raise();
                    assert_eq!(lock_checked(), 0);
                    assert_eq!(unlock_checked(), 0);
                })
            })
            .collect();
        flag.wait_here();
        assert_eq!(unlock_checked(), 0);
        for other in others {
            other.join().unwrap();
        }
    }
}
