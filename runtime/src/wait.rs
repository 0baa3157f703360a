//! Waiting for any future, on a goroutine or on a thread.

use crate::g::Suspend;
use crate::{sched, thread};
use crossbeam_utils::sync::{Parker, Unparker};
use std::future::IntoFuture;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// Waits for a [`Future`] without `async`.
///
/// On a goroutine this is a park point: the goroutine is put aside and its thread runs others, until the future wakes
/// it. On any other thread it blocks the thread, as `block_on` does elsewhere. Channels, timers, locks and sockets come
/// from the async crates that way:
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
/// A goroutine that waits while a panic unwinds it blocks its thread instead.
pub trait Wait: IntoFuture + Sized {
    /// Waits for the result.
    fn wait(self) -> Self::Output;
}

impl<F: IntoFuture> Wait for F {
    fn wait(self) -> F::Output {
        match thread::current().running() {
            Some(g) if !std::thread::panicking() => {
                let mut future = pin!(self.into_future());
                let waker = g.waker();
                let mut cx = Context::from_waker(&waker);
                loop {
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
pub fn yield_now() {
    match thread::current().running() {
        Some(g) if !std::thread::panicking() => g.suspend(Suspend::Yield),
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
