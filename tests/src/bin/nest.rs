//! Rust -> C -> Rust -> C, 100 deep, on many goroutines that give way in between.

use cgocall::{go, yield_now};
use cgocall_tests::{call_back, with_frame};

/// Every level's C frame is intact if the levels add up.
fn nest(depth: i64) -> i64 {
    with_frame(depth, |depth| {
        if depth % 7 == 0 {
            yield_now();
        }
        if depth == 0 { 0 } else { nest(depth - 1) + 1 }
    })
}

#[cgocall::main]
fn main() {
    assert_eq!(nest(100), 100);
    let nests: Vec<_> = (0..32).map(|i| go(move || nest(100 - i))).collect();
    for (i, nest) in (0..).zip(nests) {
        assert_eq!(nest.join().unwrap(), 100 - i);
    }
    // Two kinds of C frames on one stack, and goroutines that start inside a callback.
    let inner = call_back(40, |n| nest(n) + go(move || nest(n)).join().unwrap());
    assert_eq!(inner, 80);
}
