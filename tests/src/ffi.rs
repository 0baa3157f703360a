//! The imports of `c/frames.c`.

use cgocall::{Errno, cgo_import};
use std::ffi::{c_int, c_long, c_void};

#[cgo_import(include = "c/frames.h", source = "c/frames.c")]
unsafe extern "C" {
    pub(crate) fn call_back(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(parks)]
    pub(crate) fn call_back_reentrant(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(blocking, c = "call_back")]
    pub(crate) fn call_back_blocking(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    pub(crate) fn with_frame(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(parks)]
    pub(crate) fn show_frame(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    pub(crate) fn each(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    pub(crate) fn exclusive(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    pub(crate) fn on_new_thread(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    pub(crate) fn jump_over(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;

    /// How often `each` has called back.
    pub safe fn each_calls() -> c_long;
    /// How often `each` has cleaned up.
    pub safe fn each_cleanups() -> c_long;

    /// Blocks until `*flag` is not zero.
    #[cgo(blocking)]
    pub(crate) fn wait_for(flag: *const c_int);
    /// The same, undeclared.
    #[cgo(c = "wait_for")]
    pub(crate) fn wait_for_here(flag: *const c_int);

    /// Keeps a value for the thread.
    pub safe fn keep(value: c_long);
    /// The value kept for the thread.
    pub safe fn kept() -> c_long;

    /// Fails with `error`, or answers 7.
    pub safe fn fail_with(error: c_int) -> Result<c_int, Errno>;
    /// Leaves `error` in errno.
    pub safe fn fail_silently_with(error: c_int) -> Result<(), Errno>;
}
