//! How long a task waits while a C call runs for another one.

use crate::peers::direct::c::nap;
use crate::peers::ticks::Ticks;
use smol::future::yield_now;
use smol::unblock;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest that a task waits from one tick to the next, whenever another one has a call made.
pub async fn ticks_under(n: u32) -> Vec<Duration> {
    let ticks = Arc::new(Ticks::default());
    let ticker = smol::spawn({
        let ticks = Arc::clone(&ticks);
        async move {
            let mut last = Instant::now();
            while !ticks.stopped() {
                yield_now().await;
                ticks.tick(&mut last);
            }
        }
    });
    while !ticks.ticked() {
        yield_now().await;
    }
    let mut waits = Vec::new();
    for _ in 0..n {
        ticks.take();
        unblock(|| nap(5_000)).await;
        let before = ticks.take();
        while !ticks.ticked() {
            yield_now().await;
        }
        waits.push(before.max(ticks.take()));
    }
    ticks.stop();
    ticker.await;
    waits
}
