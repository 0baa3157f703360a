//! Who handled a signal before the runtime did, and handles it still: as if the kernel had called.
//!
//! Two things differ. All handlers run on the alternate stack, also those that have not asked for it. And who
//! asks the kernel who handles the signal is told the runtime's handler.

use std::ffi::{c_int, c_void};
use std::mem::{transmute, zeroed};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering::*};

type Handler = extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void);

/// The action for a signal. Written before the runtime's handler is there.
pub(super) struct Previous {
    signal: c_int,
    handler: AtomicUsize,
    flags: AtomicI32,
    /// Signal n is bit n - 1, as for the kernel.
    mask: AtomicU64,
    /// Whether the handler is in the same program or library as `std`, or nobody knows.
    is_beside_std: AtomicBool,
}

/// The kernel's part of a set, which is where the C libraries begin theirs.
fn bits(set: &libc::sigset_t) -> u64 {
    // SAFETY: each set has room for 64 signals at least.
    unsafe { std::ptr::from_ref(set).cast::<u64>().read_unaligned() }
}

fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

impl Previous {
    pub(super) const fn of(signal: c_int) -> Previous {
        Previous {
            signal,
            handler: AtomicUsize::new(libc::SIG_DFL),
            flags: AtomicI32::new(0),
            mask: AtomicU64::new(0),
            is_beside_std: AtomicBool::new(false),
        }
    }

    /// Puts `handle` in the place of whoever handles the signal.
    pub(super) fn install(&self, handle: Handler) {
        // SAFETY: a structure of numbers, which the kernel fills in.
        let mut previous: libc::sigaction = unsafe { zeroed() };
        // SAFETY: asks only.
        if unsafe { libc::sigaction(self.signal, null_mut(), &raw mut previous) } != 0 {
            return;
        }
        self.note(&previous);
        // SAFETY: as above.
        let mut ours: libc::sigaction = unsafe { zeroed() };
        ours.sa_sigaction = handle as *const () as usize;
        // What was sent may have interrupted a system call.
        ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | previous.sa_flags & libc::SA_RESTART;
        // SAFETY: `handle` is a handler for any fault, and may interrupt any code.
        unsafe {
            libc::sigfillset(&raw mut ours.sa_mask);
            if libc::sigaction(self.signal, &raw const ours, &raw mut previous) == 0 {
                // Another thread may have installed one meanwhile.
                self.note(&previous);
            }
        }
    }

    fn note(&self, previous: &libc::sigaction) {
        self.flags.store(previous.sa_flags, Relaxed);
        self.mask.store(bits(&previous.sa_mask), Relaxed);
        // Now: it takes a lock.
        let std: fn() = std::thread::park;
        let is_beside_std = object(previous.sa_sigaction) == object(std as usize);
        self.is_beside_std.store(is_beside_std, Relaxed);
        self.handler.store(previous.sa_sigaction, Release);
    }

    /// Whether it seems to be `std`'s, which takes faults near the end of a thread's own stack for its own to tell.
    /// There is no way to know: one of the program's that looks like it is not called about those.
    pub(super) fn is_std(&self) -> bool {
        let flags = self.flags.load(Relaxed) & !SA_RESTORER;
        flags == libc::SA_SIGINFO | libc::SA_ONSTACK
            && self.mask.load(Relaxed) == 0
            && super::PREVIOUS
                .iter()
                .all(|other| other.handler.load(Relaxed) == self.handler.load(Relaxed))
            && self.is_beside_std.load(Relaxed)
    }

    /// Whether the process dies of any fault. `std`'s handler sees to that.
    pub(super) fn is_deadly(&self) -> bool {
        let handler = self.handler.load(Acquire);
        handler == libc::SIG_DFL || handler == libc::SIG_IGN || self.is_std()
    }

    /// Hands the signal on.
    ///
    /// # Safety
    /// In a handler of this signal, with what that was given; nothing has been changed there.
    pub(super) unsafe fn forward(
        &self,
        signal: c_int,
        info: *mut libc::siginfo_t,
        context: *mut c_void,
    ) {
        let handler = self.handler.load(Acquire);
        let flags = self.flags.load(Relaxed);
        // SAFETY: the caller's promise.
        let was_sent = unsafe { (*info).si_code } <= 0;
        match handler {
            // A fault cannot be ignored.
            libc::SIG_IGN if was_sent => return,
            libc::SIG_DFL | libc::SIG_IGN => return self.die(signal, info),
            _ => {}
        }
        if flags & libc::SA_RESETHAND != 0 {
            self.handler.store(libc::SIG_DFL, Relaxed);
        }
        let itself = if flags & libc::SA_NODEFER == 0 {
            bit(signal)
        } else {
            0
        };
        // SAFETY: the caller's promise. The kernel puts the interrupted code's mask back at the end.
        unsafe {
            let mut mask = (*context.cast::<libc::ucontext_t>()).uc_sigmask;
            let blocked = bits(&mask) | self.mask.load(Relaxed) | itself;
            (&raw mut mask).cast::<u64>().write_unaligned(blocked);
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const mask, null_mut());
        }
        if flags & libc::SA_SIGINFO != 0 {
            // SAFETY: the kernel would have called it so.
            let handler = unsafe { transmute::<usize, Handler>(handler) };
            handler(signal, info, context);
        } else {
            // SAFETY: as above.
            let handler = unsafe { transmute::<usize, extern "C" fn(c_int)>(handler) };
            handler(signal);
        }
    }

    /// The process dies of the signal when the handler returns, where it was interrupted: a debugger, and who reads its
    /// memory afterwards, find it there.
    pub(super) fn die(&self, signal: c_int, info: *mut libc::siginfo_t) {
        // SAFETY: as in `install`. The signal is sent as it came; while it is handled it is blocked, and waits. Where it
        // cannot be sent a fault comes again by itself.
        unsafe {
            let mut default: libc::sigaction = zeroed();
            default.sa_sigaction = libc::SIG_DFL;
            libc::sigaction(signal, &raw const default, null_mut());
            let (process, thread) = (libc::getpid(), libc::syscall(libc::SYS_gettid));
            libc::syscall(libc::SYS_rt_tgsigqueueinfo, process, thread, signal, info);
        }
    }
}

/// What the C library adds.
const SA_RESTORER: c_int = 0x0400_0000;

/// The program or library that the address is in, if somebody knows.
fn object(address: usize) -> Option<usize> {
    // SAFETY: a structure of numbers.
    let mut found: libc::Dl_info = unsafe { zeroed() };
    // SAFETY: fills it in, or returns 0.
    let known = unsafe { libc::dladdr(address as *const c_void, &raw mut found) } != 0;
    known.then_some(found.dli_fbase as usize)
}
