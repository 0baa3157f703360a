//! A callback under a recursive mutex of C's parks, and others want the mutex: those of its thread, which the mutex
//! would let in, those of other threads, and those whose calls are declared `blocking`.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{call_back_inside, mates, step, visit, visit_blocking, visits};

const GOROUTINES: i64 = 24;
const ROUNDS: i64 = 20;

/// Parks inside, where the goroutine itself is let in again, and nobody else.
fn park_inside(who: i64) {
    let mut visitor = None;
    let result = call_back_inside(who, |who| {
        // Starts on another thread, and waits there for the mutex.
        visitor = Some(go(move || visit(-who)));
        yield_now();
        let deeper = call_back_inside(who, |who| {
            yield_now();
            visit(who)
        });
        let (tx, rx) = async_channel::bounded(1);
        go(move || tx.send(who).wait());
        assert_eq!(rx.recv().wait(), Ok(who));
        deeper
    });
    assert_eq!(result, who, "another goroutine was inside");
    assert_eq!(visitor.unwrap().join().unwrap(), -who);
}

#[cgocall::main]
fn main() {
    step("callbacks that park under a recursive mutex, and C calls that want it");
    let goroutines = mates(GOROUTINES, |i| {
        let who = i + 1;
        for _ in 0..ROUNDS {
            match i % 3 {
                0 => park_inside(who),
                1 => assert_eq!(visit(who), who),
                _ => assert_eq!(visit_blocking(who), who),
            }
            yield_now();
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    // One of each goroutine, and one of each visitor.
    assert_eq!(visits(), (GOROUTINES + GOROUTINES / 3) * ROUNDS);
}
