use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(include = "point.h")]
#[repr(C)]
struct Point {
    name: String,
    #[cgo(blocking)]
    x: c_int,
    #[cgo(c = "not a name")]
    y: c_int,
}

fn main() {}
