//! `go` and what it returns.
//!
//! A goroutine is one allocation: the [`G`], the join state, the result, the closure. The closure is called, its result
//! dropped if nobody wants it, and the joiner woken, on the goroutine's own stack: the scheduler runs no user code.
//!
//! # Joining
//!
//! | state      | the waker belongs to                     | the result belongs to         |
//! |------------|------------------------------------------|-------------------------------|
//! | `EMPTY`    | the handle, which may put one there      | the goroutine                 |
//! | `WAITING`  | the goroutine, which wakes it when done  | the goroutine                 |
//! | `DONE`     | nobody: there is none                    | the handle                    |
//! | `DETACHED` | nobody: there is none                    | the goroutine, which drops it |

use crate::cstate::Payload;
use crate::g::{G, GRef, VTable};
use crate::go_builder::Wishes;
use crate::spawn_error::SpawnError;
use crate::wait::Wait;
use crate::{attach, cancel, config, sched};
use std::cell::UnsafeCell;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::task::{Context, Poll, Waker};
use std::thread;

const EMPTY: u8 = 0;
const WAITING: u8 = 1;
const DONE: u8 = 2;
const DETACHED: u8 = 3;

/// What a handle sees of a goroutine.
#[repr(C)]
struct Task<T> {
    g: G,
    join: AtomicU8,
    waker: UnsafeCell<Option<Waker>>,
    result: UnsafeCell<Option<thread::Result<T>>>,
}

/// A goroutine with its closure. Begins with a `Task`, which begins with a `G`.
#[repr(C)]
struct Closure<F, T> {
    task: Task<T>,
    f: UnsafeCell<Option<F>>,
}

impl<F: FnOnce() -> T, T> Closure<F, T> {
    const VTABLE: VTable = VTable {
        run: Self::run,
        free: Self::free,
    };

    /// # Safety
    /// `g` heads a `Closure<F, T>`, whose coroutine this is: called once.
    unsafe fn run(g: NonNull<G>) {
        // SAFETY: the caller's promise.
        let closure = unsafe { g.cast::<Self>().as_ref() };
        // SAFETY: the closure is the coroutine's alone.
        let f = || unsafe { (*closure.f.get()).take() }.expect("a goroutine runs once");
        let result = if closure.task.g.is_past() {
            Err(cancelled(f))
        } else {
            attach::catch_unwind(f())
        };
        let task = &closure.task;
        // SAFETY: until the join state says otherwise, so is the result.
        unsafe { *task.result.get() = Some(result) };
        // Release: the handle that finds DONE reads the result. Acquire: the waker that a WAITING handle has put there.
        match task.join.swap(DONE, AcqRel) {
            WAITING => {
                // SAFETY: WAITING made it this side's, and DONE keeps the handle away from it.
                let waker = unsafe { (*task.waker.get()).take() };
                ignore_panic(|| waker.expect("a waiting handle has left a waker").wake());
            }
            DETACHED => {
                // SAFETY: the handle is gone.
                let result = unsafe { (*task.result.get()).take() };
                ignore_panic(|| drop(result));
            }
            _ => {}
        }
    }

    /// # Safety
    /// `g` heads a `Closure<F, T>` made by `Box`, and nobody refers to it any more.
    unsafe fn free(g: NonNull<G>) {
        // SAFETY: the caller's promise.
        drop(unsafe { Box::from_raw(g.cast::<Self>().as_ptr()) });
    }
}

/// Drops the closure of a goroutine that was cancelled before it started. What it ends with.
#[cold]
#[inline(never)]
fn cancelled<F>(f: impl FnOnce() -> F) -> Payload {
    let dropped = attach::catch_unwind(|| drop(f()));
    dropped.map_or_else(|panic| panic, |()| cancel::payload())
}

/// Where user code runs last there is nobody to hand its panic to; the panic hook has said it.
fn ignore_panic(f: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
        attach::discard(payload);
    }
}

/// A goroutine that has not been queued. It was spawned where the caller was called from, if that tracks its caller.
#[inline]
#[track_caller]
pub(crate) fn spawn<F: FnOnce() -> T, T>(f: F) -> (GRef, JoinHandle<T>) {
    // Stays where it is put.
    spawn_with(f, None, false)
}

/// The same, with wishes.
#[inline]
#[track_caller]
pub(crate) fn spawn_with<F: FnOnce() -> T, T>(
    f: F,
    wishes: Option<Box<Wishes>>,
    migrates: bool,
) -> (GRef, JoinHandle<T>) {
    let mut closure = Box::<Closure<F, T>>::new_uninit();
    // Written where it stays: it is too large to be moved about.
    closure.write(Closure {
        task: Task::<T> {
            g: G::new(const { &Closure::<F, T>::VTABLE }, 1, wishes, migrates),
            join: AtomicU8::new(EMPTY),
            waker: UnsafeCell::new(None),
            result: UnsafeCell::new(None),
        },
        f: UnsafeCell::new(Some(f)),
    });
    let g = NonNull::from(Box::leak(closure)).cast::<G>();
    // SAFETY: `G::new` counted the scheduler's reference and one handle's.
    unsafe {
        (
            GRef::from_raw(g),
            JoinHandle {
                g: GRef::from_raw(g),
                marker: PhantomData,
            },
        )
    }
}

/// Starts a goroutine that runs `f`.
///
/// It runs beside its caller, on one of the runtime's threads: on whichever is free first, and from then on always on
/// that one, so thread-locals behave. The runtime starts with the first goroutine.
///
/// ```
/// let sums: Vec<_> = (1..=3).map(|n| cgocall::go(move || (1..=n).sum::<u32>())).collect();
/// let sums: Vec<u32> = sums.into_iter().map(|sum| sum.join().unwrap()).collect();
/// assert_eq!(sums, [1, 3, 6]);
/// ```
///
/// A panic ends the goroutine alone, and is what [`JoinHandle::join`] returns. If nobody joins it, the panic hook's
/// message is all there is to see of it. [`GoBuilder`](crate::GoBuilder) gives a goroutine a name, or a larger stack.
/// Where `go` was called is what reports about the goroutine tell.
///
/// # Panics
/// If there is no room for one more stack: of address space, or of memory where it must not be overcommitted. What runs
/// goes on. [`GoBuilder::try_go`](crate::GoBuilder::try_go) returns an error instead.
// Inlined, with what waits for the goroutine: see `G::suspend`.
#[inline]
#[track_caller]
pub fn go<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (g, handle) = spawn_with(f, None, config::get().migrate);
    match sched::spawn(g) {
        None => handle,
        Some(g) => go_slowly(g, handle),
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn go_slowly<T>(g: GRef, handle: JoinHandle<T>) -> JoinHandle<T> {
    match sched::spawn_slowly(g) {
        Ok(()) => handle,
        Err(error) => {
            drop(handle);
            panic_with(&error)
        }
    }
}

#[cold]
#[track_caller]
pub(crate) fn panic_with(error: &SpawnError) -> ! {
    panic!("no goroutine can be started: {error}")
}

/// Waits for a goroutine's result. Dropping it detaches the goroutine.
///
/// It is a [`Future`] as well: any executor can await a goroutine.
pub struct JoinHandle<T> {
    g: GRef,
    marker: PhantomData<T>,
}

// SAFETY: of the goroutine's type-erased side `GRef` says the same; the result crosses to the handle's thread.
unsafe impl<T: Send> Send for JoinHandle<T> {}
// SAFETY: a shared handle gives no access to the result.
unsafe impl<T: Send> Sync for JoinHandle<T> {}
impl<T> Unpin for JoinHandle<T> {}

impl<T> JoinHandle<T> {
    fn task(&self) -> &Task<T> {
        // SAFETY: the goroutine was made by `spawn` with this `T`, and the reference keeps it alive.
        unsafe { self.g.as_ptr().cast().as_ref() }
    }

    /// Takes back the waker that an earlier poll has left, unless it is the goroutine's by now.
    fn take_waker(&self) -> Option<Waker> {
        let task = self.task();
        // Only this side makes it WAITING: most often there is nothing to exchange.
        if task.join.load(Relaxed) != WAITING {
            return None;
        }
        task.join
            .compare_exchange(WAITING, EMPTY, Acquire, Relaxed)
            .ok()?;
        // SAFETY: EMPTY makes the place this side's, and the goroutine leaves it alone, done or not.
        unsafe { (*task.waker.get()).take() }
    }

    /// The goroutine's name, if [`GoBuilder::name`](crate::GoBuilder::name) gave it one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.g.name()
    }

    /// Waits until the goroutine is done, and returns its result, or what it panicked with.
    ///
    /// Parks the goroutine that calls it; on any other thread it blocks the thread.
    ///
    /// # Errors
    /// With the payload of the goroutine's panic, as [`std::thread::JoinHandle::join`]; with
    /// [`Cancelled`](crate::Cancelled), if it was [cancelled](Self::cancel).
    #[inline]
    pub fn join(self) -> thread::Result<T> {
        let result = self.wait();
        if let Err(payload) = &result {
            cancel::joined(payload);
        }
        result
    }

    /// Asks the goroutine to end, and does not wait for it.
    ///
    /// It unwinds at its next `wait`, `join` or `yield_now`, or in the one that it is parked in, as with a panic: its
    /// destructors run on its own stack and thread, a future that it waits for is dropped. The panic hook is not called.
    /// [`join`](Self::join) then fails with [`Cancelled`](crate::Cancelled) as the payload. A goroutine that has not started
    /// never runs, and its closure is dropped; to one that is done nothing happens.
    ///
    /// ```
    /// use cgocall::{Cancelled, Wait, go};
    ///
    /// let (tx, rx) = async_channel::unbounded();
    /// let worker = go(move || {
    ///     struct Bye(async_channel::Sender<&'static str>);
    ///     impl Drop for Bye {
    ///         fn drop(&mut self) {
    ///             self.0.try_send("bye").unwrap();
    ///         }
    ///     }
    ///     let bye = Bye(tx);
    ///     bye.0.try_send("hello").unwrap();
    ///     std::future::pending::<()>().wait()
    /// });
    /// assert_eq!(rx.recv().wait(), Ok("hello"));
    /// worker.cancel();
    /// assert_eq!(rx.recv().wait(), Ok("bye"));
    /// assert!(worker.join().unwrap_err().is::<Cancelled>());
    /// ```
    ///
    /// # What is deferred
    ///
    /// A goroutine that computes, or calls C, does so until its next park point. One in a callback goes on, and waits there
    /// as before: the C functions below it return as usual, and it unwinds at the first park point after. So does one in a
    /// `#[cgo(blocking)]` call, which another thread is busy with. While a mate is parked in a callback and has the C side
    /// of the thread, those who are cancelled there wait until it is free: their destructors may call C. One that unwinds
    /// already goes on doing so. Whatever keeps a goroutine for ever keeps it for ever still.
    ///
    /// The goroutine stays cancelled. If it catches the unwinding, it is unwound again at its next park point, after its
    /// mates' turn; so there is nothing that it could wait for any more.
    ///
    /// A destructor that waits blocks its thread, as whenever one unwinds. If it joins a goroutine of the same thread, which
    /// cannot go on then, that is for ever: a guard that joins on drop is for threads. Let it cancel, or detach.
    ///
    /// Where the program is compiled with `panic = "abort"` nothing unwinds: only goroutines that have not started are
    /// cancelled.
    ///
    /// Go has nothing of the kind; there, as here, one may also be told by a channel. This is tokio's `abort`, at the points
    /// of POSIX's deferred `pthread_cancel`.
    pub fn cancel(&self) {
        self.g.cancel();
    }

    /// Whether the goroutine is done, so that [`join`](Self::join) would return at once.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.task().join.load(Acquire) == DONE
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = thread::Result<T>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        drop(self.take_waker());
        let task = self.task();
        if task.join.load(Acquire) == EMPTY {
            // SAFETY: EMPTY makes the place this side's.
            unsafe { *task.waker.get() = Some(cx.waker().clone()) };
            // Release: the goroutine that finds WAITING takes the waker.
            if task
                .join
                .compare_exchange(EMPTY, WAITING, Release, Acquire)
                .is_ok()
            {
                return Poll::Pending;
            }
            // SAFETY: the goroutine went from EMPTY to DONE, and leaves the waker alone.
            unsafe { *task.waker.get() = None };
        }
        // SAFETY: DONE, read with Acquire, makes the result this side's.
        Poll::Ready(unsafe { (*task.result.get()).take() }.expect("a goroutine is joined once"))
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        let _waker = self.take_waker();
        let task = self.task();
        if task.join.load(Acquire) == EMPTY
            && task
                .join
                .compare_exchange(EMPTY, DETACHED, Release, Acquire)
                .is_ok()
        {
            return;
        }
        // SAFETY: DONE, read with Acquire, makes the result this side's; it may have been taken already.
        drop(unsafe { (*task.result.get()).take() });
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.g.id())
            .field("name", &self.name())
            .field("spawned_at", &format_args!("{}", self.g.spawned_at()))
            .field("finished", &self.is_finished())
            .finish()
    }
}
