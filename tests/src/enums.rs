//! C that makes values of enums, and of `bool`, which are none.

#![allow(missing_docs, nonstandard_style, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::{c_int, c_uint};

#[cgo_import(include = "c/enums.h")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum level {
    LOW = 1,
    HIGH = 5,
}

#[cgo_import(include = "c/enums.h")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum side {
    LEFT = -1,
    RIGHT = 1,
    TOP = 7,
}

#[cgo_import(include = "c/enums.h")]
#[derive(Debug, PartialEq, Eq)]
#[repr(C)]
pub enum outcome {
    DONE,
    LATE,
    LOST,
}

#[cgo_import(include = "c/enums.h")]
pub type level_of = unsafe extern "C" fn(n: c_int) -> level;

/// Another name.
pub type Level = level;

#[derive(Debug, PartialEq, Eq)]
pub struct Failed(pub outcome);

#[derive(Debug, PartialEq, Eq)]
pub struct Code(pub c_int);

impl From<c_int> for Code {
    fn from(code: c_int) -> Code {
        Code(code)
    }
}

impl From<outcome> for Failed {
    fn from(code: outcome) -> Failed {
        Failed(code)
    }
}

#[cgo_import(include = "c/enums.h", source = "c/enums.c")]
unsafe extern "C" {
    pub safe fn as_level(n: c_int) -> level;
    #[cgo(c = "as_level", blocking)]
    pub safe fn as_level_slowly(n: c_int) -> Level;
    pub safe fn as_side(n: c_int) -> side;
    #[cgo(c = "as_side", fails = -1)]
    pub safe fn try_side(n: c_int) -> Result<side, Errno>;
    #[cgo(c = "as_side")]
    pub safe fn try_side_by_default(n: c_int) -> Result<side, Errno>;
    #[cgo(c = "as_side", fails = errno)]
    pub safe fn side_errno(n: c_int) -> Result<side, Errno>;
    #[cgo(c = "as_outcome", status = outcome)]
    pub safe fn outcome_status(n: c_int) -> Result<(), Failed>;
    pub safe fn as_bool(n: c_int) -> bool;
    #[cgo(c = "as_bool", fails = errno)]
    pub safe fn try_bool(n: c_int) -> Result<bool, Errno>;
    pub safe fn write_level(place: &mut level, n: c_int);
    #[cgo(c = "write_level")]
    pub safe fn write_level_if_any(place: Option<&mut Level>, n: c_int);
    pub safe fn write_levels(places: &mut [level], n: c_int) -> c_int;
    pub safe fn write_bool(place: &mut bool, n: c_int);
    #[cgo(c = "write_outcome")]
    pub safe fn outcome_written(#[cgo(out)] place: outcome, n: c_int);
    #[cgo(c = "write_outcome_or_fail", status = c_int, fails = negative)]
    pub safe fn outcome_or_code(#[cgo(out)] place: outcome, n: c_int) -> Result<(), Code>;
    #[cgo(c = "write_bool")]
    pub safe fn bool_written(#[cgo(out)] place: bool, n: c_int);
    pub safe fn call_with_level(
        f: extern "C" fn(l: level, yes: bool) -> c_int,
        l: c_int,
        yes: c_int,
    ) -> c_int;
    pub safe fn give_level_of() -> level_of;
}

#[cgo_export(private, on_panic = -1)]
fn on_level(l: level, yes: bool) -> c_int {
    l as c_int * 10 + c_int::from(yes)
}

/// What C gets from a callback that takes both.
pub fn through_a_callback(l: c_int, yes: c_int) -> c_int {
    call_with_level(on_level::C, l, yes)
}

/// As Rust calls it.
pub fn called_by_rust(l: level, yes: bool) -> c_int {
    on_level::C(l, yes)
}

/// Without a header, through stubs of Rust's.
pub mod plain {
    use super::{c_uint, level};
    use cgocall::cgo_import;

    #[cgo_import]
    unsafe extern "C" {
        #[cgo(c = "plain_as_level")]
        pub safe fn as_level(n: c_uint) -> level;
    }
}
