use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(include = "point.h")]
struct Point {
    x: c_int,
}

fn main() {}
