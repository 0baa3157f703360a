//! Functions that take a time, and such that keep a handle.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, Handle, cgo_export, cgo_import};
use std::ffi::{c_int, c_long};
use std::sync::Mutex;
use std::time::Duration;

/// What C keeps a handle of.
pub type Rows = Mutex<Vec<c_int>>;

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stddef.h>
    #include <stdint.h>
    #include <time.h>

    static long milliseconds(const struct timespec *time) {
        return time ? time->tv_sec * 1000 + time->tv_nsec / 1000000 : -1;
    }
    static int later(const struct timespec *first, const struct timespec *second) {
        return milliseconds(first) < milliseconds(second);
    }
    static int rest(const struct timespec *time) { return time ? 0 : (errno = 7, -1); }

    static uintptr_t kept_number;
    static void *kept_pointer;
    static void keep_number(uintptr_t handle) { kept_number = handle; }
    static uintptr_t number_kept(void) { return kept_number; }
    static void keep_pointer(const void *handle) { kept_pointer = (void *)handle; }
    static void *pointer_kept(void) { return kept_pointer; }
    static int call_with(int (*f)(void *handle, int row), void *handle, int row) {
        return f(handle, row);
    }
    static int same_with(void *(*f)(void *handle), void *handle) { return f(handle) == handle; }
"#)]
unsafe extern "C" {
    pub safe fn milliseconds(time: Duration) -> c_long;
    #[cgo(c = "milliseconds")]
    pub safe fn milliseconds_if_any(time: Option<Duration>) -> c_long;
    #[cgo(c = "milliseconds", blocking)]
    pub safe fn milliseconds_slowly(r#time: Duration) -> c_long;
    pub safe fn later(first: Duration, second: Option<Duration>) -> c_int;
    #[cgo(fails = -1)]
    pub safe fn rest(time: Option<Duration>) -> Result<(), Errno>;

    pub safe fn keep_number(handle: Handle<Rows>);
    pub safe fn number_kept() -> Handle<Rows>;
    pub safe fn keep_pointer(handle: Handle<Rows>);
    #[cgo(blocking)]
    pub safe fn pointer_kept() -> Handle<Rows>;
    #[cgo(c = "pointer_kept")]
    pub safe fn pointer_of_another_type() -> Handle<String>;
    pub safe fn call_with(
        f: extern "C" fn(Handle<Rows>, row: c_int) -> c_int,
        handle: Handle<Rows>,
        row: c_int,
    ) -> c_int;
    pub safe fn same_with(
        f: extern "C" fn(Handle<Rows>) -> Handle<Rows>,
        handle: Handle<Rows>,
    ) -> c_int;
}

#[cgo_export(private, on_panic = -1)]
fn on_row(rows: Handle<Rows>, row: c_int) -> c_int {
    let rows = rows.get().expect("a handle that is there");
    let mut rows = rows.lock().expect("nobody panics with it");
    rows.push(row);
    c_int::try_from(rows.len()).expect("few")
}

#[cgo_export(private)]
fn same(rows: Handle<Rows>) -> Handle<Rows> {
    rows.get().expect("a handle that is there");
    rows
}

/// C calls back with the handle.
pub fn through_a_callback(rows: Handle<Rows>, row: c_int) -> c_int {
    call_with(on_row::C, rows, row)
}

/// C calls back, and gets the handle.
pub fn given_back(rows: Handle<Rows>) -> bool {
    same_with(same::C, rows) == 1
}

/// Without a header, through stubs of Rust's.
pub mod plain {
    use cgocall::{Handle, cgo_import};
    use std::ffi::c_int;
    use std::time::Duration;

    #[cgo_import]
    unsafe extern "C" {
        #[cgo(c = "nanosleep", fails = -1)]
        pub safe fn sleep(
            time: Duration,
            left: Option<&mut [u64; 2]>,
        ) -> Result<(), cgocall::Errno>;
        #[cgo(c = "labs")]
        pub safe fn same(handle: Handle<c_int>) -> Handle<c_int>;
    }
}
