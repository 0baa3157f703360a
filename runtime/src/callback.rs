//! From C back into Rust: `crosscall2` and `cgocallback`.
//!
//! An export that C reached through an import of a goroutine continues on that goroutine's own stack, right below its
//! frozen frames, so that it may park like any other code of the goroutine: the C frames just stay where they are.
//! That is only right if the C code really runs in the segment that `asmcgocall` gave it. Anything else (a C library
//! called without an import, a signal handler, a C coroutine, a thread the runtime does not know) is run in place.
//!
//! A panic never unwinds into C. It is caught here, C gets the export's `on_panic` value, further callbacks of the same
//! C call return at once, and the panic goes on in the Rust caller when the C call returns. Where C was not called
//! through an import there is no such caller, and the process aborts.

use crate::attach::{self, Standing, attach, catch_unwind};
use crate::cgocall::exitsyscall0;
use crate::cstate::{CState, Call};
use crate::g::G;
use crate::m::M;
#[cfg(naked_switch)]
use crate::segment::call_on_stack;
#[cfg(not(naked_switch))]
use crate::segment::on_stack_from;
use crate::segment::{below, call_on, stack_pointer};
use crate::site::Site;
use crate::thread::Thread;
use crate::{cside, sched, thread, trace};
use std::cell::Cell;
use std::ffi::c_void;
use std::fmt;
use std::process::abort;
use std::time::Instant;

/// The Rust entry of an export: unpacks the argument frame, calls the function, stores the result. False: that has
/// panicked, which [`catch`] has seen to.
type Export = unsafe extern "C" fn(*mut c_void) -> bool;

/// Runs an export's Rust side for C. False: it panicked, or did not run because a callback of the same C call had.
///
/// # Safety
/// `frame` is the frame that `export` expects, and C keeps the export's contract.
// Inlined into the export, as `cgocall` is into the import: into each, however many there are.
#[inline(always)]
pub unsafe fn crosscall2(name: &'static str, export: Export, frame: *mut c_void) -> bool {
    // A goroutine with C frames stays on its thread.
    let thread = thread::here();
    match thread.g() {
        Some(g) if g.m().hold.is_c() && g.c.enters_from(stack_pointer()) => {
            // SAFETY: the caller's promise; this is the C segment of the goroutine that runs here.
            unsafe { cgocallback(g, export, frame) }
        }
        // SAFETY: the caller's promise.
        _ => unsafe { unprepared(thread, name, export, frame) },
    }
}

/// C has called from elsewhere than the segment that an import of a goroutine's gave it.
///
/// # Safety
/// As `crosscall2`.
#[cold]
#[inline(never)]
unsafe fn unprepared(
    thread: &Thread,
    name: &'static str,
    export: Export,
    frame: *mut c_void,
) -> bool {
    let (Some(g), Some(m)) = (thread.g(), thread.m()) else {
        let in_c = thread.c.in_c.get();
        if !in_c && thread.standing.get() == Standing::Unknown {
            attach(thread);
        }
        // SAFETY: the caller's promise.
        return unsafe { in_place(thread, &thread.c, in_c, name, export, frame) };
    };
    let in_c = m.hold.is_c();
    if in_c && g.c.system().contains(stack_pointer()) {
        // Its segment is upside down, because there is a trace, or was one.
        if g.c.panicked() {
            return false;
        }
        let _span = trace::callback_of_import(g, name);
        // SAFETY: the caller's promise; this is the goroutine's C segment.
        return unsafe { cgocallback(g, export, frame) };
    }
    if !in_c && g.stack().contains(stack_pointer()) {
        // SAFETY: the caller's promise; C was called on the goroutine's own stack.
        return unsafe { on_goroutine_stack(g, name, export, frame) };
    }
    // Somewhere the runtime knows nothing of: a signal's stack, a coroutine's of C or the user. Nothing is switched there,
    // and it cannot park; a panic goes to the import that C was called through, there or on the goroutine's own stack.
    let (c, in_c) = if thread.c.in_c.get() {
        (&thread.c, true)
    } else {
        (&g.c, in_c)
    };
    // SAFETY: the caller's promise.
    unsafe { in_place(thread, c, in_c, name, export, frame) }
}

/// As [`crosscall2`], for `on_panic = abort`: there is no value that C could be given instead.
///
/// # Safety
/// As there.
pub unsafe fn crosscall2_abort(name: &'static str, export: Export, frame: *mut c_void) {
    // SAFETY: the caller's promise.
    if !unsafe { crosscall2(name, export, frame) } {
        let name = Called(name);
        eprintln!("cgocall: a callback panicked, and {name} says `on_panic = abort`");
        abort();
    }
}

/// As [`crosscall2`], for what has to run even if a callback of the same C call has panicked: nobody else would drop what C
/// gives back.
///
/// # Safety
/// As there.
pub unsafe fn crosscall2_drop(name: &'static str, export: Export, frame: *mut c_void) -> bool {
    let thread = thread::here();
    // Of whoever C was called by, as far as anybody knows: see `unprepared`.
    let c = match thread.g() {
        Some(g) if !thread.c.in_c.get() => &g.c,
        _ => &thread.c,
    };
    let first = c.take_panic();
    // SAFETY: the caller's promise.
    let done = unsafe { crosscall2(name, export, frame) };
    if let Some(first) = first {
        if let Some(second) = c.take_panic() {
            attach::discard(second);
        }
        c.catch(first);
    }
    done
}

/// Continues on the goroutine's own stack.
///
/// What a callback costs is its calls and its stores: so all that it needs is in the export itself, which switches stacks as
/// `asmcgocall` does, and catches the panic on the other side.
///
/// # Safety
/// As `crosscall2`; `g` runs on this thread, and is in the C segment that this is called from.
#[inline(always)]
unsafe fn cgocallback(g: &G, export: Export, frame: *mut c_void) -> bool {
    let c = &g.c;
    if c.panicked() {
        return false;
    }
    let done = if g.m().hold.entercallback() {
        // SAFETY: the caller's promise.
        let done = unsafe { on_own_stack(g, export, frame) };
        if !(done && c.open.get()) {
            recover(g, done);
        }
        done
    } else {
        // SAFETY: the caller's promise.
        unsafe { cgocallback0(g, export, frame) }
    };
    // It is still on the same M, which need not be kept in a register that way.
    g.m().hold.exitcallback();
    done
}

/// Runs the export on the goroutine's own stack, below the frames of its import.
///
/// # Safety
/// As `cgocallback`.
#[inline(always)]
unsafe fn on_own_stack(g: &G, export: Export, frame: *mut c_void) -> bool {
    // Here, where the stack is left: whatever is called from further up has a frame as well. What the call itself restores
    // when it returns is not restored here.
    let base = &g.c.base;
    base.set(below(stack_pointer()));
    // SAFETY: C runs here for a call of the goroutine's, whose record stays until it returns; the goroutine's stack is free
    // below. An export is `extern "C"`: nothing unwinds out of it.
    unsafe {
        call_export_on(
            frame,
            below((*g.c.call.get()).resume_at.get()),
            export,
            base,
        )
    }
}

/// `call_on` for an export, which says whether it is done.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn call_export_on(
    frame: *mut c_void,
    base: usize,
    export: Export,
    free: &Cell<usize>,
) -> bool {
    #[cfg(naked_switch)]
    {
        #[unsafe(naked)]
        unsafe extern "C" fn call_on(frame: *mut c_void, base: usize, export: Export) -> bool {
            call_on_stack!("rsi", "rdx")
        }
        let _ = free;
        // SAFETY: the caller's promise.
        unsafe { call_on(frame, base, export) }
    }
    #[cfg(not(naked_switch))]
    // SAFETY: the caller's promise.
    on_stack_from(base, free, move || unsafe { export(frame) })
}

/// A callback whose P is gone or claimed. A C call that has given it up borrows one for the callback: Rust code needs it.
///
/// # Safety
/// As `cgocallback`.
#[cold]
#[inline(never)]
unsafe fn cgocallback0(g: &G, export: Export, frame: *mut c_void) -> bool {
    let borrows = g.c.since.get().is_some();
    exitsyscall0(g.m(), g);
    // SAFETY: the caller's promise.
    let done = unsafe { on_own_stack(g, export, frame) };
    recover(g, done);
    if borrows {
        give_back(g.m(), g);
    }
    done
}

/// A callback is over that has panicked, or whose goroutine may not go back into C at once.
#[cold]
#[inline(never)]
fn recover(g: &G, done: bool) {
    if !done {
        g.c.catch(thread::current().take_caught());
    }
    // Going back into C is C activity: not while the thread's C side is another goroutine's.
    if !g.c.open.get() {
        let goroutine = std::ptr::from_ref(g).cast_mut().cast();
        // Nobody calls C from there.
        let free = Cell::new(0);
        // SAFETY: the call's record is there until it returns, and the goroutine's stack is free below; there it may park.
        unsafe {
            let base = below((*g.c.call.get()).resume_at.get());
            call_on(goroutine, base, reenter, &free)
        };
    }
}

/// # Safety
/// `g` is the goroutine that runs here, on its own stack.
unsafe extern "C" fn reenter(g: *mut c_void) {
    // SAFETY: the caller's promise.
    cside::reenter(unsafe { &*g.cast::<G>() });
}

/// Runs an export's Rust side. False: it has panicked, and the thread keeps what with until its caller takes it.
#[inline(always)]
pub fn catch(f: impl FnOnce()) -> bool {
    match catch_unwind(f) {
        Ok(()) => true,
        Err(panic) => {
            thread::current().caught(panic);
            false
        }
    }
}

/// A callback that has borrowed a P is over. The call goes on without, unless it has turned out to be short, from callback
/// to callback.
#[cold]
fn give_back(m: &'static M, g: &G) {
    let call = g.c.sites().next();
    if call.is_some_and(|site| !site.is_short()) && sched::give_p_up(m) {
        g.c.since.set(Some(Instant::now()));
    }
}

static BARE: Site = Site::new("(a C function called without an import)").bare();

/// C was called on the goroutine's own stack, without an import: it stays there, and counts as live C frames.
///
/// # Safety
/// As `crosscall2`; `g` runs on this thread, on its own stack.
#[cold]
unsafe fn on_goroutine_stack(
    g: &G,
    name: &'static str,
    export: Export,
    frame: *mut c_void,
) -> bool {
    let outer = g.c.call.get();
    let call = Call {
        site: &BARE,
        outer,
        resume_at: Cell::new(0),
    };
    g.c.call.set(&call);
    let _span = trace::callback(Some(g), name);
    // SAFETY: the caller's promise.
    if !unsafe { export(frame) } {
        abort_panicked(name);
    }
    if !g.c.open.get() {
        cside::reenter(g);
    }
    g.c.call.set(outer);
    if g.c.attention.get() {
        cside::leave(g);
    }
    true
}

/// Runs where C called it.
///
/// # Safety
/// As `crosscall2`, on `thread`; `c` is its own, or that of the goroutine it runs, and says whether it is `in_c`.
unsafe fn in_place(
    thread: &Thread,
    c: &CState,
    in_c: bool,
    name: &'static str,
    export: Export,
    frame: *mut c_void,
) -> bool {
    if in_c && c.panicked() {
        return false;
    }
    let _span = trace::callback(thread.g(), name);
    let (was_in_c, call) = (c.in_c.replace(false), c.call.get());
    // SAFETY: the caller's promise.
    let done = thread.run_in_place(&name, || unsafe { export(frame) });
    c.in_c.set(was_in_c);
    c.call.set(call);
    if !done {
        if !in_c {
            abort_panicked(name);
        }
        c.catch(thread::current().take_caught());
    }
    done
}

/// The panic has been printed by the panic hook; there is nobody it could be handed to.
#[cold]
fn abort_panicked(name: &str) -> ! {
    eprintln!(
        "cgocall: {} panicked where no import is waiting for it: C called it on its own thread, or was \
         called without `#[cgo_import]`; a panic cannot unwind through C",
        Called(name)
    );
    abort()
}

/// What C has called: an export by its name, a closure as its import says it.
pub(crate) struct Called<'n>(pub(crate) &'n str);

impl fmt::Display for Called<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.contains(' ') {
            true => f.write_str(self.0),
            false => write!(f, "the export `{}`", self.0),
        }
    }
}
