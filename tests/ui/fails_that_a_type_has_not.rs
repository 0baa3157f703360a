use cgocall::{Errno, cgo_import};
use std::ffi::{c_long, c_uint};

#[allow(non_camel_case_types)]
type size_type = c_uint;
#[allow(non_camel_case_types)]
type pointer_type = *mut c_long;

#[repr(C)]
pub struct Pair {
    quot: c_long,
    rem: c_long,
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(fails = negative)]
    safe fn negative() -> Result<size_type, Errno>;
    #[cgo(fails = null)]
    safe fn null() -> Result<size_type, Errno>;
    #[cgo(fails = nonzero)]
    safe fn nonzero() -> Result<pointer_type, Errno>;
    #[cgo(fails = -1)]
    safe fn minus_one() -> Result<Pair, Errno>;
    #[cgo(fails = errno)]
    safe fn right() -> Result<Pair, Errno>;
}

fn main() {}
