//! Libraries that everybody has: a sort that calls back, and a pipe.

use super::ffi::{qsort, read, write};
use crate::peer::{Work, repeat};
use crate::peers::unsorted;
use cgocall::cgo_export;
use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::AsRawFd;

pub const WORKS: &[(&str, Work)] = &[("qsort_1000", sorts), ("read_write_8b", through_a_pipe)];

#[cgo_export(private)]
unsafe fn by_value(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: `qsort` passes pointers to two elements.
    let (a, b) = unsafe { (*a.cast::<c_int>(), *b.cast::<c_int>()) };
    a.cmp(&b) as c_int
}

fn sorts(n: u32) -> Vec<std::time::Duration> {
    repeat(n, || {
        let mut numbers = unsorted();
        let size = size_of::<c_int>();
        // SAFETY: there are so many elements of that size, and the comparison is one of theirs.
        unsafe {
            qsort(
                numbers.as_mut_ptr().cast(),
                numbers.len(),
                size,
                by_value::C,
            )
        };
        numbers
    })
}

fn through_a_pipe(n: u32) -> Vec<std::time::Duration> {
    let (from, to) = io::pipe().expect("a pipe");
    let (from_fd, to_fd) = (from.as_raw_fd(), to.as_raw_fd());
    let mut bytes = *b"8 bytes.";
    repeat(n, || {
        assert_eq!(write(to_fd, &bytes), 8);
        assert_eq!(read(from_fd, &mut bytes), 8);
    })
}
