//! Several connections, several goroutines.

use cgocall::{Wait, go, yield_now};
use sqlite::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

#[cgocall::test]
fn a_busy_handler_decides_how_often_to_try() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let (holds, mut waits) = (
        Connection::open(&path).unwrap(),
        Connection::open(&path).unwrap(),
    );
    holds
        .execute("CREATE TABLE t (a); BEGIN IMMEDIATE")
        .unwrap();
    assert_eq!(
        waits.execute("BEGIN IMMEDIATE").unwrap_err().message,
        "database is locked"
    );

    let calls = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&calls);
    waits
        .on_busy(move |times| {
            assert_eq!(count.fetch_add(1, SeqCst), times as usize);
            times < 4
        })
        .unwrap();
    assert_eq!(
        waits.execute("BEGIN IMMEDIATE").unwrap_err().code,
        SQLITE_BUSY
    );
    assert_eq!(calls.load(SeqCst), 5);

    waits.on_busy(|_| panic!("no patience")).unwrap();
    let panic = catch_unwind(AssertUnwindSafe(|| waits.execute("BEGIN IMMEDIATE"))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"no patience"));
    waits.busy_timeout(Duration::ZERO).unwrap();
    assert_eq!(
        waits.execute("BEGIN IMMEDIATE").unwrap_err().code,
        SQLITE_BUSY
    );
    assert_eq!(calls.load(SeqCst), 5);

    // Until the other one lets go, which it does because it was asked.
    waits
        .on_busy(move |times| {
            if times == 3 {
                holds.execute("COMMIT").unwrap();
            }
            times < 10
        })
        .unwrap();
    waits
        .execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1); COMMIT")
        .unwrap();
    assert_eq!(waits.one("SELECT a FROM t", ()), Ok(1_i64));
}

const ENDLESS: &str = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE began(i)) SELECT max(i) FROM n";

#[cgocall::test]
fn a_statement_is_interrupted_from_another_goroutine() {
    let db = Connection::memory().unwrap();
    let (tell, began) = async_channel::bounded(1);
    db.function("began", 1, move |_| {
        let _ = tell.try_send(());
        Ok(true)
    })
    .unwrap();
    let interrupter = db.interrupter();
    // `execute` keeps nobody of its thread from going on.
    let endless = go(move || {
        let error = db.execute(ENDLESS).unwrap_err();
        (error, db.one("SELECT 1", ()))
    });
    began.recv().wait().unwrap();
    interrupter.interrupt();
    let (error, one) = endless.join().unwrap();
    assert_eq!(
        (error.code, &*error.message),
        (SQLITE_INTERRUPT, "interrupted")
    );
    assert_eq!(one, Ok(1_i64));
    interrupter.interrupt(); // the connection is gone
}

#[cgocall::test]
fn a_connection_goes_from_goroutine_to_goroutine() {
    let db = Connection::memory().unwrap();
    db.execute("CREATE TABLE t (a)").unwrap();
    let db = (0..20).fold(db, |db, n| {
        go(move || {
            db.run("INSERT INTO t VALUES (?1)", (n,)).unwrap();
            db
        })
        .join()
        .unwrap()
    });
    assert_eq!(db.one("SELECT sum(a) FROM t", ()), Ok(190_i64));
}

#[cgocall::test]
fn twenty_goroutines_write_to_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("db");
    let db = Connection::open(&path).unwrap();
    db.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (goroutine, a)",
    )
    .unwrap();
    let jobs: Vec<_> = (0..20)
        .map(|goroutine| {
            let path = path.clone();
            go(move || -> Result<()> {
                let mut db = Connection::open(&path)?;
                db.busy_timeout(Duration::MAX)?;
                db.function("twice", 1, |arguments| {
                    yield_now();
                    Ok(2 * arguments.get::<i64>(0)?)
                })?;
                for a in 0..5 {
                    db.execute(&format!("INSERT INTO t VALUES ({goroutine}, twice({a}))"))?;
                }
                Ok(())
            })
        })
        .collect();
    for job in jobs {
        job.join().unwrap().unwrap();
    }
    let mut sums = db
        .prepare("SELECT count(*), sum(a) FROM t GROUP BY goroutine")
        .unwrap();
    let sums = sums.all((), |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(sums, [(5_i64, 20_i64)].repeat(20));
}

#[cgocall::test]
fn a_thousand_goroutines_have_a_database_each() {
    let jobs: Vec<_> = (0..1000)
        .map(|n: i64| {
            go(move || -> Result<i64> {
                let db = Connection::memory()?;
                db.function("plus", 1, move |arguments| {
                    yield_now();
                    Ok(arguments.get::<i64>(0)? + n)
                })?;
                let mut select = db.prepare("SELECT plus(?1)")?;
                let first = select.one((1,), |row| row.get::<i64>(0))?;
                yield_now();
                select.one((first,), |row| row.get::<i64>(0))
            })
        })
        .collect();
    for (n, job) in (0..).zip(jobs) {
        assert_eq!(job.join().unwrap(), Ok(1 + 2 * n));
    }
}
