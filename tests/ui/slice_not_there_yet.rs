#![allow(unused)]

use cgocall::{cgo_export, cgo_import};
use std::ffi::c_int;
use std::mem::MaybeUninit;

#[cgo_import]
unsafe extern "C" {
    fn read(from: &[MaybeUninit<u8>]);
    fn generic(to: &mut [MaybeUninit<Vec<u8>>]);
    safe fn fill(to: &mut [MaybeUninit<c_int>]) -> c_int;
}

#[cgo_export]
fn take(from: &[MaybeUninit<u8>]) {}

fn main() {
    fill(&mut [0, 1]);
}
