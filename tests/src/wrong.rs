//! A C library that does with borrowed memory what it may not.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_long};
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
