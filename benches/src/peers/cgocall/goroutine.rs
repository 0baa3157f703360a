//! Goroutines among themselves.

use crate::peer::{Work, repeat, timed};
use cgocall::{Wait, go, yield_now};
use kanal::bounded_async;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

pub const WORKS: &[(&str, Work)] = &[
    ("yield", |n| repeat(n, yield_now)),
    ("spawn_join", |n| repeat(n, || go(|| ()).join())),
    ("pingpong", pingpong),
    ("million", parked),
];

/// The main goroutine sends to one that it has spawned, which sends back: over the channels that were fastest of those that
/// any future can be waited for on.
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

/// So many wait for a channel to be closed, all at once.
fn parked(n: u32) -> Vec<Duration> {
    timed(|| {
        let (open, closed) = bounded_async::<()>(1);
        let arrived = Arc::new(AtomicU32::new(0));
        let goroutines: Vec<_> = (0..n)
            .map(|_| {
                let (closed, arrived) = (closed.clone(), Arc::clone(&arrived));
                go(move || {
                    arrived.fetch_add(1, Relaxed);
                    closed.recv().wait().is_err()
                })
            })
            .collect();
        while arrived.load(Relaxed) < n {
            yield_now();
        }
        drop(open);
        for goroutine in goroutines {
            assert!(goroutine.join().expect("no panic"));
        }
    })
}
