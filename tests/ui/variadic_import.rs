use cgocall::cgo_import;
use std::ffi::{CStr, c_int};

#[cgo_import]
unsafe extern "C" {
    fn printf(format: &CStr, ...) -> c_int;
}

fn main() {}
