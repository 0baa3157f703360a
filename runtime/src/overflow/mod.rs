//! A stack that overflows says whose it was, and how to have a larger one; another fault in C says which function it was
//! that Rust has called. Then the process dies of the signal.
//!
//! ```text
//!     SIGSEGV on an alternate stack ──► may it be an overflow? ── no ───────────────────────────────┐
//!                                              │ yes                                                │
//!                                              ▼ on the last stack                                  ▼
//!                             whose stack is it that ends there? ── nobody's of ours ──► is it C, and deadly?
//!                                              │                                          │ yes           │ no
//!                                              ▼                                          ▼               │
//!                               the report, in one write(2)                          the same             │
//!                                              │                                          │               │
//!                                              └───────► previous handler, untouched ◄────┴───────────────┘
//! ```
//!
//! *What an overflow is*: an access that the processor has refused, near the stack pointer, at the end of the stack
//! that this thread runs on. A frame's accesses lie above its stack pointer, or just below. So whoever writes to the
//! guard of another goroutine's stack, or to that of his own from further up, has a wild pointer, and no overflow.
//! Goroutines' stacks, schedulers' and those made for C are known by their place ([`crate::stack::find`]); what a
//! thread's own stack is, `mappings` finds out when it matters.
//!
//! *What a fault in C is*: one that the processor has raised, on the stack that an import has called C on, or while C runs
//! where its caller stands. It is told if the process is to die of it: a handler of the program's may have caused it, and
//! mend it.
//!
//! *Which threads*: the runtime's own, and those that are attached. Each has an alternate stack: the one that it has
//! already (`std` gives its threads one, C libraries theirs), or else one of ours (`alternate_stack`). That need not be
//! large: the report is made on a stack of its own, the *last* one, by one thread after the other.
//!
//! *Who handled faults before* still does: what is no overflow is handed on as the kernel would have, and an overflow
//! after its report, so that a crash reporter sees it too. Only `std`'s handler is not asked about a thread's own
//! stack: it would tell the same again, and abort. Who installs a handler after the runtime has started comes first,
//! and calls the runtime's or does not.
//!
//! All of it runs in a signal handler: no memory is allocated, and no lock is waited for that may be held for good. The
//! thread is known by its pthread key, not by a thread-local, whose first use would allocate where this is a library that
//! was loaded later.

mod alternate_stack;
mod mappings;
mod previous;
mod report;

use crate::attach;
use crate::check;
use crate::segment::{call_on, stack_pointer};
use crate::stack::{self, page};
use crate::thread::Thread;
use previous::Previous;
use std::cell::{Cell, UnsafeCell};
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering::*};

/// How far a frame may reach beyond the end of its stack, in C that does not touch its pages one by one. That guards are
/// hit at all is another matter: a thread's is one page as a rule, which a large frame may jump over, into whatever lies
/// below.
const REACH: usize = 8 << 20;

/// Where faults are told: Linux tells of all of them by the first.
static PREVIOUS: [Previous; 2] = [Previous::of(libc::SIGSEGV), Previous::of(libc::SIGBUS)];

/// Installs the handler, once: when the runtime starts, or memory is lent that C may not keep.
pub(crate) fn start() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        for previous in &PREVIOUS {
            previous.install(handle);
        }
    });
}

/// From now on the thread has an alternate stack, and its own one is known. Whether that has to be undone. Allocates
/// nothing: the first export of a thread may be called in a signal handler.
pub(crate) fn watch(thread: &Thread) -> bool {
    if thread.stands.get() == 0 {
        thread.stands.set(stack_pointer());
    }
    let none = thread.alternate.get() == 0;
    if none {
        thread.alternate.set(alternate_stack::give());
    }
    none && thread.alternate.get() != 0
}

/// The thread ends, or is the runtime's no more: it needs no alternate stack of ours. False: C has put one of its own in
/// place, and may put ours back. If this is the `last` time to ask, it will not.
#[must_use]
pub(crate) fn unwatch(thread: &Thread, last: bool) -> bool {
    let alternate = thread.alternate.replace(0);
    let gone = alternate == 0 || alternate_stack::take_back(alternate, last);
    if !gone {
        thread.alternate.set(alternate);
    }
    gone
}

/// A fault that may be an overflow.
struct Fault<'a> {
    thread: &'a Thread,
    address: usize,
    stack_pointer: usize,
    /// The address is that of no mapping, or is marked as a guard within one.
    unmapped: bool,
    /// On which stack it is an overflow, once that has been told.
    told: Option<report::Kind>,
}

impl<'a> Fault<'a> {
    /// Of a thread whose stacks are known, at an address that its innermost frame may have used.
    ///
    /// # Safety
    /// In a signal handler, with what that was given.
    unsafe fn new(
        signal: c_int,
        info: *mut libc::siginfo_t,
        context: *mut c_void,
    ) -> Option<Fault<'a>> {
        // The codes of others have other meanings.
        if signal != libc::SIGSEGV {
            return None;
        }
        // SAFETY: the caller's promise.
        let context = unsafe { &*context.cast::<libc::ucontext_t>() };
        let stack_pointer = interrupted_at(context);
        // SAFETY: as above.
        let (code, address) = match unsafe { place(info) } {
            Some((code, address)) => {
                // Below it lies what a `call` or `push` is about to write, and the red zone.
                let used =
                    stack_pointer.saturating_sub(page())..stack_pointer.saturating_add(REACH);
                used.contains(&address).then_some((code, address))?
            }
            // SAFETY: as above.
            None => (ACCERR, unsafe { place_of_frame(info, context) }?),
        };
        let thread = attach::thread()?;
        Some(Fault {
            thread,
            address,
            stack_pointer,
            unmapped: code == MAPERR,
            told: None,
        })
    }
}

/// The stack pointer of who was interrupted.
fn interrupted_at(context: &libc::ucontext_t) -> usize {
    #[cfg(target_arch = "x86_64")]
    return context.uc_mcontext.gregs[libc::REG_RSP as usize] as usize;
    #[cfg(target_arch = "aarch64")]
    return context.uc_mcontext.sp as usize;
}

const MAPERR: c_int = 1;
const ACCERR: c_int = 2;

/// Where it is that nobody can go, and why; none of what was sent, or has no address.
///
/// # Safety
/// What a handler of SIGSEGV was given.
unsafe fn place(info: *mut libc::siginfo_t) -> Option<(c_int, usize)> {
    // SAFETY: the caller's promise.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    (code == MAPERR || code == ACCERR).then_some((code, address))
}

/// Where a signal's frame was to be, on a stack of the runtime's without room for it. Whose handler does not ask for an
/// alternate stack gets it where the stack pointer is; if the kernel cannot put it there, it says so, and no more.
///
/// # Safety
/// What a handler of SIGSEGV was given.
unsafe fn place_of_frame(info: *mut libc::siginfo_t, context: &libc::ucontext_t) -> Option<usize> {
    const AT_MINSIGSTKSZ: libc::c_ulong = 51;
    const RED_ZONE: usize = 128;
    // SAFETY: the caller's promise.
    let code = unsafe { (*info).si_code };
    // The processor gives no address of one that cannot be.
    #[cfg(target_arch = "x86_64")]
    let by_processor = context.uc_mcontext.gregs[libc::REG_TRAPNO as usize] == 13;
    #[cfg(not(target_arch = "x86_64"))]
    let by_processor = false;
    let stack_pointer = interrupted_at(context);
    if code != libc::SI_KERNEL || by_processor || stack::find(stack_pointer).is_none() {
        return None;
    }
    // SAFETY: asks for a number: the size of the largest frame, where the kernel tells.
    let size = unsafe { libc::getauxval(AT_MINSIGSTKSZ) } as usize;
    Some(stack_pointer - RED_ZONE - size.max(libc::MINSIGSTKSZ))
}

/// Tells of an address that was lent to C, and that C may not use so. False: it is none.
///
/// # Safety
/// In a signal handler, with what that was given.
unsafe fn tell_loan(signal: c_int, info: *mut libc::siginfo_t) -> bool {
    if signal == libc::SIGSEGV
        // SAFETY: the caller's promise.
        && let Some((_, address)) = unsafe { place(info) }
        && let Some(lent) = check::find(address)
    {
        on_last_stack(&mut || report::tell_loan(&lent));
        return true;
    }
    false
}

/// Tells of a fault if it is C that has made it.
///
/// # Safety
/// In a signal handler, with what that was given.
unsafe fn tell_c(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the caller's promise.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    // SAFETY: as above.
    let stack_pointer = interrupted_at(unsafe { &*context.cast::<libc::ucontext_t>() });
    let was_sent = code <= 0;
    if let Some(thread) = attach::thread().filter(|_| !was_sent)
        && let Some(site) = report::c_of(thread, stack_pointer)
    {
        let cause = report::Cause {
            signal,
            code,
            address,
        };
        on_last_stack(&mut || report::tell_c(thread, site, &cause));
    }
}

extern "C" fn handle(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the calling thread's `errno`.
    let errno = unsafe { *libc::__errno_location() };
    let previous = &PREVIOUS[usize::from(signal == libc::SIGBUS)];
    // SAFETY: what the kernel gives to a handler.
    let lent = unsafe { tell_loan(signal, info) };
    // SAFETY: as above.
    let told = unsafe { Fault::new(signal, info, context) }.and_then(tell);
    if !lent && told.is_none() && previous.is_deadly() {
        // SAFETY: as above.
        unsafe { tell_c(signal, info, context) };
    }
    // SAFETY: as above. Who is interrupted finds it as it was.
    unsafe { *libc::__errno_location() = errno };
    if told == Some(report::Kind::Native) && previous.is_std() {
        // It would take the fault for its own to tell.
        return previous.die(signal, info);
    }
    // SAFETY: as above.
    unsafe { previous.forward(signal, info, context) }
}

/// Where reports are made: alternate stacks may be as small as the kernel lets them.
#[repr(align(64))]
struct Last(UnsafeCell<MaybeUninit<[u8; SIZE]>>);

const SIZE: usize = 128 << 10;

// SAFETY: used by who has `TAKEN` it.
unsafe impl Sync for Last {}

static LAST: Last = Last(UnsafeCell::new(MaybeUninit::uninit()));
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Tells of the fault if it is an overflow.
fn tell(mut fault: Fault<'_>) -> Option<report::Kind> {
    on_last_stack(&mut || fault.told = report::tell(&fault));
    fault.told
}

/// All signals are blocked: none finds the alternate stack left.
fn on_last_stack(mut report: &mut dyn FnMut()) {
    unsafe extern "C" fn tell(report: *mut c_void) {
        // SAFETY: what `call_on` was given.
        unsafe { (*report.cast::<&mut dyn FnMut()>())() };
    }
    // Others take milliseconds. In a child of `fork` it may be taken for good.
    let mut tries = 0;
    while TAKEN.swap(true, Acquire) {
        tries += 1;
        if tries == 1000 {
            return;
        }
        let pause = libc::timespec {
            tv_sec: 0,
            tv_nsec: 1_000_000,
        };
        // SAFETY: a pause, which may be cut short.
        unsafe { libc::nanosleep(&raw const pause, null_mut()) };
    }
    let base = LAST.0.get() as usize + SIZE;
    // SAFETY: the stack is free, and `tell` does not unwind.
    unsafe { call_on((&raw mut report).cast(), base, tell, &Cell::new(0)) };
    TAKEN.store(false, Release);
}
