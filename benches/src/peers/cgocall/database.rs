//! SQLite, called from goroutines as any other C.

use super::ffi::{
    Db, Stmt, bind_text, code, execute, open_in_memory, prepare, sqlite3_bind_int64,
    sqlite3_column_text, sqlite3_reset, sqlite3_step,
};
use crate::peer::{Work, timed};
use crate::peers::sql;
use cgocall::go;
use std::iter;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub const WORKS: &[(&str, Work)] = &[
    ("sqlite_insert/1", |n| among(1, n, Database::insert)),
    ("sqlite_insert/10", |n| among(10, n, Database::insert)),
    ("sqlite_insert/1000", |n| among(1000, n, Database::insert)),
    ("sqlite_point_read/1", |n| among(1, n, Database::read)),
    ("sqlite_point_read/10", |n| among(10, n, Database::read)),
    ("sqlite_point_read/1000", |n| among(1000, n, Database::read)),
];

struct Database {
    insert: Stmt,
    select: Stmt,
    /// Closed after them.
    _db: Db,
}

impl Database {
    fn new() -> Database {
        let db = open_in_memory().expect("memory");
        assert_eq!(execute(&db, sql::SCHEMA), code::SQLITE_OK);
        Database {
            insert: prepare(&db, sql::INSERT).expect("sound SQL"),
            select: prepare(&db, sql::SELECT).expect("sound SQL"),
            _db: db,
        }
    }

    fn insert(&self, _piece: u32) {
        assert_eq!(
            bind_text(&self.insert, 1, sql::TEXT.as_bytes()),
            code::SQLITE_OK
        );
        assert_eq!(sqlite3_step(&self.insert), code::SQLITE_DONE);
        sqlite3_reset(&self.insert);
    }

    fn read(&self, piece: u32) {
        sqlite3_bind_int64(&self.select, 1, sql::row(piece));
        assert_eq!(sqlite3_step(&self.select), code::SQLITE_ROW);
        let text = sqlite3_column_text(&self.select, 0).to_owned();
        assert!(String::from_utf8(text).is_ok_and(|text| text.starts_with("word")));
        sqlite3_reset(&self.select);
    }
}

/// They stay open from one round to the next.
static OPEN: Mutex<Vec<Database>> = Mutex::new(Vec::new());

fn open() -> std::sync::MutexGuard<'static, Vec<Database>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many pieces, by so many goroutines, each with a database of its own.
fn among(goroutines: u32, pieces: u32, piece: fn(&Database, u32)) -> Vec<Duration> {
    let missing = (goroutines as usize).saturating_sub(open().len());
    let new: Vec<_> = iter::repeat_with(Database::new).take(missing).collect();
    open().extend(new);
    let least = open().len() - goroutines as usize;
    let databases = open().split_off(least);

    timed(|| {
        let shares = sql::shares(pieces, goroutines);
        let goroutines: Vec<_> = databases
            .into_iter()
            .zip(shares)
            .map(|(db, share)| {
                go(move || {
                    (0..share).for_each(|i| piece(&db, i));
                    db
                })
            })
            .collect();
        for goroutine in goroutines {
            let db = goroutine.join().expect("no panic");
            open().push(db);
        }
    })
}
