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

mod given {
    use super::{CStr, Errno, c_int, c_void, cgo_export, cgo_import};
    use std::ffi::OsStr;
    use std::mem::MaybeUninit;
    use std::path::Path;
    use std::ptr::NonNull;

    #[derive(Debug)]
    pub(crate) struct State(pub(crate) String);

    #[cgo_import]
    unsafe extern "C" {
        #[cgo(c = "puts")]
        pub(crate) safe fn owned(text: String) -> c_int;
        #[cgo(c = "puts")]
        pub(crate) safe fn keyword(r#type: &str) -> c_int;
        #[cgo(c = "puts")]
        pub(crate) safe fn nameless(_: Option<String>) -> c_int;
        #[cgo(c = "puts")]
        pub(crate) safe fn of_c(text: Option<&CStr>) -> c_int;
        #[cgo(c = "rename", blocking)]
        pub(crate) safe fn two(__text0: &Path, place: Option<&OsStr>) -> Result<c_int, Errno>;
        #[cgo(c = "free")]
        pub(crate) safe fn give(owned: Box<Option<State>>);
        #[cgo(c = "free", blocking)]
        pub(crate) safe fn give_if_any(owned: Option<Box<State>>);
        #[cgo(c = "free")]
        pub(crate) safe fn lend(state: Option<&Vec<Option<State>>>);
        #[cgo(c = "time")]
        pub(crate) safe fn fill(place: &mut MaybeUninit<i64>) -> i64;
        #[cgo(c = "time")]
        pub(crate) safe fn fill_if_any(place: Option<&mut MaybeUninit<i64>>) -> i64;
        #[cgo(c = "time")]
        pub(crate) fn behind(place: NonNull<i64>) -> i64;
        #[cgo(c = "malloc")]
        pub(crate) safe fn room(size: usize) -> Result<NonNull<Vec<State>>, Errno>;
        #[cgo(c = "free")]
        pub(crate) safe fn lives(f: for<'a> extern "C" fn(Option<&'a c_int>, Box<&'a c_int>));
    }

    #[cgo_import]
    pub(crate) type Find = unsafe extern "C" fn(
        state: Box<State>,
        place: Option<&mut MaybeUninit<c_int>>,
        other: Option<NonNull<c_int>>,
    ) -> Option<NonNull<c_void>>;

    #[cgo_export(private)]
    pub(crate) fn take(
        state: Box<State>,
        place: &mut MaybeUninit<Vec<u8>>,
        other: Option<NonNull<c_int>>,
    ) -> NonNull<c_int> {
        place.write(state.0.into_bytes());
        other.unwrap_or(NonNull::dangling())
    }

    #[cgo_export(private)]
    pub(crate) fn dropped(_: Option<Box<State>>) {}
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
    let _ = (given::owned, given::keyword, given::nameless, given::of_c, given::two, given::give);
    let _ = (given::give_if_any, given::lend, given::fill, given::fill_if_any, given::behind);
    let _ = (given::room, given::lives, given::Find::call, given::take::C, given::dropped::C);
}
