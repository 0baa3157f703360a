//! may, on as many workers as there are cores.

use super::crowd::{Crowd, PIECES};
use crate::peer::{Work, repeat, serve, timed};
use may::coroutine::yield_now;
use may::go;
use may::sync::{RwLock, mpsc};
use std::env;
use std::sync::Arc;
use std::time::Duration;

const WORKS: &[(&str, Work)] = &[
    ("yield", |n| on_a_coroutine(move || repeat(n, yield_now))),
    ("spawn_join", |n| {
        on_a_coroutine(move || repeat(n, || go!(|| ()).join()))
    }),
    ("pingpong", |n| on_a_coroutine(move || pingpong(n))),
    ("park_many", |n| {
        on_a_coroutine(move || timed(|| (0..(PIECES / n).max(1)).for_each(|_| park(n))))
    }),
    ("yield_many", |n| on_a_coroutine(move || yields_among(n))),
];

pub fn main() {
    let workers = env::var("MAY_WORKERS").map(|workers| workers.parse().expect("a number"));
    if let Ok(workers) = workers {
        may::config().set_workers(workers);
    }
    serve(WORKS);
}

fn on_a_coroutine(work: impl FnOnce() -> Vec<Duration> + Send + 'static) -> Vec<Duration> {
    go!(work).join().expect("no panic")
}

/// Over its channels for many senders. Those for one are three times as fast once both ends are on one worker, and forty
/// times slower until they are, which may take longer than a round.
fn pingpong(n: u32) -> Vec<Duration> {
    let (ping, pinged) = mpsc::channel();
    let (pong, ponged) = mpsc::channel();
    let partner = go!(move || {
        while let Ok(ball) = pinged.recv() {
            pong.send(ball).expect("a partner");
        }
    });
    let took = repeat(n, || {
        ping.send(()).expect("a partner");
        ponged.recv().expect("a partner");
    });
    drop(ping);
    partner.join().expect("no panic");
    took
}

/// So many wait for a gate to be opened, all at once.
fn park(n: u32) {
    let crowd = Arc::new(Crowd::new(n));
    let gate = Arc::new(RwLock::new(()));
    let closed = gate.write().expect("no panic");
    let coroutines: Vec<_> = (0..n)
        .map(|_| {
            let (crowd, gate) = (Arc::clone(&crowd), Arc::clone(&gate));
            go!(move || {
                crowd.enter();
                drop(gate.read());
            })
        })
        .collect();
    while !crowd.all_inside() {
        yield_now();
    }
    drop(closed);
    for coroutine in coroutines {
        coroutine.join().expect("no panic");
    }
}

fn yields_among(n: u32) -> Vec<Duration> {
    let crowd = Arc::new(Crowd::new(n));
    let coroutines: Vec<_> = (0..n)
        .map(|_| {
            let crowd = Arc::clone(&crowd);
            go!(move || {
                crowd.enter();
                while !crowd.is_open() {
                    yield_now();
                }
                (0..crowd.share()).for_each(|_| yield_now());
                crowd.leave();
            })
        })
        .collect();
    while !crowd.all_inside() {
        yield_now();
    }
    crowd.open();
    for coroutine in coroutines {
        coroutine.join().expect("no panic");
    }
    vec![crowd.took()]
}
