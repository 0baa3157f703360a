//! Functions that fail in as many ways as C has, and such that return what Rust has other types for.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_int, c_long, c_uint, c_void};
use std::ptr::NonNull;

/// An error that is made of a code.
#[derive(Debug, PartialEq, Eq)]
pub struct Code(pub i64);

impl From<c_int> for Code {
    fn from(code: c_int) -> Code {
        Code(code.into())
    }
}

impl From<c_long> for Code {
    fn from(code: c_long) -> Code {
        Code(code)
    }
}

impl From<c_uint> for Code {
    fn from(code: c_uint) -> Code {
        Code(code.into())
    }
}

/// A name for an integer, which no macro sees through.
#[allow(non_camel_case_types, reason = "C's")]
pub type level_t = c_long;

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stddef.h>
    #include <stdint.h>
    typedef long level_t;
    typedef enum { GOOD, BAD = 7 } verdict_t;

    /* `r`, having set errno to `e`. */
    static int as_int(int r, int e) { errno = e; return r; }
    static unsigned as_unsigned(unsigned r, int e) { errno = e; return r; }
    static size_t as_size(size_t r, int e) { errno = e; return r; }
    static level_t as_level(level_t r, int e) { errno = e; return r; }
    static void *as_pointer(intptr_t r, int e) { errno = e; return (void *)r; }
    static const char *as_text(int some, int e) { errno = e; return some ? "text" : 0; }
    static double as_double(double r, int e) { errno = e; return r; }
    static _Bool as_bool(_Bool r, int e) { errno = e; return r; }
    static void as_nothing(int e) { errno = e; }
    static verdict_t as_verdict(int bad) { return bad ? BAD : GOOD; }
"#)]
unsafe extern "C" {
    #[cgo(c = "as_int")]
    pub safe fn int_by_default(r: c_int, e: c_int) -> Result<c_int, Errno>;
    #[cgo(c = "as_int", fails = -1)]
    pub safe fn int_minus_one(r: c_int, e: c_int) -> Result<c_int, Errno>;
    #[cgo(c = "as_int", fails = negative)]
    pub safe fn int_negative(r: c_int, e: c_int) -> Result<c_int, Errno>;
    #[cgo(c = "as_int", fails = nonzero)]
    pub safe fn int_nonzero(r: c_int, e: c_int) -> Result<c_int, Errno>;
    #[cgo(c = "as_int", fails = errno)]
    pub safe fn int_errno(r: c_int, e: c_int) -> Result<c_int, Errno>;
    #[cgo(c = "as_unsigned", fails = -1)]
    pub safe fn unsigned_minus_one(r: c_uint, e: c_int) -> Result<c_uint, Errno>;
    #[cgo(c = "as_size", fails = -1)]
    pub safe fn size_minus_one(r: usize, e: c_int) -> Result<usize, Errno>;
    #[cgo(c = "as_level", fails = negative)]
    pub safe fn level_negative(r: level_t, e: c_int) -> Result<level_t, Errno>;
    #[cgo(c = "as_pointer", fails = null)]
    pub safe fn pointer_null(r: isize, e: c_int) -> Result<*mut c_void, Errno>;
    #[cgo(c = "as_pointer", fails = -1)]
    pub safe fn pointer_minus_one(r: isize, e: c_int) -> Result<*mut c_void, Errno>;
    #[cgo(c = "as_pointer", fails = -1)]
    pub safe fn mapped(r: isize, e: c_int) -> Result<Option<NonNull<c_void>>, Errno>;
    #[cgo(c = "as_text", fails = null)]
    pub safe fn text_null(some: c_int, e: c_int) -> Result<&'static CStr, Errno>;
    #[cgo(c = "as_text", fails = errno)]
    pub safe fn text_errno(some: c_int, e: c_int) -> Result<Option<&'static CStr>, Errno>;
    #[cgo(c = "as_double", fails = errno)]
    pub safe fn double_errno(r: f64, e: c_int) -> Result<f64, Errno>;
    #[cgo(c = "as_bool", fails = errno)]
    pub safe fn bool_errno(r: bool, e: c_int) -> Result<bool, Errno>;
    #[cgo(c = "as_nothing", fails = errno)]
    pub safe fn nothing_errno(e: c_int) -> Result<(), Errno>;
    #[cgo(c = "as_nothing")]
    pub safe fn nothing_by_default(e: c_int) -> Result<(), Errno>;

    #[cgo(c = "as_int", fails = -1)]
    pub safe fn done_minus_one(r: c_int, e: c_int) -> Result<(), Errno>;
    #[cgo(c = "as_int", fails = negative)]
    pub safe fn done_negative(r: c_int, e: c_int) -> Result<(), Errno>;
    #[cgo(c = "as_int", fails = nonzero)]
    pub safe fn done_nonzero(r: c_int, e: c_int) -> Result<(), Errno>;
    #[cgo(c = "as_level", status = level_t, fails = -1)]
    pub safe fn done_level(r: level_t, e: c_int) -> Result<(), Errno>;
    #[cgo(c = "as_int", status = c_int, fails = errno)]
    pub safe fn done_errno(r: c_int, e: c_int) -> Result<(), Errno>;

    #[cgo(c = "as_int")]
    pub safe fn status(r: c_int, e: c_int) -> Result<(), Code>;
    #[cgo(c = "as_int", fails = negative)]
    pub safe fn status_negative(r: c_int, e: c_int) -> Result<(), Code>;
    #[cgo(c = "as_level", status = level_t)]
    pub safe fn status_level(r: level_t, e: c_int) -> Result<(), Code>;
    #[cgo(c = "as_verdict", status = c_uint)]
    pub safe fn status_verdict(bad: c_int) -> Result<(), Code>;
    #[cgo(c = "as_int", fails = negative)]
    pub safe fn count_negative(r: c_int, e: c_int) -> Result<c_int, Code>;
    #[cgo(c = "as_level", fails = -1)]
    pub safe fn count_minus_one(r: level_t, e: c_int) -> Result<level_t, Code>;
    #[cgo(c = "as_int", blocking)]
    pub safe fn slow_status(r: c_int, e: c_int) -> Result<(), Code>;
}

/// The same without a header, through stubs of Rust's.
pub mod plain {
    use super::Code;
    use cgocall::{Errno, cgo_import};
    use std::ffi::{CStr, c_int};

    #[cgo_import]
    unsafe extern "C" {
        #[cgo(fails = -1)]
        pub safe fn rmdir(path: &CStr) -> Result<(), Errno>;
        #[cgo(c = "abs", fails = nonzero)]
        pub safe fn nonzero(n: c_int) -> Result<(), Code>;
        #[cgo(c = "toupper", fails = negative)]
        pub safe fn upper(n: c_int) -> Result<c_int, Code>;
    }
}
