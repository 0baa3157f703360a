//! What things cost when there are many tasks.

use crate::peers::crowd::{Crowd, PIECES};
use kanal::bounded_async;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::task::{JoinSet, yield_now};

/// So many wait for a channel to be closed, all at once, again and again.
pub async fn parks(n: u32) {
    for _ in 0..(PIECES / n).max(1) {
        park(n).await;
    }
}

async fn park(n: u32) {
    let (open, closed) = bounded_async::<()>(1);
    let arrived = Arc::new(AtomicU32::new(0));
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            let (closed, arrived) = (closed.clone(), Arc::clone(&arrived));
            tokio::spawn(async move {
                arrived.fetch_add(1, Relaxed);
                closed.recv().await.is_err()
            })
        })
        .collect();
    while arrived.load(Relaxed) < n {
        yield_now().await;
    }
    drop(open);
    for task in tasks {
        assert!(task.await.expect("no panic"));
    }
}

pub async fn among<F>(n: u32, piece: fn() -> F) -> Vec<Duration>
where
    F: Future<Output = ()> + Send + 'static,
{
    let crowd = Arc::new(Crowd::new(n));
    let mut tasks = JoinSet::new();
    for _ in 0..n {
        let crowd = Arc::clone(&crowd);
        tasks.spawn(async move {
            crowd.enter();
            while !crowd.is_open() {
                yield_now().await;
            }
            for _ in 0..crowd.share() {
                piece().await;
            }
            crowd.leave();
        });
    }
    while !crowd.all_inside() {
        yield_now().await;
    }
    crowd.open();
    tasks.join_all().await;
    vec![crowd.took()]
}
