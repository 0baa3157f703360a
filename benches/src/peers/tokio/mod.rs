//! tokio, on as many workers as there are cores.

mod database;
pub mod kvd;
mod latency;
mod many;

use super::direct::c::{empty, nap};
use super::rusqlite::Database;
use crate::peer::{answer, told};
use kanal::bounded_async;
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, block_in_place, spawn_blocking, yield_now};

const WORKS: [&str; 16] = [
    "call_empty",
    "yield",
    "spawn_join",
    "pingpong",
    "call_offload",
    "blocking_2000",
    "sqlite_insert/1",
    "sqlite_insert/10",
    "sqlite_insert/1000",
    "sqlite_point_read/1",
    "sqlite_point_read/10",
    "sqlite_point_read/1000",
    "park_many",
    "yield_many",
    "call_many",
    "latency_under_c",
];

#[tokio::main]
pub async fn main() {
    for (work, times) in told(&WORKS) {
        // In a task: what runs in `block_on` itself is on no worker, and slower.
        let took = tokio::spawn(async move { run(&work, times).await });
        answer(&took.await.expect("no panic"));
    }
}

async fn run(work: &str, times: u32) -> Vec<Duration> {
    match work {
        "call_empty" => timed(calls(times)).await,
        "yield" => timed(yields(times)).await,
        "spawn_join" => timed(spawns(times)).await,
        "pingpong" => timed(pingpong(times)).await,
        "call_offload" => timed(offloads(times)).await,
        "blocking_2000" => timed(naps(times)).await,
        "sqlite_insert/1" => database::among(1, times, Database::insert).await,
        "sqlite_insert/10" => database::among(10, times, Database::insert).await,
        "sqlite_insert/1000" => database::among(1000, times, Database::insert).await,
        "sqlite_point_read/1" => database::among(1, times, Database::read).await,
        "sqlite_point_read/10" => database::among(10, times, Database::read).await,
        "sqlite_point_read/1000" => database::among(1000, times, Database::read).await,
        "park_many" => timed(many::parks(times)).await,
        "yield_many" => many::among(times, yield_now).await,
        "call_many" => many::among(times, || calls(1)).await,
        "latency_under_c" => latency::ticks_under(times).await,
        _ => unreachable!("not a work of tokio's: {work}"),
    }
}

async fn timed(work: impl Future<Output = ()>) -> Vec<Duration> {
    let start = Instant::now();
    work.await;
    vec![start.elapsed()]
}

/// C calls that may block, in a task. (One that never does is called directly, as `direct` does.)
async fn calls(times: u32) {
    for _ in 0..times {
        block_in_place(|| empty());
        yield_now().await;
    }
}

async fn yields(times: u32) {
    for _ in 0..times {
        yield_now().await;
    }
}

async fn spawns(times: u32) {
    for _ in 0..times {
        tokio::spawn(async {}).await.expect("no panic");
    }
}

/// Over the channels that were fastest, tokio's own among those tried.
async fn pingpong(times: u32) {
    let (ping, pinged) = bounded_async(1);
    let (pong, ponged) = bounded_async(1);
    let partner = tokio::spawn(async move {
        while let Ok(ball) = pinged.recv().await {
            pong.send(ball).await.expect("a partner");
        }
    });
    for _ in 0..times {
        ping.send(()).await.expect("a partner");
        ponged.recv().await.expect("a partner");
    }
    drop(ping);
    partner.await.expect("no panic");
}

async fn offloads(times: u32) {
    for _ in 0..times {
        spawn_blocking(|| empty()).await.expect("no panic");
    }
}

async fn naps(times: u32) {
    for _ in 0..times {
        let mut set = JoinSet::new();
        for _ in 0..2_000 {
            set.spawn_blocking(|| nap(1_000));
        }
        set.join_all().await;
    }
}
