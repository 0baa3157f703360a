//! C that calls back.

use super::ffi::{call_back, call_back_times};
use crate::peer::{Work, repeat, timed};
use cgocall::cgo_export;
use std::ffi::c_int;
use std::hint::black_box;

#[cgo_export(private)]
fn on_call(n: c_int) -> c_int {
    black_box(n) + 1
}

pub const WORKS: &[(&str, Work)] = &[
    ("callback", |n| {
        timed(|| call_back_times(on_call::C, n as c_int))
    }),
    ("call_callback", |n| {
        repeat(n, || call_back(on_call::C, black_box(1)))
    }),
];
