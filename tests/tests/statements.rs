//! The real SQLite: what it opens and prepares closes itself, in whatever order.

use cgocall::go;
use cgocall_tests::everywhere;
use cgocall_tests::statements::*;
use std::path::Path;

const OK: i32 = 0;
const ERROR: i32 = 1;
const CANTOPEN: i32 = 14;
const ROW: i32 = 100;
const DONE: i32 = 101;

fn memory() -> Db {
    let (status, db) = open(Path::new(":memory:"));
    assert_eq!(status, OK);
    db
}

fn statement(db: &Db, sql: &str) -> Statement {
    let (status, statement, _) = prepare(db, sql.as_bytes());
    assert_eq!(status, OK, "{:?}", message(code(db)));
    statement.expect("not an empty text")
}

#[test]
fn rows_go_in_and_come_out() {
    everywhere(
        || {
            let db = memory();
            assert_eq!(step(&mut statement(&db, "create table t (n)")), DONE);
            let mut insert = statement(&db, "insert into t values (?)");
            for n in 1..=4 {
                assert_eq!(bind(&mut insert, 1, n), OK);
                assert_eq!((step(&mut insert), reset(&mut insert)), (DONE, OK));
            }
            assert_eq!(changes(&db), 1);
            let mut sum = statement(&db, "select sum(n) from t");
            assert_eq!(step(&mut sum), ROW);
            column(&mut sum, 0)
        },
        |sum| assert_eq!(sum, 10),
    );
}

#[test]
fn a_statement_may_outlive_its_database() {
    let mut one = {
        let db = memory();
        statement(&db, "select 1")
    };
    assert_eq!((step(&mut one), column(&mut one, 0)), (ROW, 1));
    assert_eq!(sqlite3_finalize(one), OK);
}

#[test]
fn a_database_that_cannot_be_opened_is_there_to_say_why_and_closes_itself() {
    let (status, db) = open(Path::new("/no/such/folder/at/all"));
    assert_eq!((status, code(&db) & 0xff), (CANTOPEN, CANTOPEN));
    assert_eq!(message(status), c"unable to open database file");
    assert_eq!(sqlite3_close_v2(db), OK);
}

#[test]
fn an_error_leaves_no_statement() {
    let db = memory();
    let (status, none, _) = prepare(&db, b"selec 1");
    assert!(status == ERROR && none.is_none());
    let (status, none, tail) = prepare(&db, b"");
    assert!(status == OK && none.is_none() && !tail.is_null());
}

#[test]
fn a_database_goes_to_another_goroutine() {
    let db = memory();
    let mut two = statement(&db, "select 2");
    let there = go(move || {
        let row = step(&mut two);
        (row, column(&mut two, 0), sqlite3_close_v2(db))
    });
    assert_eq!(there.join().unwrap(), (ROW, 2, OK));
}
