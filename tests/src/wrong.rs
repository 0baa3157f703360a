//! A C library that does with borrowed memory what it may not.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, UserData, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::mem::MaybeUninit;
use std::path::Path;

/// Two numbers.
#[cgo_import(include = "c/wrong.h")]
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Two {
    pub a: c_int,
    pub b: c_long,
}

#[cgo_import(include = "c/wrong.h", source = "c/wrong.c")]
unsafe extern "C" {
    pub type Opaque;

    // What it keeps, `use_kept` reads.
    pub safe fn keep_text(text: &CStr);
    #[cgo(c = "keep_text")]
    pub safe fn keep_copy(text: &str);
    #[cgo(c = "keep_text")]
    pub safe fn try_keep_path(path: &Path) -> Result<(), Errno>;
    pub safe fn keep_bytes(bytes: &[u8]) -> c_int;
    pub safe fn keep_pair(pair: Option<&mut Two>);
    #[cgo(c = "keep_pair")]
    pub safe fn may_keep_pair(#[cgo(keeps)] pair: Option<&mut Two>);
    #[cgo(c = "keep_bytes", blocking)]
    pub safe fn keep_bytes_blocking(bytes: &[u8]) -> c_int;
    pub safe fn use_kept() -> c_int;

    // Beyond what it was lent, and before it.
    pub safe fn set_behind(bytes: &mut [u8], how_far: c_long);
    pub safe fn set_const(pair: &Two);
    // It passes to an export what it was given for it, and returns what it gets.
    pub fn call_with(
        f: unsafe extern "C" fn(*mut c_void, usize) -> c_long,
        p: *mut c_void,
        n: usize,
    ) -> c_long;
    pub fn call_for(
        f: unsafe extern "C" fn(*mut c_void) -> *const c_void,
        p: *mut c_void,
    ) -> *const c_void;
    // It writes what is no value.
    pub safe fn write_two(a: &mut bool, b: &mut bool, n: c_int);
    pub safe fn write_then_call(a: &mut bool, n: c_int, f: impl FnMut(UserData), _: UserData);
    pub safe fn write_four(four: &mut [bool; 4], n: c_int);
    #[cgo(c = "make_four")]
    pub safe fn four(#[cgo(out)] four: [bool; 4], n: c_int);
    pub safe fn returns_with_errno(result: bool, error: c_int) -> Result<bool, Errno>;
    // As it should.
    pub safe fn swap(pair: &mut Two) -> c_int;
    pub safe fn fill(pair: &mut MaybeUninit<Two>);
    pub safe fn sum(numbers: &[c_long]) -> c_long;
    pub safe fn last(text: &CStr, end: &mut *const c_char) -> *const c_char;
    pub safe fn zero(numbers: &mut [c_long]);
    pub safe fn opaque() -> *mut Opaque;
    pub safe fn is_opaque(opaque: &Opaque) -> bool;
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "keep_bytes")]
    pub safe fn plain_keep_bytes(bytes: &[u8]) -> c_int;
}
