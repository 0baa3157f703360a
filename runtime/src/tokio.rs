//! tokio's futures outside of tokio's threads. Feature `tokio`.
//!
//! Many of tokio's futures ask the thread for the runtime they belong to, when they are made, polled or dropped. It is
//! there while a guard of [`Handle::enter`] lives. Such guards end in the reverse order of their beginning, per thread;
//! goroutines of one thread that held theirs across a park would find each other's runtime, and end theirs out of
//! order. So none is held longer than a poll takes.

use ::tokio::runtime::Handle;
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
///
/// # Park points
///
/// The runtime is known to the *thread*, so the rule for what must end in the order of the stack is the future's as
/// well: between two of its `await`s it does not park. It awaits what it waits for, and the C calls, joins and waits of
/// a goroutine stand before and after the future, not inside.
pub trait InTokio: IntoFuture + Sized {
    /// Enters `handle`'s runtime whenever the future is polled, and when it is dropped, and at no other time.
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
        let _entered = this.handle.enter();
        // SAFETY: `self` was pinned, and nothing here moves the future: it is dropped in place, and `TokioContext` is
        // `Unpin` only if `F` is.
        unsafe { Pin::new_unchecked(&mut *this.future) }.poll(cx)
    }
}

impl<F> Drop for TokioContext<F> {
    fn drop(&mut self) {
        let _entered = self.handle.enter();
        // SAFETY: dropped once, here.
        unsafe { ManuallyDrop::drop(&mut self.future) }
    }
}

impl<F> fmt::Debug for TokioContext<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokioContext").finish_non_exhaustive()
    }
}
