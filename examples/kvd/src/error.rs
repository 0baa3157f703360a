//! What goes wrong with the store.

use crate::ffi::{constant::SQLITE_FULL, sqlite3_errstr};
use std::ffi::c_int;
use std::fmt;

/// What went wrong, in SQLite's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The primary result code, `SQLITE_FULL` and the like.
    pub code: c_int,
    /// For people.
    pub message: String,
}

/// The result of what the store does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<c_int> for Error {
    fn from(code: c_int) -> Error {
        Error {
            code: code & 0xff, // the rest makes an extended code of it
            message: sqlite3_errstr(code).to_owned(),
        }
    }
}

impl Error {
    /// As a client is told of it.
    pub fn reply(&self) -> String {
        match self.code {
            SQLITE_FULL => format!("OOM the store takes no more: {self}"),
            _ => format!("ERR the store failed: {self}"),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
