//! Gives the memory of stacks back that have not been needed for a while. sysmon's.

use super::memory::{self, GUARD};
use super::slab::Slab;
use super::slabs;
use crate::config;
use std::time::{Duration, Instant};

/// So many unused stacks of a size keep their memory in any case.
const KEEP: usize = 64;
/// So many are trimmed between two looks at everything else: for each the system takes a microsecond.
const AT_ONCE: usize = 256;

pub(crate) struct Trimmer {
    /// When it has last asked who is idle.
    asked: Instant,
    /// Who was, how many times over.
    idle: Vec<(&'static Slab, usize)>,
}

impl Trimmer {
    pub(crate) fn new() -> Trimmer {
        Trimmer {
            asked: Instant::now(),
            idle: Vec::new(),
        }
    }

    /// Trims some stacks that nobody has needed in the last `CGOCALL_IDLE`, if there are any.
    pub(crate) fn trim(&mut self, now: Instant) {
        if now - self.asked >= config::get().idle {
            self.asked = now;
            let idle = |slab: &'static Slab| (slab, slab.depot.idle(KEEP));
            self.idle = slabs().into_iter().map(idle).collect();
        }
        self.idle.retain(|(_, idle)| *idle != 0);
        if let Some((slab, idle)) = self.idle.last_mut() {
            let mut tops = [0; AT_ONCE];
            let n = AT_ONCE.min(*idle);
            let trimmed = slab.while_unused(&mut tops[..n], |tops| slab.trim(tops));
            // The others are wanted now.
            *idle = if trimmed < n { 0 } else { *idle - n };
        }
    }

    /// When there is something to trim, if nobody does anything until then.
    pub(crate) fn due(&self, now: Instant) -> Option<Duration> {
        if !self.idle.is_empty() {
            return Some(Duration::ZERO);
        }
        let any = slabs()
            .into_iter()
            .any(|slab| slab.depot.untrimmed(KEEP) != 0);
        any.then(|| config::get().idle.saturating_sub(now - self.asked))
    }
}

impl Slab {
    /// Gives the memory of unused stacks back.
    pub(super) fn trim(&self, tops: &mut [usize]) {
        let slot = self.slot();
        tops.sort_unstable();
        // Neighbours together: guards in between stay as they are.
        for tops in tops.chunk_by(|below, above| above - below == slot) {
            let (lowest, highest) = (tops[0], tops[tops.len() - 1]);
            let start = lowest - slot + GUARD;
            // SAFETY: nobody has them: they are in the depot, and this is who holds their tickets.
            unsafe { memory::trim(start, highest - start) };
        }
    }
}
