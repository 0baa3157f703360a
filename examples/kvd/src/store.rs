//! The store: one SQLite database in WAL mode. One writes, others read what has been committed meanwhile.
//! An item's row is where [`Places`] has it.

use crate::error::Result;
use crate::ffi::constant::{SQLITE_OPEN_CREATE, SQLITE_OPEN_FULLMUTEX, SQLITE_OPEN_READWRITE};
use crate::ffi::*;
use crate::place::Places;
use crate::reader::Reader;
use crate::statement::Statement;
use crate::writer::Writer;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// So much of the database each of those who read, and the one who writes, keeps in memory, in KiB.
const READER_CACHE: u32 = 2 << 10;
const WRITER_CACHE: u32 = 16 << 10;

/// A database, and those who read it.
pub struct Store {
    path: PathBuf,
    places: Places,
    /// Who reads takes one, or opens one, and does not park before it is back: there are no more than threads.
    readers: Mutex<Vec<Reader>>,
    /// Of what has been committed.
    keys: AtomicI64,
    _lock: File,
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_millis() as i64)
}

impl Store {
    /// Opens the database in the folder `dir`, and makes both if they are not there.
    ///
    /// # Errors
    /// With one sentence.
    pub fn open(dir: &Path) -> std::result::Result<(Store, Writer), String> {
        let at = |what: &str, error: &dyn std::fmt::Display| {
            format!("cannot {what} {}: {error}", dir.display())
        };
        fs::create_dir_all(dir).map_err(|error| at("make the folder", &error))?;
        let lock = File::create(dir.join("kvd.lock"));
        let lock = lock.map_err(|error| at("write to", &error))?;
        flock(lock.as_raw_fd(), LOCK_EX | LOCK_NB)
            .map_err(|_| at("use", &"another kvd has it as its folder"))?;
        let path = dir.join("kvd.db");
        let opened = || -> Result<(Places, Writer, i64)> {
            let db = open(&path, WRITER_CACHE)?;
            for sql in SCHEMA {
                execute(&db, sql)?;
            }
            let seed = number(&db, "SELECT value FROM meta WHERE name = 'seed'")?;
            let more = number(&db, "SELECT value FROM meta WHERE name = 'seed2'")?;
            let keys = number(&db, "SELECT count(*) FROM item")?;
            let places = Places::new(seed.cast_unsigned(), more.cast_unsigned());
            Ok((places, Writer::new(db, places)?, keys))
        };
        let (places, writer, keys) =
            opened().map_err(|error| at("open the database in", &error))?;
        let store = Store {
            path,
            places,
            readers: Mutex::default(),
            keys: AtomicI64::new(keys),
            _lock: lock,
        };
        Ok((store, writer))
    }

    /// The same, where few places are had by all keys.
    #[cfg(test)]
    pub fn masked(mut self, writer: Writer, mask: u64) -> (Store, Writer) {
        self.places = self.places.masked(mask);
        let writer = writer.placed(self.places);
        (self, writer)
    }

    /// There are so many more now.
    pub fn add_keys(&self, change: i64) {
        self.keys.fetch_add(change, Relaxed);
    }

    /// How many keys there are, with those that have expired and are not swept yet.
    pub fn keys(&self) -> i64 {
        self.keys.load(Relaxed)
    }

    /// Lends somebody who reads.
    pub fn read<T>(&self, read: impl FnOnce(&mut Reader) -> Result<T>) -> Result<T> {
        let idle = self.readers.lock().unwrap().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::new(&open(&self.path, READER_CACHE)?, self.places)?,
        };
        let result = read(&mut reader);
        if result.is_ok() {
            self.readers.lock().unwrap().push(reader); // after an error nobody knows what state it is in
        }
        result
    }
}

/// What makes a database one of kvd's.
pub const SCHEMA: &[&str] = &[
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL", // what is committed is on the disk
    "PRAGMA journal_size_limit = 67108864",
    "BEGIN IMMEDIATE",
    "CREATE TABLE IF NOT EXISTS item (
        id INTEGER PRIMARY KEY, expires INTEGER, key BLOB NOT NULL, value BLOB NOT NULL
     )",
    "CREATE INDEX IF NOT EXISTS expiry ON item (expires) WHERE expires IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "INSERT OR IGNORE INTO meta VALUES ('seed', random()), ('seed2', random())",
    "COMMIT",
];

fn open(path: &Path, cache: u32) -> Result<Db> {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX;
    let db = sqlite3_open_v2(path, flags, None)?;
    sqlite3_busy_timeout(&db, 10_000)?; // while another connection recovers or truncates the log
    number(&db, &format!("PRAGMA cache_size = -{cache}"))?;
    Ok(db)
}

fn number(db: &Db, sql: &str) -> Result<i64> {
    let mut statement = Statement::new(db, sql)?;
    let mut run = statement.run();
    run.row()?;
    Ok(run.column(0))
}

/// Whether what expires then is there now.
pub fn is_live(expires: Option<i64>, now: i64) -> bool {
    expires.is_none_or(|expires| expires > now)
}
