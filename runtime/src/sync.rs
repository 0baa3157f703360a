//! What the protocols between threads are made of: in `tests/models` a model checker's twins take the place of this file.

pub(crate) use std::sync::atomic;
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use std::sync::atomic::{AtomicBool, Ordering::*, compiler_fence, fence};
use std::time::{Duration, Instant};

/// Asks again and again, without sleeping, until there is an answer or the time is over.
pub(crate) fn spin<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() >= time {
            return answer;
        }
        std::hint::spin_loop();
    }
}

/// Whether [`light_fence`] is enough where [`heavy_fence`] is the other side. Set when the runtime starts, and cleared for
/// good if the kernel refuses later.
static ASYMMETRIC: AtomicBool = AtomicBool::new(false);

/// Whether the kernel has refused a heavy fence since the runtime started. It may be known later to the scheduler.
static REFUSED: AtomicBool = AtomicBool::new(false);

/// Asks the kernel for the heavy side, unless the portable fences are wanted.
pub(crate) fn start(membarrier: bool) {
    ASYMMETRIC.store(membarrier && membarrier::register(), Relaxed);
}

/// Whether the kernel's membarrier makes light fences enough.
#[inline]
pub(crate) fn is_asymmetric() -> bool {
    ASYMMETRIC.load(Relaxed)
}

/// The light side of an asymmetric fence, on the fast path: only the compiler is kept from reordering.
#[inline(always)]
pub(crate) fn light_fence() {
    compiler_fence(SeqCst);
}

/// The heavy side: when it returns, every thread of the process has passed a full fence since it was called. Without
/// membarrier it is an ordinary fence, and the other side must have one too. False: the kernel has refused, for the
/// first time.
pub(crate) fn heavy_fence() -> bool {
    if try_heavy_fence() {
        return true;
    }
    ASYMMETRIC.store(false, Relaxed);
    false
}

/// The same for anybody but the scheduler, whose part it is to find out that the kernel refuses: nothing follows from it
/// here. False: it has refused.
pub(crate) fn try_heavy_fence() -> bool {
    fence(SeqCst);
    let done = !is_asymmetric() || membarrier::fence_all();
    if !done {
        REFUSED.store(true, Relaxed);
    }
    done
}

/// Whether the kernel gave heavy fences, and does not any more.
pub(crate) fn is_refused() -> bool {
    REFUSED.load(Relaxed)
}

/// `membarrier(2)`: an interrupt to each processor that runs the process, for 0.1 to 0.2 us.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod membarrier {
    const QUERY: libc::c_int = 0;
    const PRIVATE_EXPEDITED: libc::c_int = 1 << 3;
    const REGISTER_PRIVATE_EXPEDITED: libc::c_int = 1 << 4;

    fn membarrier(command: libc::c_int) -> libc::c_long {
        // SAFETY: the call takes two numbers (and a third where the second is not 0) and touches no memory.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0) }
    }

    pub(super) fn register() -> bool {
        let known = membarrier(QUERY);
        known >= 0
            && known & libc::c_long::from(PRIVATE_EXPEDITED) != 0
            && membarrier(REGISTER_PRIVATE_EXPEDITED) == 0
    }

    pub(super) fn fence_all() -> bool {
        membarrier(PRIVATE_EXPEDITED) == 0
    }
}

/// Elsewhere there are fences on both sides.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod membarrier {
    pub(super) fn register() -> bool {
        false
    }

    pub(super) fn fence_all() -> bool {
        true
    }
}
