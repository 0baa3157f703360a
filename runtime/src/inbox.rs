//! The inbox of an M: goroutines of its own that other threads have woken.
//!
//! One word: a list, newest first, or `SLEEPING`. An M puts `SLEEPING` there, in place of the empty list, just before
//! it gives its P up and sleeps; who replaces it with a goroutine has to see to it that the M wakes with a P.

use crate::g::{G, GRef};
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

    /// Takes what has come, newest first, linked by `next`. The owner's.
    #[inline]
    pub(crate) fn take(&self) -> Option<NonNull<G>> {
        if self.0.load(Relaxed).is_null() {
            return None;
        }
        let newest = self.0.swap(null_mut(), Acquire);
        debug_assert_ne!(
            newest, SLEEPING,
            "only its owner empties an inbox, and it is awake"
        );
        NonNull::new(newest)
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
    fn goroutines_come_out_newest_first_and_the_first_in_wakes_the_sleeper() {
        let inbox = Inbox::new();
        let (goroutines, _handles): (Vec<_>, Vec<_>) = (0..4).map(|n| spawn(move || n)).unzip();
        let order: Vec<_> = goroutines.iter().map(GRef::as_ptr).collect();
        assert!(inbox.sleep());
        for (i, g) in goroutines.into_iter().enumerate() {
            assert_eq!(inbox.push(g), i == 0);
        }
        assert!(!inbox.sleep(), "something has come");
        let mut next = inbox.take().map_or(null_mut(), NonNull::as_ptr);
        let mut came = Vec::new();
        while let Some(g) = NonNull::new(next) {
            // SAFETY: it was pushed with its reference.
            let g = unsafe { GRef::from_raw(g) };
            next = g.next.get();
            came.push(g);
        }
        assert!(came.iter().map(GRef::as_ptr).rev().eq(order));
        assert!(inbox.take().is_none());
        assert!(inbox.sleep());
        inbox.wake();
        assert!(inbox.sleep());
    }
}
