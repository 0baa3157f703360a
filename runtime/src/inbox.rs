//! The inbox of an M: goroutines of its own that other threads have woken.
//!
//! One word: a list, newest first, or `SLEEPING`. An M puts `SLEEPING` there, in place of the empty list, just before
//! it gives its P up and sleeps; who replaces it with a goroutine has to see to it that the M wakes with a P.

use crate::g::{G, GRef};
use std::collections::VecDeque;
use std::ptr::{NonNull, null_mut, without_provenance_mut};
use std::sync::atomic::{AtomicPtr, Ordering::*};

/// An address that no goroutine has.
const SLEEPING: *mut G = without_provenance_mut(1);

pub(crate) struct Inbox(AtomicPtr<G>);

impl Inbox {
    pub(crate) const fn new() -> Inbox {
        Inbox(AtomicPtr::new(null_mut()))
    }

    /// Adds a goroutine. True: the M sleeps, and this is who must wake it.
    pub(crate) fn push(&self, g: GRef) -> bool {
        let g = g.into_raw();
        let mut head = self.0.load(Relaxed);
        loop {
            let next = if head == SLEEPING { null_mut() } else { head };
            // SAFETY: queued goroutines belong to who queues them, until the exchange below hands this one over.
            unsafe { g.as_ref() }.next.set(next);
            // Release: the owner reads `next`, and all that was done to wake the goroutine.
            match self
                .0
                .compare_exchange_weak(head, g.as_ptr(), Release, Relaxed)
            {
                Ok(_) => return head == SLEEPING,
                Err(now) => head = now,
            }
        }
    }

    /// Moves what has come to `queue`, oldest first. The owner's.
    pub(crate) fn drain_to(&self, queue: &mut VecDeque<GRef>) {
        if self.0.load(Relaxed).is_null() {
            return;
        }
        let start = queue.len();
        let mut next = self.0.swap(null_mut(), Acquire);
        debug_assert_ne!(
            next, SLEEPING,
            "only its owner empties an inbox, and it is awake"
        );
        while let Some(g) = NonNull::new(next) {
            // SAFETY: each was pushed with its reference, which this takes over; the Acquire above made it ours.
            let g = unsafe { GRef::from_raw(g) };
            next = g.next.replace(null_mut());
            queue.push_back(g);
        }
        queue.make_contiguous()[start..].reverse();
    }

    /// Whether goroutines wait in it.
    pub(crate) fn has_any(&self) -> bool {
        let head = self.0.load(Relaxed);
        !head.is_null() && head != SLEEPING
    }

    /// Marks the owner as sleeping, unless something has come.
    pub(crate) fn sleep(&self) -> bool {
        self.0
            .compare_exchange(null_mut(), SLEEPING, AcqRel, Relaxed)
            .is_ok()
    }

    /// Marks the owner as awake.
    pub(crate) fn wake(&self) {
        let _ = self
            .0
            .compare_exchange(SLEEPING, null_mut(), AcqRel, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::spawn;

    #[test]
    fn goroutines_come_out_in_order_and_the_first_wakes_the_sleeper() {
        let inbox = Inbox::new();
        let (goroutines, _handles): (Vec<_>, Vec<_>) = (0..4).map(|n| spawn(move || n)).unzip();
        let order: Vec<_> = goroutines.iter().map(GRef::as_ptr).collect();
        assert!(inbox.sleep());
        for (i, g) in goroutines.into_iter().enumerate() {
            assert_eq!(inbox.push(g), i == 0);
        }
        assert!(!inbox.sleep(), "something has come");
        let mut queue = VecDeque::new();
        inbox.drain_to(&mut queue);
        assert!(queue.iter().map(GRef::as_ptr).eq(order));
        inbox.drain_to(&mut queue);
        assert_eq!(queue.len(), 4);
        assert!(inbox.sleep());
        inbox.wake();
        assert!(inbox.sleep());
    }
}
