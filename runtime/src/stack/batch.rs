//! Advice to the kernel about many ranges at once: `process_madvise`, where Linux takes it from a process about itself
//! (6.15, all kinds of it).

use super::memory::lacks_memory;
use std::io::Error;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// As many ranges as one system call is about.
const MOST: usize = 64;

/// Whether there is such a call, as far as is known.
static THERE: AtomicBool = AtomicBool::new(true);

/// Gives the same advice about ranges of `len` bytes. False: not about all of them.
///
/// # Safety
/// As `madvise` with each of them.
pub(super) unsafe fn advise(
    mut starts: impl Iterator<Item = usize>,
    len: usize,
    advice: libc::c_int,
) -> bool {
    const NONE: libc::iovec = libc::iovec {
        iov_base: null_mut(),
        iov_len: 0,
    };
    let mut ranges = [NONE; MOST];
    while THERE.load(Relaxed) {
        let mut n = 0;
        for (range, start) in ranges.iter_mut().zip(&mut starts) {
            range.iov_base = start as *mut _;
            range.iov_len = len;
            n += 1;
        }
        if n == 0 {
            return true;
        }
        // SAFETY: the caller's promise.
        let done = unsafe { process_madvise(&ranges[..n], advice) };
        match done {
            Ok(bytes) if bytes == n * len => {}
            Ok(_) => return false,
            Err(error) => {
                if !lacks_memory(&error) {
                    // The kernel, or a filter of system calls, knows none, or not for this advice.
                    THERE.store(false, Relaxed);
                }
                return false;
            }
        }
    }
    false
}

/// # Safety
/// As `madvise` with each of them.
unsafe fn process_madvise(ranges: &[libc::iovec], advice: libc::c_int) -> Result<usize, Error> {
    /// The process that asks.
    const PIDFD_SELF: libc::c_int = -10_001;
    // SAFETY: the caller's promise.
    let bytes = unsafe {
        libc::syscall(
            libc::SYS_process_madvise,
            PIDFD_SELF,
            ranges.as_ptr(),
            ranges.len(),
            advice,
            0,
        )
    };
    usize::try_from(bytes).map_err(|_| Error::last_os_error())
}
