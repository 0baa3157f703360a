//! Threads that exports are called on: C's own, and those of the program that call C without an import.
//!
//! Such a thread is *attached* with the first export that C calls there, and detached when it ends. That is Go's `needm`
//! and `dropm`, without the lock-step: an export runs where C has called it and needs no P. What belongs to an attached
//! thread is made in [`attach`] and undone in [`end`].
//!
//! The end of a thread is seen by the destructor of a pthread key. `std`'s thread-locals would do that as well, but they
//! ask the allocator for memory, and the first export may be called in a signal handler. A key's value is set without,
//! but for keys that glibc has no room for in its threads: those of a program that has made 32 others before.
//!
//! * Destructors of keys come after those of C++'s and Rust's thread-locals, and in no order among themselves: an export
//!   that is called after ours runs as before, on a thread that is attached no more.
//! * The main thread ends with the process, and stays attached until then. Before `main` and after it all is as ever.
//! * A library that is unloaded takes the key with it, or threads that end later would run code that is gone.
//!
//! The runtime's own threads have the key set as well, while they run goroutines or C calls: they do not end then, unless
//! C ends them, and with them what is on their stacks.

use crate::cstate::Payload;
use crate::overflow;
use crate::template::say;
use crate::thread::{self, Thread};
use std::panic::AssertUnwindSafe;
use std::process::abort;
use std::sync::atomic::{AtomicUsize, Ordering::*};

/// What the runtime has to do with a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing so far.
    Unknown,
    /// Exports were called there.
    Attached,
    /// It is an M or a helper.
    Own,
    /// It was attached, and ends.
    Ending,
}

/// How many threads are attached.
static ATTACHED: AtomicUsize = AtomicUsize::new(0);

/// How many threads are attached now.
pub(crate) fn count() -> usize {
    ATTACHED.load(Relaxed)
}

/// Attaches the current thread, which is unknown.
#[cold]
#[inline(never)]
pub(crate) fn attach(thread: &Thread) {
    // First: a signal handler that comes now finds it attached.
    thread.standing.set(Standing::Attached);
    if key::set(Some(thread)) {
        ATTACHED.fetch_add(1, Relaxed);
        overflow::watch(thread);
    } else {
        // Nobody would detach it.
        thread.standing.set(Standing::Ending);
    }
}

/// The current thread ends.
extern "C" fn end() {
    let thread = thread::here();
    let before = thread.standing.replace(Standing::Ending);
    // Once more, when the destructors of C's keys have had their turn.
    if !overflow::unwatch(thread, before == Standing::Ending) {
        key::set(Some(thread));
    }
    match before {
        Standing::Attached => {
            ATTACHED.fetch_sub(1, Relaxed);
        }
        Standing::Own => {
            abort_ended();
        }
        Standing::Unknown | Standing::Ending => {}
    }
}

fn abort_ended() -> ! {
    say(format_args!(
        "C has ended a thread (`pthread_exit`, or a cancellation), or thrown an exception, below Rust code that waits \
         for it to return: on a thread of the runtime's, or in a callback. It must return there first"
    ));
    abort()
}

/// As `std`'s, for code that C may have called, or that calls C: which unwinds when it ends the thread, as C++ does when
/// it throws. `std` and the C library know of no better than to abort then; this says why.
pub(crate) fn catch_unwind<R>(f: impl FnOnce() -> R) -> std::thread::Result<R> {
    std::panic::catch_unwind(AssertUnwindSafe(|| heed_end(f)))
}

/// The same for code that does not panic.
#[inline]
pub(crate) fn heed_end<R>(f: impl FnOnce() -> R) -> R {
    struct Ended;
    impl Drop for Ended {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                abort_ended();
            }
        }
    }
    let ended = Ended;
    let result = f();
    std::mem::forget(ended);
    result
}

/// A panic that is handed to nobody; the panic hook has said it. Its text is dropped. What else a payload may be could run
/// code of its own, panic again, and so on without end: it is forgotten.
pub(crate) fn discard(payload: Payload) {
    let other = match payload.downcast::<String>() {
        Ok(_) => return,
        Err(other) => other,
    };
    if let Err(other) = other.downcast::<&str>() {
        std::mem::forget(other);
    }
}

/// Runs `f` on the current thread as one of the runtime's.
pub(crate) fn own<R>(f: impl FnOnce() -> R) -> R {
    let thread = thread::current();
    let before = thread.standing.replace(Standing::Own);
    key::set(Some(thread));
    let watches = overflow::watch(thread);
    let result = f();
    // What has ended was attached, and is over when its thread is.
    thread.standing.set(before);
    let is_over = !watches || overflow::unwatch(thread, false);
    let ends = !is_over || matches!(before, Standing::Attached | Standing::Own);
    key::set(ends.then_some(thread));
    result
}

/// The current thread, if it is attached or the runtime's own. For signal handlers: asks for no thread-local, which in
/// a library that was loaded later is given memory when it is first asked for.
pub(crate) fn thread<'a>() -> Option<&'a Thread> {
    // SAFETY: the thread's own state, which is there as long as the thread is; set until its last code but destructors.
    unsafe { key::value().as_ref() }
}

/// In a child of `fork`: the other threads are not there.
pub(crate) fn is_child() {
    let attached = thread::here().standing.get() == Standing::Attached;
    ATTACHED.store(attached.into(), Relaxed);
}

#[cfg(unix)]
mod key {
    use crate::thread::Thread;
    use std::ffi::c_void;
    use std::ptr::null;
    use std::sync::atomic::{AtomicU64, Ordering::*};

    const NONE: u64 = u64::MAX;
    const GONE: u64 = NONE - 1;

    static KEY: AtomicU64 = AtomicU64::new(NONE);

    /// `end` is to be called when the current thread ends, which this is; or no more. False: it cannot be.
    pub(super) fn set(thread: Option<&Thread>) -> bool {
        let Some(key) = get() else { return false };
        let value: *const c_void =
            thread.map_or(null(), |thread| std::ptr::from_ref(thread).cast());
        // SAFETY: the key is there until the library is unloaded, which no thread may be running code of then.
        unsafe { libc::pthread_setspecific(key, value) == 0 }
    }

    /// What was set. Null: nothing.
    pub(super) fn value() -> *const Thread {
        match libc::pthread_key_t::try_from(KEY.load(Relaxed)) {
            // SAFETY: as above.
            Ok(key) => unsafe { libc::pthread_getspecific(key) }.cast(),
            Err(_) => null(),
        }
    }

    fn get() -> Option<libc::pthread_key_t> {
        extern "C" fn end(_: *mut c_void) {
            super::end();
        }
        let known = KEY.load(Relaxed);
        if known != NONE {
            return libc::pthread_key_t::try_from(known).ok();
        }
        let mut key = 0;
        // SAFETY: it writes the key.
        if unsafe { libc::pthread_key_create(&raw mut key, Some(end)) } != 0 {
            return None;
        }
        // Unsigned or not, as the system has it: a small number.
        match KEY.compare_exchange(NONE, key as u64, Relaxed, Relaxed) {
            Ok(_) => Some(key),
            Err(known) => {
                // SAFETY: another thread was first; this one is nobody's.
                unsafe { libc::pthread_key_delete(key) };
                libc::pthread_key_t::try_from(known).ok()
            }
        }
    }

    /// The library is unloaded, or the process exits.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    extern "C" fn unloaded() {
        let key = KEY.swap(GONE, Relaxed);
        if let Ok(key) = libc::pthread_key_t::try_from(key) {
            // SAFETY: nobody gets it any more.
            unsafe { libc::pthread_key_delete(key) };
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[used]
    // SAFETY: the section is an array of such functions.
    #[unsafe(link_section = ".fini_array")]
    static UNLOADED: extern "C" fn() = unloaded;
}

#[cfg(not(unix))]
mod key {
    use std::cell::Cell;

    struct End(Cell<bool>);

    impl Drop for End {
        fn drop(&mut self) {
            if self.0.get() {
                super::end();
            }
        }
    }

    thread_local! {
        static END: End = const { End(Cell::new(false)) };
    }

    pub(super) fn set(thread: Option<&crate::thread::Thread>) -> bool {
        END.try_with(|end| end.0.set(thread.is_some())).is_ok()
    }

    /// Nobody asks here.
    pub(super) fn value() -> *const crate::thread::Thread {
        std::ptr::null()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// As where a callback on a helper calls `Builder::run`.
    #[test]
    fn the_runtimes_own_stays_so_within() {
        own(|| {
            own(|| assert!(!key::value().is_null()));
            assert_eq!(thread::current().standing.get(), Standing::Own);
            assert!(!key::value().is_null());
        });
        assert!(key::value().is_null());
    }
}
