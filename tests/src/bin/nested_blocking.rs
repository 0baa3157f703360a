//! `blocking` calls whose callbacks make `blocking` calls and wait for others that do, with one thread for all of them.

use cgocall::{Wait, go};
use cgocall_tests::{call_back, call_back_blocking, mates, step, usleep_blocking};
use std::future::poll_fn;
use std::task::Poll;

/// The callback makes the next call itself.
fn nest(depth: i64) -> i64 {
    if depth == 0 {
        usleep_blocking(100).into()
    } else {
        call_back_blocking(depth, |depth| nest(depth - 1) + 1)
    }
}

/// The callback waits for a goroutine that makes the next call.
fn join(depth: i64) -> i64 {
    if depth == 0 {
        usleep_blocking(100).into()
    } else {
        call_back_blocking(depth, |depth| {
            go(move || join(depth - 1)).join().unwrap() + 1
        })
    }
}

/// In turn with C calls that are not declared `blocking`.
fn mix(depth: i64) -> i64 {
    match depth {
        0 => nest(4) - 4,
        _ if depth % 2 == 0 => call_back_blocking(depth, |depth| mix(depth - 1) + 1),
        _ => call_back(depth, |depth| {
            go(move || mix(depth - 1)).join().unwrap() + 1
        }),
    }
}

fn at_once(what: &str, f: fn(i64) -> i64) {
    step(format!("{what}, 3 and 4 deep, 32 at once"));
    for (i, goroutine) in (0..).zip(mates(32, move |i| f(3 + i % 2))) {
        assert_eq!(goroutine.join().unwrap(), 3 + i % 2);
    }
}

/// The callback waits while it waits: for a future that does when it is polled.
fn wait_twice(depth: i64) -> i64 {
    call_back_blocking(depth, |depth| {
        let waits = poll_fn(|_| Poll::Ready(go(move || nest(depth)).join().unwrap()));
        waits.wait()
    })
}

/// The callback runs a `main`, which its helper's thread is for until that returns.
fn run_main(depth: i64) -> i64 {
    #[cgocall::main]
    fn main() -> i64 {
        nest(2)
    }
    call_back_blocking(depth, |depth| main() + depth - 2)
}

#[cgocall::main]
fn main() {
    at_once("callbacks that make a blocking call", nest);
    at_once("callbacks that wait for a blocking call", join);
    at_once("both", mix);
    at_once("callbacks that wait while they wait", wait_twice);
    at_once("callbacks that run a `main`", run_main);
}
