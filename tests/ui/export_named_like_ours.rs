// The function of that name would be called in its place, with any pointer for a frame.
use cgocall::cgo_export;
use std::ffi::c_void;

#[cgo_export(private)]
fn _cgoexp(_frame: *mut c_void) -> bool {
    true
}

#[cgo_export(private, on_panic = 5)]
fn __on_panic() -> i32 {
    7
}

fn main() {}
