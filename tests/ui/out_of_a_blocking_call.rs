#![allow(unused)]

use cgocall::cgo_import;
use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;

#[repr(C)]
pub struct Row {
    next: *mut Row,
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn pointer(#[cgo(out)] to: *mut c_void);
    #[cgo(blocking)]
    safe fn there(#[cgo(out)] to: Option<NonNull<c_void>>);
    #[cgo(blocking)]
    fn text(#[cgo(out)] text: &'static CStr) -> c_int;
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    fn not_send(#[cgo(out)] row: Row);
}

fn main() {}
