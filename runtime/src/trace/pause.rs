//! Pauses: what happens more often than can be drawn for little is drawn for a while, and left out until there is room for as
//! much again. What is rare is drawn all the same: calls on other threads, lost Ps, and each call that a round of the writer's
//! has met, or that has lost its P.
//!
//! In a pause C functions that are known to be short are called the fast way (`site.rs`).
//!
//! Whoever is about to note down something looks under the lock of its lane whether there is a pause, and the writer empties
//! the lanes after it has seen one: so nothing that is left out comes later.

use crate::site;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// 0: there is none.
static SINCE: AtomicU64 = AtomicU64::new(0);
/// When the writer has begun its last round.
static ROUND: AtomicU64 = AtomicU64::new(0);

/// A lane has no more room for what happens often. Nothing happens, if there is a pause already.
pub(super) fn begin(at: u64) {
    let _ = SINCE.compare_exchange(0, at.max(1), Relaxed, Relaxed);
}

/// Since when there is one.
#[inline]
pub(super) fn since() -> Option<u64> {
    match SINCE.load(Relaxed) {
        0 => None,
        at => Some(at),
    }
}

pub(super) fn end() {
    SINCE.store(0, Relaxed);
    site::close_all();
}

/// The writer begins a round.
pub(super) fn round(at: u64) {
    ROUND.store(at, Relaxed);
}

/// Whether a round has begun after that moment.
#[inline]
pub(super) fn has_met(since: u64) -> bool {
    since < ROUND.load(Relaxed)
}
