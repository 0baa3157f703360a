//! The C functions, imported.

use cgocall::{Callback, DropUserData, Errno, UserData, cgo_import};
use std::ffi::{c_int, c_long, c_uint, c_void};

#[cgo_import(include = "c/work.h", source = "c/work.c")]
unsafe extern "C" {
    pub safe fn empty();
    pub safe fn add(a: c_int, b: c_int) -> c_int;
    pub safe fn first(text: &str) -> c_int;
    pub safe fn fail() -> Result<c_int, Errno>;
    #[cgo(c = "fail")]
    pub safe fn fail_plainly() -> c_int;
    pub safe fn call_back(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
    #[cgo(parks, c = "call_back")]
    pub safe fn call_back_that_parks(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
    pub safe fn call_back_times(cb: extern "C" fn(c_int) -> c_int, times: c_int);
    pub safe fn call_closure_times(
        f: impl FnMut(UserData, c_int) -> c_int,
        _: UserData,
        times: c_int,
    );
    pub safe fn keep_closure(
        f: impl FnMut(UserData, c_int) -> c_int + Send + 'static,
        _: UserData,
        _: DropUserData,
    );
    #[cgo(c = "keep_closure")]
    pub safe fn hold_callback(
        f: &Callback<dyn FnMut(UserData, c_int) -> c_int + Send>,
        _: UserData,
        drop: Option<extern "C" fn(*mut c_void)>,
    );
    pub safe fn call_kept_times(times: c_int);
    pub safe fn thread_calls_back(cb: extern "C" fn(c_int) -> c_int, times: c_int) -> c_long;
    pub safe fn threads_call_back(cb: extern "C" fn(c_int) -> c_int, threads: c_int) -> c_long;
    pub safe fn nap(micros: c_uint);
    #[cgo(blocking, c = "empty")]
    pub safe fn empty_offloaded();
    #[cgo(blocking, c = "nap")]
    pub safe fn nap_offloaded(micros: c_uint);
}

#[cgo_import(include = "stdlib.h")]
unsafe extern "C" {
    pub fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
    );
}

#[cgo_import(include = "unistd.h")]
unsafe extern "C" {
    pub safe fn write(to: c_int, bytes: &[u8]) -> isize;
    pub safe fn read(from: c_int, bytes: &mut [u8]) -> isize;
}

#[cgo_import(include = "c/database.h", sys = libsqlite3_sys)]
unsafe extern "C" {
    #[cgo(c = "sqlite3", drop = sqlite3_close_v2, send)]
    pub type Db;
    #[cgo(c = "sqlite3_stmt", drop = sqlite3_finalize, send)]
    pub type Stmt;

    pub safe fn open_in_memory() -> Option<Db>;
    safe fn sqlite3_close_v2(db: Db) -> c_int;
    pub safe fn execute(db: &Db, sql: &str) -> c_int;
    pub safe fn prepare(db: &Db, sql: &str) -> Option<Stmt>;
    safe fn sqlite3_finalize(statement: Stmt) -> c_int;

    pub safe fn bind_text(statement: &Stmt, at: c_int, text: &[u8]) -> c_int;
    pub safe fn sqlite3_bind_int64(statement: &Stmt, at: c_int, number: i64) -> c_int;
    pub safe fn sqlite3_step(statement: &Stmt) -> c_int;
    pub safe fn sqlite3_reset(statement: &Stmt) -> c_int;
    #[cgo(len = sqlite3_column_bytes(statement, column))]
    pub safe fn sqlite3_column_text(statement: &Stmt, column: c_int) -> &[u8];
    safe fn sqlite3_column_bytes(statement: &Stmt, column: c_int) -> c_int;
}

#[cgo_import(include = "c/database.h", sys = libsqlite3_sys)]
pub mod code {
    use C::{SQLITE_DONE, SQLITE_OK, SQLITE_ROW};
}
