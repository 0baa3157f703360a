//! `qsort`, `qsort_r` and `bsearch` of the C library, by any order.

use cgocall::{UserData, cgo_export, cgo_import};
use std::cmp::Ordering;
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

#[cgo_import(include = "stdlib.h", define = "_GNU_SOURCE")]
unsafe extern "C" {
    fn qsort_r(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: impl FnMut(*const c_void, *const c_void, UserData) -> c_int,
        _: UserData,
    );
    // The key is what C hands on to its callback, untouched: a user pointer.
    fn bsearch(
        _: UserData,
        base: *const c_void,
        count: usize,
        size: usize,
        compare: impl FnMut(UserData, *const c_void) -> c_int,
    ) -> Option<NonNull<c_void>>;
}

// `qsort` has no user pointer, so it takes no closure, but a function. In C the elements have a type too.
#[cgo_import(preamble = r#"
    #include <stdlib.h>

    static void sort_doubles(double *numbers, size_t count, int (*compare)(const double *, const double *)) {
        qsort(numbers, count, sizeof *numbers, (int (*)(const void *, const void *))compare);
    }
"#)]
unsafe extern "C" {
    safe fn sort_doubles(numbers: &mut [f64], compare: extern "C" fn(&f64, &f64) -> c_int);
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

/// Where in the sorted `slice` an element is that `compare` finds equal, as `slice::binary_search_by` does.
pub fn search_by<T>(slice: &[T], mut compare: impl FnMut(&T) -> Ordering) -> Option<usize> {
    let (base, size) = (slice.as_ptr(), size_of::<T>());
    // SAFETY: C calls back with pointers to elements. It has the key first, and Rust the element: hence the other way.
    let found = unsafe {
        bsearch(base.cast(), slice.len(), size, |element| {
            compare(&*element.cast()).reverse() as c_int
        })
    };
    found.map(|found| (found.addr().get() - base.addr()) / size.max(1))
}

#[cgo_export(private)]
fn total_order(a: &f64, b: &f64) -> c_int {
    a.total_cmp(b) as c_int
}

/// Sorts numbers: the least first, and NaN after all of them.
pub fn sort_numbers(numbers: &mut [f64]) {
    sort_doubles(numbers, total_order::C)
}
