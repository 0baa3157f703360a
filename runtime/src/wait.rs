//! Waiting for any future, on a goroutine or on a thread.

use crate::g::Suspend;
use crate::{cancel, sched, thread};
use crossbeam_utils::sync::{Parker, Unparker};
use std::future::IntoFuture;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// Waits for a [`Future`] without `async`.
///
/// On a goroutine this is a park point: the goroutine is put aside and its thread runs others, until the future wakes
/// it. On any other thread, C's own among them, it blocks the thread, as `block_on` does elsewhere. Channels, timers,
/// locks and sockets come from the async crates that way:
///
/// ```
/// use cgocall::{Wait, go};
///
/// let (tx, rx) = async_channel::bounded(1);
/// let sum = go(move || (0..3).map(|_| rx.recv().wait().unwrap()).sum::<u32>());
/// for n in 1..=3 {
///     tx.send(n).wait().unwrap();
/// }
/// assert_eq!(sum.join().unwrap(), 6);
/// ```
///
/// A sleep is a timer waited for. A timeout is a timer that a future races: the loser is dropped, and `wait` is called
/// once, on both.
///
/// ```
/// use async_io::Timer;
/// use cgocall::Wait;
/// use futures_lite::future::or;
/// use std::time::Duration;
///
/// Timer::after(Duration::from_millis(1)).wait();
///
/// let (_tx, rx) = async_channel::bounded::<u32>(1);
/// let received = async { rx.recv().await.ok() };
/// let timeout = async {
///     Timer::after(Duration::from_millis(1)).await;
///     None
/// };
/// assert_eq!(or(received, timeout).wait(), None);
/// ```
///
/// A socket, one goroutine at each end:
///
/// ```
/// use async_io::Async;
/// use cgocall::{Wait, go};
/// use futures_lite::{AsyncReadExt, AsyncWriteExt};
/// use std::net::{TcpListener, TcpStream};
///
/// let listener = Async::<TcpListener>::bind(([127, 0, 0, 1], 0))?;
/// let address = listener.get_ref().local_addr()?;
/// let server = go(move || {
///     let (mut stream, _) = listener.accept().wait()?;
///     stream.write_all(b"hello").wait()
/// });
/// let mut stream = Async::<TcpStream>::connect(address).wait()?;
/// let mut text = String::new();
/// stream.read_to_string(&mut text).wait()?;
/// assert_eq!(text, "hello");
/// server.join().unwrap()?;
/// # Ok::<_, std::io::Error>(())
/// ```
///
/// A guard of `std`'s locks is its thread's, which other goroutines run on while one is parked. The guard of an async
/// lock is its holder's, and may be held across a park:
///
/// ```
/// use cgocall::{Wait, go, yield_now};
/// use std::sync::Arc;
///
/// let count = Arc::new(async_lock::Mutex::new(0));
/// let goroutines: Vec<_> = (0..10)
///     .map(|_| {
///         let count = Arc::clone(&count);
///         go(move || {
///             let mut count = count.lock().wait();
///             let before = *count;
///             yield_now();
///             *count = before + 1;
///         })
///     })
///     .collect();
/// for goroutine in goroutines {
///     goroutine.join().unwrap();
/// }
/// assert_eq!(*count.lock().wait(), 10);
/// ```
///
/// What needs a tokio runtime is told which: `InTokio`, with the feature `tokio`.
///
/// A goroutine that waits while a panic unwinds it blocks its thread instead. One that was
/// [cancelled](crate::JoinHandle::cancel) unwinds here.
pub trait Wait: IntoFuture + Sized {
    /// Waits for the result.
    fn wait(self) -> Self::Output;
}

impl<F: IntoFuture> Wait for F {
    #[inline]
    fn wait(self) -> F::Output {
        match thread::current().running() {
            Some(g) if !std::thread::panicking() => {
                let mut future = pin!(self.into_future());
                let waker = g.waker();
                let mut cx = Context::from_waker(&waker);
                loop {
                    if g.is_cancelled() {
                        cancel::heed(g);
                    }
                    let wakes = g.wakes();
                    if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                        return output;
                    }
                    // A park point inside `poll` may have taken the wake-up that this one is for.
                    if g.wakes() == wakes {
                        g.park();
                    }
                }
            }
            _ => sched::without_p(|| block_on(self)),
        }
    }
}

/// Lets the other goroutines of this thread, and unstarted ones, go first.
///
/// Outside a goroutine it yields the thread.
// Not left to the compiler, for what `suspend` says.
#[inline(always)]
pub fn yield_now() {
    match thread::current().running() {
        Some(g) if !std::thread::panicking() => {
            g.suspend(Suspend::Yield);
            // Not before, when there would be nothing to remember meanwhile: what comes next may take for ever.
            if g.is_cancelled() {
                cancel::heed(g);
            }
        }
        _ => sched::without_p(std::thread::yield_now),
    }
}

/// Wakes a thread that blocks.
struct Unpark(Unparker);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks the thread until the future is done.
fn block_on<F: IntoFuture>(future: F) -> F::Output {
    let mut future = pin!(future.into_future());
    let parker = Parker::new();
    let waker = Waker::from(Arc::new(Unpark(parker.unparker().clone())));
    let mut cx = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        parker.park();
    }
}
