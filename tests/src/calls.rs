//! The imports of `c/calls.h` that are no plain functions: macros, values, variadic functions and formats.

use cgocall::{Errno, cgo_export, cgo_import, yield_now};
use std::ffi::{CStr, c_char, c_int, c_long, c_short, c_uint};

/// Two numbers.
#[cgo_import(include = "c/calls.h")]
#[cgo(c = "calls_pair")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Pair {
    pub first: c_int,
    pub second: c_int,
}

/// What `CALLS_APPLY` applies.
pub type Apply = extern "C" fn(c_int) -> c_int;

#[cgo_import(include = "c/calls.h", source = "c/calls.c")]
#[allow(missing_docs, non_snake_case)]
unsafe extern "C" {
    pub safe fn CALLS_SQUARE(x: c_int) -> c_int;
    #[cgo(c = "CALLS_SQUARE")]
    pub safe fn square_of_long(x: i64) -> i64;
    #[cgo(c = "CALLS_SQUARE")]
    pub safe fn square_of_double(x: f64) -> f64;
    #[cgo(c = "CALLS_SQUARE")]
    pub safe fn square_of_short(x: c_short) -> c_int;
    pub safe fn CALLS_BUMPED(x: c_int) -> c_int;
    pub safe fn CALLS_TWICE(x: c_long) -> c_long;
    pub safe fn CALLS_SWAP(pair: Pair) -> Pair;
    pub safe fn CALLS_TOTAL(values: &[c_int]) -> c_int;
    pub safe fn CALLS_APPLY(f: Apply, x: c_int) -> c_int;
    pub safe fn CALLS_FAIL(code: c_int) -> Result<c_int, Errno>;
    pub fn CALLS_SET(x: c_int);
    pub fn CALLS_RESET();
    pub fn CALLS_LEVEL() -> c_int;
    pub safe fn CALLS_POPCOUNT(x: c_uint) -> c_int;
    #[cgo(blocking, c = "CALLS_SQUARE")]
    pub safe fn square_elsewhere(x: c_int) -> c_int;

    pub fn calls_level() -> c_int;
    pub safe fn calls_per_thread() -> c_int;
    pub safe fn calls_set_per_thread(to: c_int);
    pub safe fn calls_table() -> *const c_int;
    pub fn calls_hook(x: c_int) -> c_int;
    pub fn calls_set_hook(which: c_int);

    pub fn calls_sum(count: c_int, a: c_int, b: c_int, c: c_int) -> c_int;
    #[cgo(c = "calls_sum")]
    pub safe fn calls_sum_of_none(count: c_int) -> c_int;
    pub fn calls_mean(count: c_int, a: f64, b: f64) -> f64;

    pub safe fn calls_weak(x: c_int) -> c_int;
    pub safe fn calls_renamed(x: c_int) -> c_int;
    pub safe fn calls_inline(x: c_int) -> c_int;
    pub safe fn calls_exit(status: c_int);
}

#[cgo_import(include = "c/calls.h", include = "ctype.h")]
#[allow(missing_docs)]
unsafe extern "C" {
    #[cgo(c = "FILE")]
    pub type File;
    #[cgo(inline)]
    pub safe fn errno() -> c_int;
    #[cgo(inline, c = "CALLS_ERRNO_PLACE")]
    pub safe fn errno_place() -> *mut c_int;
    #[cgo(c = "stdin")]
    pub safe fn stdin_value() -> *mut File;
    pub safe fn calls_stdin() -> *mut File;
    pub safe fn toupper(c: c_int) -> c_int;

    pub fn snprintf(to: &mut [u8], format: &CStr, n: c_int) -> c_int;
    #[cgo(c = "snprintf")]
    pub fn snprintf_text(to: *mut c_char, size: usize, format: &CStr, text: &CStr) -> c_int;
    #[cgo(c = "snprintf", format = c"%d \"items\"\t%s\\%c??/%5.1f%%\x01é\n")]
    pub safe fn describe(to: &mut [u8], n: c_int, name: &CStr, letter: c_int, share: f64) -> c_int;
    #[cgo(c = "sscanf", format = c"%d-%d")]
    pub safe fn scan_range(text: &CStr, from: &mut c_int, to: &mut c_int) -> c_int;
}

// Redirected by the header, where `off_t` would be narrower.
#[cgo_import(include = "unistd.h", define = "_FILE_OFFSET_BITS=64")]
#[allow(missing_docs)]
unsafe extern "C" {
    pub safe fn lseek(fd: c_int, offset: i64, whence: c_int) -> Result<i64, Errno>;
}

/// A static function of a name that another file has in another preamble.
pub mod three {
    #[cgocall::cgo_import(preamble = "static int of_one_name(void) { return 3; }")]
    #[allow(missing_docs)]
    unsafe extern "C" {
        pub safe fn of_one_name() -> std::ffi::c_int;
    }
}

/// Lets others run before it returns.
#[cgo_export(private)]
fn doubled(x: c_int) -> c_int {
    yield_now();
    2 * x
}

/// `doubled`, for C.
pub const DOUBLED: Apply = doubled::C;
