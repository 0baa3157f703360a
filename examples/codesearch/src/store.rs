//! The database: what is known of each file, its text, and the index.
//!
//! - `file` has a row for each file that was seen, also for those that were skipped, so that they need not be read
//!   again while they stay as they are.
//! - `body` has the compressed texts, apart, so that going through `file` does not go through them.
//! - `word` is FTS5's index. It is *contentless*: it knows which file has which token where, not the text.
//!
//! All three change together, in one transaction per batch, in WAL mode with `synchronous = FULL`: once a batch is
//! committed, neither a killed program nor a failing machine takes it back, and what was not committed never was.

use crate::error::{Database, Error, Result};
use crate::fts;
use sqlite::{
    Connection, SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_OPEN_CREATE, SQLITE_OPEN_READONLY,
    SQLITE_OPEN_READWRITE, SQLITE_OPEN_URI, SQLITE_READONLY,
};
use std::collections::HashMap;
use std::ffi::{OsStr, OsString, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// `application_id`: the letters "cgcs".
const APPLICATION: i64 = 0x6367_6373;
const VERSION: i64 = 1;

/// How long to wait for another program that writes. A batch is committed well within it.
const PATIENCE: Duration = Duration::from_secs(5);

/// `hashsize`: FTS5 gathers the tokens of a whole batch before it writes them.
const SCHEMA: &str = "
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS file (
        id     INTEGER PRIMARY KEY,
        path   BLOB NOT NULL UNIQUE,    -- absolute, in the bytes of the system
        state  INTEGER NOT NULL,        -- 0 text, else why it was skipped: `State`
        size   INTEGER NOT NULL,        -- bytes
        mtime  INTEGER,                 -- nanoseconds; NULL if it was too fresh to tell a later change by it
        crc    INTEGER NOT NULL,
        packed INTEGER NOT NULL,        -- bytes in `body`
        tokens INTEGER NOT NULL         -- that the tokenizer made of it
    );
    CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, text BLOB NOT NULL);
    CREATE VIRTUAL TABLE IF NOT EXISTS word
        USING fts5(text, tokenize = 'codesearch', content = '', contentless_delete = 1);
    INSERT INTO word (word, rank) VALUES ('hashsize', 33554432);
    PRAGMA application_id = 0x63676373;
    PRAGMA user_version = 1;
    COMMIT;
";

/// What a file turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Text, which is in the index.
    Text = 0,
    /// It has a NUL byte.
    Binary = 1,
    /// It is in another encoding.
    NotUtf8 = 2,
    /// It could not be read.
    Unreadable = 3,
    /// It is larger than codesearch reads.
    TooLarge = 4,
}

impl State {
    /// All of them, in the order of their numbers.
    pub const ALL: [State; 5] = [
        State::Text,
        State::Binary,
        State::NotUtf8,
        State::Unreadable,
        State::TooLarge,
    ];

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            State::Text => "text",
            State::Binary => "binary",
            State::NotUtf8 => "not UTF-8",
            State::Unreadable => "unreadable",
            State::TooLarge => "too large",
        }
    }
}

/// What tells whether a file has changed, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// In nanoseconds since 1970; `None` where it cannot be relied on, and the file is to be read again.
    pub mtime: Option<i64>,
}

/// What the database knows of a file.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its row.
    pub id: i64,
    /// What it was.
    pub state: State,
    /// What it looked like.
    pub stamp: Stamp,
    /// Its CRC-32, if it is a text.
    pub crc: u32,
}

/// An open index.
pub struct Store {
    connection: Connection,
    tokens: Arc<AtomicU64>,
    path: PathBuf,
}

impl Store {
    /// Opens the index at `path` to write to it, and makes it if there is none.
    pub fn create(path: &Path) -> Result<Store> {
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
        if let Some(folder) = path.parent()
            && let Err(error) = folder.read_dir()
            && !folder.as_os_str().is_empty()
        {
            return Err(Error::path("cannot use the folder", folder, error));
        }
        let store = Store::connect(path, path, flags)?;
        let sql = |sql| store.connection.execute(sql).map_err(store.error());
        if store.is_made()? {
            // Tells at once whether it can be written to.
            sql("BEGIN IMMEDIATE; UPDATE file SET id = id WHERE 0; ROLLBACK")?;
        } else {
            match store.connection.execute("PRAGMA journal_mode = WAL") {
                // Another run makes the same index, and does this: it is a property of the file.
                Err(error) if error.code == SQLITE_BUSY => {}
                other => other.map_err(store.error())?,
            }
            sql(SCHEMA)?;
        }
        sql(
            "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000",
        )?;
        Ok(store)
    }

    /// Opens the index at `path` to read it.
    pub fn open(path: &Path) -> Result<Store> {
        if !path.exists() {
            return Err(Error::Database(path.to_owned(), Database::Missing));
        }
        // Able to write, so as to take over what a killed `codesearch index` has left in the WAL.
        let usual = Store::connect(path, path, SQLITE_OPEN_READWRITE);
        let made = |store: Store| Ok(store.is_made()?.then_some(store));
        let store = match usual.and_then(made) {
            // A folder that cannot be written to, with no WAL to take over: nobody writes there.
            Err(Error::Database(_, Database::Sqlite(error)))
                if matches!(error.code, SQLITE_CANTOPEN | SQLITE_READONLY) && !has_wal(path) =>
            {
                let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
                Store::connect(path, immutable(path), flags).and_then(made)
            }
            other => other,
        };
        store?.ok_or_else(|| Error::Database(path.to_owned(), Database::Missing))
    }

    fn connect(path: &Path, name: impl AsRef<Path>, flags: c_int) -> Result<Store> {
        let open = || {
            let mut connection = Connection::open_with(name, flags)?;
            connection.busy_timeout(PATIENCE)?;
            let tokens = fts::teach(&connection)?;
            Ok((connection, tokens))
        };
        let (connection, tokens) = open().map_err(Error::sqlite(path))?;
        let path = path.to_owned();
        Ok(Store {
            connection,
            tokens,
            path,
        })
    }

    /// Whether the database is an index of ours; `false` if it is empty.
    fn is_made(&self) -> Result<bool> {
        let integer = |sql| self.connection.one(sql, ()).map_err(self.error());
        let tables = integer("SELECT count(*) FROM sqlite_schema")?;
        let application = integer("PRAGMA application_id")?;
        let version = integer("PRAGMA user_version")?;
        let wrong = match (tables, application, version) {
            (0, 0, 0) => return Ok(false),
            (_, APPLICATION, VERSION) => return Ok(true),
            (_, APPLICATION, _) => Database::Newer,
            _ => Database::Foreign,
        };
        Err(Error::Database(self.path.clone(), wrong))
    }

    /// The connection, for statements of its own.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// How many tokens the tokenizer has handed to SQLite.
    pub fn tokens(&self) -> u64 {
        self.tokens.load(Relaxed)
    }

    /// Turns what SQLite says into the program's error.
    pub fn error(&self) -> impl Fn(sqlite::Error) -> Error {
        Error::sqlite(&self.path)
    }

    /// The index is not what it was.
    pub fn damaged(&self) -> Error {
        Error::Database(self.path.clone(), Database::Damaged)
    }

    /// The files under `roots` that the database knows.
    pub fn known(&self, roots: &[PathBuf]) -> Result<HashMap<PathBuf, Known>> {
        let load = || {
            let mut known = HashMap::new();
            let sql = "SELECT id, path, state, size, mtime, crc FROM file";
            let mut select = self.connection.prepare(sql)?;
            let mut rows = select.rows(())?;
            while let Some(row) = rows.next()? {
                let path = Path::new(OsStr::from_bytes(row.get(1)?));
                if !roots.iter().any(|root| path.starts_with(root)) {
                    continue;
                }
                let state = usize::try_from(row.get::<i64>(2)?).unwrap_or(usize::MAX);
                let (size, mtime) = (row.get::<i64>(3)?.cast_unsigned(), row.get(4)?);
                let file = Known {
                    id: row.get(0)?,
                    state: *State::ALL.get(state).unwrap_or(&State::Unreadable),
                    stamp: Stamp { size, mtime },
                    crc: row.get(5)?,
                };
                known.insert(path.to_owned(), file);
            }
            Ok(known)
        };
        load().map_err(self.error())
    }
}

/// Whether a database has a file of changes that are not in it yet.
fn has_wal(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    Path::new(&wal).exists()
}

/// The URI of a database that nobody changes.
fn immutable(path: &Path) -> OsString {
    let mut uri = OsString::from("file:");
    for &byte in path.as_os_str().as_bytes() {
        match byte {
            b'?' | b'#' | b'%' => uri.push(format!("%{byte:02x}")),
            _ => uri.push(OsStr::from_bytes(&[byte])),
        }
    }
    uri.push("?immutable=1");
    uri
}
