#![allow(unused)]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_int, c_void};
use std::mem::MaybeUninit;
use std::path::Path;

#[cgo_import]
unsafe extern "C" {
    fn reference(#[cgo(out)] to: &mut c_int);
    fn shared(#[cgo(out)] to: &c_int);
    fn uninit(#[cgo(out)] to: &mut MaybeUninit<c_int>);
    fn uninit_value(#[cgo(out)] to: MaybeUninit<c_int>);
    fn slice(#[cgo(out)] to: &mut [u8]);
    fn short_text(#[cgo(out)] text: &CStr);
    fn copied_text(#[cgo(out)] text: String);
    fn path(#[cgo(out)] text: &Path);
    fn function(#[cgo(out)] f: extern "C" fn(c_int));
    fn boxed(#[cgo(out)] state: Box<c_int>);
    fn boxes(#[cgo(out)] states: [Option<Box<c_int>>; 2]);
    fn unit(#[cgo(out)] nothing: ());
    fn void(#[cgo(out)] nothing: c_void);
    fn generic(#[cgo(out)] all: Vec<c_int>);
    fn wrapped(#[cgo(out)] result: Result<c_int, Errno>);
}

fn main() {
    // They are refused alone: what they would return is no further error.
    unsafe {
        let _: c_int = reference();
        let _: c_int = uninit();
    }
}
