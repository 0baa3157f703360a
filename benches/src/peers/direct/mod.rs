//! C called directly: what a call costs anyhow.

mod database;
mod floors;
mod library;

use crate::peer::{Work, repeat, serve, timed};
use std::ffi::{CString, c_int, c_void};
use std::hint::black_box;
use std::io;
use std::time::Duration;

/// The C functions, declared as everybody does.
pub mod c {
    use std::ffi::{c_char, c_int, c_long, c_uint, c_void};

    unsafe extern "C" {
        pub safe fn empty();
        pub safe fn add(a: c_int, b: c_int) -> c_int;
        pub safe fn fail() -> c_int;
        pub fn first(text: *const c_char) -> c_int;
        pub safe fn call_back(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
        pub safe fn call_back_times(cb: extern "C" fn(c_int) -> c_int, times: c_int);
        pub fn call_closure_times(
            f: unsafe extern "C" fn(*mut c_void, c_int) -> c_int,
            data: *mut c_void,
            times: c_int,
        );
        pub safe fn thread_calls_back(cb: extern "C" fn(c_int) -> c_int, times: c_int) -> c_long;
        pub safe fn threads_call_back(cb: extern "C" fn(c_int) -> c_int, threads: c_int) -> c_long;
        pub safe fn nap(micros: c_uint);
        pub safe fn touch_stacks(stacks: c_uint) -> c_int;
    }
}

extern "C" fn on_call(n: c_int) -> c_int {
    black_box(n) + 1
}

unsafe extern "C" fn on_closure(data: *mut c_void, n: c_int) -> c_int {
    // SAFETY: `call_closure_times` passes on what it was given, a `&mut c_int`.
    let sum = unsafe { &mut *data.cast::<c_int>() };
    *sum += black_box(n) & 1;
    *sum
}

fn fail() -> io::Result<c_int> {
    match c::fail() {
        -1 => Err(io::Error::last_os_error()),
        n => Ok(n),
    }
}

fn first(text: &str) -> c_int {
    let text = CString::new(text).expect("no NUL");
    // SAFETY: it ends in NUL, and lives as long as the call.
    unsafe { c::first(text.as_ptr()) }
}

const WORKS: &[(&str, Work)] = &[
    ("call_empty", |n| repeat(n, || c::empty())),
    ("call_add", |n| repeat(n, || c::add(black_box(1), 2))),
    ("call_errno", |n| repeat(n, fail)),
    ("call_fail", |n| repeat(n, || c::fail())),
    ("call_str", |n| {
        repeat(n, || first(black_box("eleven byte")))
    }),
    ("callback", |n| {
        timed(|| c::call_back_times(on_call, n as c_int))
    }),
    ("call_callback", |n| {
        repeat(n, || c::call_back(on_call, black_box(1)))
    }),
    ("closure", |n| {
        let mut sum = 0;
        let data = (&raw mut sum).cast();
        // SAFETY: the pointer is the one that `on_closure` wants, and outlives the call.
        timed(|| unsafe { c::call_closure_times(on_closure, data, n as c_int) })
    }),
    ("callback_cthread", |n| {
        vec![Duration::from_nanos(
            c::thread_calls_back(on_call, n as c_int) as u64,
        )]
    }),
    ("cthread_attach", |n| {
        vec![Duration::from_nanos(
            c::threads_call_back(on_call, n as c_int) as u64,
        )]
    }),
];

pub fn main() {
    serve(&[WORKS, library::WORKS, database::WORKS, floors::WORKS].concat());
}
