//! The store: one SQLite database in WAL mode. One writes, others read what has been committed meanwhile.
//!
//! An item's row is known by a number, so that the table is the only B-tree that a request goes through: 55 bits of a keyed
//! hash of its key, and 8 bits that tell keys of the same hash apart. `SCAN` goes through the table in that order, and its
//! cursor is such a number: nothing is kept for it, and whatever is there all the time is found.

use crate::error::{Error, Result};
use crate::ffi::constant::{SQLITE_OPEN_CREATE, SQLITE_OPEN_FULLMUTEX, SQLITE_OPEN_READWRITE};
use crate::ffi::*;
use crate::statement::{Run, Statement};
use siphasher::sip::SipHasher13;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

/// So many keys may have the same hash.
const SAME: i64 = 256;
/// So much of the database each of those who read, and the one who writes, keeps in memory, in KiB.
const READER_CACHE: u32 = 2 << 10;
const WRITER_CACHE: u32 = 16 << 10;

/// A database, and those who read it.
pub struct Store {
    path: PathBuf,
    hash: SipHasher13,
    /// Who reads takes one, and never waits with it: there are no more than threads that run goroutines.
    readers: Mutex<Vec<Reader>>,
    /// Of what has been committed.
    keys: AtomicI64,
    _lock: File,
}

/// Reads what has been committed.
pub struct Reader {
    begin: Statement,
    end: Statement,
    find: Statement,
    scan: Statement,
    due: Statement,
}

/// Reads and writes. There is one.
pub struct Writer {
    db: Db,
    hash: SipHasher13,
    begin: Statement,
    commit: Statement,
    find: Statement,
    put: Statement,
    set_expiry: Statement,
    remove: Statement,
    due: Statement,
    clear: Statement,
    /// By how much the transaction changes the number of keys.
    change: i64,
}

/// What is known of a key: its row, and when it expires, in milliseconds since 1970.
struct Found {
    id: i64,
    expires: Option<i64>,
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
        let opened = || -> Result<(Writer, i64)> {
            let db = open(&path, WRITER_CACHE)?;
            for sql in SCHEMA {
                execute(&db, sql)?;
            }
            let seed = number(&db, "SELECT value FROM meta WHERE name = 'seed'")?;
            let more = number(&db, "SELECT value FROM meta WHERE name = 'seed2'")?;
            let keys = number(&db, "SELECT count(*) FROM item")?;
            let hash = SipHasher13::new_with_keys(seed.cast_unsigned(), more.cast_unsigned());
            Ok((Writer::new(db, hash)?, keys))
        };
        let (writer, keys) = opened().map_err(|error| at("open the database in", &error))?;
        let store = Store {
            path,
            hash: writer.hash,
            readers: Mutex::default(),
            keys: AtomicI64::new(keys),
            _lock: lock,
        };
        Ok((store, writer))
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
            None => Reader::new(&open(&self.path, READER_CACHE)?)?,
        };
        let result = read(&mut reader);
        if result.is_ok() {
            self.readers.lock().unwrap().push(reader); // after an error nobody knows what state it is in
        }
        result
    }

    /// The first row that `key` may have.
    fn place(&self, key: &[u8]) -> i64 {
        place(&self.hash, key)
    }
}

const SCHEMA: &[&str] = &[
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
    execute(&db, &format!("PRAGMA cache_size = -{cache}"))?;
    Ok(db)
}

fn number(db: &Db, sql: &str) -> Result<i64> {
    let mut statement = Statement::new(db, sql)?;
    let mut run = statement.run();
    run.row()?;
    Ok(run.column(0))
}

fn place(hash: &SipHasher13, key: &[u8]) -> i64 {
    (hash.hash(key) >> 9 << 8).cast_signed()
}

impl Reader {
    fn new(db: &Db) -> Result<Reader> {
        let statement = |sql| Statement::new(db, sql);
        Ok(Reader {
            begin: statement("BEGIN")?,
            end: statement("COMMIT")?,
            find: statement("SELECT expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2")?,
            scan: statement("SELECT id, expires, key FROM item WHERE id >= ?1 ORDER BY id")?,
            due: statement("SELECT 1 FROM item WHERE expires <= ?1 LIMIT 1")?,
        })
    }

    /// From now on all that is read is of one moment.
    pub fn begin(&mut self) -> Result<()> {
        self.begin.run().end()
    }

    /// Until now.
    pub fn end(&mut self) -> Result<()> {
        self.end.run().end()
    }

    /// The item of `key`, unless it has expired.
    pub fn get(&mut self, store: &Store, key: &[u8], now: i64) -> Result<Option<Item<'_>>> {
        let mut run = self.find.run();
        let place = store.place(key);
        run.integer(1, place)?;
        run.integer(2, place + SAME - 1)?;
        while run.row()? {
            if run.column_bytes(1) == key {
                let item = Item(run);
                return Ok(is_live(item.expires(), now).then_some(item));
            }
        }
        Ok(None)
    }

    /// Gives `each` some `count` keys from `cursor` on, and returns the cursor of the next ones: none if there are no more.
    pub fn scan(
        &mut self,
        cursor: i64,
        count: usize,
        now: i64,
        mut each: impl FnMut(&[u8]),
    ) -> Result<Option<i64>> {
        let mut run = self.scan.run();
        run.integer(1, cursor)?;
        let (mut seen, mut last) = (0, None);
        while run.row()? {
            let place = run.column(0) / SAME * SAME;
            if seen >= count && last != Some(place) {
                return Ok(Some(place)); // keys of one hash go together
            }
            (seen, last) = (seen + 1, Some(place));
            if is_live(run.column_option(1), now) {
                each(run.column_bytes(2));
            }
        }
        Ok(None)
    }

    /// Whether anything has expired that is still there.
    pub fn has_due(&mut self, now: i64) -> Result<bool> {
        let mut run = self.due.run();
        run.integer(1, now)?;
        run.row()
    }
}

/// An item, as SQLite has it.
pub struct Item<'r>(Run<'r>);

impl Item<'_> {
    /// When it expires, in milliseconds since 1970.
    pub fn expires(&self) -> Option<i64> {
        self.0.column_option(0)
    }

    /// Its value.
    pub fn value(&self) -> &[u8] {
        self.0.column_bytes(2)
    }
}

fn is_live(expires: Option<i64>, now: i64) -> bool {
    expires.is_none_or(|expires| expires > now)
}

/// Where a key is, or where it could be.
enum Place {
    Taken(Found),
    Free(i64),
}

impl Writer {
    fn new(db: Db, hash: SipHasher13) -> Result<Writer> {
        let statement = |sql| Statement::new(&db, sql);
        Ok(Writer {
            begin: statement("BEGIN IMMEDIATE")?,
            commit: statement("COMMIT")?,
            find: statement(
                "SELECT id, expires, key, value FROM item WHERE id BETWEEN ?1 AND ?2 ORDER BY id",
            )?,
            put: statement("REPLACE INTO item (id, expires, key, value) VALUES (?1, ?2, ?3, ?4)")?,
            set_expiry: statement("UPDATE item SET expires = ?2 WHERE id = ?1")?,
            remove: statement("DELETE FROM item WHERE id = ?1")?,
            due: statement("SELECT id FROM item WHERE expires <= ?1 LIMIT 1")?,
            clear: statement("DELETE FROM item")?,
            db,
            hash,
            change: 0,
        })
    }

    /// Runs `jobs` as one transaction, and returns when it is on the disk: all of it, or, after an error, nothing.
    pub fn transaction(
        &mut self,
        store: &Store,
        jobs: impl FnOnce(&mut Writer) -> Result<()>,
    ) -> Result<()> {
        self.change = 0;
        self.begin.run().end()?;
        let done = jobs(self).and_then(|()| self.commit.run().end_long());
        match done {
            Ok(()) => {
                store.keys.fetch_add(self.change, Relaxed);
            }
            // What some errors have rolled back already cannot be rolled back.
            Err(_) if sqlite3_get_autocommit(&self.db) == 0 => execute(&self.db, "ROLLBACK")?,
            Err(_) => {}
        }
        done
    }

    /// Writes the log into the database, so that the next start has nothing to do.
    pub fn checkpoint(&mut self) -> Result<()> {
        execute(&self.db, "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    fn find(&mut self, key: &[u8], value: Option<&mut Vec<u8>>) -> Result<Place> {
        let place = place(&self.hash, key);
        let mut run = self.find.run();
        run.integer(1, place)?;
        run.integer(2, place + SAME - 1)?;
        let mut free = place;
        while run.row()? {
            let id = run.column(0);
            if run.column_bytes(2) == key {
                if let Some(value) = value {
                    value.extend_from_slice(run.column_bytes(3));
                }
                let expires = run.column_option(1);
                return Ok(Place::Taken(Found { id, expires }));
            }
            free += i64::from(id == free);
        }
        match free - place {
            SAME => Err(Error {
                code: -1,
                message: "256 other keys have this key's hash".to_owned(),
            }),
            _ => Ok(Place::Free(free)),
        }
    }

    /// When `key` expires, if it is there and has not.
    pub fn expiry(&mut self, key: &[u8], now: i64) -> Result<Option<Option<i64>>> {
        Ok(match self.find(key, None)? {
            Place::Taken(found) if is_live(found.expires, now) => Some(found.expires),
            _ => None,
        })
    }

    /// The value of `key`, and when it expires.
    pub fn get(&mut self, key: &[u8], now: i64) -> Result<Option<(Vec<u8>, Option<i64>)>> {
        let mut value = Vec::new();
        Ok(match self.find(key, Some(&mut value))? {
            Place::Taken(found) if is_live(found.expires, now) => Some((value, found.expires)),
            _ => None,
        })
    }

    /// Has `key` be `value`, whatever it was.
    pub fn put(&mut self, key: &[u8], value: &[u8], expires: Option<i64>) -> Result<()> {
        let id = match self.find(key, None)? {
            Place::Taken(found) => found.id,
            Place::Free(id) => {
                self.change += 1;
                id
            }
        };
        let mut run = self.put.run();
        run.integer(1, id)?;
        run.option(2, expires)?;
        run.bytes(3, key)?;
        run.bytes(4, value)?;
        run.end()
    }

    /// Has `key` expire then, or never; it has to be there.
    pub fn set_expiry(&mut self, key: &[u8], expires: Option<i64>) -> Result<()> {
        if let Place::Taken(found) = self.find(key, None)? {
            let mut run = self.set_expiry.run();
            run.integer(1, found.id)?;
            run.option(2, expires)?;
            run.end()?;
        }
        Ok(())
    }

    /// Whether `key` was there, and had not expired.
    pub fn remove(&mut self, key: &[u8], now: i64) -> Result<bool> {
        match self.find(key, None)? {
            Place::Taken(found) => {
                self.remove_row(found.id)?;
                Ok(is_live(found.expires, now))
            }
            Place::Free(_) => Ok(false),
        }
    }

    fn remove_row(&mut self, id: i64) -> Result<()> {
        self.change -= 1;
        let mut run = self.remove.run();
        run.integer(1, id)?;
        run.end()
    }

    /// Removes some of what has expired, and says how many.
    pub fn sweep(&mut self, now: i64, most: usize) -> Result<usize> {
        for swept in 0..most {
            let id = {
                let mut run = self.due.run();
                run.integer(1, now)?;
                match run.row()? {
                    true => run.column(0),
                    false => return Ok(swept),
                }
            };
            self.remove_row(id)?;
        }
        Ok(most)
    }

    /// Removes everything.
    pub fn clear(&mut self, store: &Store) -> Result<()> {
        self.clear.run().end_long()?;
        self.change = -store.keys(); // nobody else writes
        Ok(())
    }
}
