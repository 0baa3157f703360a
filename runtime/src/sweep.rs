//! Finding all goroutines that have started, for who ends them: a *sweep*.
//!
//! No list is kept of them. Each stack has a word at its top, in a line that is in use anyway, which says whose it is: the
//! M that starts a goroutine writes it there, and clears it when it takes the stack back. A sweep reads the words of all
//! stacks, and takes a reference to each goroutine that it finds. What if that one ends meanwhile, and is freed? The M
//! that ends it holds the scheduler's reference until it has cleared the word and looked whether there is a sweep:
//!
//! ```text
//! the M    owner = none; light fence; WATCHED?   yes: lock, unlock.   drop the reference
//! a sweep  lock; WATCHED = yes; heavy fence; owner? one: take a reference to it.   unlock
//! ```
//!
//! The fences are Dekker's, as in `syscall`: if the sweep has missed that the word was cleared, the M has not missed the
//! sweep, and waits until it has its reference. So a goroutine pays two stores and a load for it in its life. Where the
//! light fence is not enough WATCHED is always set, and the M has a full one, and looks again.
//!
//! Who starts a goroutine looks for nothing: a sweep may miss one that starts during it, and the next one does not.
//!
//! From the first sweep until the [`Watch`] is over, all that end, and those that say that they cannot, are counted, for
//! who waits for them.

use crate::g::{G, GRef};
use crate::sync::atomic::{AtomicBool, AtomicPtr, Ordering::*, fence};
use crate::sync::{Mutex, MutexGuard, PoisonError, heavy_fence, is_asymmetric, light_fence};
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

/// Whether a goroutine's end may be more than its own affair.
static WATCHED: AtomicBool = AtomicBool::new(false);
/// Whether it is.
static ON: AtomicBool = AtomicBool::new(false);
static WATCH: Mutex<State> = Mutex::new(State::new());

/// What those who end are to know.
struct State {
    /// Who waits for them. None: nobody.
    waits: Option<GRef>,
    /// How many have ended, or said that they do not.
    ended: usize,
    /// So many make it worth to wake who waits.
    wanted: usize,
}

impl State {
    const fn new() -> State {
        State {
            waits: None,
            ended: 0,
            wanted: usize::MAX,
        }
    }

    /// One less to wait for. Who is to be woken, when the lock is free.
    fn one_less(&mut self) -> Option<GRef> {
        self.ended += 1;
        let waits = self.waits.as_ref()?;
        (self.ended == self.wanted).then(|| waits.clone())
    }
}

fn lock() -> MutexGuard<'static, State> {
    // No code that could panic holds the lock.
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The runtime starts.
pub(crate) fn start() {
    WATCHED.store(!is_asymmetric(), Relaxed);
}

/// Who has a stack.
#[repr(transparent)]
pub(crate) struct Owner(AtomicPtr<G>);

impl Owner {
    #[allow(
        dead_code,
        reason = "the models make one; elsewhere it is a stack's memory"
    )]
    pub(crate) fn new() -> Owner {
        Owner(AtomicPtr::new(null_mut()))
    }

    /// By the M that starts the goroutine.
    #[inline]
    pub(crate) fn set(&self, g: &G) {
        // Release: a sweep finds it as it was made.
        self.0.store(std::ptr::from_ref(g).cast_mut(), Release);
    }

    /// By the M that has ended the goroutine, before it gives up the scheduler's reference.
    #[inline]
    pub(crate) fn clear(&self, g: &G) {
        self.0.store(null_mut(), Relaxed);
        // With the heavy fence in `Watch::sweep`.
        light_fence();
        if WATCHED.load(Relaxed) {
            tell(g);
        }
    }
}

/// There is a sweep, or might be.
#[cold]
#[inline(never)]
fn tell(g: &G) {
    // With the heavy fence in `Watch::sweep`, where that is an ordinary one.
    fence(SeqCst);
    if ON.load(Relaxed) {
        let mut state = lock();
        if state.waits.is_some() {
            g.note_end();
            let waits = state.one_less();
            drop(state);
            if let Some(waits) = waits {
                waits.wake();
            }
        }
    }
}

/// Whether somebody waits for the end of all others.
pub(crate) fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Wakes who does, to look how far they are.
pub(crate) fn remind() {
    let waits = lock().waits.clone();
    if let Some(waits) = waits {
        waits.wake();
    }
}

/// The running goroutine does not end now, for which there is a reason.
pub(crate) fn stays(note: impl FnOnce()) {
    if !ON.load(Relaxed) {
        return;
    }
    let mut state = lock();
    if state.waits.is_some() {
        note();
        let waits = state.one_less();
        drop(state);
        if let Some(waits) = waits {
            waits.wake();
        }
    }
}

/// All ends are told from here on, until it is dropped. There is one at a time.
pub(crate) struct Watch {
    /// Whether all who end goroutines know that light fences are not enough, where they are not.
    known: Cell<bool>,
}

impl Watch {
    /// By the goroutine that waits for the others.
    pub(crate) fn begin(waits: &G) -> Watch {
        let mut state = lock();
        *state = State {
            waits: Some(GRef::new(waits)),
            ..State::new()
        };
        ON.store(true, Relaxed);
        let known = Cell::new(WATCHED.load(Relaxed));
        WATCHED.store(true, Relaxed);
        Watch { known }
    }

    /// All that have started, and are not done, with a reference to each that `take` takes.
    pub(crate) fn sweep<'a>(
        &self,
        owners: impl Iterator<Item = &'a Owner>,
        take: impl Fn(&G) -> GRef,
    ) -> Vec<GRef> {
        // Until each has its reference nobody ends.
        let state = lock();
        // With the light fence in `Owner::clear`, or the full one in `tell`.
        if !heavy_fence() || !is_asymmetric() && !self.known.replace(true) {
            // The kernel has refused it since the runtime began: those that are about to end know of no fence either. The
            // next sweep comes when they have.
            return Vec::new();
        }
        let take_from = |owner: &Owner| {
            let g = NonNull::new(owner.0.load(Acquire))?;
            // SAFETY: it has a stack, so it has not ended, or whoever ends it waits for the lock before it gives up the
            // scheduler's reference: as told above.
            Some(take(unsafe { g.as_ref() }))
        };
        let found = owners.filter_map(take_from).collect();
        drop(state);
        found
    }

    /// How many have ended, or said that they do not.
    pub(crate) fn ended(&self) -> usize {
        lock().ended
    }

    /// Has who waits woken when so many have. Whether they have yet to.
    pub(crate) fn want(&self, wanted: usize) -> bool {
        let mut state = lock();
        state.wanted = wanted;
        state.ended < wanted
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHED.store(!is_asymmetric(), Relaxed);
        ON.store(false, Relaxed);
        let waits = lock().waits.take();
        drop(waits);
    }
}
