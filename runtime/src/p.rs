//! P, the right to run goroutines, with a queue of unstarted ones.

use crate::g::GRef;
use crossbeam_deque::{Stealer, Worker};

/// There are `procs` of them. Who holds one may run goroutines; one that is idle leaves its queue to thieves.
pub(crate) struct P {
    /// Unstarted goroutines, in order. The holder's alone.
    queue: Worker<GRef>,
    stealer: Stealer<GRef>,
}

// SAFETY: `queue` is reached only through `M::with_p`, by the one M that holds the P; P changes hands through
// `M::grant` and the scheduler's lock, which order the accesses.
unsafe impl Sync for P {}

impl P {
    pub(crate) fn new() -> P {
        let queue = Worker::new_fifo();
        P {
            stealer: queue.stealer(),
            queue,
        }
    }

    /// The queue.
    ///
    /// # Safety
    /// By the holder of the P, on the holder's thread.
    pub(crate) unsafe fn queue(&self) -> &Worker<GRef> {
        &self.queue
    }

    pub(crate) fn stealer(&self) -> &Stealer<GRef> {
        &self.stealer
    }
}
