use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn f(all: [c_int; 4]);
}

fn main() {}
