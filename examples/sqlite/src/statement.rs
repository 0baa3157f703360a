//! Statements, and the rows that they find.

use crate::ffi::constant::{SQLITE_DONE, SQLITE_RANGE, SQLITE_ROW};
use crate::ffi::*;
use crate::value::{FromValue, Params, Value};
use crate::{Connection, Error, Result};
use std::ffi::c_int;

/// A compiled statement.
pub struct Statement<'c> {
    raw: Stmt,
    connection: &'c Connection,
}

/// The rows that a statement finds, one at a time.
pub struct Rows<'s> {
    raw: &'s mut Stmt,
    connection: &'s Connection,
    /// One more step would begin again.
    done: bool,
}

/// The row that a statement stands on.
pub struct Row<'r>(&'r Stmt);

impl Connection {
    /// Compiles a statement, the first one in `sql`.
    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>> {
        let raw = sqlite3_prepare_v2(self.db(), sql.as_bytes(), None);
        let raw = raw.map_err(|error| self.error(error))?;
        let raw = raw.ok_or_else(|| Error {
            code: constant::SQLITE_MISUSE,
            message: format!("there is no statement in {sql:?}"),
        })?;
        Ok(Statement {
            raw,
            connection: self,
        })
    }

    /// Compiles a statement, and runs it to its end.
    pub fn run(&self, sql: &str, params: impl Params) -> Result<()> {
        self.prepare(sql)?.run(params)
    }

    /// What the first column of the first row holds.
    pub fn one<T: for<'v> FromValue<'v>>(&self, sql: &str, params: impl Params) -> Result<T> {
        self.prepare(sql)?.one(params, |row| row.get(0))
    }
}

impl Statement<'_> {
    /// Runs it with `params`, row by row.
    pub fn rows(&mut self, params: impl Params) -> Result<Rows<'_>> {
        self.connection.db();
        let mut rows = Rows {
            raw: &mut self.raw,
            connection: self.connection,
            done: false,
        };
        rows.reset(); // else whoever leaked the last ones has not
        rows.bind(params)?;
        Ok(rows)
    }

    /// Runs it to its end.
    pub fn run(&mut self, params: impl Params) -> Result<()> {
        let mut rows = self.rows(params)?;
        while rows.next()?.is_some() {}
        Ok(())
    }

    /// What `of` makes of the first row. That there is none is an error.
    pub fn one<T>(
        &mut self,
        params: impl Params,
        of: impl FnOnce(Row<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut rows = self.rows(params)?;
        let none = || Error {
            code: SQLITE_DONE,
            message: "there is no row".to_owned(),
        };
        of(rows.next()?.ok_or_else(none)?)
    }

    /// What `of` makes of each row.
    pub fn all<T>(
        &mut self,
        params: impl Params,
        mut of: impl FnMut(Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let (mut rows, mut all) = (self.rows(params)?, Vec::new());
        while let Some(row) = rows.next()? {
            all.push(of(row)?);
        }
        Ok(all)
    }
}

impl Rows<'_> {
    fn reset(&mut self) {
        // It repeats the error of the last step, which has been told.
        sqlite3_reset(self.raw);
        sqlite3_clear_bindings(self.raw);
    }

    fn bind(&mut self, params: impl Params) -> Result<()> {
        let (wanted, mut given) = (sqlite3_bind_parameter_count(self.raw), 0);
        params.each(&mut |value| {
            given += 1;
            if given > wanted {
                return Ok(());
            }
            value.bind(self.raw, given)
        })?;
        if given == wanted {
            return Ok(());
        }
        Err(Error {
            code: SQLITE_RANGE,
            message: format!("the statement has {wanted} parameters, and got {given} values"),
        })
    }

    /// The next one.
    #[expect(clippy::should_implement_trait, reason = "a row borrows the rows")]
    pub fn next(&mut self) -> Result<Option<Row<'_>>> {
        if self.done {
            return Ok(None);
        }
        self.connection.db();
        // Until it has succeeded: a callback that panicked unwinds from here.
        self.done = true;
        match sqlite3_step(self.raw) {
            SQLITE_ROW => {
                self.done = false;
                Ok(Some(Row(self.raw)))
            }
            SQLITE_DONE => Ok(None),
            code => Err(self.connection.error(code.into())),
        }
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        self.reset();
    }
}

impl<'r> Row<'r> {
    /// What a column holds, as a `T`. A column that is not there is NULL.
    pub fn get<T: FromValue<'r>>(&self, column: usize) -> Result<T> {
        let at = c_int::try_from(column).unwrap_or(c_int::MAX);
        Value::of_column(self.0, at)?.get("column", column)
    }
}
