//! `#[cgo(blocking)]`: while C blocks, the goroutine's thread runs its mates.

use cgocall::{go, yield_now};
use cgocall_tests::{Flag, call_back, call_back_blocking};
use std::sync::Arc;

#[cgocall::main]
fn main() {
    // Each waits in C for a flag that only a goroutine raises: with one P this hangs unless the P goes on.
    let flags: Vec<_> = (0..100).map(|_| Arc::new(Flag::default())).collect();
    let waiting: Vec<_> = flags
        .iter()
        .map(|flag| {
            let flag = Arc::clone(flag);
            go(move || flag.wait_in_c())
        })
        .collect();
    for _ in 0..100 {
        yield_now();
    }
    for flag in flags {
        flag.raise();
    }
    for waiting in waiting {
        waiting.join().unwrap();
    }

    // A callback of an offloaded call runs in place on the helper, where it may call C and wait.
    let home = std::thread::current().id();
    let result = call_back_blocking(20, |n| {
        assert_ne!(std::thread::current().id(), home);
        call_back(n, |n| n + 1) + go(|| 1).join().unwrap()
    });
    assert_eq!(result, 22);

    // With C frames of the goroutine's below, the same import stays on the thread that holds them.
    let nested = call_back(1, |n| {
        let home = std::thread::current().id();
        call_back_blocking(n, |n| {
            assert_eq!(std::thread::current().id(), home);
            n + go(|| 1).join().unwrap()
        })
    });
    assert_eq!(nested, 2);

    // A panic in such a callback comes home.
    let panicked = go(|| call_back_blocking(0, |_| panic!("on the helper")))
        .join()
        .unwrap_err();
    assert_eq!(panicked.downcast_ref(), Some(&"on the helper"));
}
