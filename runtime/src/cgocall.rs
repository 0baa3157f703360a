//! From Rust into C: `cgocall` and `asmcgocall`.
//!
//! On a goroutine the C function runs on the thread's *system stack*, which is as large as C expects, while the
//! goroutine's own small stack stays frozen above. [`crate::segment`] draws the picture. Outside a goroutine C is
//! called where the caller stands.

use crate::cstate::{CState, Call};
use crate::g::G;
use crate::m::M;
use crate::segment::{call_on, stack_pointer};
use crate::site::{Site, Stub};
use crate::{cside, offload, sched, spans, thread, trace};
use std::cell::Cell;
use std::ffi::c_void;
use std::time::Instant;

/// Calls C through an import's stub.
///
/// # Panics
/// With what a callback panicked with, after C has returned.
///
/// # Safety
/// `frame` is the frame that `stub` expects, and the C function's own contract is kept. With a `blocking` site, what
/// the frame points to may be used by another thread until the call returns.
// Inlined into the import, where the arguments are constants that nothing has to be saved for: the address of a
// thread-local is asked of a function, as far as the compiler knows.
#[inline]
pub unsafe fn cgocall(site: &'static Site, stub: Stub, frame: *mut c_void) {
    // Nothing is fast where goroutines migrate: see `thread::here`.
    if let Some(counter) = site.fast()
        && let Some(g) = thread::here().running()
        && g.c.open.get()
    {
        let m = g.m();
        m.count_call(counter);
        // SAFETY: the caller's promise; `g` is what runs on this stack, on `m`.
        return unsafe { asmcgocall(frame, site, stub, m, g) };
    }
    // SAFETY: the caller's promise.
    unsafe { unhurried(site, stub, frame) }
}

/// A C call has returned that was special.
#[cold]
fn attend(g: &G) {
    cside::leave(g);
    g.c.resume_panic();
}

/// Runs `stub` on the system stack, below the goroutine's own live C frames if it has any. A function of its own, so that
/// only what is needed across the call is saved for it. The frame and the stub come where the switch wants them.
///
/// # Safety
/// As `cgocall`; `g` is the running goroutine of `m`, on its own stack, and its way into C is open.
#[inline(never)]
unsafe fn asmcgocall(frame: *mut c_void, site: &'static Site, stub: Stub, m: &'static M, g: &G) {
    let c = &g.c;
    let base = c.base.get();
    let call = Call {
        site,
        outer: c.call.get(),
        resume_at: Cell::new(stack_pointer()),
    };
    c.call.set(&call);
    m.set_site(site);
    let entered = m.hold.entersyscall();
    // SAFETY: the caller's promise; the system stack is free from `base` down. A stub is `extern "C"`: nothing unwinds
    // out of it.
    unsafe { call_on(frame, base, stub, &call.resume_at) };
    if !m.hold.exitsyscall(entered) {
        exitsyscall0(m, g);
    }
    c.base.set(base);
    c.call.set(call.outer);
    if !call.outer.is_null() {
        m.back_in(c);
    }
    if c.attention.get() {
        attend(g);
    }
}

/// A C call has returned, and its P is gone or claimed: gets one, and takes note of how long the call took.
#[cold]
pub(crate) fn exitsyscall0(m: &'static M, g: &G) {
    if sched::settle(m) {
        return;
    }
    if let Some(site) = g.c.sites().next() {
        if let Some(since) = g.c.since.take() {
            site.took(since.elapsed());
        } else if m.hold.was_taken_in_c() {
            site.overran();
            trace::overran(m, g, site);
        }
    }
    sched::regain_p(m);
}

/// A call that does not go the fast way: outside a goroutine; to a function that has taken long before, or of which
/// nothing is known yet; on a thread whose C side is another goroutine's; or one declared `blocking`, `native_stack`.
///
/// # Safety
/// As `cgocall`.
#[cold]
#[inline(never)]
unsafe fn unhurried(site: &'static Site, stub: Stub, frame: *mut c_void) {
    let thread = thread::current();
    let Some(g) = thread.running() else {
        let _span = trace::call(thread.g(), site);
        // Where a goroutine runs, this may be a signal's handler: no place for a subscriber.
        let span = if site.is_known_long() && thread.g().is_none() {
            spans::in_place(&thread.c, None, site)
        } else {
            spans::none(&thread.c)
        };
        return span.around(&thread.c, || {
            // SAFETY: the caller's promise.
            unsafe { in_place(&thread.c, site, stub, frame) }
        });
    };
    // C code may rely on being called by the thread that it called from, and an unwinding goroutine must not park.
    let may_move = !g.is_pinned() && !std::thread::panicking();
    // SAFETY: the caller's promise, which lets another thread use the frame.
    if site.is_blocking() && may_move && unsafe { offload::run(g, site, stub, frame) } {
        return;
    }
    site.count();
    // Before anything is settled: a subscriber may park, or call C itself.
    let _told = if !site.is_short() && site.is_known_long() {
        spans::in_place(&g.c, Some(g), site)
    } else {
        spans::none(&g.c)
    };
    // Asked only now: it may have parked, and be elsewhere.
    let m = thread::current_m();
    // Before the P is given up: this may park, which needs one.
    if !g.c.open.get() || site.needs_native_stack() {
        cside::enter(g, site);
    }
    if site.needs_native_stack() {
        // SAFETY: the caller's promise.
        return cside::on_native_stack(g, || unsafe { in_turn(site, stub, frame, m, g) });
    }
    // SAFETY: the caller's promise.
    unsafe { in_turn(site, stub, frame, m, g) }
}

/// Calls C, without the P if that may take long.
///
/// # Safety
/// As `asmcgocall`.
unsafe fn in_turn(site: &'static Site, stub: Stub, frame: *mut c_void, m: &'static M, g: &G) {
    let _span = trace::call(Some(g), site);
    if !site.is_short() && sched::give_p_up(m) {
        g.c.since.set(Some(Instant::now()));
    }
    // SAFETY: the caller's promise.
    unsafe { asmcgocall(frame, site, stub, m, g) };
}

/// Runs `stub` where the caller stands.
///
/// # Safety
/// As `cgocall`; `c` is the current thread's own.
#[inline(never)]
pub(crate) unsafe fn in_place(c: &CState, site: &'static Site, stub: Stub, frame: *mut c_void) {
    let (outer, in_c) = (c.call.get(), c.in_c.replace(true));
    let call = Call {
        site,
        outer,
        resume_at: Cell::new(0),
    };
    c.call.set(&call);
    // SAFETY: the caller's promise.
    unsafe { stub(frame) };
    c.in_c.set(in_c);
    c.call.set(outer);
    if c.attention.get() {
        c.attention.set(false);
        c.resume_panic();
    }
}
