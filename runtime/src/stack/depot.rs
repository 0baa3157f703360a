//! The stacks of a slab that nobody uses, and the tickets to them.
//!
//! A *ticket* is the right to one of the stacks in the depot: whoever has one finds a stack there. There are as many
//! tickets as stacks, held
//!
//! * by goroutines that have not started, one each,
//! * by Ps, for those that will be spawned there,
//! * by the depot itself, for whoever asks.
//!
//! A ticket comes into being after its stack was put there, and is given up for the stack. So running a goroutine never
//! fails for want of a stack: who spawns it has got the ticket, or an error.
//!
//! The stack that was used last is taken first. Those at the bottom, which have not been needed for a while, are trimmed:
//! their memory goes back to the system, by a sysmon that holds tickets for them meanwhile.

use std::sync::atomic::{AtomicUsize, Ordering::*};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Depot {
    free: Mutex<Free>,
    /// Those that the depot holds itself.
    tickets: AtomicUsize,
}

struct Free {
    /// The tops of stacks.
    tops: Vec<usize>,
    /// How many of them, from the bottom, were trimmed and not used since.
    cold: usize,
    /// How many of them nobody has taken for a while.
    low: usize,
}

impl Depot {
    pub(super) const fn new() -> Depot {
        Depot {
            free: Mutex::new(Free {
                tops: Vec::new(),
                cold: 0,
                low: 0,
            }),
            tickets: AtomicUsize::new(0),
        }
    }

    fn free(&self) -> MutexGuard<'_, Free> {
        // No code that could panic holds the lock.
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes tickets: as many as there are, and `most` at most.
    pub(super) fn take_tickets(&self, most: usize) -> usize {
        let mut taken = 0;
        // Acquire: with the Release of who has put the stacks there.
        let _ = self.tickets.fetch_update(Acquire, Relaxed, |tickets| {
            taken = most.min(tickets);
            (taken != 0).then(|| tickets - taken)
        });
        taken
    }

    /// Gives tickets back.
    pub(super) fn add_tickets(&self, n: usize) {
        self.tickets.fetch_add(n, Release);
    }

    /// Puts new stacks there. The tickets are the caller's.
    pub(super) fn add(&self, tops: impl ExactSizeIterator<Item = usize>, all: usize) {
        let mut free = self.free();
        // Room for all of the slab's: who puts one back does not wait for memory.
        let more = all - free.tops.len();
        free.tops.reserve(more);
        free.tops.extend(tops);
    }

    /// Puts stacks there. As many tickets are the caller's.
    pub(super) fn put(&self, tops: impl Iterator<Item = usize>) {
        self.free().tops.extend(tops);
    }

    /// Hands out as many stacks as `give` takes, for as many tickets of the caller's.
    pub(super) fn take(&self, n: usize, mut give: impl FnMut(usize)) {
        let mut free = self.free();
        let left = free.tops.len().checked_sub(n);
        let left = left.expect("who has a ticket finds a stack");
        free.tops.drain(left..).for_each(&mut give);
        free.cold = free.cold.min(left);
        free.low = free.low.min(left);
    }

    /// Those that are there.
    pub(super) fn tops(&self) -> Vec<usize> {
        self.free().tops.clone()
    }

    /// How many could be trimmed if nobody takes them, beyond `keep`.
    pub(super) fn untrimmed(&self, keep: usize) -> usize {
        let free = self.free();
        let untrimmed = free.tops.len().saturating_sub(free.cold + keep);
        untrimmed.min(self.tickets.load(Relaxed))
    }

    /// How many nobody has taken since this was asked last, beyond `keep` and those that were trimmed.
    pub(super) fn idle(&self, keep: usize) -> usize {
        let mut free = self.free();
        let all = free.tops.len();
        let low = std::mem::replace(&mut free.low, all);
        low.saturating_sub(free.cold + keep)
    }

    /// Has `trim` give the memory of up to `tops.len()` of them back, which nobody takes meanwhile. How many those were.
    pub(super) fn trim(&self, tops: &mut [usize], trim: impl FnOnce(&mut [usize])) -> usize {
        let tickets = self.take_tickets(tops.len());
        let mut free = self.free();
        let (cold, n) = (free.cold, tickets.min(free.tops.len() - free.cold));
        for (i, top) in tops[..n].iter_mut().enumerate() {
            // To the bottom: the holders of all other tickets together do not get there.
            free.tops.swap(i, cold + i);
            *top = free.tops[i];
        }
        free.cold = cold + n;
        drop(free);
        trim(&mut tops[..n]);
        self.add_tickets(tickets);
        n
    }
}

#[cfg(test)]
impl Depot {
    pub(super) fn len(&self) -> usize {
        self.free().tops.len()
    }

    pub(super) fn tickets(&self) -> usize {
        self.tickets.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depot(tops: std::ops::Range<usize>) -> Depot {
        let depot = Depot::new();
        let n = tops.len();
        depot.add(tops, n);
        depot.add_tickets(n);
        depot
    }

    fn take(depot: &Depot, n: usize) -> Vec<usize> {
        let mut taken = Vec::new();
        assert_eq!(depot.take_tickets(n), n);
        depot.take(n, |top| taken.push(top));
        taken
    }

    #[test]
    fn there_are_as_many_tickets_as_stacks() {
        let depot = depot(0..10);
        assert_eq!(depot.take_tickets(7), 7);
        assert_eq!(depot.take_tickets(7), 3);
        assert_eq!(depot.take_tickets(7), 0);
        depot.take(10, |_| ());
        depot.put(0..1);
        assert_eq!(depot.take_tickets(7), 0, "the ticket is who put it there");
    }

    #[test]
    #[should_panic(expected = "who has a ticket finds a stack")]
    fn without_a_ticket_there_may_be_no_stack() {
        depot(0..1).take(2, |_| ());
    }

    #[test]
    fn the_last_one_put_there_is_taken_first() {
        let depot = depot(0..10);
        assert_eq!(take(&depot, 3), [7, 8, 9]);
        depot.put([7].into_iter());
        depot.add_tickets(1);
        assert_eq!(take(&depot, 2), [6, 7]);
    }

    #[test]
    fn those_that_nobody_has_taken_for_a_while_are_trimmed_and_none_that_somebody_may_take() {
        let depot = depot(0..10);
        assert_eq!(depot.idle(2), 0, "nobody knows yet");
        let some = take(&depot, 4);
        depot.put(some.into_iter());
        depot.add_tickets(4);
        assert_eq!(depot.idle(2), 4, "of the six that were left");
        let mut tops = [0; 4];
        let trimmed = depot.trim(&mut tops, |tops| {
            tops.sort_unstable();
            assert_eq!(tops, [0, 1, 2, 3]);
            // Everybody else takes what there is.
            assert_eq!(depot.take_tickets(100), 6);
            depot.take(6, |top| assert!(top > 3));
            depot.put(4..10);
            depot.add_tickets(6);
        });
        assert_eq!((trimmed, depot.untrimmed(2)), (4, 4));
        // The next ones, from above the first.
        assert_eq!(
            depot.trim(&mut tops, |tops| {
                tops.sort_unstable();
                assert_eq!(tops, [4, 5, 6, 7]);
            }),
            4
        );
        assert_eq!(depot.untrimmed(2), 0);
        // Those whose tickets are held may be taken at any time.
        assert_eq!(depot.take_tickets(10), 10);
        assert_eq!(depot.trim(&mut tops, |tops| assert!(tops.is_empty())), 0);
    }
}
