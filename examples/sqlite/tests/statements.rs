//! Opening, preparing, binding, stepping, reading.

use sqlite::*;
use std::path::Path;

fn table() -> Connection {
    let db = Connection::memory().unwrap();
    db.execute("CREATE TABLE t (a, b)").unwrap();
    db
}

#[cgocall::test]
fn a_database_that_cannot_be_opened_is_an_error() {
    let error = Connection::open("/no/such/folder/db").err().unwrap();
    assert_eq!(error.code, SQLITE_CANTOPEN);
    assert_eq!(error.to_string(), "unable to open database file");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("größe.db");
    let missing = Connection::open_with(&path, SQLITE_OPEN_READONLY).err();
    assert_eq!(missing.map(|error| error.code), Some(SQLITE_CANTOPEN));
    Connection::open(&path)
        .unwrap()
        .execute("CREATE TABLE t (a)")
        .unwrap();
    let uri = format!("file:{}?mode=ro", path.display());
    let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    let db = Connection::open_with(Path::new(&uri), flags).unwrap();
    let error = db.run("INSERT INTO t VALUES (1)", ()).unwrap_err();
    assert_eq!(error.code, SQLITE_READONLY);
    assert_eq!(error.message, "attempt to write a readonly database");
}

#[cgocall::test]
fn a_statement_that_is_none_is_an_error_with_its_message() {
    let db = table();
    let error = db.prepare("SELECT c FROM t").err().unwrap();
    assert_eq!(error.code, SQLITE_ERROR);
    assert_eq!(error.message, "no such column: c");
    let error = db.execute("SELEC 1").unwrap_err();
    assert_eq!(error.message, "near \"SELEC\": syntax error");
    let error = db.prepare(" -- nothing").err().unwrap();
    assert_eq!(error.message, "there is no statement in \" -- nothing\"");
    // Another error since does not change it.
    let first = db.prepare("first").err().unwrap();
    assert_eq!(first.message, "near \"first\": syntax error");
}

#[cgocall::test]
fn what_goes_in_comes_out() {
    let db = table();
    let blob: &[u8] = b"a\0b\xff";
    let values = [
        Value::Null,
        Value::Integer(i64::MIN),
        Value::Real(0.1),
        Value::Text("größe\0 and more"),
        Value::Text(""),
        Value::Blob(blob),
        Value::Blob(b""),
    ];
    let mut insert = db.prepare("INSERT INTO t VALUES (?1, ?2)").unwrap();
    for (at, value) in values.iter().enumerate() {
        insert.run((at as i64, value)).unwrap();
        assert_eq!(db.last_insert_rowid(), at as i64 + 1);
        assert_eq!(db.changes(), 1);
    }
    let mut select = db.prepare("SELECT b, b FROM t ORDER BY a").unwrap();
    let mut rows = select.rows(()).unwrap();
    for value in values {
        let row = rows.next().unwrap().expect("as many as went in");
        // Twice, and side by side.
        let both: (Value<'_>, Value<'_>) = (row.get(0).unwrap(), row.get(1).unwrap());
        assert_eq!((both.0, both.1, row.get(0).unwrap()), (value, value, value));
    }
    assert!(rows.next().unwrap().is_none());
    assert!(rows.next().unwrap().is_none(), "and does not begin again");
}

#[cgocall::test]
fn a_value_is_taken_for_what_it_is() {
    let db = table();
    let sql = "SELECT 1, 2.5, 'three', x'04', NULL";
    let mut select = db.prepare(sql).unwrap();
    let mut rows = select.rows(()).unwrap();
    let row = rows.next().unwrap().unwrap();
    assert_eq!(
        (row.get(0), row.get(0), row.get(0)),
        (Ok(1_i64), Ok(1_i32), Ok(true))
    );
    assert_eq!((row.get(0), row.get(1)), (Ok(1.0), Ok(2.5)));
    assert_eq!(
        (row.get(2), row.get(2)),
        (Ok("three"), Ok("three".to_owned()))
    );
    assert_eq!((row.get(3), row.get(3)), (Ok(&b"\x04"[..]), Ok(vec![4_u8])));
    assert_eq!((row.get(4), row.get(0)), (Ok(None::<i64>), Ok(Some(1_i64))));
    assert_eq!(row.get(99), Ok(Value::Null));
    for (error, message) in [
        (
            row.get::<i64>(2).unwrap_err(),
            "column 2 is a text, not an integer",
        ),
        (
            row.get::<&str>(4).unwrap_err(),
            "column 4 is NULL, not a text",
        ),
        (
            row.get::<&[u8]>(0).unwrap_err(),
            "column 0 is an integer, not a blob",
        ),
        (
            row.get::<Option<f64>>(3).unwrap_err(),
            "column 3 is a blob, not a number",
        ),
    ] {
        assert_eq!((error.code, &*error.message), (SQLITE_MISMATCH, message));
    }
    let too_wide = db.one::<i32>("SELECT 1 << 40", ()).unwrap_err();
    assert_eq!(
        too_wide.message,
        "column 0 is an integer, not an integer of 32 bits"
    );
    let not_utf_8 = db
        .one::<String>("SELECT CAST(x'61ff' AS TEXT)", ())
        .unwrap_err();
    assert!(
        not_utf_8.message.starts_with("a text that is not UTF-8: "),
        "{not_utf_8}"
    );
}

#[cgocall::test]
fn parameters_are_counted() {
    let db = table();
    let error = db.run("INSERT INTO t VALUES (?1, ?2)", (1,)).unwrap_err();
    assert_eq!(error.code, SQLITE_RANGE);
    assert_eq!(
        error.message,
        "the statement has 2 parameters, and got 1 values"
    );
    let values: &[i64] = &[1, 2, 3];
    let error = db.run("INSERT INTO t VALUES (?1, ?2)", values).unwrap_err();
    assert_eq!(
        error.message,
        "the statement has 2 parameters, and got 3 values"
    );
    assert_eq!(db.one("SELECT count(*) FROM t", ()), Ok(0_i64));
    let error = db.one::<i64>("SELECT a FROM t", ()).unwrap_err();
    assert_eq!(
        (error.code, &*error.message),
        (SQLITE_DONE, "there is no row")
    );
}

#[cgocall::test]
fn a_statement_begins_again_with_what_it_is_given() {
    let db = table();
    db.execute("INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, NULL)")
        .unwrap();
    let mut select = db
        .prepare("SELECT b FROM t WHERE a >= ?1 ORDER BY a")
        .unwrap();
    let mut from = |a: i64| {
        select
            .all((a,), |row| row.get::<Option<String>>(0))
            .unwrap()
    };
    let texts = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| Some(text.to_string()))
            .chain([None])
            .collect::<Vec<_>>()
    };
    assert_eq!(from(2), texts(&["two"]));
    assert_eq!(from(1), texts(&["one", "two"]));
    // In the middle, and leaked: the next use begins at the beginning.
    let mut rows = select.rows((1,)).unwrap();
    rows.next().unwrap();
    std::mem::forget(rows);
    assert_eq!(select.one((2,), |row| row.get::<String>(0)).unwrap(), "two");
    // An error of a step is one of that step.
    let mut insert = db.prepare("INSERT INTO t (rowid) VALUES (?1)").unwrap();
    let error = insert.run((1,)).unwrap_err();
    assert_eq!(error.message, "UNIQUE constraint failed: t.rowid");
    insert.run((9,)).unwrap();
}

#[cgocall::test]
fn texts_are_texts_whatever_the_database_thinks() {
    let db = Connection::memory().unwrap();
    db.execute("PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)")
        .unwrap();
    db.run("INSERT INTO t VALUES (?1)", ("größe",)).unwrap();
    let mut select = db
        .prepare("SELECT a, length(CAST(a AS BLOB)) FROM t")
        .unwrap();
    let length = select.one((), |row| {
        let (one, two): (&str, &str) = (row.get(0)?, row.get(0)?);
        assert_eq!((one, two), ("größe", "größe"));
        row.get::<i64>(1)
    });
    assert_eq!(length, Ok(10));
}

#[test]
#[should_panic(expected = "`sql`")]
fn a_nul_in_a_script_is_a_panic_that_names_it() {
    let _ = Connection::memory()
        .unwrap()
        .execute("SELECT 1;\0 DROP TABLE t");
}
