//! SQLite, as one would wish to call it: connections and statements that close themselves, values that are lent, and
//! functions, aggregates, collations and tokenizers that are Rust.
//!
//! ```
//! use sqlite::Connection;
//!
//! let db = Connection::memory()?;
//! db.execute("CREATE TABLE book (title, pages); INSERT INTO book VALUES ('Emma', 474)")?;
//! db.run("INSERT INTO book VALUES (?1, ?2)", ("Persuasion", 249))?;
//!
//! // SQL calls a closure.
//! db.function("evenings", 1, |arguments| {
//!     let pages: i64 = arguments.get(0)?;
//!     Ok(pages / 50 + 1)
//! })?;
//! let mut select = db.prepare("SELECT title, evenings(pages) FROM book WHERE pages < ?1")?;
//! let mut rows = select.rows((300,))?;
//! while let Some(row) = rows.next()? {
//!     let title: &str = row.get(0)?; // SQLite's own memory, until the next row
//!     assert_eq!((title, row.get(1)?), ("Persuasion", 5_i64));
//! }
//! # Ok::<(), sqlite::Error>(())
//! ```
//!
//! All that is C stands in one block, in `ffi.rs`, and the C compiler has compared it with SQLite's header. Why the rest is
//! sound:
//!
//! - SQLite locks a connection in each call (`SQLITE_OPEN_FULLMUTEX`), so its pointer is `Send` and `Sync`. [`Connection`] is
//!   not `Sync` all the same: one of its own hooks could use it, which SQLite forbids.
//! - A [`Statement`] borrows its connection, and [`Rows`] their statement; a [`Row`] borrows its `Rows`, so what a column
//!   lends is gone before the next step. It is asked for by the type that it has, and SQLite converts nothing meanwhile.
//! - SQLite has copies of what is bound, and of what a function returns.
//! - Closures that SQLite keeps are dropped by SQLite, or refused once they are gone.

mod connection;
mod error;
mod ffi;
mod function;
mod statement;
mod tokenizer;
mod value;

pub use connection::{Connection, Interrupter};
pub use error::{Error, Result};
pub use ffi::constant::{
    SQLITE_BUSY, SQLITE_CANTOPEN, SQLITE_CORRUPT, SQLITE_DONE, SQLITE_ERROR, SQLITE_FULL,
    SQLITE_INTERRUPT, SQLITE_LOCKED, SQLITE_MISMATCH, SQLITE_MISUSE, SQLITE_NOTADB,
    SQLITE_OPEN_CREATE, SQLITE_OPEN_READONLY, SQLITE_OPEN_READWRITE, SQLITE_OPEN_URI, SQLITE_RANGE,
    SQLITE_READONLY,
};
pub use function::{Aggregate, Arguments, Failure};
pub use statement::{Row, Rows, Statement};
pub use tokenizer::{Purpose, Sink, Token, Tokenizer};
pub use value::{FromValue, Params, ToValue, Value};

/// SQLite's version.
pub fn version() -> &'static str {
    ffi::sqlite3_libversion()
}
