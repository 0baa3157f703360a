use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
#[repr(C)]
struct Point {
    x: c_int,
}

#[cgo_import(link = "point")]
const LIMIT: c_int = 1;

fn main() {}
