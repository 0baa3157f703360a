//! The imports of `c/ends.c`, and what it calls.

use crate::{call_back, lend_shared};
use cgocall::{cgo_export, cgo_import, go};
use std::ffi::{c_long, c_void};

macro_rules! ends {
    ($($(#[$doc:meta])* $name:ident = $in_c:ident;)*) => {
        $(
            $(#[$doc])*
            pub fn $name(f: impl Fn(c_long) -> c_long + Sync) -> c_long {
                // SAFETY: C has joined its thread when it returns.
                lend_shared(&f, |cb, ctx| unsafe { $in_c(cb, ctx) })
            }
        )*
    };
}
ends! {
    /// A C thread calls back, and returns. How often it has called back, here and below.
    returns = returns_in_c;
    /// A C thread calls back, and once more while `pthread_exit` ends it.
    exits = exits_in_c;
    /// A C thread calls back, and once more while it is cancelled.
    is_cancelled = is_cancelled_in_c;
    /// A C thread is to be cancelled, and calls back.
    is_cancelled_before = is_cancelled_before_in_c;
    /// A C thread's specific data call back when they are destroyed.
    has_thread_specific_data = has_data_in_c;
    /// A C thread's signal handler calls back, twice.
    handles_a_signal = handles_a_signal_in_c;
}

type Callback = extern "C" fn(*mut c_void, c_long) -> c_long;

#[cgo_import(include = "c/ends.h", source = "c/ends.c")]
unsafe extern "C" {
    #[cgo(c = "returns")]
    fn returns_in_c(cb: Callback, ctx: *mut c_void) -> c_long;
    #[cgo(c = "exits")]
    fn exits_in_c(cb: Callback, ctx: *mut c_void) -> c_long;
    #[cgo(c = "is_cancelled")]
    fn is_cancelled_in_c(cb: Callback, ctx: *mut c_void) -> c_long;
    #[cgo(c = "is_cancelled_before")]
    fn is_cancelled_before_in_c(cb: Callback, ctx: *mut c_void) -> c_long;
    #[cgo(c = "has_thread_specific_data")]
    fn has_data_in_c(cb: Callback, ctx: *mut c_void) -> c_long;
    #[cgo(c = "handles_a_signal")]
    fn handles_a_signal_in_c(cb: Callback, ctx: *mut c_void) -> c_long;

    /// Ends the thread.
    pub safe fn ends_here();
    /// The same, on a helper.
    #[cgo(blocking, c = "ends_here")]
    pub safe fn ends_a_helper();
    /// What `out_of_main(1)` has returned before `main`, if it was asked for.
    pub safe fn before_main() -> c_long;
}

/// Called before `main`, at exit, and in a destructor: all that a callback may do, it may do there.
#[cgo_export]
fn out_of_main(stage: c_long) -> c_long {
    let spawned = go(move || call_back(stage, |n| n))
        .join()
        .expect("no panic");
    let result = call_back(1, |n| n + spawned);
    // `eprintln!` would do as well.
    println!("out of main: {stage}");
    result
}
