use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::c_int;

pub struct Duration(c_int);
#[repr(C)]
pub struct Handle<T>(*mut T, c_int);

#[cgo_import]
unsafe extern "C" {
    safe fn wait(time: Duration);
    safe fn try_wait(time: Option<Duration>) -> Result<c_int, Errno>;
    safe fn keep(handle: Handle<c_int>);
    safe fn kept() -> cgocall::Handle<c_int>;
}

#[cgo_export]
fn on_handle(_handle: Handle<c_int>) {}

#[cgo_export(private)]
fn on_our_handle(handle: cgocall::Handle<c_int>) -> cgocall::Handle<c_int> {
    handle
}

fn main() {}
