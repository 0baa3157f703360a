use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(include = "point.h")]
#[repr(C)]
struct Point(c_int, c_int);

fn main() {}
