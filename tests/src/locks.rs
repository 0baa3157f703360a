//! The imports of `c/locks.c`.

use crate::lend;
use cgocall::cgo_import;
use std::ffi::{c_int, c_long, c_uint, c_void};

#[cgo_import(include = "c/locks.h", source = "c/locks.c")]
unsafe extern "C" {
    /// Locks a mutex that belongs to the thread; 0 or pthread's error.
    pub safe fn lock_checked() -> c_int;
    /// Unlocks it; 0 or pthread's error.
    pub safe fn unlock_checked() -> c_int;

    /// Adds under another mutex, with a pause.
    pub safe fn add_locked(n: c_long, micros: c_uint) -> c_int;
    /// What has been added.
    pub safe fn added() -> c_long;

    #[cgo(c = "call_back_inside")]
    fn call_back_inside_c(
        cb: extern "C" fn(*mut c_void, c_long) -> c_long,
        ctx: *mut c_void,
        who: c_long,
    ) -> c_long;
    /// Takes the recursive mutex; -1 if another `who` is inside.
    pub safe fn visit(who: c_long) -> c_long;
    /// The same, on a helper.
    #[cgo(blocking, c = "visit")]
    pub safe fn visit_blocking(who: c_long) -> c_long;
    /// How many visits there were.
    pub safe fn visits() -> c_long;
}

/// Calls back under a recursive mutex; -1 if another `who` is inside.
pub fn call_back_inside(who: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
    // SAFETY: C calls back on this thread, while the call lasts.
    lend(f, |cb, ctx| unsafe { call_back_inside_c(cb, ctx, who) })
}
