//! SQLite as one would wish it: a database and its statements close themselves.

#![allow(missing_docs, reason = "they are SQLite's")]

use cgocall::cgo_import;
use std::ffi::{CStr, c_char, c_int};
use std::path::Path;

#[cgo_import(include = "sqlite3.h", sys = libsqlite3_sys)]
unsafe extern "C" {
    /// A database, which its last statement keeps open.
    #[cgo(c = "sqlite3", drop = sqlite3_close_v2, send)]
    pub type Db;
    /// A statement of one.
    #[cgo(c = "sqlite3_stmt", drop = sqlite3_finalize, send)]
    pub type Statement;

    #[cgo(c = "sqlite3_open")]
    pub safe fn open(path: &Path, #[cgo(out)] db: Db) -> c_int;
    #[cgo(c = "sqlite3_extended_errcode")]
    pub safe fn code(db: &Db) -> c_int;
    #[cgo(c = "sqlite3_changes")]
    pub safe fn changes(db: &Db) -> c_int;
    /// None of an empty text, or with an error.
    #[cgo(c = "sqlite3_prepare_v2")]
    pub safe fn prepare(
        db: &Db,
        sql: &[u8],
        #[cgo(out)] statement: Option<Statement>,
        #[cgo(out)] tail: *const c_char,
    ) -> c_int;
    #[cgo(c = "sqlite3_bind_int64")]
    pub safe fn bind(statement: &mut Statement, at: c_int, value: i64) -> c_int;
    #[cgo(c = "sqlite3_step", blocking)]
    pub safe fn step(statement: &mut Statement) -> c_int;
    #[cgo(c = "sqlite3_reset")]
    pub safe fn reset(statement: &mut Statement) -> c_int;
    #[cgo(c = "sqlite3_column_int64")]
    pub safe fn column(statement: &mut Statement, at: c_int) -> i64;
    pub safe fn sqlite3_close_v2(db: Db) -> c_int;
    /// The error of its last step.
    pub safe fn sqlite3_finalize(statement: Statement) -> c_int;

    #[cgo(c = "sqlite3_errstr")]
    pub safe fn message(code: c_int) -> &'static CStr;
}
