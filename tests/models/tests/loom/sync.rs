//! In the place of the runtime's `sync`, and of `std::sync` and what it uses of crossbeam: the same with loom's
//! atomics.

use std::any::Any;
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::VecDeque;

pub(crate) use loom::sync::{Mutex, MutexGuard, atomic};
pub(crate) use std::sync::{Arc, LockResult, PoisonError};

use atomic::{AtomicUsize, Ordering::*, fence};
use std::panic::resume_unwind;

thread_local! {
    static ASYMMETRIC: Cell<bool> = const { Cell::new(true) };
    static REFUSED: Cell<bool> = const { Cell::new(false) };
    static TOKENS: RefCell<Vec<Arc<Token>>> = const { RefCell::new(Vec::new()) };
    static IS_OVER: Cell<bool> = const { Cell::new(false) };
    static LEAKED: RefCell<Vec<*mut dyn Any>> = const { RefCell::new(Vec::new()) };
}

/// Whether the model that starts has membarrier.
pub(crate) fn start(membarrier: bool) {
    ASYMMETRIC.set(membarrier);
    REFUSED.set(false);
}

/// The kernel begins to refuse it, and everybody knows.
pub(crate) fn refuse() {
    ASYMMETRIC.set(false);
    REFUSED.set(true);
}

pub(crate) fn is_refused() -> bool {
    REFUSED.get()
}

pub(crate) fn is_asymmetric() -> bool {
    ASYMMETRIC.get()
}

/// With membarrier: a full fence, which is what the heavy side makes of it. (Two light sides are not ordered by that in
/// reality, and are here; `stress` runs the real ones.) Without: nothing.
pub(crate) fn light_fence() {
    if is_asymmetric() {
        fence(SeqCst);
    }
}

pub(crate) fn heavy_fence() -> bool {
    fence(SeqCst);
    true
}

pub(crate) fn try_heavy_fence() -> bool {
    heavy_fence()
}

/// Leaks it until the next execution.
pub(crate) fn leak<T: 'static>(value: Box<T>) -> &'static mut T {
    let value = Box::into_raw(value);
    LEAKED.with_borrow_mut(|leaked| leaked.push(value));
    // SAFETY: it is freed by `free_leaked`, when what refers to it is gone.
    unsafe { &mut *value }
}

/// Before an execution: nothing of the last one is used any more.
pub(crate) fn begin() {
    TOKENS.take();
    IS_OVER.set(false);
    for value in LEAKED.take() {
        // SAFETY: `leak` made it from a box, and the execution that used it is over.
        drop(unsafe { Box::from_raw(value) });
    }
}

/// What ends a thread that sleeps when the model is over.
pub(crate) struct Over;

/// The model is over: threads that sleep, which Ms do for want of work, end.
pub(crate) fn end() {
    IS_OVER.set(true);
    for token in TOKENS.with_borrow(Vec::clone) {
        token.set();
    }
}

/// Asks once. Others may come before that, or after it: more questions would be asked in vain, and change nothing.
pub(crate) fn spin<T>(_: crate::clock::Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    ask()
}

/// `std`'s, whose time is over when somebody says so, or else never.
pub(crate) struct Condvar {
    comes: loom::sync::Condvar,
    is_over: Cell<bool>,
}

// SAFETY: loom runs one thread at a time. The cell belongs to whoever holds the mutex.
unsafe impl Sync for Condvar {}

pub(crate) struct TimedOut(bool);

impl TimedOut {
    pub(crate) fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub(crate) fn new() -> Condvar {
        Condvar {
            comes: loom::sync::Condvar::new(),
            is_over: Cell::new(false),
        }
    }

    pub(crate) fn notify_one(&self) {
        self.comes.notify_one();
    }

    pub(crate) fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _: crate::clock::Duration,
    ) -> LockResult<(MutexGuard<'a, T>, TimedOut)> {
        if IS_OVER.get() {
            return Ok((guard, TimedOut(true)));
        }
        let guard = self
            .comes
            .wait(guard)
            .unwrap_or_else(PoisonError::into_inner);
        Ok((guard, TimedOut(self.is_over.take())))
    }

    /// The time of who waits is over. It is found out when the mutex can be locked again: somebody else may have
    /// notified by then. By who holds the mutex.
    pub(crate) fn time_out(&self) {
        self.is_over.set(true);
        self.comes.notify_one();
    }
}

/// Only what statics need that are set before a second thread starts.
pub(crate) struct OnceLock<T>(UnsafeCell<Option<T>>);

// SAFETY: loom runs one thread at a time, and nothing here lets another one in while the cell is borrowed for writing.
unsafe impl<T> Sync for OnceLock<T> {}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> OnceLock<T> {
        OnceLock(UnsafeCell::new(None))
    }

    pub(crate) fn get(&self) -> Option<&T> {
        // SAFETY: it is written once, before this could return anything.
        unsafe { (*self.0.get()).as_ref() }
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        if self.get().is_some() {
            return Err(value);
        }
        // SAFETY: nobody has got a reference to what is not there.
        unsafe { *self.0.get() = Some(value) };
        Ok(())
    }

    pub(crate) fn get_or_init(&self, f: impl FnOnce() -> T) -> &T {
        if self.get().is_none() {
            let _ = self.set(f());
        }
        self.get().expect("set")
    }
}

/// crossbeam's: a token, and who waits for it.
struct Token {
    is_there: Mutex<bool>,
    comes: loom::sync::Condvar,
}

impl Token {
    fn set(&self) {
        *self.is_there.lock().unwrap() = true;
        self.comes.notify_one();
    }
}

pub(crate) struct Parker(Arc<Token>, Unparker);

#[derive(Clone)]
pub(crate) struct Unparker(Arc<Token>);

impl Parker {
    pub(crate) fn new() -> Parker {
        let token = Arc::new(Token {
            is_there: Mutex::new(false),
            comes: loom::sync::Condvar::new(),
        });
        TOKENS.with_borrow_mut(|tokens| tokens.push(token.clone()));
        Parker(token.clone(), Unparker(token))
    }

    pub(crate) fn unparker(&self) -> &Unparker {
        &self.1
    }

    pub(crate) fn park(&self) {
        let mut is_there = self.0.is_there.lock().unwrap();
        while !*is_there {
            is_there = self.0.comes.wait(is_there).unwrap();
        }
        *is_there = false;
        drop(is_there);
        if IS_OVER.get() {
            resume_unwind(Box::new(Over));
        }
    }

    /// The time is over as soon as somebody else has run.
    pub(crate) fn park_timeout(&self, _: crate::clock::Duration) {
        loom::thread::yield_now();
        *self.0.is_there.lock().unwrap() = false;
    }

    pub(crate) fn park_deadline(&self, _: crate::clock::Instant) {
        self.park_timeout(crate::clock::Duration::ZERO);
    }
}

impl Unparker {
    pub(crate) fn unpark(&self) {
        self.0.set();
    }
}

pub(crate) enum Steal<T> {
    Success(T),
    Empty,
    #[expect(dead_code, reason = "this one never says so")]
    Retry,
}

/// crossbeam's, with as little order as its interface promises.
pub(crate) struct Injector<T> {
    len: AtomicUsize,
    queue: RefCell<VecDeque<T>>,
}

// SAFETY: loom runs one thread at a time, and none lets another one in while the queue is borrowed.
unsafe impl<T: Send> Sync for Injector<T> {}

impl<T> Injector<T> {
    pub(crate) fn new() -> Injector<T> {
        Injector {
            len: AtomicUsize::new(0),
            queue: RefCell::new(VecDeque::new()),
        }
    }

    pub(crate) fn push(&self, value: T) {
        // One step: loom lets others in before what is atomic, and not after it.
        self.len.fetch_add(1, Release);
        self.queue.borrow_mut().push_back(value);
    }

    pub(crate) fn steal(&self) -> Steal<T> {
        let one_less = |len: usize| len.checked_sub(1);
        if self.len.fetch_update(Acquire, Relaxed, one_less).is_err() {
            return Steal::Empty;
        }
        let value = self.queue.borrow_mut().pop_front();
        Steal::Success(value.expect("counted when it is there"))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len.load(Relaxed) == 0
    }
}
