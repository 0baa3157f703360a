//! smol, on as many threads as there are cores (`SMOL_THREADS` says so; its default is one), and the crate `blocking`,
//! which is its `unblock`.

mod database;
mod latency;
mod many;

use super::direct::c::{empty, nap};
use super::rusqlite::Database;
use crate::peer::{answer, told};
use smol::channel::bounded;
use smol::future::yield_now;
use smol::unblock;
use std::time::{Duration, Instant};

const WORKS: [&str; 15] = [
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

pub fn main() {
    for (work, times) in told(&WORKS) {
        answer(&smol::block_on(smol::spawn(async move {
            run(&work, times).await
        })));
    }
}

async fn run(work: &str, times: u32) -> Vec<Duration> {
    match work {
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
        "call_many" => many::among(times, || offloads(1)).await,
        "latency_under_c" => latency::ticks_under(times).await,
        _ => unreachable!("not a work of smol's: {work}"),
    }
}

async fn timed(work: impl Future<Output = ()>) -> Vec<Duration> {
    let start = Instant::now();
    work.await;
    vec![start.elapsed()]
}

async fn yields(times: u32) {
    for _ in 0..times {
        yield_now().await;
    }
}

async fn spawns(times: u32) {
    for _ in 0..times {
        smol::spawn(async {}).await;
    }
}

async fn pingpong(times: u32) {
    let (ping, pinged) = bounded(1);
    let (pong, ponged) = bounded(1);
    let partner = smol::spawn(async move {
        while let Ok(ball) = pinged.recv().await {
            pong.send(ball).await.expect("a partner");
        }
    });
    for _ in 0..times {
        ping.send(()).await.expect("a partner");
        ponged.recv().await.expect("a partner");
    }
    drop(ping);
    partner.await;
}

async fn offloads(times: u32) {
    for _ in 0..times {
        unblock(|| empty()).await;
    }
}

async fn naps(times: u32) {
    for _ in 0..times {
        let naps: Vec<_> = (0..2_000).map(|_| unblock(|| nap(1_000))).collect();
        for nap in naps {
            nap.await;
        }
    }
}
