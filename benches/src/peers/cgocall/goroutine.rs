//! Goroutines among themselves.

use crate::peer::{Work, repeat};
use cgocall::{Wait, go, yield_now};
use std::time::Duration;
use tokio::sync::mpsc;

pub const WORKS: &[(&str, Work)] = &[
    ("yield", |n| repeat(n, yield_now)),
    ("spawn_join", |n| repeat(n, || go(|| ()).join())),
    ("pingpong", pingpong),
];

/// The main goroutine sends to one that it has spawned, which sends back. Over the channels of tokio's program: they need
/// no runtime, and what is compared is what waits on them.
fn pingpong(n: u32) -> Vec<Duration> {
    let (ping, mut pinged) = mpsc::channel(1);
    let (pong, mut ponged) = mpsc::channel(1);
    let partner = go(move || {
        while let Some(ball) = pinged.recv().wait() {
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
