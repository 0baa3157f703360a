//! A database as rusqlite's users have it, for the peers that move it to a thread on which it may block.

use super::sql;
use ::rusqlite::Connection;
use std::iter;
use std::sync::{Mutex, PoisonError};

pub struct Database(Connection);

impl Database {
    fn new() -> Database {
        let db = Connection::open_in_memory().expect("memory");
        db.execute_batch(sql::SCHEMA).expect("sound SQL");
        Database(db)
    }

    pub fn insert(&self, _piece: u32) {
        let mut insert = self.0.prepare_cached(sql::INSERT).expect("sound SQL");
        insert.execute((sql::TEXT,)).expect("an insert");
    }

    pub fn read(&self, piece: u32) {
        let mut select = self.0.prepare_cached(sql::SELECT).expect("sound SQL");
        let text: String = select
            .query_row((sql::row(piece),), |row| row.get(0))
            .expect("a row");
        assert!(text.starts_with("word"));
    }
}

/// They stay open from one round to the next.
static OPEN: Mutex<Vec<Database>> = Mutex::new(Vec::new());

pub fn take(databases: u32) -> Vec<Database> {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let least = open.len().saturating_sub(databases as usize);
    let taken = open.split_off(least).into_iter();
    taken
        .chain(iter::repeat_with(Database::new))
        .take(databases as usize)
        .collect()
}

pub fn put_back(databases: Vec<Database>) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.extend(databases);
}
