//! M, an OS thread that runs goroutines.
//!
//! It has three kinds of stacks: its native one, on which C runs; a scheduler stack, on which the scheduling loop runs,
//! so that C frames may stay on the native one while the loop goes on; and whichever goroutine's it is running.

use crate::config;
use crate::cside::CSide;
use crate::g::GRef;
use crate::inbox::Inbox;
use crate::p::P;
use crate::segment::{Leave, Segment, native_stack_limit};
use crate::stack::{self, Pool};
use crate::thread;
use corosensei::on_stack;
use crossbeam_utils::sync::{Parker, Unparker};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering::*};
use std::time::Instant;

pub(crate) struct M {
    /// The P it holds. Written by itself, or by whoever grants it one while it waits.
    p: AtomicPtr<P>,
    /// Whether it is looking for work. Written by itself, or by whoever wakes it to look.
    pub(crate) spinning: AtomicBool,
    pub(crate) inbox: Inbox,
    unparker: Unparker,

    // The rest is its own thread's alone.
    /// Sleeps. The thread's own `park` is left to the program: its token is not ours to take.
    parker: Parker,
    /// Started goroutines of its own that are ready, in order.
    local: RefCell<VecDeque<GRef>>,
    /// Rounds of the scheduler, for turns.
    pub(crate) tick: Cell<u32>,
    /// Since when others have waited for its P, as far as it knows.
    pub(crate) slice: Cell<Option<Instant>>,
    pub(crate) cside: CSide,
    pub(crate) stacks: Pool,
}

// SAFETY: other threads use `p`, `spinning`, `inbox` and `unparker`, which are made for it. The other fields are reached
// on the M's own thread only: by the scheduler, and through `thread::current_m`.
unsafe impl Sync for M {}

impl M {
    /// An M for the thread that will `enter` it. Ms live as long as the program.
    pub(crate) fn new(p: Option<&'static P>, spinning: bool) -> &'static M {
        let parker = Parker::new();
        Box::leak(Box::new(M {
            p: AtomicPtr::new(p.map_or(null_mut(), |p| std::ptr::from_ref(p).cast_mut())),
            spinning: AtomicBool::new(spinning),
            inbox: Inbox::new(),
            unparker: parker.unparker().clone(),
            parker,
            local: RefCell::new(VecDeque::new()),
            tick: Cell::new(0),
            slice: Cell::new(None),
            cside: CSide::new(),
            stacks: Pool::new(config::get().stack_size, 1024),
        }))
    }

    /// Makes the current thread this M, and runs `f`, the scheduling loop, on a stack of its own.
    pub(crate) fn enter<R>(&'static self, f: impl FnOnce() -> R) -> R {
        let scheduler = stack::map(stack::SCHEDULER);
        let free = Cell::new(0);
        thread::current().set_m(Some(self));
        let result = on_stack(
            Leave {
                to: Segment::of(&scheduler),
                free: &free,
            },
            || {
                self.cside.set_native(Segment {
                    base: free.get(),
                    limit: native_stack_limit(),
                });
                f()
            },
        );
        thread::current().set_m(None);
        result
    }

    /// Whether it holds a P.
    #[inline]
    pub(crate) fn has_p(&self) -> bool {
        !self.p.load(Relaxed).is_null()
    }

    /// The P it holds.
    pub(crate) fn p(&self) -> Option<&'static P> {
        // SAFETY: null or a `&'static P`.
        unsafe { self.p.load(Relaxed).as_ref() }
    }

    /// Gives its P up, to be passed on under the scheduler's lock.
    pub(crate) fn take_p(&self) -> &'static P {
        // SAFETY: null or a `&'static P`.
        unsafe { self.p.swap(null_mut(), Relaxed).as_ref() }
            .expect("an M that runs goroutines holds a P")
    }

    /// Takes a P itself, which it has got under the scheduler's lock.
    pub(crate) fn set_p(&self, p: &'static P) {
        self.p.store(std::ptr::from_ref(p).cast_mut(), Relaxed);
    }

    /// Gives a P to an M that waits for one.
    pub(crate) fn grant(&self, p: &'static P) {
        // Release: `wait_for_p` reads it, and what `spinning` was set to.
        self.p.store(std::ptr::from_ref(p).cast_mut(), Release);
        self.unparker.unpark();
    }

    /// Sleeps until it is granted a P.
    pub(crate) fn wait_for_p(&self) {
        while self.p.load(Acquire).is_null() {
            self.parker.park();
        }
    }

    /// Queues one of its own goroutines. On its own thread.
    pub(crate) fn push_local(&self, g: GRef) {
        self.local.borrow_mut().push_back(g);
    }

    /// The next of its own goroutines. On its own thread.
    pub(crate) fn pop_local(&self) -> Option<GRef> {
        let mut local = self.local.borrow_mut();
        self.inbox.drain_to(&mut local);
        local.pop_front()
    }
}
