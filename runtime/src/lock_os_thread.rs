//! `lock_os_thread`: a goroutine that has its thread's state to itself.

use crate::g::GRef;
use crate::thread;
use std::fmt;
use std::marker::PhantomData;

/// Keeps the goroutine that called [`lock_os_thread`] on its thread until it is dropped.
#[must_use = "the thread is unlocked when the guard is dropped"]
pub struct OsThreadGuard {
    /// None: on a thread outside any goroutine.
    g: Option<GRef>,
    /// It belongs to the goroutine that made it.
    not_send: PhantomData<*const ()>,
}

/// Binds the goroutine to its thread, as Go's `LockOSThread` does, until the guard is dropped. Locks nest.
///
/// A goroutine stays on the thread that it started on in any case. Meanwhile, also:
///
/// * its `#[cgo(blocking)]` calls run on this thread, and block it;
/// * no other goroutine starts here. Those that have started go on when this one parks: they have no other thread. A
///   thread for one goroutine alone is what [`GoBuilder::own_thread`](crate::GoBuilder::own_thread) is for;
/// * it does not migrate, where goroutines do, and waits for this thread if somebody else blocks it.
///
/// On a thread outside any goroutine it does nothing.
///
/// ```
/// use cgocall::{cgo_import, go, lock_os_thread};
/// use std::ffi::{c_int, c_uint};
///
/// #[cgo_import]
/// unsafe extern "C" {
///     #[cgo(blocking)]
///     safe fn usleep(micros: c_uint) -> c_int;
/// }
///
/// go(|| {
///     let _locked = lock_os_thread();
///     assert_eq!(usleep(1), 0); // on this very thread
/// })
/// .join()
/// .unwrap();
/// ```
pub fn lock_os_thread() -> OsThreadGuard {
    let thread = thread::current();
    let g = thread.running().zip(thread.m()).map(|(g, m)| {
        let locks = g.locks.get();
        g.locks.set(locks + 1);
        if locks == 0 {
            m.lock();
        }
        GRef::new(g)
    });
    OsThreadGuard {
        g,
        not_send: PhantomData,
    }
}

impl fmt::Debug for OsThreadGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OsThreadGuard").finish_non_exhaustive()
    }
}

impl Drop for OsThreadGuard {
    fn drop(&mut self) {
        let Some(g) = &self.g else { return };
        let locks = g.locks.get() - 1;
        g.locks.set(locks);
        // A goroutine that is done has unlocked its thread: the guard was kept in a thread-local. So may it have been where
        // the thread is that M no more.
        if locks == 0
            && !g.is_over()
            && let Some(m) = thread::current().m()
            && std::ptr::eq(m, g.home())
        {
            m.unlock();
        }
    }
}
