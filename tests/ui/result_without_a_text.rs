use cgocall::cgo_export;
use std::ffi::c_int;

pub struct Failed;

#[cgo_export(private)]
fn f() -> Result<c_int, Failed> {
    Err(Failed)
}

#[cgo_export(private)]
fn g() -> Result<(), ()> {
    Err(())
}

fn main() {}
