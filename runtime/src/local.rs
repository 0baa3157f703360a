//! The queue of an M: goroutines of its own that are ready, in order. Linked through the goroutines: a goroutine stands in
//! one queue at a time.

use crate::g::{G, GRef};
use crate::prefetch;
use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

/// In a queue that is longer, the first is in no cache any more when its turn comes.
const LONG: usize = 256;

/// Belongs to the M's own thread.
pub(crate) struct Local {
    first: Cell<*mut G>,
    last: Cell<*mut G>,
    len: Cell<usize>,
}

impl Local {
    pub(crate) const fn new() -> Local {
        Local {
            first: Cell::new(null_mut()),
            last: Cell::new(null_mut()),
            len: Cell::new(0),
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len.get()
    }

    /// Adds one at the end.
    #[inline]
    pub(crate) fn push(&self, g: GRef) {
        g.next.set(null_mut());
        let g = g.into_raw().as_ptr();
        self.link(g, g, 1);
    }

    /// Adds those that an inbox held, newest first.
    pub(crate) fn append(&self, newest: NonNull<G>) {
        let (mut before, mut rest, mut len) = (null_mut(), newest.as_ptr(), 0);
        while let Some(g) = NonNull::new(rest) {
            // SAFETY: queued goroutines are kept by their references, and belong to who takes them out.
            let next = unsafe { g.as_ref() }.next.replace(before);
            (before, rest, len) = (g.as_ptr(), next, len + 1);
        }
        self.link(before, newest.as_ptr(), len);
    }

    fn link(&self, first: *mut G, last: *mut G, len: usize) {
        // SAFETY: null, or a goroutine of this queue, which its reference keeps.
        match unsafe { self.last.replace(last).as_ref() } {
            Some(before) => before.next.set(first),
            None => self.first.set(first),
        }
        self.len.set(self.len.get() + len);
    }

    /// Takes the first.
    #[inline]
    pub(crate) fn pop(&self) -> Option<GRef> {
        let g = NonNull::new(self.first.get())?;
        // SAFETY: it was queued with its reference, which this takes over.
        let g = unsafe { GRef::from_raw(g) };
        let next = g.next.get();
        self.first.set(next);
        let len = self.len.get() - 1;
        self.len.set(len);
        if next.is_null() {
            self.last.set(null_mut());
        } else if len > LONG {
            // SAFETY: it stands in this queue, which has its reference.
            look_ahead(unsafe { &*next });
        }
        Some(g)
    }
}

/// Has fetched what comes next while the one before it runs: of `next` the stack, and the goroutine behind it, whose stack
/// is looked up a turn later.
#[inline(never)]
fn look_ahead(next: &G) {
    next.prefetch_stack();
    prefetch::object(next.next.get());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::spawn;
    use crate::inbox::Inbox;

    #[test]
    fn goroutines_come_out_in_the_order_in_which_they_came() {
        // More than are looked ahead for.
        let all = LONG + 6;
        let (goroutines, _handles): (Vec<_>, Vec<_>) = (0..all).map(|n| spawn(move || n)).unzip();
        let order: Vec<_> = goroutines.iter().map(GRef::as_ptr).collect();
        let (local, inbox) = (Local::new(), Inbox::new());
        let mut goroutines = goroutines.into_iter();
        for g in goroutines.by_ref().take(2) {
            local.push(g);
        }
        for g in goroutines.by_ref().take(3) {
            inbox.push(g);
        }
        local.append(inbox.take().expect("three"));
        goroutines.for_each(|g| local.push(g));
        assert_eq!(local.len(), all);
        let came: Vec<_> = std::iter::from_fn(|| local.pop()).collect();
        assert!(came.iter().map(GRef::as_ptr).eq(order));
        assert_eq!(local.len(), 0);
    }
}
