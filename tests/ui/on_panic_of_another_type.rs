use cgocall::cgo_export;
use std::ffi::c_int;

#[cgo_export(on_panic = "no")]
fn f() -> c_int {
    1
}

fn main() {}
