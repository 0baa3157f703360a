use cgocall::cgo_import;
use std::ffi::c_int;

#[repr(C)]
pub struct Pair {
    a: c_int,
    b: c_int,
}

#[cgo_import]
unsafe extern "C" {
    safe fn f(pair: Option<Pair>);
}

fn main() {}
