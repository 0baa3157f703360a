use cgocall::cgo_import;
use std::ffi::c_int;

use cgocall::Errno;

#[repr(C)]
pub struct Pair {
    quot: c_int,
    rem: c_int,
}

#[cgo_import]
unsafe extern "C" {
    safe fn div(n: c_int, d: c_int) -> Result<Pair, Errno>;
}

fn main() {}
