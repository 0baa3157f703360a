//! Connections.

use crate::ffi::constant::{SQLITE_OPEN_CREATE, SQLITE_OPEN_FULLMUTEX, SQLITE_OPEN_READWRITE};
use crate::ffi::*;
use crate::{Error, Result};
use cgocall::Callback;
use std::cell::Cell;
use std::ffi::{CStr, c_int};
use std::marker::PhantomData;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Weak};
use std::time::Duration;

// SQLite calls them until they are dropped.
type OnBusy = Callback<dyn FnMut(c_int) -> c_int + Send>;
type OnChange = Callback<dyn FnMut(c_int, &CStr, &CStr, i64) + Send>;

/// An open database, which closes itself. It goes from goroutine to goroutine, and is one's at a time.
pub struct Connection {
    db: Arc<Db>,
    busy: Option<OnBusy>,
    change: Option<OnChange>,
    hook: Hook,
    not_sync: PhantomData<Cell<()>>,
}

/// Stops what a connection does, from anywhere.
#[derive(Clone)]
pub struct Interrupter(Weak<Db>);

/// Whether one of a connection's hooks runs, which SQLite allows to do anything but use the connection.
#[derive(Clone, Default)]
struct Hook(Arc<AtomicBool>);

impl Connection {
    /// Opens the database at `path`, and makes it if there is none.
    pub fn open(path: impl AsRef<Path>) -> Result<Connection> {
        Connection::open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    }

    /// A database in memory.
    pub fn memory() -> Result<Connection> {
        Connection::open(":memory:")
    }

    /// Opens the database at `path`, or what it is the URI of: `flags` are `SQLITE_OPEN_READONLY` and the like.
    pub fn open_with(path: impl AsRef<Path>, flags: c_int) -> Result<Connection> {
        let db = sqlite3_open_v2(path.as_ref(), flags | SQLITE_OPEN_FULLMUTEX, None)?;
        Ok(Connection {
            db: Arc::new(db),
            busy: None,
            change: None,
            hook: Hook::default(),
            not_sync: PhantomData,
        })
    }

    /// # Panics
    /// In a hook of its own.
    pub(crate) fn db(&self) -> &Db {
        let in_hook = self.hook.0.load(Relaxed);
        assert!(!in_hook, "a hook uses the connection that it is of");
        &self.db
    }

    /// What went wrong, in the words of the connection.
    pub(crate) fn error(&self, Error { code, message }: Error) -> Error {
        let told = error_message(&self.db, code);
        Error {
            code,
            message: told.unwrap_or(message),
        }
    }

    /// Runs statements without parameters, whose rows do not matter, on a thread that may wait: for the disk, or for another
    /// program's lock. Other goroutines of this thread go on meanwhile.
    ///
    /// # Panics
    /// If there is a NUL in `sql`.
    pub fn execute(&self, sql: &str) -> Result<()> {
        execute(self.db(), sql).map_err(|error| self.error(error))
    }

    /// What stops a statement of this connection.
    pub fn interrupter(&self) -> Interrupter {
        Interrupter(Arc::downgrade(&self.db))
    }

    /// How many rows the last statement has changed.
    pub fn changes(&self) -> i64 {
        sqlite3_changes64(self.db())
    }

    /// The rowid of the last row that was inserted.
    pub fn last_insert_rowid(&self) -> i64 {
        sqlite3_last_insert_rowid(self.db())
    }

    /// Waits so long for the lock of another connection.
    pub fn busy_timeout(&mut self, patience: Duration) -> Result<()> {
        let milliseconds = c_int::try_from(patience.as_millis()).unwrap_or(c_int::MAX);
        sqlite3_busy_timeout(self.db(), milliseconds)?;
        self.busy = None;
        Ok(())
    }

    /// Asks `retry` whether to try again, where the lock of another connection is in the way; it is told how often it was
    /// asked before.
    pub fn on_busy(&mut self, mut retry: impl FnMut(c_int) -> bool + Send + 'static) -> Result<()> {
        let hook = self.hook.clone();
        let retry = OnBusy::new(Box::new(move |times| hook.run(|| retry(times).into())));
        sqlite3_busy_handler(self.db(), &retry)?;
        self.busy = Some(retry);
        Ok(())
    }

    /// Tells `changed` the table and the rowid of each row that is inserted, updated or deleted.
    pub fn on_change(&mut self, mut changed: impl FnMut(&str, i64) + Send + 'static) {
        let hook = self.hook.clone();
        let changed = OnChange::new(Box::new(move |_, _, table, row| {
            hook.run(|| changed(&table.to_string_lossy(), row));
        }));
        sqlite3_update_hook(self.db(), &changed);
        self.change = Some(changed);
    }
}

impl Interrupter {
    /// Has the statement that runs fail with `SQLITE_INTERRUPT`; if none does, or the connection is closed, this is nothing.
    pub fn interrupt(&self) {
        if let Some(db) = self.0.upgrade() {
            sqlite3_interrupt(&db);
        }
    }
}

impl Hook {
    fn run<T>(&self, hook: impl FnOnce() -> T) -> T {
        struct Out<'h>(&'h AtomicBool);
        impl Drop for Out<'_> {
            fn drop(&mut self) {
                self.0.store(false, Relaxed);
            }
        }
        self.0.store(true, Relaxed);
        let _out = Out(&self.0);
        hook()
    }
}
