//! P, the right to run goroutines, with a queue of unstarted ones.

use crate::g::GRef;
use crossbeam_deque::{Injector, Steal};

/// Unstarted goroutines, in order. Any thread may add and take.
///
/// An `Injector` and not a `Worker` with its stealers: those free their buffers through crossbeam's epochs, which run
/// whatever else the program has deferred there, on the scheduler's stack.
pub(crate) struct Queue(Injector<GRef>);

impl Queue {
    pub(crate) fn new() -> Queue {
        Queue(Injector::new())
    }

    pub(crate) fn push(&self, g: GRef) {
        self.0.push(g);
    }

    pub(crate) fn pop(&self) -> Option<GRef> {
        loop {
            match self.0.steal() {
                Steal::Success(g) => return Some(g),
                Steal::Empty => return None,
                Steal::Retry => {}
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// There are `procs` of them. Who holds one may run goroutines; one that is idle leaves its queue to thieves.
pub(crate) struct P {
    pub(crate) queue: Queue,
}

impl P {
    pub(crate) fn new() -> P {
        P {
            queue: Queue::new(),
        }
    }
}
