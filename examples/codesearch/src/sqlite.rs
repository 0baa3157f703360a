//! A small safe face of SQLite: connections, prepared statements, rows.
//!
//! Why it is sound:
//! - A [`Connection`] is neither `Send` nor `Sync`, so it is used by the goroutine that opened it alone. Goroutines
//!   stay on their thread; the exception, `sqlite3_exec`, is made on another thread while this one waits for it. SQLite
//!   itself asks only that no two threads are in one connection at once.
//! - A [`Statement`] borrows its connection, so it is finalized first. One that is leaked keeps the C connection
//!   alive: that is what `sqlite3_close_v2` is for.
//! - Bound values are not copied. [`Rows`] borrows them, and unbinds them when it is dropped. Where a `Rows` is leaked
//!   they stay bound, but nothing reads them: the next use of the statement unbinds them before its first step.
//! - What a column holds is valid until the next step: a [`Row`] borrows its `Rows`, and stepping takes that `&mut`.

use crate::ffi::sqlite::*;
use std::ffi::{CStr, c_int};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::time::Duration;

/// SQLite's version.
pub fn version() -> &'static str {
    sqlite3_libversion().to_str().unwrap_or("?")
}

/// What SQLite says went wrong.
#[derive(Debug)]
pub struct Error {
    /// The primary result code, `SQLITE_BUSY` and the like.
    pub code: c_int,
    /// SQLite's own words.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The result of what SQLite does.
pub type Result<T> = std::result::Result<T, Error>;

/// An open database.
pub struct Connection {
    db: NonNull<Db>,
}

impl Connection {
    /// Opens the database at `path`, which is a URI if `flags` say so.
    pub fn open(path: &CStr, flags: c_int, patience: Duration) -> Result<Connection> {
        let mut db = ptr::null_mut();
        // SAFETY: `db` is a place for the handle; no VFS is named.
        let code =
            unsafe { sqlite3_open_v2(path, &raw mut db, flags | SQLITE_OPEN_NOMUTEX, ptr::null()) };
        // SQLite gives a handle to ask for the message even when it fails, unless there is no memory for one.
        let Some(db) = NonNull::new(db) else {
            // SAFETY: takes any number and returns a static string.
            let text = unsafe { CStr::from_ptr(sqlite3_errstr(code)) };
            let message = text.to_string_lossy().into_owned();
            return Err(Error { code, message });
        };
        let connection = Connection { db };
        connection.check(code)?;
        let milliseconds = c_int::try_from(patience.as_millis()).unwrap_or(c_int::MAX);
        // SAFETY: the connection is open.
        connection.check(unsafe { sqlite3_busy_timeout(db.as_ptr(), milliseconds) })?;
        Ok(connection)
    }

    /// The handle, for those who teach the connection something.
    pub(crate) fn as_ptr(&self) -> *mut Db {
        self.db.as_ptr()
    }

    /// Runs statements that have no parameters and whose rows do not matter, on a thread that may wait.
    pub fn execute(&self, sql: &CStr) -> Result<()> {
        let (context, message) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the connection is open, and not used by this thread until the call returns; neither a function to
        // call for each row nor a place for a message is given.
        self.check(unsafe { sqlite3_exec(self.as_ptr(), sql, None, context, message) })
    }

    /// Compiles one SQL statement.
    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>> {
        let len = c_int::try_from(sql.len()).expect("SQL is short");
        let mut stmt = ptr::null_mut();
        let text = sql.as_ptr().cast();
        // SAFETY: the connection is open, `text` has `len` bytes, `stmt` is a place for the handle.
        self.check(unsafe {
            sqlite3_prepare_v2(self.as_ptr(), text, len, &raw mut stmt, ptr::null_mut())
        })?;
        let stmt = NonNull::new(stmt).expect("SQL holds a statement");
        Ok(Statement {
            stmt,
            connection: self,
        })
    }

    /// The integer in the only row that `sql` returns.
    pub fn integer(&self, sql: &str) -> Result<i64> {
        let mut statement = self.prepare(sql)?;
        let mut rows = statement.rows(&[])?;
        Ok(rows.next()?.map_or(0, |row| row.integer(0)))
    }

    /// The error that `code` stands for, in the words of the connection's last call.
    pub(crate) fn check(&self, code: c_int) -> Result<()> {
        if matches!(code, SQLITE_OK | SQLITE_ROW | SQLITE_DONE) {
            return Ok(());
        }
        // SAFETY: the connection is open; the message lives until its next call, and is copied before.
        let text = unsafe { CStr::from_ptr(sqlite3_errmsg(self.as_ptr())) };
        Err(Error {
            code: code & 0xff, // the rest makes an extended code of it
            message: text.to_string_lossy().into_owned(),
        })
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: the handle is open and this is its last use.
        unsafe { sqlite3_close_v2(self.as_ptr()) };
    }
}

/// A value for a parameter.
#[derive(Clone, Copy, Debug)]
pub enum Value<'v> {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A text.
    Text(&'v str),
    /// Bytes.
    Blob(&'v [u8]),
}

impl From<Option<i64>> for Value<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Value::Null, Value::Integer)
    }
}

/// A compiled SQL statement.
pub struct Statement<'c> {
    stmt: NonNull<Stmt>,
    connection: &'c Connection,
}

impl Statement<'_> {
    /// Runs the statement with `values` for its parameters, and gives its rows.
    pub fn rows<'s>(&'s mut self, values: &'s [Value<'s>]) -> Result<Rows<'s>> {
        self.unbind();
        let mut rows = Rows {
            stmt: self.stmt,
            connection: self.connection,
            done: false,
            borrows: PhantomData,
        };
        for (index, value) in (1..).zip(values) {
            rows.bind(index, *value)?;
        }
        Ok(rows)
    }

    /// Runs the statement to its end.
    pub fn run(&mut self, values: &[Value<'_>]) -> Result<()> {
        let mut rows = self.rows(values)?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    /// Runs a statement with one parameter, a pointer that only functions which ask for this `kind` can see.
    ///
    /// # Safety
    /// The statement does with `value` what is allowed, until the call returns.
    pub(crate) unsafe fn run_with_pointer(
        &mut self,
        value: *mut std::ffi::c_void,
        kind: &'static CStr,
    ) -> Result<()> {
        self.unbind();
        // SAFETY: the statement is compiled; `kind` is static, as SQLite wants it; the caller vouches for `value`.
        let code = unsafe { sqlite3_bind_pointer(self.stmt.as_ptr(), 1, value, kind, None) };
        self.connection.check(code)?;
        // SAFETY: the statement is compiled.
        let code = unsafe { sqlite3_step(self.stmt.as_ptr()) };
        let stepped = self.connection.check(code);
        self.unbind();
        stepped
    }

    /// Back to before the first step, with nothing bound.
    fn unbind(&mut self) {
        // SAFETY: the statement is compiled. Neither reads what is bound. A reset repeats the last step's error, which
        // has been reported.
        unsafe {
            sqlite3_reset(self.stmt.as_ptr());
            sqlite3_clear_bindings(self.stmt.as_ptr());
        }
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: the statement is compiled, and this is its last use.
        unsafe { sqlite3_finalize(self.stmt.as_ptr()) };
    }
}

/// The rows of a running statement.
pub struct Rows<'s> {
    stmt: NonNull<Stmt>,
    connection: &'s Connection,
    /// A step beyond the last row would start again.
    done: bool,
    /// The statement, and the values bound to it.
    borrows: PhantomData<(&'s mut Statement<'s>, &'s [Value<'s>])>,
}

impl Rows<'_> {
    /// The next row.
    #[expect(clippy::should_implement_trait, reason = "a row borrows the rows")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>> {
        if self.done {
            return Ok(None);
        }
        // Until it has succeeded: a callback that panicked unwinds from here.
        self.done = true;
        // SAFETY: the statement is compiled, and what is bound is borrowed by `self`.
        let code = unsafe { sqlite3_step(self.stmt.as_ptr()) };
        self.connection.check(code)?;
        self.done = code != SQLITE_ROW;
        Ok((!self.done).then_some(Row {
            stmt: self.stmt,
            borrows: PhantomData,
        }))
    }

    fn bind(&mut self, index: c_int, value: Value<'_>) -> Result<()> {
        let stmt = self.stmt.as_ptr();
        // SAFETY: the statement is compiled. Values outlive `self`, which unbinds them; so no destructor is given
        // (SQLITE_STATIC), and nothing is copied. Empty slices are not null, so they do not become NULL.
        let code = unsafe {
            match value {
                Value::Null => SQLITE_OK, // which is what every parameter is at first
                Value::Integer(value) => sqlite3_bind_int64(stmt, index, value),
                Value::Text(text) => {
                    let len = text.len() as u64;
                    sqlite3_bind_text64(stmt, index, text.as_ptr().cast(), len, None, SQLITE_UTF8)
                }
                Value::Blob(blob) => {
                    let len = blob.len() as u64;
                    sqlite3_bind_blob64(stmt, index, blob.as_ptr().cast(), len, None)
                }
            }
        };
        self.connection.check(code)
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        // SAFETY: as in `Statement::unbind`; the statement is borrowed, so it is not finalized yet.
        unsafe {
            sqlite3_reset(self.stmt.as_ptr());
            sqlite3_clear_bindings(self.stmt.as_ptr());
        }
    }
}

/// The row that a statement stands on.
pub struct Row<'r> {
    stmt: NonNull<Stmt>,
    borrows: PhantomData<&'r mut ()>,
}

impl<'r> Row<'r> {
    /// The integer in a column, 0 for NULL.
    pub fn integer(&self, column: c_int) -> i64 {
        // SAFETY: the statement stands on a row; a column that does not exist is NULL.
        unsafe { sqlite3_column_int64(self.stmt.as_ptr(), column) }
    }

    /// The bytes of a blob or a text, empty for NULL.
    pub fn bytes(&self, column: c_int) -> &'r [u8] {
        // SAFETY: as above; asked for in the order that SQLite prescribes.
        let (data, len) = unsafe {
            let data = sqlite3_column_blob(self.stmt.as_ptr(), column);
            (
                data,
                sqlite3_column_bytes(self.stmt.as_ptr(), column) as usize,
            )
        };
        if data.is_null() {
            return &[];
        }
        // SAFETY: SQLite gave both; they are good until the next step or reset, which `'r` forbids, or until the
        // column is converted to another type, which asking for bytes again does not do.
        unsafe { std::slice::from_raw_parts(data.cast(), len) }
    }
}
