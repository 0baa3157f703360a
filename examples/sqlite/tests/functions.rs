//! What SQL calls: functions, aggregates, collations, and the hook of changes.

use cgocall::{go, yield_now};
use sqlite::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[cgocall::test]
fn a_function_takes_and_returns_values_of_every_type() {
    let db = Connection::memory().unwrap();
    db.function("shown", -1, |arguments| {
        let values = (0..arguments.len()).map(|index| arguments.get::<Value<'_>>(index));
        Ok(format!("{:?}", values.collect::<Result<Vec<_>>>()?))
    })
    .unwrap();
    let shown: String = db
        .one("SELECT shown(NULL, 1, 2.5, 'three', ?1)", (&b"\x04\0"[..],))
        .unwrap();
    assert_eq!(
        shown,
        "[Null, Integer(1), Real(2.5), Text(\"three\"), Blob([4, 0])]"
    );
    assert_eq!(db.one("SELECT shown()", ()), Ok("[]".to_owned()));

    db.function("bytes", 1, |arguments| {
        Ok(arguments.get::<&str>(0)?.as_bytes().to_vec())
    })
    .unwrap();
    assert_eq!(
        db.one("SELECT bytes('a' || char(0) || 'b')", ()),
        Ok(b"a\0b".to_vec())
    );
    db.function("maybe", 1, |arguments| {
        Ok(arguments.get::<Option<f64>>(0)?.map(|n| n / 2.0))
    })
    .unwrap();
    assert_eq!(db.one("SELECT maybe(3)", ()), Ok(1.5));
    assert_eq!(db.one("SELECT maybe(NULL)", ()), Ok(None::<f64>));
}

#[cgocall::test]
fn a_function_has_a_state_and_goes_with_its_connection() {
    let drops = Arc::new(AtomicUsize::new(0));
    let db = Connection::memory().unwrap();
    for round in 1..=2 {
        let (counted, mut calls) = (Counted(Arc::clone(&drops)), 0);
        db.function("tally", 1, move |arguments| {
            let _counted = &counted;
            let n: i64 = arguments.get(0)?;
            calls += 1;
            // It may wait.
            Ok(go(move || n * 10 + calls).join().unwrap())
        })
        .unwrap();
        assert_eq!(drops.load(SeqCst), round - 1, "one takes the other's place");
        assert_eq!(db.one("SELECT tally(1) + tally(2)", ()), Ok(11 + 22_i64));
    }
    let counted = Counted(Arc::clone(&drops));
    let refused = db.function("tally", -2, move |_| Ok(counted.0.load(SeqCst) as i64));
    assert_eq!(refused.unwrap_err().code, SQLITE_MISUSE);
    assert_eq!(
        drops.load(SeqCst),
        2,
        "what SQLite does not take is dropped"
    );
    drop(db);
    assert_eq!(drops.load(SeqCst), 3);
}

#[cgocall::test]
fn a_function_that_fails_is_an_error_with_its_words() {
    let db = Connection::memory().unwrap();
    db.function("half", 1, |arguments| {
        let n: i64 = arguments.get(0)?;
        match n % 2 {
            0 => Ok(n / 2),
            _ => Err(format!("{n} is odd").into()),
        }
    })
    .unwrap();
    assert_eq!(db.one("SELECT half(10)", ()), Ok(5_i64));
    let error = db.one::<i64>("SELECT half(7)", ()).unwrap_err();
    assert_eq!((error.code, &*error.message), (SQLITE_ERROR, "7 is odd"));
    let error = db.one::<i64>("SELECT half('x')", ()).unwrap_err();
    assert_eq!(error.message, "argument 0 is a text, not an integer");
}

#[cgocall::test]
fn a_function_that_panics_panics_in_who_runs_the_statement() {
    let db = Connection::memory().unwrap();
    db.execute("CREATE TABLE t (a)").unwrap();
    db.function("fails", 1, |arguments| -> Result<i64, Failure> {
        panic!("fails for {}", arguments.get::<i64>(0)?)
    })
    .unwrap();
    let mut insert = db
        .prepare("INSERT INTO t SELECT 1 UNION ALL SELECT fails(?1)")
        .unwrap();
    for n in 1..=2 {
        let panic = catch_unwind(AssertUnwindSafe(|| insert.run((n,)))).unwrap_err();
        assert_eq!(
            *panic.downcast::<String>().unwrap(),
            format!("fails for {n}")
        );
    }
    drop(insert);
    assert_eq!(db.one("SELECT 1", ()), Ok(1_i64), "the connection goes on");
}

struct Product(i64, #[expect(dead_code, reason = "only dropped")] Counted);

impl Aggregate for Product {
    type Output = i64;

    fn step(&mut self, arguments: &Arguments<'_>) -> Result<(), Failure> {
        yield_now();
        let n = arguments.get(0)?;
        self.0 = self.0.checked_mul(n).ok_or("too much")?;
        assert_ne!(self.0, 13, "unlucky");
        Ok(())
    }

    fn end(self) -> Result<i64, Failure> {
        Ok(self.0)
    }
}

#[cgocall::test]
fn an_aggregate_has_a_state_for_each_group() {
    let (drops, made) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let db = Connection::memory().unwrap();
    let (count, counted) = (Arc::clone(&made), Arc::clone(&drops));
    db.aggregate("product", 1, move || {
        count.fetch_add(1, SeqCst);
        Product(1, Counted(Arc::clone(&counted)))
    })
    .unwrap();
    let all = || (made.load(SeqCst), drops.load(SeqCst));
    db.execute("CREATE TABLE t (g, n); INSERT INTO t VALUES ('a', 2), ('b', 3), ('a', 5), ('b', 7), ('c', 11)").unwrap();
    let mut select = db
        .prepare("SELECT product(n) FROM t GROUP BY g ORDER BY g")
        .unwrap();
    let products = select.all((), |row| row.get(0));
    assert_eq!((products, all()), (Ok(vec![10_i64, 21, 11]), (3, 3)));
    // Several at once, of which one has no rows.
    let mut select = db
        .prepare("SELECT product(n), product(g = 'a'), product(n) FILTER (WHERE g = 'z') FROM t")
        .unwrap();
    let products = select.one((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    assert_eq!((products, all()), (Ok((2310_i64, 0_i64, 1_i64)), (6, 6)));

    let error = db
        .one::<i64>("SELECT product(n << 60) FROM t", ())
        .unwrap_err();
    assert_eq!(error.message, "too much");
    let error = db.one::<i64>("SELECT product(g) FROM t", ()).unwrap_err();
    assert_eq!(error.message, "argument 0 is a text, not an integer");
    let panic = catch_unwind(AssertUnwindSafe(|| db.one::<i64>("SELECT product(13)", ())));
    assert!(
        panic
            .unwrap_err()
            .downcast::<String>()
            .unwrap()
            .contains("unlucky")
    );
    let (made, dropped) = all();
    assert_eq!(made, dropped, "none is left behind");
}

#[cgocall::test]
fn a_collation_orders_texts() {
    let drops = Arc::new(AtomicUsize::new(0));
    let db = Connection::memory().unwrap();
    let counted = Counted(Arc::clone(&drops));
    db.collation("backwards", move |a, b| {
        let _counted = &counted;
        a.chars().rev().cmp(b.chars().rev())
    })
    .unwrap();
    let mut select = db
        .prepare("SELECT * FROM (VALUES ('xß'), ('ya'), (''), ('zb')) ORDER BY 1 COLLATE backwards")
        .unwrap();
    let texts = select.all((), |row| row.get::<String>(0)).unwrap();
    assert_eq!(texts, ["", "ya", "zb", "xß"]);
    drop(select);
    drop(db);
    assert_eq!(drops.load(SeqCst), 1);
}

#[cgocall::test]
fn a_hook_is_told_of_changes() {
    let mut db = Connection::memory().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    db.on_change(move |table, row| told.lock().unwrap().push((table.to_owned(), row)));
    db.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); UPDATE t SET a = 3 WHERE a = 2")
        .unwrap();
    let row = |row| ("t".to_owned(), row);
    assert_eq!(*seen.lock().unwrap(), [row(1), row(2), row(2)]);
    db.on_change(|_, _| ());
    db.run("DELETE FROM t WHERE rowid = ?1", (1,)).unwrap();
    assert_eq!(seen.lock().unwrap().len(), 3, "the other one has its place");
}

#[cgocall::test]
fn a_hook_cannot_use_its_connection() {
    thread_local!(static DB: std::cell::OnceCell<Connection> = const { std::cell::OnceCell::new() });
    let mut db = Connection::memory().unwrap();
    db.execute("CREATE TABLE t (a)").unwrap();
    db.on_change(|_, _| DB.with(|db| db.get().unwrap().execute("DELETE FROM t").unwrap()));
    DB.with(|place| {
        let db = place.get_or_init(|| db);
        let insert = || db.run("INSERT INTO t VALUES (1)", ());
        let panic = catch_unwind(AssertUnwindSafe(insert)).unwrap_err();
        assert_eq!(
            panic.downcast_ref(),
            Some(&"a hook uses the connection that it is of")
        );
        assert_eq!(db.one("SELECT 1", ()), Ok(1_i64));
    });
}
