//! SQLite, whose callbacks are of every kind: borrowed, kept, with a user pointer that a function of its own gets.

#![allow(missing_docs, non_camel_case_types, reason = "they are SQLite's")]

use cgocall::{Callback, DropUserData, UserData, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};

#[cgo_import(include = "sqlite3.h", sys = libsqlite3_sys)]
unsafe extern "C" {
    pub type sqlite3;
    pub type sqlite3_context;
    pub type sqlite3_value;

    #[cgo(constant)]
    pub static SQLITE_OK: c_int;
    #[cgo(constant)]
    pub static SQLITE_ABORT: c_int;
    #[cgo(constant)]
    pub static SQLITE_BUSY: c_int;
    #[cgo(constant)]
    pub static SQLITE_MISUSE: c_int;
    #[cgo(constant)]
    pub static SQLITE_UTF8: c_int;

    pub fn sqlite3_open(path: &CStr, db: &mut *mut sqlite3) -> c_int;
    pub fn sqlite3_close(db: *mut sqlite3) -> c_int;
    pub fn sqlite3_errmsg(db: *mut sqlite3) -> *const c_char;

    pub fn sqlite3_exec(
        db: *mut sqlite3,
        sql: &CStr,
        row: Option<impl FnMut(UserData, c_int, *mut *mut c_char, *mut *mut c_char) -> c_int>,
        _: UserData,
        message: *mut *mut c_char,
    ) -> c_int;
    pub fn sqlite3_busy_handler(
        db: *mut sqlite3,
        handler: Option<&Callback<dyn FnMut(UserData, c_int) -> c_int + Send>>,
        _: UserData,
    ) -> c_int;
    #[allow(clippy::too_many_arguments)]
    pub fn sqlite3_create_function_v2(
        db: *mut sqlite3,
        name: &CStr,
        arguments: c_int,
        encoding: c_int,
        _: UserData,
        #[cgo(user_data = sqlite3_user_data)] function: Option<
            impl FnMut(*mut sqlite3_context, c_int, *mut *mut sqlite3_value) + Send + 'static,
        >,
        #[cgo(user_data = sqlite3_user_data)] step: Option<
            impl FnMut(*mut sqlite3_context, c_int, *mut *mut sqlite3_value) + Send + 'static,
        >,
        #[cgo(user_data = sqlite3_user_data)] end: Option<
            impl FnMut(*mut sqlite3_context) + Send + 'static,
        >,
        _: DropUserData,
    ) -> c_int;
    pub fn sqlite3_create_collation_v2(
        db: *mut sqlite3,
        name: &CStr,
        encoding: c_int,
        _: UserData,
        compare: impl Fn(UserData, c_int, *const c_void, c_int, *const c_void) -> c_int
        + Send
        + Sync
        + 'static,
        _: DropUserData,
    ) -> c_int;
    fn sqlite3_user_data(context: *mut sqlite3_context) -> *mut c_void;

    pub fn sqlite3_value_int64(value: *mut sqlite3_value) -> i64;
    pub fn sqlite3_value_text(value: *mut sqlite3_value) -> *const c_uchar;
    pub fn sqlite3_result_int64(context: *mut sqlite3_context, value: i64);
    pub fn sqlite3_result_error(context: *mut sqlite3_context, message: &CStr, length: c_int);
}
