use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    fn abs(#[cfg(unix)] x: c_int) -> c_int;
}

fn main() {}
