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
//! The note stays: whoever catches the unwinding is unwound again at the next park point, when others have had their turn. A goroutine that has not
//! started by the time does not run; its closure is dropped where it would have run.

use crate::cside;
use crate::cstate::Payload;
use crate::g::{G, Suspend};
use crate::site::Site;
use crate::{sweep, thread};
use crossbeam_utils::CachePadded;
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A goroutine that starts is cancelled if it is of another era than this one: see `end`. What all read and hardly anybody
/// writes has its own line.
static ERA: CachePadded<AtomicU16> = CachePadded::new(AtomicU16::new(FIRST));

/// The era of a goroutine that was told so.
pub(crate) const NO_ERA: u16 = 0;
/// The same, and it has said why it does not unwind.
pub(crate) const STAYS: u16 = 1;
/// The same, and it is done.
pub(crate) const OVER: u16 = 2;
/// The same, and it has begun to unwind.
pub(crate) const UNWINDS: u16 = 3;
pub(crate) const FIRST: u16 = 4;

/// Whether those who were cancelled do not unwind yet.
static HELD_BACK: AtomicBool = AtomicBool::new(false);

/// Nobody unwinds until all have been told that are to: one that has not been would see another one's end, take it for an
/// error of the program's, and say so. Those that are parked are woken after that.
pub(crate) fn hold_back(hold: bool) {
    HELD_BACK.store(hold, Release);
}

/// What new goroutines are of.
#[inline(always)]
pub(crate) fn era() -> u16 {
    ERA.load(Relaxed)
}

/// All goroutines that were spawned until now are cancelled. Those that have started have yet to be told.
pub(crate) fn next_era() {
    let next = era().checked_add(1).unwrap_or(FIRST);
    // Release: with the Acquire in `joined`.
    ERA.store(next, Release);
}

/// Why a goroutine does not unwind that was cancelled.
#[derive(Clone, Copy)]
pub(crate) enum Why {
    /// It is in a callback.
    Callback(&'static Site),
    /// It is in a `blocking` call.
    Blocking(&'static Site),
    /// It waits for the C side of its thread, or the native stack.
    InLine(&'static Site),
    /// The C side of its thread is another's.
    Mate,
}

impl Why {
    /// Causes come before what they cause.
    pub(crate) fn rank(self) -> u8 {
        match self {
            Why::Callback(_) => 0,
            Why::Blocking(_) => 1,
            Why::InLine(_) => 2,
            Why::Mate => 3,
        }
    }
}

/// What they have said while the runtime ends, by their addresses.
static WHY: Mutex<BTreeMap<usize, Why>> = Mutex::new(BTreeMap::new());

fn address(g: &G) -> usize {
    std::ptr::from_ref(g).addr()
}

fn lock() -> MutexGuard<'static, BTreeMap<usize, Why>> {
    // No code that could panic holds the lock.
    WHY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The runtime has ended: whoever asked knows.
pub(crate) fn forget_why() {
    lock().clear();
}

/// What the goroutine has said.
pub(crate) fn why(g: &G) -> Option<Why> {
    let said = g
        .is_noted_staying()
        .then(|| lock().get(&address(g)).copied());
    said.flatten()
}

/// The running goroutine was cancelled, and does not unwind: says so, if the runtime ends. Whether it has not before.
#[cold]
pub(crate) fn stays(g: &G, why: Why) -> bool {
    if g.is_noted_staying() {
        return false;
    }
    sweep::stays(|| {
        lock().insert(address(g), why);
        g.note_stay();
    });
    g.is_noted_staying()
}

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
    if g.is_noted_unwinding() && g.c.call.get().is_null() {
        // It has caught that, and may do so again and again. Before the rest is asked: its mates may change that.
        g.suspend(Suspend::Yield);
    }
    // With the Release in `G::note_cancelled`.
    fence(Acquire);
    if !HELD_BACK.load(Relaxed) {
        unwind(g);
    }
}

/// The running goroutine has joined one that ended with `payload`. If that one was cancelled with all others, so is this
/// one, which has not looked since: it unwinds instead of taking the other's end for an error of the program's. Also while
/// others are held back, since all have been told that are to: a goroutine that ends unstarted is of an era that is over.
#[cold]
pub(crate) fn joined(payload: &Payload) {
    let running = thread::current().running();
    let may = payload.is::<Cancelled>() && !std::thread::panicking();
    if let Some(g) = running.filter(|_| may) {
        // With the Release in `next_era`, which the other one has seen, or in `G::note_cancelled`.
        fence(Acquire);
        if g.is_past() {
            unwind(g);
        }
    }
}

/// Unwinds, unless it must not be.
fn unwind(g: &G) {
    if let Some(site) = g.c.sites().next() {
        if stays(g, Why::Callback(site)) {
            // Who waits for that may do so on this very thread, which C may not give back.
            g.suspend(Suspend::Yield);
        }
    } else if !cside::lets_unwind(g) {
        stays(g, Why::Mate);
    } else if cfg!(panic = "unwind") {
        g.note_unwinding();
        // The panic hook has nothing to say to this.
        resume_unwind(payload());
    }
}
