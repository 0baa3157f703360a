//! From C back into Rust.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

thread_local!(static PANIC: RefCell<Option<Box<dyn Any + Send>>> = const { RefCell::new(None) });

/// Runs an export's Rust side for C.
///
/// # Safety
/// `frame` is the frame that `call` expects.
pub unsafe fn crosscall2(
    name: &'static str,
    call: unsafe fn(*mut c_void),
    frame: *mut c_void,
) -> bool {
    let _ = name;
    // SAFETY: the caller's promise.
    match catch_unwind(AssertUnwindSafe(|| unsafe { call(frame) })) {
        Ok(()) => true,
        Err(panic) => {
            PANIC.set(Some(panic));
            false
        }
    }
}

/// As [`crosscall2`], for `on_panic = abort`.
///
/// # Safety
/// As there.
pub unsafe fn crosscall2_abort(
    name: &'static str,
    call: unsafe fn(*mut c_void),
    frame: *mut c_void,
) {
    // SAFETY: the caller's promise.
    if !unsafe { crosscall2(name, call, frame) } {
        std::process::abort();
    }
}

pub(crate) fn resume_panic() {
    if let Some(panic) = PANIC.take() {
        resume_unwind(panic);
    }
}
