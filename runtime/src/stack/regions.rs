//! Where stacks lie: what a fault's address is told by.
//!
//! A table of constant size, whose entries are written once. It is read without a lock, in a signal handler too.

use super::memory::GUARD;
use std::sync::atomic::{AtomicUsize, Ordering::*};

/// A reserved stretch of address space, in slots of one size.
struct Region {
    /// 0: not there yet.
    start: AtomicUsize,
    end: AtomicUsize,
    slot: AtomicUsize,
}

/// As each is as large as all before it of its slab, up to a limit, they do not run out before address space does.
const MOST: usize = 4096;

static REGIONS: [Region; MOST] = [const {
    Region {
        start: AtomicUsize::new(0),
        end: AtomicUsize::new(0),
        slot: AtomicUsize::new(0),
    }
}; MOST];
static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Notes one. False: there is no place for it.
pub(super) fn add(start: usize, end: usize, slot: usize) -> bool {
    let claim = |count| (count < MOST).then_some(count + 1);
    let Ok(place) = COUNT.fetch_update(Relaxed, Relaxed, claim) else {
        return false;
    };
    let region = &REGIONS[place];
    region.end.store(end, Relaxed);
    region.slot.store(slot, Relaxed);
    // Release: who finds the start finds the rest.
    region.start.store(start, Release);
    true
}

/// What there is at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where the stack's guard begins.
    pub(crate) limit: usize,
    /// Where the stack begins, and goes down from.
    pub(crate) top: usize,
    /// Whether it is in the guard.
    pub(crate) in_guard: bool,
}

/// The stack that an address belongs to, if it belongs to one of the runtime's. Takes no lock.
pub(crate) fn find(address: usize) -> Option<Place> {
    let count = COUNT.load(Relaxed).min(MOST);
    REGIONS[..count].iter().find_map(|region| {
        let start = region.start.load(Acquire);
        let end = region.end.load(Relaxed);
        if start == 0 || !(start..end).contains(&address) {
            return None;
        }
        let slot = region.slot.load(Relaxed);
        let limit = start + (address - start) / slot * slot;
        Some(Place {
            limit,
            top: limit + slot,
            in_guard: address - limit < GUARD,
        })
    })
}
