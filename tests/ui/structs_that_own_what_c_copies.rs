//! C makes and copies the structs: nothing in them may have an owner.

#![allow(unused)]

use cgocall::cgo_export;
use std::ffi::{CStr, CString, c_int};
use std::path::PathBuf;

#[cgo_export]
#[repr(C)]
struct Page {
    text: String,
    lines: Vec<c_int>,
    next: Option<Box<Page>>,
    title: CString,
    path: Option<PathBuf>,
    name: &'static CStr,
    note: Option<&'static str>,
    more: &'static [u8],
    last: *mut Page,
}

// What has an end is the author's to say.
#[cgo_export]
#[repr(C)]
struct Open {
    file: c_int,
}

impl Drop for Open {
    fn drop(&mut self) {}
}

#[cgo_export]
fn close_it(open: Open) {}

fn main() {}
