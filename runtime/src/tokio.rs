//! tokio's futures outside of tokio's threads. Feature `tokio`.
//!
//! Many of tokio's futures ask the thread for the runtime they belong to, when they are made, polled or dropped. It is
//! there while a guard of [`Handle::enter`] lives. Such guards end in the reverse order of their beginning, per thread;
//! goroutines of one thread that held theirs across a park would find each other's runtime, and end theirs out of
//! order. So a runtime is entered for each poll, and a goroutine that parks inside the poll (it calls C there, or joins)
//! leaves it and enters it again: the runtimes it is in are a list of [`Entered`], on its stack like the polls.

use crate::g::G;
use crate::thread;
use ::tokio::runtime::{EnterGuard, Handle};
use std::cell::Cell;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Makes a tokio runtime known to a future that needs one. With the feature `tokio`.
///
/// A future of tokio's (a timer, a socket, what [`tokio::spawn`] returns, or whatever a library has made of these) is
/// driven by its runtime's threads, but anyone may wait for it: [`Wait::wait`](crate::Wait::wait) does on a goroutine, a
/// C thread or any other. It only has to be told which runtime that is:
///
/// ```
/// use cgocall::{InTokio, Wait, go};
/// use std::time::Duration;
/// use tokio::time::{sleep, timeout};
///
/// let runtime = tokio::runtime::Runtime::new()?;
/// let tokio = runtime.handle().clone();
/// let goroutine = go(move || {
///     async { sleep(Duration::from_millis(1)).await }.in_tokio(&tokio).wait();
///
///     let never = async { timeout(Duration::from_millis(1), std::future::pending::<()>()).await };
///     never.in_tokio(&tokio).wait()
/// });
/// assert!(goroutine.join().unwrap().is_err());
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// # Inside `async`
///
/// `sleep(..)` panics where no runtime is known: it asks for one when it is *made*. An `async` block is made anywhere,
/// and makes what it awaits when it is polled. So what needs a runtime goes inside one, as above; what an `async fn`
/// returns is such a block already. A conversation is best one block:
///
/// ```
/// use cgocall::{InTokio, Wait};
/// use tokio::net::{TcpListener, TcpStream};
///
/// let runtime = tokio::runtime::Runtime::new()?;
/// let tokio = runtime.handle();
/// let listener = TcpListener::bind("127.0.0.1:0").in_tokio(tokio).wait()?;
/// let address = listener.local_addr()?;
/// let client = cgocall::go({
///     let tokio = tokio.clone();
///     move || {
///         let local = async { TcpStream::connect(address).await?.local_addr() };
///         local.in_tokio(&tokio).wait()
///     }
/// });
/// let (_, peer) = listener.accept().in_tokio(tokio).wait()?;
/// assert_eq!(peer, client.join().unwrap()?);
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// # Within tokio
///
/// A task starts goroutines as anyone does, and awaits them: [`JoinHandle`](crate::JoinHandle) is a future. A goroutine
/// does not inherit the task's runtime; it is told as well.
///
/// ```
/// use cgocall::{InTokio, Wait, go};
/// use std::time::Duration;
/// use tokio::runtime::Handle;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let slept = runtime.block_on(async {
///     let tokio = Handle::current();
///     let goroutine = go(move || {
///         async { tokio::time::sleep(Duration::from_millis(1)).await }.in_tokio(&tokio).wait();
///         "slept"
///     });
///     goroutine.await.unwrap()
/// });
/// assert_eq!(slept, "slept");
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// Await a goroutine in a task, do not `join` it: as any call that blocks, that would stop the task's thread; on a
/// current-thread runtime it stops the timers and sockets as well, which advance only while some thread is in its
/// `block_on`. The other way round, `block_on` stops a goroutine's thread where `in_tokio` and `wait` park the goroutine.
///
/// # When the runtime ends
///
/// Whoever still waits is told as tokio tells its own tasks: a socket fails with an error, a spawned task is cancelled,
/// a channel whose other end was in a task is closed, a timer panics.
pub trait InTokio: IntoFuture + Sized {
    /// Enters `handle`'s runtime whenever the future is polled, and when it is dropped, and at no other time: a goroutine
    /// that parks in the middle of a poll, in a join or a C call, leaves it for as long.
    fn in_tokio(self, handle: &Handle) -> TokioContext<Self::IntoFuture> {
        TokioContext {
            future: ManuallyDrop::new(self.into_future()),
            handle: handle.clone(),
        }
    }
}

impl<F: IntoFuture> InTokio for F {}

/// A future that knows its tokio runtime. Made by [`InTokio::in_tokio`].
#[must_use = "futures do nothing unless they are waited for"]
pub struct TokioContext<F> {
    /// Pinned if the whole is.
    future: ManuallyDrop<F>,
    handle: Handle,
}

impl<F: Future> Future for TokioContext<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing moves out of it.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: `self` was pinned, and nothing here moves the future: it is dropped in place, and `TokioContext` is
        // `Unpin` only if `F` is.
        let future = unsafe { Pin::new_unchecked(&mut *this.future) };
        enter(&this.handle, || future.poll(cx))
    }
}

impl<F> Drop for TokioContext<F> {
    fn drop(&mut self) {
        let future = &mut self.future;
        // SAFETY: dropped once, here.
        enter(&self.handle, || unsafe { ManuallyDrop::drop(future) });
    }
}

impl<F> fmt::Debug for TokioContext<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioContext").finish_non_exhaustive()
    }
}

/// A runtime that a goroutine has its thread in.
pub(crate) struct Entered<'a> {
    handle: &'a Handle,
    /// None while the goroutine is parked.
    guard: Cell<Option<EnterGuard<'a>>>,
    outer: *const Entered<'static>,
}

/// Runs `f` in a runtime.
fn enter<R>(handle: &Handle, f: impl FnOnce() -> R) -> R {
    struct Done<'a>(&'a G, &'a Entered<'a>);
    impl Drop for Done<'_> {
        fn drop(&mut self) {
            self.0.entered.set(self.1.outer);
            exit_thread(self.1.guard.take());
        }
    }
    let guard = enter_thread(handle);
    let Some(g) = thread::current().running() else {
        return f();
    };
    let entered = Entered {
        handle,
        guard: Cell::new(Some(guard)),
        outer: g.entered.get(),
    };
    g.entered.set((&raw const entered).cast());
    let _done = Done(g, &entered);
    f()
}

/// The goroutine is about to give its thread back, and leaves the runtimes it is in until it has it again.
pub(crate) fn leave(g: &G) -> impl Drop {
    struct Back(*const Entered<'static>);
    impl Drop for Back {
        fn drop(&mut self) {
            enter_again(self.0);
        }
    }
    let mut inner = g.entered.get();
    // SAFETY: each stands on the goroutine's stack, in a call of `enter` that takes it off the list before it returns.
    while let Some(entered) = unsafe { inner.as_ref() } {
        exit_thread(entered.guard.take());
        inner = entered.outer;
    }
    Back(g.entered.get())
}

fn enter_again(entered: *const Entered<'static>) {
    // SAFETY: as in `leave`; the goroutine was parked meanwhile.
    if let Some(entered) = unsafe { entered.as_ref() } {
        enter_again(entered.outer);
        entered.guard.set(Some(enter_thread(entered.handle)));
    }
}

// tokio's part of it asks for a thread-local. So these two are not inlined to where goroutines park and migrate: see
// `thread::current`.
#[inline(never)]
fn enter_thread(handle: &Handle) -> EnterGuard<'_> {
    handle.enter()
}

#[inline(never)]
fn exit_thread(guard: Option<EnterGuard<'_>>) {
    drop(guard);
}
