//! may, on as many workers as there are cores.

use crate::peer::{Work, repeat, serve};
use may::coroutine::yield_now;
use may::go;
use may::sync::mpsc;
use std::time::Duration;

const WORKS: &[(&str, Work)] = &[
    ("yield", |n| on_a_coroutine(move || repeat(n, yield_now))),
    ("spawn_join", |n| {
        on_a_coroutine(move || repeat(n, || go!(|| ()).join()))
    }),
    ("pingpong", |n| on_a_coroutine(move || pingpong(n))),
];

pub fn main() {
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
