//! Memory that will be needed soon.

const LINE: usize = 64;

/// Has the processor fetch the line at an address, if there is memory.
#[inline(always)]
fn line(address: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: it never faults, and changes nothing.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(std::ptr::without_provenance(address));
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = address;
}

/// All lines of what is there, or nothing if it is null.
#[inline(always)]
pub(crate) fn object<T>(it: *const T) {
    for i in 0..size_of::<T>().div_ceil(LINE) {
        line(it.addr().wrapping_add(i * LINE));
    }
}

/// The first half KiB of a stack: what a goroutine has used of it that waits in the function that it was made of.
#[inline(always)]
pub(crate) fn stack(base: usize) {
    for i in 1..=8 {
        line(base.wrapping_sub(i * LINE));
    }
}
