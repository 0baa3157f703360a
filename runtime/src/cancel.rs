//! Cancelling: a goroutine is asked to end, and unwinds itself.
//!
//! Nothing is torn down from outside. Who cancels a goroutine notes it there and wakes it; the goroutine sees that at its
//! next park point, or in the one that it is parked in, and unwinds from there as with a panic, on its own stack and its
//! own thread. So all is as sound as a panic is there, and what it was waiting for is dropped as any local variable. (This
//! is POSIX's deferred cancellation, with Rust's park points for its cancellation points.)
//!
//! A park point of Rust's is `wait`, `join` or `yield_now`. A goroutine does not unwind, but goes on or stays parked, where
//! it must not:
//!
//! * with live C frames, in a callback of any depth: C would be unwound;
//! * in a `blocking` call: another thread uses its frame. That, and waiting for the C side, are no park points of this kind;
//! * while it unwinds already: its waits block the thread then, as ever;
//! * while the C side of its thread is another goroutine's, who is parked in a callback: a destructor that calls C would
//!   have to wait for it, which nobody may who unwinds. It is woken when the C side is nobody's (see `cside`);
//! * where the program aborts when it panics.
//!
//! The note stays: whoever catches the unwinding is unwound again at the next park point. A goroutine that has not
//! started by the time does not run; its closure is dropped where it would have run.

use crate::cside;
use crate::cstate::Payload;
use crate::g::G;
use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;

/// What joining a goroutine fails with that was [cancelled](crate::JoinHandle::cancel): the payload that it has unwound
/// with, as others unwind with a panic's message.
///
/// ```
/// use cgocall::{Cancelled, Wait, go};
///
/// let waits = go(|| std::future::pending::<()>().wait());
/// waits.cancel();
/// match waits.join() {
///     Err(payload) if payload.is::<Cancelled>() => {}
///     other => panic!("{other:?}"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the goroutine was cancelled")
    }
}

impl Error for Cancelled {}

/// What a goroutine ends with that was cancelled.
pub(crate) fn payload() -> Payload {
    Box::new(Cancelled)
}

/// The running goroutine, which was cancelled, is at a park point of Rust's: unwinds it, unless it must not be.
#[cold]
#[inline(never)]
pub(crate) fn heed(g: &G) {
    let may_unwind = cfg!(panic = "unwind") && g.c.call.get().is_null();
    if may_unwind && cside::lets_unwind(g) {
        // The panic hook has nothing to say to this.
        resume_unwind(payload());
    }
}
