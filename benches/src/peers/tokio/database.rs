//! SQLite through rusqlite, each query on a thread where it may block.

use crate::peers::rusqlite::{Database, put_back, take};
use crate::peers::sql;
use std::time::{Duration, Instant};
use tokio::task::{JoinSet, spawn_blocking};

/// So many pieces, by so many tasks, each with a database of its own.
pub async fn among(tasks: u32, pieces: u32, piece: fn(&Database, u32)) -> Vec<Duration> {
    let databases = take(tasks);
    let start = Instant::now();
    let mut set = JoinSet::new();
    for (mut db, share) in databases.into_iter().zip(sql::shares(pieces, tasks)) {
        set.spawn(async move {
            for i in 0..share {
                let query = move || {
                    piece(&db, i);
                    db
                };
                db = spawn_blocking(query).await.expect("no panic");
            }
            db
        });
    }
    let databases = set.join_all().await;
    let took = start.elapsed();
    put_back(databases);
    vec![took]
}
