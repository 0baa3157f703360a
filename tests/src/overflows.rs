//! The imports of `c/overflows.c`.

use crate::lend;
use cgocall::cgo_import;
use std::ffi::{c_char, c_int, c_long, c_void};

type Callback = extern "C" fn(*mut c_void, c_long) -> c_long;

#[cgo_import(include = "c/overflows.h", source = "c/overflows.c")]
unsafe extern "C" {
    /// Calls itself so often; without end if that is negative.
    pub safe fn descend(n: c_long) -> c_long;
    /// The same, on a helper.
    #[cgo(blocking, c = "descend")]
    pub safe fn descend_blocking(n: c_long) -> c_long;

    /// Writes there.
    pub fn poke(address: *mut c_char);
    /// The same, on a helper.
    #[cgo(blocking, c = "poke")]
    pub fn poke_blocking(address: *mut c_char);
    /// The same, on the thread's own stack.
    #[cgo(native_stack, c = "poke")]
    pub fn poke_on_native_stack(address: *mut c_char);

    #[cgo(c = "on_small_thread")]
    fn on_small_thread_c(cb: Callback, ctx: *mut c_void, n: c_long) -> c_long;
    #[cgo(c = "on_marked_stack")]
    fn on_marked_stack_c(cb: Callback, ctx: *mut c_void, n: c_long) -> c_long;
    #[cgo(c = "keeps_alternate_stack")]
    fn keeps_alternate_stack_c(cb: Callback, ctx: *mut c_void, n: c_long) -> c_long;
    #[cgo(c = "replaces_alternate_stack")]
    fn replaces_alternate_stack_c(cb: Callback, ctx: *mut c_void, n: c_long) -> c_long;

    /// C tells of each SIGSEGV.
    pub safe fn handle_faults();
    /// Of the next one.
    pub safe fn handle_one_fault();
    /// That there was one.
    pub safe fn handle_faults_simply();
    /// Sends SIGSEGV to this thread.
    pub safe fn send_fault(value: c_int);
    /// A thread overflows in a signal handler.
    pub safe fn descend_on_signal(thread: c_int);
}

/// Calls back from a new C thread, `c-worker`, that has 256 KiB of stack.
pub fn on_small_thread(n: c_long, f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    // SAFETY: C calls back once at a time, while the call lasts; the closure may run on the other thread.
    lend(f, |cb, ctx| unsafe { on_small_thread_c(cb, ctx, n) })
}

/// The same on a stack with a guard that is no mapping.
pub fn on_marked_stack(n: c_long, f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe { on_marked_stack_c(cb, ctx, n) })
}

/// As `on_small_thread`, twice, where C has given the thread an alternate stack; -1 if it has not kept that.
pub fn keeps_alternate_stack(n: c_long, f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe { keeps_alternate_stack_c(cb, ctx, n) })
}

/// The same, where C gives it one after the first call.
pub fn replaces_alternate_stack(n: c_long, f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    // SAFETY: as above.
    lend(f, |cb, ctx| unsafe {
        replaces_alternate_stack_c(cb, ctx, n)
    })
}
