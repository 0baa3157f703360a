//! What the server calls of SQLite and of the system, each function declared once, as Rust would have it, and compared with
//! the header.

use crate::error::Error;
use cgocall::{Errno, cgo_import};
use std::ffi::c_int;
use std::path::Path;

#[cgo_import(include = "sqlite3.h", sys = libsqlite3_sys)]
pub mod constant {
    use C::{
        SQLITE_DONE, SQLITE_FULL, SQLITE_NULL, SQLITE_OPEN_CREATE, SQLITE_OPEN_FULLMUTEX,
        SQLITE_OPEN_READWRITE, SQLITE_ROW,
    };
}

#[cgo_import(
    include = "sqlite3.h",
    sys = libsqlite3_sys,
    preamble = r#"
    /* SQLite makes a copy, so nobody has to keep the bytes. */
    static int bind_blob(sqlite3_stmt *statement, int at, const void *bytes, sqlite3_uint64 length) {
        return sqlite3_bind_blob64(statement, at, bytes, length, SQLITE_TRANSIENT);
    }
    static int execute(sqlite3 *db, const char *sql) { return sqlite3_exec(db, sql, 0, 0, 0); }
    "#
)]
unsafe extern "C" {
    /// A database, which SQLite locks in each call. The last of its statements keeps it open.
    #[cgo(c = "sqlite3", drop = sqlite3_close_v2, send, sync)]
    pub type Db;
    /// A statement of one.
    #[cgo(c = "sqlite3_stmt", drop = sqlite3_finalize, send)]
    pub type Stmt;

    pub safe fn sqlite3_libversion() -> &'static str;
    pub safe fn sqlite3_errstr(code: c_int) -> &'static str;

    pub safe fn sqlite3_open_v2(
        path: &Path,
        #[cgo(out)] db: Db,
        flags: c_int,
        vfs: Option<&str>,
    ) -> Result<(), Error>;
    safe fn sqlite3_close_v2(db: Db) -> c_int;
    pub safe fn sqlite3_busy_timeout(db: &Db, milliseconds: c_int) -> Result<(), Error>;
    pub safe fn sqlite3_get_autocommit(db: &Db) -> c_int;
    /// It waits for the disk, so others go on meanwhile.
    #[cgo(blocking)]
    pub safe fn execute(db: &Db, sql: &str) -> Result<(), Error>;

    pub safe fn sqlite3_prepare_v2(
        db: &Db,
        sql: &[u8],
        #[cgo(out)] statement: Option<Stmt>,
        tail: Option<&mut *const std::ffi::c_char>,
    ) -> Result<(), Error>;
    safe fn sqlite3_finalize(statement: Stmt) -> c_int;
    pub safe fn sqlite3_step(statement: &mut Stmt) -> c_int;
    /// The same, of statements that wait for the disk, or that touch all there is.
    #[cgo(c = "sqlite3_step", blocking)]
    pub safe fn step_long(statement: &mut Stmt) -> c_int;
    pub safe fn sqlite3_reset(statement: &mut Stmt) -> c_int;
    pub safe fn sqlite3_clear_bindings(statement: &mut Stmt) -> c_int;

    pub safe fn sqlite3_bind_null(statement: &mut Stmt, at: c_int) -> Result<(), Error>;
    pub safe fn sqlite3_bind_int64(
        statement: &mut Stmt,
        at: c_int,
        value: i64,
    ) -> Result<(), Error>;
    pub safe fn bind_blob(statement: &mut Stmt, at: c_int, bytes: &[u8]) -> Result<(), Error>;

    // What a column lends stays as it is until the next step, if it is asked for by the type that it has.
    pub safe fn sqlite3_column_type(statement: &Stmt, column: c_int) -> c_int;
    pub safe fn sqlite3_column_int64(statement: &Stmt, column: c_int) -> i64;
    #[cgo(len = sqlite3_column_bytes(statement, column))]
    pub safe fn sqlite3_column_blob(statement: &Stmt, column: c_int) -> &[u8];
    safe fn sqlite3_column_bytes(statement: &Stmt, column: c_int) -> c_int;
}

#[cgo_import(include = "sys/resource.h")]
pub mod resource {
    use C::rlimit;
}

#[cgo_import(
    include = "sys/resource.h",
    preamble = "
    static int open_files(struct rlimit *limit) { return getrlimit(RLIMIT_NOFILE, limit); }
    static int set_open_files(const struct rlimit *limit) { return setrlimit(RLIMIT_NOFILE, limit); }
    "
)]
unsafe extern "C" {
    /// How many files the process may have open.
    pub safe fn open_files(limit: &mut resource::rlimit) -> Result<c_int, Errno>;
    pub safe fn set_open_files(limit: &resource::rlimit) -> Result<c_int, Errno>;
}

#[cgo_import(include = "sys/socket.h")]
unsafe extern "C" {
    /// So many may wait to be accepted, also of a socket that listens already.
    pub safe fn listen(socket: c_int, backlog: c_int) -> Result<c_int, Errno>;
}

#[cgo_import(include = "sys/file.h")]
unsafe extern "C" {
    #[cgo(constant)]
    pub static LOCK_EX: c_int;
    #[cgo(constant)]
    pub static LOCK_NB: c_int;
    /// A lock of the whole file, which ends with the process at the latest.
    pub safe fn flock(file: c_int, how: c_int) -> Result<c_int, Errno>;
}
