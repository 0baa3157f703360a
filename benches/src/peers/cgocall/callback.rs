//! C that calls back.

use super::ffi::{
    call_back, call_back_times, call_closure_times, call_kept_times, hold_callback, keep_closure,
    thread_calls_back, threads_call_back,
};
use crate::peer::{Work, repeat, timed};
use cgocall::{Callback, cgo_export};
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
    ("closure", |n| {
        let mut sum = 0;
        timed(|| {
            call_closure_times(
                |i| {
                    sum += black_box(i) & 1;
                    sum
                },
                n as c_int,
            );
        })
    }),
    ("closure_kept", |n| {
        let mut sum = 0;
        keep_closure(move |i| {
            sum += black_box(i) & 1;
            sum
        });
        timed(|| call_kept_times(n as c_int))
    }),
    ("closure_handle", |n| {
        let mut sum = 0;
        let callback: Callback<dyn FnMut(c_int) -> c_int + Send> =
            Callback::new(Box::new(move |i| {
                sum += black_box(i) & 1;
                sum
            }));
        hold_callback(&callback, None);
        timed(|| call_kept_times(n as c_int))
    }),
    ("callback_cthread", |n| {
        vec![Duration::from_nanos(
            thread_calls_back(on_call::C, n as c_int) as u64,
        )]
    }),
    ("cthread_attach", |n| {
        vec![Duration::from_nanos(
            threads_call_back(on_call::C, n as c_int) as u64,
        )]
    }),
];
