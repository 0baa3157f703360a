//! From Rust into C: `cgocall` and `asmcgocall`.
//!
//! On a goroutine the C function runs on the thread's *system stack*, which is as large as C expects, while the
//! goroutine's own small stack stays frozen above. [`crate::segment`] draws the picture. Outside a goroutine C is
//! called where the caller stands.

use crate::cstate::{CState, Call};
use crate::g::G;
use crate::segment::{Leave, stack_pointer};
use crate::site::{Mode, Site, Stub};
use crate::{cside, offload, sched, thread};
use corosensei::on_stack;
use std::ffi::c_void;

/// Calls C through an import's stub.
///
/// # Panics
/// With what a callback panicked with, after C has returned.
///
/// # Safety
/// `frame` is the frame that `stub` expects, and the C function's own contract is kept. With a `Blocking` site, what
/// the frame points to may be used by another thread until the call returns.
pub unsafe fn cgocall(site: &'static Site, stub: Stub, frame: *mut c_void) {
    let thread = thread::current();
    let Some(g) = thread.running() else {
        // SAFETY: the caller's promise.
        return unsafe { in_place(&thread.c, site, stub, frame) };
    };
    if site.mode() == Mode::Blocking {
        // SAFETY: the caller's promise.
        return unsafe { blocking(g, site, stub, frame) };
    }
    // SAFETY: the caller's promise; `g` is what runs on this stack.
    unsafe { asmcgocall(g, site, stub, frame) }
}

/// Runs `stub` on the system stack, below the goroutine's own live C frames if it has any.
///
/// # Safety
/// As `cgocall`; `g` is the running goroutine, on its own stack.
#[inline]
unsafe fn asmcgocall(g: &G, site: &'static Site, stub: Stub, frame: *mut c_void) {
    let c = &g.c;
    if !c.open.get() {
        cside::enter(g, site);
    }
    let outer = c.call.get();
    let segment = c.segment();
    let call = Call { site, outer };
    c.call.set(&call);
    let system_stack = Leave {
        to: segment,
        free: &c.resume_at,
    };
    // SAFETY: the caller's promise. A stub is `extern "C"`, so nothing unwinds out of it.
    on_stack(system_stack, move || unsafe { stub(frame) });
    c.resume_at.set(0);
    c.base.set(segment.base);
    c.call.set(outer);
    if c.attention.get() {
        cside::leave(g);
        c.resume_panic();
    }
}

/// A `#[cgo(blocking)]` call: on another thread, unless this one holds C frames of the goroutine's.
///
/// # Safety
/// As `cgocall`; `g` is the running goroutine, on its own stack.
#[cold]
unsafe fn blocking(g: &G, site: &'static Site, stub: Stub, frame: *mut c_void) {
    // C code may rely on being called by the thread that it called from, and an unwinding goroutine must not park.
    let may_park = g.c.call.get().is_null() && !std::thread::panicking();
    // SAFETY: the caller's promise, which lets another thread use the frame.
    if may_park && unsafe { offload::run(g, site, stub, frame) } {
        return;
    }
    // Before the P is given up: this may park, which needs one.
    if !g.c.open.get() {
        cside::enter(g, site);
    }
    // SAFETY: the caller's promise.
    sched::without_p(|| unsafe { asmcgocall(g, site, stub, frame) });
}

/// Runs `stub` where the caller stands.
///
/// # Safety
/// As `cgocall`; `c` is the current thread's own.
#[inline(never)]
pub(crate) unsafe fn in_place(c: &CState, site: &'static Site, stub: Stub, frame: *mut c_void) {
    let (outer, resume_at) = (c.call.get(), c.resume_at.get());
    let call = Call { site, outer };
    c.call.set(&call);
    c.resume_at.set(stack_pointer());
    // SAFETY: the caller's promise.
    unsafe { stub(frame) };
    c.resume_at.set(resume_at);
    c.call.set(outer);
    if c.attention.get() {
        c.attention.set(false);
        c.resume_panic();
    }
}
