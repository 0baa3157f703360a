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

/// Set in the top of a stack that has no memory yet: nobody has used it since it was carved or trimmed.
const UNTOUCHED: usize = 1;

pub(super) struct Depot {
    free: Mutex<Free>,
    /// Those that the depot holds itself.
    tickets: AtomicUsize,
}

struct Free {
    /// The tops of stacks, with `UNTOUCHED`.
    tops: Vec<usize>,
    /// How many stacks there are, here or not.
    all: usize,
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
                all: 0,
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
        free.tops.extend(tops.map(|top| top | UNTOUCHED));
        free.all = all;
    }

    /// Puts stacks there. As many tickets are the caller's.
    pub(super) fn put(&self, tops: impl Iterator<Item = usize>) {
        self.free().tops.extend(tops);
    }

    /// Hands out `n` stacks, for as many tickets of the caller's: to `give`, with whether they are untouched. How many are
    /// not here then.
    pub(super) fn take(&self, n: usize, mut give: impl FnMut(usize, bool)) -> usize {
        let mut free = self.free();
        let left = free.tops.len().checked_sub(n);
        let left = left.expect("who has a ticket finds a stack");
        let tops = free.tops.drain(left..);
        tops.for_each(|top| give(top & !UNTOUCHED, top & UNTOUCHED != 0));
        free.cold = free.cold.min(left);
        free.low = free.low.min(left);
        free.all - left
    }

    /// Those that are there.
    pub(super) fn tops(&self) -> Vec<usize> {
        let free = self.free();
        free.tops.iter().map(|top| top & !UNTOUCHED).collect()
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
            *top = free.tops[i] & !UNTOUCHED;
            // Before it is so: nobody takes it until then.
            free.tops[i] |= UNTOUCHED;
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

    /// Addresses: even ones.
    fn tops(which: std::ops::Range<usize>) -> impl ExactSizeIterator<Item = usize> {
        which.map(|n| n * 16)
    }

    fn depot(which: std::ops::Range<usize>) -> Depot {
        let depot = Depot::new();
        let n = which.len();
        depot.add(tops(which), n);
        depot.add_tickets(n);
        depot
    }

    fn take(depot: &Depot, n: usize) -> Vec<usize> {
        let mut taken = Vec::new();
        assert_eq!(depot.take_tickets(n), n);
        depot.take(n, |top, _| taken.push(top / 16));
        taken
    }

    #[test]
    fn there_are_as_many_tickets_as_stacks() {
        let depot = depot(0..10);
        assert_eq!(depot.take_tickets(7), 7);
        assert_eq!(depot.take_tickets(7), 3);
        assert_eq!(depot.take_tickets(7), 0);
        assert_eq!(depot.take(10, |_, _| ()), 10);
        depot.put(tops(0..1));
        assert_eq!(depot.take_tickets(7), 0, "the ticket is who put it there");
    }

    #[test]
    #[should_panic(expected = "who has a ticket finds a stack")]
    fn without_a_ticket_there_may_be_no_stack() {
        depot(0..1).take(2, |_, _| ());
    }

    #[test]
    fn the_last_one_put_there_is_taken_first() {
        let depot = depot(0..10);
        assert_eq!(take(&depot, 3), [7, 8, 9]);
        depot.put(tops(7..8));
        depot.add_tickets(1);
        assert_eq!(take(&depot, 2), [6, 7]);
    }

    #[test]
    fn those_that_nobody_has_taken_for_a_while_are_trimmed_and_none_that_somebody_may_take() {
        let depot = depot(0..10);
        assert_eq!(depot.idle(2), 0, "nobody knows yet");
        let some = take(&depot, 4);
        depot.put(some.into_iter().map(|n| n * 16));
        depot.add_tickets(4);
        assert_eq!(depot.idle(2), 4, "of the six that were left");
        let mut tops = [0; 4];
        let trimmed = depot.trim(&mut tops, |tops| {
            tops.sort_unstable();
            assert_eq!(tops, [0, 16, 32, 48]);
            // Everybody else takes what there is.
            assert_eq!(depot.take_tickets(100), 6);
            depot.take(6, |top, _| assert!(top > 48));
            depot.put((4..10).map(|n| n * 16));
            depot.add_tickets(6);
        });
        assert_eq!((trimmed, depot.untrimmed(2)), (4, 4));
        // The next ones, from above the first.
        assert_eq!(
            depot.trim(&mut tops, |tops| {
                tops.sort_unstable();
                assert_eq!(tops, [64, 80, 96, 112]);
            }),
            4
        );
        assert_eq!(depot.untrimmed(2), 0);
        // Those whose tickets are held may be taken at any time.
        assert_eq!(depot.take_tickets(10), 10);
        assert_eq!(depot.trim(&mut tops, |tops| assert!(tops.is_empty())), 0);
    }

    #[test]
    fn a_stack_is_untouched_until_it_is_used_and_when_it_was_trimmed() {
        let depot = depot(0..4);
        let untouched = |n| {
            let mut which = Vec::new();
            assert_eq!(depot.take_tickets(n), n);
            let out = depot.take(n, |top, is_untouched| which.push((top / 16, is_untouched)));
            depot.put(which.iter().map(|(n, _)| n * 16));
            depot.add_tickets(n);
            (which, out)
        };
        assert_eq!(untouched(1), (vec![(3, true)], 1));
        assert_eq!(untouched(2), (vec![(2, true), (3, false)], 2));
        depot.trim(&mut [0; 3], |tops| tops.sort_unstable());
        assert_eq!(
            untouched(4),
            (vec![(0, true), (1, true), (2, true), (3, false)], 4)
        );
    }
}
