use cgocall::cgo_export;
use std::ffi::c_int;

#[repr(C)]
pub struct Pair(c_int);

#[cgo_export]
fn f() -> Pair {
    Pair(1)
}

fn main() {}
