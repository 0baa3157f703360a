//! C that calls back.

use super::ffi::{call_back, call_back_times, thread_calls_back, threads_call_back};
use crate::peer::{Work, repeat, timed};
use cgocall::cgo_export;
use std::ffi::c_int;
use std::hint::black_box;
use std::time::Duration;

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
    ("cthread_callback", |n| {
        vec![Duration::from_nanos(
            thread_calls_back(on_call::C, n as c_int) as u64,
        )]
    }),
    ("attach_detach", |n| {
        vec![Duration::from_nanos(
            threads_call_back(on_call::C, n as c_int) as u64,
        )]
    }),
];
