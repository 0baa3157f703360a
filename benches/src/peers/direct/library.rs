//! Libraries that everybody has: a sort that calls back, and a pipe.

use crate::peer::{Work, repeat};
use crate::peers::unsorted;
use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::AsRawFd;
use std::time::Duration;

mod c {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" {
        pub fn qsort(
            base: *mut c_void,
            count: usize,
            size: usize,
            compare: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
        );
        pub fn write(to: c_int, bytes: *const c_void, count: usize) -> isize;
        pub fn read(from: c_int, bytes: *mut c_void, count: usize) -> isize;
    }
}

pub const WORKS: &[(&str, Work)] = &[("qsort_1000", sorts), ("read_write_8b", through_a_pipe)];

unsafe extern "C" fn by_value(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: `qsort` passes pointers to two elements.
    let (a, b) = unsafe { (*a.cast::<c_int>(), *b.cast::<c_int>()) };
    a.cmp(&b) as c_int
}

fn sorts(n: u32) -> Vec<Duration> {
    repeat(n, || {
        let mut numbers = unsorted();
        let size = size_of::<c_int>();
        // SAFETY: there are so many elements of that size, and the comparison is one of theirs.
        unsafe { c::qsort(numbers.as_mut_ptr().cast(), numbers.len(), size, by_value) };
        numbers
    })
}

fn through_a_pipe(n: u32) -> Vec<Duration> {
    let (from, to) = io::pipe().expect("a pipe");
    let (from_fd, to_fd) = (from.as_raw_fd(), to.as_raw_fd());
    let mut bytes = *b"8 bytes.";
    repeat(n, || {
        // SAFETY: there are 8 bytes.
        assert_eq!(unsafe { c::write(to_fd, bytes.as_ptr().cast(), 8) }, 8);
        // SAFETY: there is room for 8 bytes.
        assert_eq!(unsafe { c::read(from_fd, bytes.as_mut_ptr().cast(), 8) }, 8);
    })
}
