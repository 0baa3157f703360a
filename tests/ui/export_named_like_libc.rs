use cgocall::cgo_export;
use std::ffi::c_int;

#[cgo_export]
fn write(fd: c_int) -> c_int {
    fd
}

fn main() {}
