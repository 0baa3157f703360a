//! The imports of `c/waits.c`.

use crate::{lend, lend_shared};
use cgocall::cgo_import;
use std::ffi::{c_int, c_long, c_uint, c_void};

#[cgo_import(include = "c/waits.h", source = "c/waits.c")]
unsafe extern "C" {
    #[cgo(c = "nap")]
    fn nap_in_c(
        micros: c_uint,
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(c = "thread_id_around")]
    fn thread_id_around_in_c(
        micros: c_uint,
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(c = "on_new_threads")]
    fn on_new_threads_in_c(
        threads: c_long,
        calls: c_long,
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
    ) -> c_long;
    #[cgo(c = "wait_around")]
    fn wait_around_in_c(
        first: *const c_int,
        second: *const c_int,
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;

    /// How often `nap` has called back.
    pub safe fn naps() -> c_long;
    /// The kernel's number for the thread.
    pub safe fn thread_id() -> c_long;
    /// Sleeps, whatever signals come; undeclared.
    #[cgo(c = "rest")]
    pub safe fn usleep(micros: c_uint) -> c_int;
    /// Sleeps on a helper.
    #[cgo(blocking, c = "rest")]
    pub safe fn usleep_blocking(micros: c_uint) -> c_int;
}

/// Sleeps, and then calls back.
pub fn nap(micros: c_uint, n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: C calls back on this thread, while the call lasts.
    lend(f, |cb, ctx| unsafe { nap_in_c(micros, cb, ctx, n) })
}

/// Sleeps, calls back, sleeps: the thread's number, or -1 if it has changed.
pub fn thread_id_around(micros: c_uint, n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe {
        thread_id_around_in_c(micros, cb, ctx, n)
    })
}

/// Waits for `first` in C, calls back, waits for `second`.
pub fn wait_around(
    first: &crate::Flag,
    second: &crate::Flag,
    n: c_long,
    f: impl FnMut(c_long) -> c_long,
) -> c_long {
    // SAFETY: as above; the flags outlive the call, which only reads them, atomically.
    lend(f, |cb, ctx| unsafe {
        wait_around_in_c(first.as_ptr(), second.as_ptr(), cb, ctx, n)
    })
}

/// Starts C threads that each call back so many times, with numbers from 0 up; the sum, or -1 without the threads.
pub fn on_new_threads(
    threads: c_long,
    calls: c_long,
    f: impl Fn(c_long) -> c_long + Sync,
) -> c_long {
    // SAFETY: C has joined its threads when it returns.
    lend_shared(&f, |cb, ctx| unsafe {
        on_new_threads_in_c(threads, calls, cb, ctx)
    })
}
