//! P, the right to run goroutines, with a queue of unstarted ones.

use crate::g::{G, GRef};
use crate::m::M;
use crate::stack::{self, Magazine};
use crossbeam_deque::{Injector, Steal};
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering::*};

/// Unstarted goroutines, in order. Any thread may add and take.
///
/// An `Injector` and not a `Worker` with its stealers: those free their buffers through crossbeam's epochs, which run
/// whatever else the program has deferred there, on the scheduler's stack.
pub(crate) struct Queue(Injector<GRef>);

impl Queue {
    pub(crate) fn new() -> Queue {
        Queue(Injector::new())
    }

    pub(crate) fn push(&self, g: GRef) {
        self.0.push(g);
    }

    pub(crate) fn pop(&self) -> Option<GRef> {
        // Asked first: an attempt on an empty queue costs a fence.
        while !self.0.is_empty() {
            match self.0.steal() {
                Steal::Success(g) => return Some(g),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
        None
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// There are `procs` of them. Who holds one may run goroutines; one that is idle leaves its queue to thieves.
pub(crate) struct P {
    pub(crate) queue: Queue,
    /// The goroutine that was spawned last, which runs as soon as its spawner parks: most often that is who waits for
    /// it, and what it needs is in the cache. Go's `runnext`. It belongs to the M that holds the P, in RT, or to who
    /// hands the P on; others may ask whether there is one.
    next: AtomicPtr<G>,
    /// Stacks for the goroutines that it starts, and promises of such for those that it spawns. Its owner's, in RT.
    pub(crate) stacks: Magazine,
    /// The M that holds it. Written under the scheduler's lock, or by that M.
    m: AtomicPtr<M>,
}

impl P {
    pub(crate) fn new() -> P {
        P {
            queue: Queue::new(),
            next: AtomicPtr::new(null_mut()),
            stacks: stack::magazine(),
            m: AtomicPtr::new(null_mut()),
        }
    }

    /// The M that holds it, if it is not changing hands.
    pub(crate) fn m(&self) -> Option<&'static M> {
        // SAFETY: null or a `&'static M`.
        unsafe { self.m.load(Acquire).as_ref() }
    }

    /// Notes who holds it.
    pub(crate) fn set_m(&self, m: Option<&'static M>) {
        let m = m.map_or(null_mut(), |m| std::ptr::from_ref(m).cast_mut());
        self.m.store(m, Release);
    }

    fn replace_next(&self, g: Option<GRef>) -> Option<GRef> {
        let g = g.map_or(null_mut(), |g| g.into_raw().as_ptr());
        // Its owner alone writes it: no read-modify-write.
        let before = self.next.load(Relaxed);
        self.next.store(g, Relaxed);
        // SAFETY: what is there was put there with its reference.
        NonNull::new(before).map(|g| unsafe { GRef::from_raw(g) })
    }

    /// Adds a goroutine to run next. True: the one that was to be so has gone to the queue. By the P's owner.
    pub(crate) fn push(&self, g: GRef) -> bool {
        let before = self.replace_next(Some(g));
        let moved = before.is_some();
        if let Some(before) = before {
            self.queue.push(before);
        }
        moved
    }

    /// Takes the one to run next. By the P's owner.
    pub(crate) fn pop_next(&self) -> Option<GRef> {
        if self.next.load(Relaxed).is_null() {
            return None;
        }
        self.replace_next(None)
    }

    /// Leaves the one to run next to anybody. By the P's owner.
    pub(crate) fn spill(&self) {
        if let Some(g) = self.pop_next() {
            self.queue.push(g);
        }
    }

    /// Whether one is to run next that only the P's owner can take.
    pub(crate) fn has_next(&self) -> bool {
        !self.next.load(Relaxed).is_null()
    }
}
