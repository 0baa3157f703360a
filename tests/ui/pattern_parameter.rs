use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn f((a, b): c_int);
}

fn main() {}
