//! may, on as many workers as there are cores.

use super::crowd::{Crowd, PIECES};
use crate::peer::{Work, repeat, serve, timed};
use may::coroutine::yield_now;
use may::go;
use may::sync::{SyncFlag, mpsc};
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

/// Over its channels for many senders. Those for one are three times as fast once both ends are on one worker, and
/// forty times slower until they are, which may take longer than a round.
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

/// So many wait for a flag to be raised, all at once. Whether they are there is told over a channel: a yield lets none
/// run that has yet to start.
fn park(n: u32) {
    behind_a_flag(&Arc::new(Crowd::new(n)), n, |_| ());
}

fn yields_among(n: u32) -> Vec<Duration> {
    let crowd = Arc::new(Crowd::new(n));
    behind_a_flag(&crowd, n, |crowd| {
        (0..crowd.share()).for_each(|_| yield_now())
    });
    vec![crowd.took()]
}

fn behind_a_flag(crowd: &Arc<Crowd>, n: u32, part: fn(&Crowd)) {
    let flag = Arc::new(SyncFlag::new());
    let (arrive, arrived) = mpsc::channel();
    let coroutines: Vec<_> = (0..n)
        .map(|_| {
            let (crowd, flag, arrive) = (Arc::clone(crowd), Arc::clone(&flag), arrive.clone());
            go!(move || {
                crowd.enter();
                arrive.send(()).expect("a receiver");
                flag.wait();
                part(&crowd);
                crowd.leave();
            })
        })
        .collect();
    for _ in 0..n {
        arrived.recv().expect("a sender");
    }
    crowd.open();
    flag.fire();
    for coroutine in coroutines {
        coroutine.join().expect("no panic");
    }
}
