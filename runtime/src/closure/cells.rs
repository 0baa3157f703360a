//! Who may enter a closure.

use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicBool, Ordering::*};

/// An `FnMut` that one thread calls, the one that has called C.
#[derive(Debug)]
pub struct Lent<F> {
    busy: Cell<bool>,
    closure: UnsafeCell<F>,
}

/// An `FnMut` that any thread may call.
#[derive(Debug)]
pub struct Guarded<F> {
    busy: AtomicBool,
    closure: UnsafeCell<F>,
}

/// An `Fn`.
#[derive(Debug)]
pub struct Shared<F>(F);

// SAFETY: it is entered by one at a time, on whichever thread: `F` is sent there.
unsafe impl<F: Send> Sync for Guarded<F> {}

#[cold]
#[inline(never)]
pub(super) fn refuse(name: &str) -> ! {
    panic!(
        "C has called {name} again while it runs, which an `FnMut` cannot bear; have C not do that, or declare \
         it as `Fn(..)`"
    )
}

impl<F> Lent<F> {
    /// Nobody is in it.
    #[inline]
    pub const fn new(closure: F) -> Lent<F> {
        Lent {
            busy: Cell::new(false),
            closure: UnsafeCell::new(closure),
        }
    }

    /// Has `call` call the closure.
    ///
    /// # Panics
    /// If it runs already; and as it does.
    #[inline]
    pub fn run<R>(&self, name: &str, call: impl FnOnce(&mut F) -> R) -> R {
        struct Leave<'c>(&'c Cell<bool>);
        impl Drop for Leave<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.set(false);
            }
        }
        if self.busy.replace(true) {
            refuse(name);
        }
        let _leave = Leave(&self.busy);
        // SAFETY: the flag was not set, so nobody is in it, and nobody comes until it is cleared.
        call(unsafe { &mut *self.closure.get() })
    }
}

impl<F> Guarded<F> {
    /// Nobody is in it.
    #[inline]
    pub const fn new(closure: F) -> Guarded<F> {
        Guarded {
            busy: AtomicBool::new(false),
            closure: UnsafeCell::new(closure),
        }
    }

    /// As [`Lent::run`].
    ///
    /// # Panics
    /// As there.
    ///
    /// # Safety
    /// Nobody ever calls [`Guarded::share`] of it.
    #[inline]
    pub unsafe fn run<R>(&self, name: &str, call: impl FnOnce(&mut F) -> R) -> R {
        struct Leave<'c>(&'c AtomicBool);
        impl Drop for Leave<'_> {
            #[inline]
            fn drop(&mut self) {
                // Release: with the Acquire of who comes next, who sees what this one has done.
                self.0.store(false, Release);
            }
        }
        if self.busy.swap(true, Acquire) {
            refuse(name);
        }
        let _leave = Leave(&self.busy);
        // SAFETY: as in `Lent`; and nobody shares it, says the caller.
        call(unsafe { &mut *self.closure.get() })
    }
}

impl<F: Sync> Guarded<F> {
    /// As [`Shared::run`], of an `Fn`.
    ///
    /// # Safety
    /// Nobody ever calls [`Guarded::run`] of it.
    #[inline]
    pub unsafe fn share<R>(&self, _: &str, call: impl FnOnce(&F) -> R) -> R {
        // SAFETY: nobody has it for himself, says the caller.
        call(unsafe { &*self.closure.get() })
    }
}

impl<F> Shared<F> {
    /// As [`Lent::new`].
    #[inline]
    pub const fn new(closure: F) -> Shared<F> {
        Shared(closure)
    }

    /// As [`Lent::run`]; but anybody may come meanwhile.
    #[inline]
    pub fn run<R>(&self, _: &str, call: impl FnOnce(&F) -> R) -> R {
        call(&self.0)
    }
}

/// The closure that there is, or C would have no function to call.
#[inline]
pub fn some<T>(closure: &Option<T>) -> &T {
    match closure {
        Some(closure) => closure,
        None => panic!("C has called a function that it was not given"),
    }
}
