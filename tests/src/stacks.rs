//! The imports of `c/stacks.c`.

use crate::lend;
use cgocall::cgo_import;
use std::ffi::{c_int, c_long, c_void};

#[cgo_import(include = "c/stacks.h", source = "c/stacks.c")]
unsafe extern "C" {
    /// Whether C runs on its thread's own stack: here it need not.
    #[cgo(c = "runs_on_thread_stack")]
    pub safe fn happens_on_thread_stack() -> c_int;
    /// The same, where it has to.
    #[cgo(native_stack)]
    pub safe fn runs_on_thread_stack() -> c_int;

    #[cgo(native_stack, c = "on_thread_stack")]
    fn on_thread_stack_c(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(native_stack, parks, c = "on_thread_stack")]
    fn on_thread_stack_reentrant_c(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;

    #[cgo(parks, c = "with_small_frame")]
    fn with_small_frame_c(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
    #[cgo(parks, c = "with_deep_frame")]
    fn with_deep_frame_c(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        n: c_long,
    ) -> c_long;
}

/// Calls back below half a KiB of C locals; -1 if they have changed. Declared `parks`.
pub fn with_small_frame(n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: C calls back on this thread, while the call lasts.
    lend(f, |cb, ctx| unsafe { with_small_frame_c(cb, ctx, n) })
}

/// The same below 6 MiB of them.
pub fn with_deep_frame(n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe { with_deep_frame_c(cb, ctx, n) })
}

/// Calls back; -1 if C did not run on its thread's stack, or its locals have changed. Declared `native_stack`.
pub fn on_thread_stack(n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: C calls back on this thread, while the call lasts.
    lend(f, |cb, ctx| unsafe { on_thread_stack_c(cb, ctx, n) })
}

/// The same, declared `native_stack, parks`.
pub fn on_thread_stack_reentrant(n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe {
        on_thread_stack_reentrant_c(cb, ctx, n)
    })
}
