//! Goroutines among themselves.

use crate::peer::{Work, repeat};
use cgocall::{Wait, go, yield_now};
use kanal::bounded_async;
use std::time::Duration;

pub const WORKS: &[(&str, Work)] = &[
    ("yield", |n| repeat(n, yield_now)),
    ("spawn_join", |n| repeat(n, || go(|| ()).join())),
    ("pingpong", pingpong),
];

/// The main goroutine sends to one that it has spawned, which sends back: over the channels that were fastest of those
/// that any future can be waited for on.
fn pingpong(n: u32) -> Vec<Duration> {
    let (ping, pinged) = bounded_async(1);
    let (pong, ponged) = bounded_async(1);
    let partner = go(move || {
        while let Ok(ball) = pinged.recv().wait() {
            pong.send(ball).wait().expect("a partner");
        }
    });
    let took = repeat(n, || {
        ping.send(()).wait().expect("a partner");
        ponged.recv().wait().expect("a partner");
    });
    drop(ping);
    partner.join().expect("no panic");
    took
}
