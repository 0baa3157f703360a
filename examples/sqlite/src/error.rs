//! What SQLite says went wrong.

use crate::ffi::sqlite3_errstr;
use std::ffi::c_int;
use std::fmt;

/// What went wrong, in SQLite's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The primary result code, `SQLITE_BUSY` and the like.
    pub code: c_int,
    /// For people.
    pub message: String,
}

/// The result of what SQLite does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl From<c_int> for Error {
    fn from(code: c_int) -> Error {
        Error {
            code: code & 0xff, // the rest makes an extended code of it
            message: sqlite3_errstr(code).to_owned(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
