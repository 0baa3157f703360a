//! A statement of SQLite's, compiled once and run often.

use crate::error::{Error, Result};
use crate::ffi::constant::{SQLITE_DONE, SQLITE_NULL, SQLITE_ROW};
use crate::ffi::*;
use std::ffi::c_int;

/// A compiled statement. It keeps its database open.
pub struct Statement(Stmt);

/// One that runs, and has its parameters. It is over, and they are forgotten, when this is dropped.
pub struct Run<'s>(&'s mut Stmt);

impl Statement {
    /// Compiles `sql`.
    pub fn new(db: &Db, sql: &str) -> Result<Statement> {
        let statement = sqlite3_prepare_v2(db, sql.as_bytes(), None)?;
        Ok(Statement(statement.expect("there is a statement")))
    }

    /// Begins to run it.
    pub fn run(&mut self) -> Run<'_> {
        Run(&mut self.0)
    }
}

impl Run<'_> {
    /// Parameter `at`, from 1.
    pub fn integer(&mut self, at: c_int, value: i64) -> Result<()> {
        sqlite3_bind_int64(self.0, at, value)
    }

    /// The same, or null.
    pub fn option(&mut self, at: c_int, value: Option<i64>) -> Result<()> {
        match value {
            Some(value) => self.integer(at, value),
            None => sqlite3_bind_null(self.0, at),
        }
    }

    /// The same, of any bytes.
    pub fn bytes(&mut self, at: c_int, value: &[u8]) -> Result<()> {
        bind_blob(self.0, at, value)
    }

    /// Whether there is one more row.
    pub fn row(&mut self) -> Result<bool> {
        stepped(sqlite3_step(self.0))
    }

    /// Runs what has no rows.
    pub fn end(mut self) -> Result<()> {
        self.row().map(drop)
    }

    /// The same, where it may take long: the goroutine waits, and its thread runs others.
    pub fn end_long(self) -> Result<()> {
        stepped(step_long(self.0)).map(drop)
    }

    /// A column of the row, from 0.
    pub fn column(&self, column: c_int) -> i64 {
        sqlite3_column_int64(self.0, column)
    }

    /// The same, which may be null.
    pub fn column_option(&self, column: c_int) -> Option<i64> {
        (sqlite3_column_type(self.0, column) != SQLITE_NULL).then(|| self.column(column))
    }

    /// The same, of bytes.
    pub fn column_bytes(&self, column: c_int) -> &[u8] {
        sqlite3_column_blob(self.0, column)
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        // It repeats the error of the last step, which has been told.
        sqlite3_reset(self.0);
        sqlite3_clear_bindings(self.0);
    }
}

fn stepped(code: c_int) -> Result<bool> {
    match code {
        SQLITE_ROW => Ok(true),
        SQLITE_DONE => Ok(false),
        code => Err(Error::from(code)),
    }
}
