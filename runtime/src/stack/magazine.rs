//! A P's own stacks and tickets, so that a goroutine is spawned, started and ended without a lock.
//!
//! | what happens                     | stacks | tickets |
//! |----------------------------------|--------|---------|
//! | a goroutine is spawned           |        |   - 1   |
//! | it starts, with a stack of these |   - 1  |   + 1   |
//! | it starts, with one of the depot |        |         |
//! | it is done                       |   + 1  |         |
//!
//! (Tickets are told of in `depot`.) A goroutine brings its ticket along to the P that starts it. If that needs no stack of
//! the depot's, the ticket stays there. So where those that are spawned on one P are started on another, tickets go from
//! the first to the second, by way of the depot, some dozens at a time.
//!
//! Stacks that nobody has used yet have no memory. Once many goroutines have stacks, those that come into a magazine are
//! given the page that each begins in, in one system call: what else takes an exception for each when it is first used.
//!
//! All of it is its P's owner's, in RT, which orders what one owner does before what the next one does. Where there is no
//! room for more stacks, idle Ps give theirs back.

use super::memory;
use super::slab::{Slab, Stack};
use crate::config;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// As many as it holds of each. It takes half as many at a time, and gives back as many.
const MOST: usize = 64;
pub(crate) const SOME: usize = MOST / 2;

/// How many stacks are given their memory ahead, where so many are out: what all Ps together have and nobody comes to use
/// is little beside what is in use.
fn ahead(out: usize, procs: usize) -> usize {
    /// For fewer it does not pay.
    const FEW: usize = 8;
    let ahead = out / (16 * procs);
    if ahead < FEW { 0 } else { ahead }
}

pub(crate) struct Magazine {
    slab: &'static Slab,
    tickets: AtomicUsize,
    stacks: AtomicUsize,
    /// Of the first `stacks`: their tops.
    tops: [AtomicUsize; MOST],
}

impl Magazine {
    pub(super) fn new(slab: &'static Slab) -> Magazine {
        Magazine {
            slab,
            tickets: AtomicUsize::new(0),
            stacks: AtomicUsize::new(0),
            tops: [const { AtomicUsize::new(0) }; MOST],
        }
    }

    /// Promises a stack to a goroutine that is spawned. False: there are no more tickets here.
    #[inline]
    pub(crate) fn promise(&self) -> bool {
        let tickets = self.tickets.load(Relaxed);
        if tickets == 0 {
            return false;
        }
        self.tickets.store(tickets - 1, Relaxed);
        true
    }

    /// Takes tickets over.
    #[inline]
    pub(crate) fn add_tickets(&self, n: usize) {
        let tickets = self.tickets.load(Relaxed) + n;
        self.tickets.store(tickets, Relaxed);
        if tickets > MOST {
            self.return_tickets();
        }
    }

    #[cold]
    fn return_tickets(&self) {
        let tickets = self.tickets.load(Relaxed);
        self.tickets.store(SOME, Relaxed);
        self.slab.depot.add_tickets(tickets - SOME);
    }

    /// A stack for a goroutine that starts, and to which it was promised.
    #[inline]
    pub(crate) fn take(&self) -> Stack {
        let stacks = self.stacks.load(Relaxed);
        if stacks == 0 {
            return self.fill_up();
        }
        self.stacks.store(stacks - 1, Relaxed);
        self.add_tickets(1);
        self.slab.stack(self.tops[stacks - 1].load(Relaxed))
    }

    /// Exchanges the goroutine's ticket, and others, for stacks: those that are here, or else the depot's, where a P starts
    /// what others have spawned.
    #[cold]
    fn fill_up(&self) -> Stack {
        let tickets = self.tickets.load(Relaxed);
        let mine = tickets.min(SOME);
        self.tickets.store(tickets - mine, Relaxed);
        let more = mine + self.slab.depot.take_tickets(SOME - mine);
        let mut tops = self.tops.iter();
        let (mut untouched, mut n) = ([0; SOME + 1], 0);
        let out = self.slab.depot.take(1 + more, |top, is_untouched| {
            tops.next().expect("room").store(top, Relaxed);
            untouched[n] = top;
            n += usize::from(is_untouched);
        });
        let ahead = n.min(ahead(out, config::get().procs));
        // SAFETY: they were handed out to this magazine. The last ones are used first.
        unsafe { memory::populate(&untouched[n - ahead..n]) };
        // The last one is the one that was used last.
        self.stacks.store(more, Relaxed);
        self.slab.stack(self.tops[more].load(Relaxed))
    }

    /// Keeps the stack of a goroutine that is done.
    #[inline]
    pub(crate) fn give(&self, stack: Stack) {
        if !stack.is_of(self.slab) {
            return drop(stack);
        }
        if self.stacks.load(Relaxed) == MOST {
            self.bring_back();
        }
        let stacks = self.stacks.load(Relaxed);
        self.tops[stacks].store(stack.into_top(), Relaxed);
        self.stacks.store(stacks + 1, Relaxed);
    }

    /// Gives everything back. Of a P that is idle, under the scheduler's lock.
    pub(crate) fn clear(&self) {
        let (stacks, tickets) = (self.stacks.load(Relaxed), self.tickets.load(Relaxed));
        let tops = self.tops[..stacks].iter();
        self.slab.depot.put(tops.map(|top| top.load(Relaxed)));
        self.slab.depot.add_tickets(stacks + tickets);
        self.stacks.store(0, Relaxed);
        self.tickets.store(0, Relaxed);
    }

    /// Exchanges the stacks that were used least lately for tickets.
    #[cold]
    fn bring_back(&self) {
        let top = |i: usize| self.tops[i].load(Relaxed);
        self.slab.depot.put((0..SOME).map(top));
        for i in SOME..MOST {
            self.tops[i - SOME].store(top(i), Relaxed);
        }
        self.stacks.store(MOST - SOME, Relaxed);
        self.add_tickets(SOME);
    }
}

#[cfg(test)]
impl Magazine {
    pub(super) fn tickets(&self) -> usize {
        self.tickets.load(Relaxed)
    }

    pub(super) fn stacks(&self) -> usize {
        self.stacks.load(Relaxed)
    }
}
