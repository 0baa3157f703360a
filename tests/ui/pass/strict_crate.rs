//! No lint has anything to say about an expansion.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unsafe_op_in_unsafe_fn,
    unused,
    unused_qualifications,
    nonstandard_style,
    rust_2024_compatibility,
    clippy::all,
    clippy::pedantic
)]

use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    safe fn strlen(text: &CStr) -> usize;
    safe fn rmdir(path: &CStr) -> Result<c_int, Errno>;
    safe fn sync();
    safe fn isAlpha(someChar: c_int) -> c_int;
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: Option<unsafe extern "C" fn(*const c_void, *const c_void) -> c_int>,
    );
    #[cgo(blocking)]
    safe fn usleep(micros: u32) -> c_int;
    #[cgo(c = "memchr")]
    fn many(
        frame: &[u8],
        r: c_int,
        args: c_int,
        text: c_int,
        __frame: c_int,
        p0: c_int,
        p1: c_int,
        call: c_int,
    ) -> *const c_void;
    static environ: *const *const c_char;
    type file_t;
    fn fclose(file: *mut file_t) -> c_int;
}

mod inner {
    use super::{c_int, c_void, cgo_export, cgo_import};

    #[cgo_import]
    pub(crate) type Call = unsafe extern "C" fn(ctx: *mut c_void, n: c_int) -> c_int;

    #[cgo_export(private)]
    pub(crate) fn called(ctx: &mut Vec<c_int>, n: c_int) -> c_int {
        ctx.push(n);
        n
    }
}

#[cgo_export(name = "ui_compare", on_panic = abort)]
fn compare(a: &c_int, b: &c_int) -> c_int {
    a.cmp(b) as c_int
}

#[cgo_export(private)]
unsafe fn by_value(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort passes two of the elements.
    unsafe { compare(&*a.cast(), &*b.cast()) }
}

#[cgo_export(private)]
fn sum(numbers: &[c_int], name: &CStr) -> c_int {
    numbers.iter().sum::<c_int>() + c_int::from(name.is_empty())
}

#[cgocall::main]
fn main() {
    let _ = (strlen(c"a"), rmdir(c"/no/such"), sync, isAlpha, usleep(1));
    let _ = (many, fclose, &raw const environ);
    let mut numbers = [2, 1];
    // SAFETY: two `c_int`s, as the size says.
    unsafe { qsort(numbers.as_mut_ptr().cast(), 2, size_of::<c_int>(), Some(by_value::C)) };
    let mut rows = vec![];
    assert_eq!((inner::called::C)(&mut rows, 3), 3);
    let _ = (inner::Call::call, sum::C, compare::C);
}
