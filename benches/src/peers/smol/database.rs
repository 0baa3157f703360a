//! SQLite through rusqlite, each query on a thread where it may block.

use crate::peers::rusqlite::{Database, put_back, take};
use crate::peers::sql;
use smol::unblock;
use std::time::{Duration, Instant};

/// So many pieces, by so many tasks, each with a database of its own.
pub async fn among(tasks: u32, pieces: u32, piece: fn(&Database, u32)) -> Vec<Duration> {
    let databases = take(tasks);
    let start = Instant::now();
    let tasks: Vec<_> = databases
        .into_iter()
        .zip(sql::shares(pieces, tasks))
        .map(|(mut db, share)| {
            smol::spawn(async move {
                for i in 0..share {
                    db = unblock(move || {
                        piece(&db, i);
                        db
                    })
                    .await;
                }
                db
            })
        })
        .collect();
    let mut databases = Vec::new();
    for task in tasks {
        databases.push(task.await);
    }
    let took = start.elapsed();
    put_back(databases);
    vec![took]
}
