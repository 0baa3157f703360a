//! `qsort_r` and `bsearch` of the C library, by any order.

use cgocall::{UserData, cgo_import};
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};

#[cgo_import(include = "stdlib.h", define = "_GNU_SOURCE")]
unsafe extern "C" {
    fn qsort_r(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: impl FnMut(*const c_void, *const c_void, UserData) -> c_int,
        _: UserData,
    );
}

/// Sorts `slice`, as `slice::sort_unstable_by` does. If `compare` panics, so does this, and the slice is in some order.
pub fn sort_by<T>(slice: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let (base, count, size) = (slice.as_mut_ptr().cast(), slice.len(), size_of::<T>());
    // SAFETY: C moves the slice's elements about within it, as bytes, and calls back with pointers to two of them, which
    // stay where they are meanwhile.
    unsafe {
        qsort_r(base, count, size, |a, b| {
            compare(&*a.cast(), &*b.cast()) as c_int
        })
    }
}
