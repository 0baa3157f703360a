//! What went wrong, as the one sentence that the person reads.

use sqlite::*;
use std::path::{Path, PathBuf};
use std::{fmt, io};

/// A failure of the program.
#[derive(Debug)]
pub enum Error {
    /// The database at a path.
    Database(PathBuf, Database),
    /// A file or folder.
    Path(&'static str, PathBuf, io::Error),
    /// Anything else, said where it was found.
    Other(String),
}

/// What is wrong with a database.
#[derive(Debug)]
pub enum Database {
    /// There is none.
    Missing,
    /// A database of another program.
    Foreign,
    /// A later version's.
    Newer,
    /// A file that codesearch has stored does not come back as it was.
    Damaged,
    /// What SQLite found.
    Sqlite(sqlite::Error),
}

/// The result of what the program does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// The error of an operation on `path`; `doing` says which, as in "cannot read".
    pub fn path(doing: &'static str, path: impl Into<PathBuf>, error: io::Error) -> Error {
        Error::Path(doing, path.into(), error)
    }

    /// What SQLite says about the database at `path`.
    pub fn sqlite(path: &Path) -> impl Fn(sqlite::Error) -> Error {
        move |error| Error::Database(path.to_owned(), Database::Sqlite(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Path(doing, path, error) => {
                write!(f, "{doing} `{}`: {}", path.display(), Cause(error))
            }
            Error::Database(path, database) => database.tell(&path.display(), f),
            Error::Other(sentence) => f.write_str(sentence),
        }
    }
}

impl std::error::Error for Error {}

impl Database {
    fn tell(&self, path: &dyn fmt::Display, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = match self {
            Database::Missing => {
                return write!(
                    f,
                    "there is no index at `{path}` yet: make one with `codesearch index`"
                );
            }
            Database::Foreign => {
                return write!(
                    f,
                    "`{path}` is a database of another program, and was left alone"
                );
            }
            Database::Newer => {
                return write!(f, "`{path}` was made by a newer codesearch than this one");
            }
            Database::Damaged => {
                return write!(
                    f,
                    "the index at `{path}` is damaged: delete it and index again"
                );
            }
            Database::Sqlite(error) => error,
        };
        match error.code {
            SQLITE_BUSY | SQLITE_LOCKED => {
                write!(
                    f,
                    "the index at `{path}` is locked by another program: try again when it is done"
                )
            }
            SQLITE_READONLY => write!(f, "the index at `{path}` is read-only"),
            SQLITE_CORRUPT | SQLITE_MISMATCH => Database::Damaged.tell(path, f),
            SQLITE_NOTADB => write!(f, "`{path}` is not a codesearch index"),
            SQLITE_CANTOPEN => write!(f, "the index at `{path}` cannot be opened"),
            SQLITE_FULL => write!(
                f,
                "the disk is full: the index at `{path}` holds all batches before this one"
            ),
            _ => write!(f, "SQLite says about the index at `{path}`: {error}"),
        }
    }
}

/// An `io::Error` in lowercase words, without the number.
struct Cause<'a>(&'a io::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            io::ErrorKind::NotFound => f.write_str("it does not exist"),
            io::ErrorKind::PermissionDenied => f.write_str("permission denied"),
            io::ErrorKind::NotADirectory => f.write_str("it is not a folder"),
            io::ErrorKind::IsADirectory => f.write_str("it is a folder"),
            _ => self.0.fmt(f),
        }
    }
}
