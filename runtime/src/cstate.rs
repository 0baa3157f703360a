//! The C calls of one goroutine, or of one thread outside any goroutine.

use crate::segment::Segment;
use crate::site::Site;
use crate::stack::SystemStack;
use crate::trace;
use std::any::Any;
use std::cell::Cell;
use std::panic::resume_unwind;
use std::ptr::null;
use std::time::Instant;

/// A live C call: a record in the frame of the `cgocall` that made it.
pub(crate) struct Call {
    pub(crate) site: &'static Site,
    pub(crate) outer: *const Call,
    /// The end of what is live on the goroutine's own stack, below which a callback goes on.
    pub(crate) resume_at: Cell<usize>,
}

pub(crate) type Payload = Box<dyn Any + Send>;

/// Where one line of execution stands between Rust and C.
///
/// All of it is written by the thread it runs on alone. Each level of `cgocall` and `cgocallback` restores what it
/// changed to what it found, absolutely: a C `longjmp` that leaves levels out leaves nothing behind.
pub(crate) struct CState {
    /// The innermost live C call. Null: none, and the goroutine may be unwound.
    pub(crate) call: Cell<*const Call>,
    /// The system stack that `base` lies on, from where the goroutine's first C call on it starts. Upside down, and so
    /// without an address in it, where there is a trace: no callback goes the fast way then.
    system: Cell<Segment>,
    /// Of a thread: whether it is C that runs, called by an import in place.
    pub(crate) in_c: Cell<bool>,
    /// Whether the thread's C side lets this goroutine start a C call at `base`, or go back into its own C frames.
    /// Worked out whenever the goroutine is resumed: see `cside`.
    pub(crate) open: Cell<bool>,
    /// Whether the end of a C call has more to do than to return: a panic to resume, the C side to hand on.
    pub(crate) attention: Cell<bool>,
    /// Whether its first C call starts on the guests' stack of its thread: see `cside`.
    pub(crate) is_guest: Cell<bool>,
    /// In Rust: where the next C call starts. In C: where the current C segment started.
    pub(crate) base: Cell<usize>,
    /// The system stack that `base` lies on, where it is not the thread's native one.
    stack: Cell<Option<SystemStack>>,
    /// In C, after giving the P up: since when. Else nothing.
    pub(crate) since: Cell<Option<Instant>>,
    /// In C, where there is a trace: whether this call is in it when it is over.
    pub(crate) is_traced: Cell<bool>,
    /// Whether a subscriber is told of a C call: see `spans`.
    #[cfg(feature = "tracing")]
    pub(crate) tells: Cell<bool>,
    /// Whether it is told that spans are left or entered again.
    #[cfg(feature = "tracing")]
    pub(crate) leaves: Cell<bool>,
    /// What a callback panicked with, until its C call has returned.
    panic: Cell<Option<Payload>>,
}

impl CState {
    #[inline(always)]
    pub(crate) const fn new() -> CState {
        CState {
            call: Cell::new(null()),
            in_c: Cell::new(false),
            base: Cell::new(0),
            system: Cell::new(Segment { base: 0, limit: 0 }),
            open: Cell::new(false),
            attention: Cell::new(false),
            is_guest: Cell::new(false),
            stack: Cell::new(None),
            since: Cell::new(None),
            is_traced: Cell::new(false),
            #[cfg(feature = "tracing")]
            tells: Cell::new(false),
            #[cfg(feature = "tracing")]
            leaves: Cell::new(false),
            panic: Cell::new(None),
        }
    }

    /// The system stack that C runs on: a `longjmp` leads from the innermost C segment to one further up.
    #[inline]
    pub(crate) fn system(&self) -> Segment {
        let Segment { base, limit } = self.system.get();
        Segment {
            base: base.max(limit),
            limit: limit.min(base),
        }
    }

    /// Whether C that runs at this address has been called by the goroutine, and may call back the fast way.
    #[inline(always)]
    pub(crate) fn enters_from(&self, address: usize) -> bool {
        self.system.get().contains(address)
    }

    pub(crate) fn set_segment(&self, segment: Segment) {
        self.base.set(segment.base);
        self.system.set(if trace::is_on() {
            Segment {
                base: segment.limit,
                limit: segment.base,
            }
        } else {
            segment
        });
    }

    /// Whether its C calls have a system stack of their own.
    pub(crate) fn has_stack(&self) -> bool {
        is_some(&self.stack)
    }

    /// Lets the next C call start on `stack`.
    pub(crate) fn move_to(&self, stack: SystemStack) {
        self.set_segment(Segment::of(&stack));
        self.stack.set(Some(stack));
    }

    /// Lets the next C call start in `segment`, and gives back the stack that it would have started on.
    pub(crate) fn move_back(&self, segment: Segment) -> Option<SystemStack> {
        self.set_segment(segment);
        self.stack.take()
    }

    /// The sites of the live C calls, innermost first.
    pub(crate) fn sites(&self) -> impl Iterator<Item = &'static Site> {
        let mut call = self.call.get();
        std::iter::from_fn(move || {
            // SAFETY: a live call's record is in a frame of this very line of execution, which the caller is part of
            // or has suspended, and its `outer` outlives it.
            let live = unsafe { call.as_ref() }?;
            call = live.outer;
            Some(live.site)
        })
    }

    /// Keeps a callback's panic until its C call returns.
    #[cold]
    pub(crate) fn catch(&self, panic: Payload) {
        self.panic.set(Some(panic));
        self.attention.set(true);
    }

    /// Whether a callback of the current C call has panicked: the others return at once.
    #[inline]
    pub(crate) fn panicked(&self) -> bool {
        #[cold]
        fn attend(c: &CState) -> bool {
            is_some(&c.panic)
        }
        self.attention.get() && attend(self)
    }

    pub(crate) fn take_panic(&self) -> Option<Payload> {
        self.panic.take()
    }

    /// Goes on with the panic of a callback, now that C has returned.
    pub(crate) fn resume_panic(&self) {
        if let Some(panic) = self.take_panic() {
            resume_unwind(panic);
        }
    }
}

fn is_some<T>(cell: &Cell<Option<T>>) -> bool {
    let value = cell.take();
    let some = value.is_some();
    cell.set(value);
    some
}
