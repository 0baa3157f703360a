//! The imports of `c/kinds.c`, one of each kind, and the exports that it calls by symbol.

use cgocall::{cgo_export, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};

/// A small struct: in registers.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

/// A large struct: in memory.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Matrix {
    pub cell: [[f64; 4]; 4],
}

/// A struct with padding.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Mixed {
    pub tag: c_char,
    pub value: f64,
    pub flag: u8,
}

/// An enum with a gap.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Colour {
    Red,
    Green = 7,
    Blue,
}

/// What C calls an `operation`, called through the runtime.
#[cgo_import]
pub type Operation = extern "C" fn(a: c_int, b: c_int) -> c_int;

#[cgo_import(
    include = "c/kinds.h",
    source = "c/kinds.c",
    define = "KINDS_FACTOR=6",
    cflags = "-DKINDS_OFFSET=7"
)]
#[allow(missing_docs)]
unsafe extern "C" {
    pub static mut kinds_level: c_int;
    pub static kinds_name: *const c_char;
    pub safe static kinds_primes: [i32; 4];

    pub safe fn kinds_turn(p: Point) -> Point;
    pub safe fn kinds_transpose(m: Matrix) -> Matrix;
    pub safe fn kinds_mix(m: Mixed) -> Mixed;
    pub safe fn kinds_next(c: Colour) -> Colour;

    pub safe fn kinds_bools(a: bool, b: bool, i: i32, c: bool, d: bool) -> bool;
    pub safe fn kinds_five(a: i8, b: u16, c: f32, d: i64, e: f64) -> f64;
    pub safe fn kinds_after_pointers(
        a: *mut c_void,
        b: *mut c_void,
        c: *mut c_void,
        d: *mut c_void,
    ) -> u64;
    pub safe fn kinds_narrow(a: i8, b: u16) -> u8;

    pub safe fn kinds_move(p: &mut Point, #[cgo(c = "struct step")] by: &Point);
    pub safe fn kinds_sum(values: &[i32]) -> i64;
    pub safe fn kinds_fill(bytes: &mut [u8], with: u8);
    pub safe fn kinds_bytes(data: &[u8]) -> usize;
    pub safe fn kinds_greeting() -> &'static CStr;
    pub safe fn kinds_nothing() -> &'static CStr;

    #[cgo(c = "counter")]
    pub type Counter;
    pub safe fn counter_new(start: c_int) -> *mut Counter;
    pub fn counter_add(c: *mut Counter, n: c_int) -> c_int;
    pub fn counter_free(c: *mut Counter);
    pub safe fn kinds_operation(which: c_int) -> Option<Operation>;
    pub safe fn kinds_apply(f: Option<Operation>, a: c_int, b: c_int) -> c_int;

    pub safe fn kinds_configured() -> c_int;
    pub safe fn kinds_call_exports() -> c_int;
}

/// Two blocks may have static functions of one name, each its own.
pub mod one {
    #[cgocall::cgo_import(preamble = "static int of_one_name(void) { return 1; }")]
    #[allow(missing_docs)]
    unsafe extern "C" {
        pub safe fn of_one_name() -> std::ffi::c_int;
    }
}

/// The other.
pub mod two {
    #[cgocall::cgo_import(preamble = "static int of_one_name(void) { return 2; }")]
    #[allow(missing_docs)]
    unsafe extern "C" {
        pub safe fn of_one_name() -> std::ffi::c_int;
    }
}

/// A stretch of something.
#[cgo_export]
#[repr(C)]
pub struct ExportedSpan {
    start: c_uint,
    length: c_uint,
}

/// Adds.
#[cgo_export]
fn exported_add(a: c_int, b: c_int) -> c_int {
    a + b
}

/// The length of a text.
#[cgo_export]
fn exported_length(text: &CStr) -> usize {
    text.count_bytes()
}

/// The sum of some bytes; C may say "none" with a null pointer.
#[cgo_export]
fn exported_sum(bytes: &[u8]) -> c_uint {
    bytes.iter().copied().map(c_uint::from).sum()
}

/// Adds to `*total`.
#[cgo_export]
fn exported_increase(total: &mut i64, by: i64) {
    *total += by;
}

/// From `start` to before `end`.
#[cgo_export(on_panic = ExportedSpan { start: 0, length: 0 })]
fn exported_span(start: c_uint, end: c_uint) -> ExportedSpan {
    ExportedSpan {
        start,
        length: end - start,
    }
}
