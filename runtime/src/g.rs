//! G, a goroutine: its park state, its references, its stack.
//!
//! # Park and ready
//!
//! One number says where a goroutine is:
//!
//! | state  | meaning                                                                                        |
//! |--------|------------------------------------------------------------------------------------------------|
//! | `0`    | parked                                                                                         |
//! | above  | runs, or stands in a run queue; it was woken once for each that there is more than it has seen |
//!
//! Waking is one `fetch_add(1)`: who saw 0 owns the goroutine and queues it in its home's queue, nobody else. Running it is
//! one load, of how often it has been woken. Parking it is one exchange of that for 0, which fails if there is more by now:
//! then it runs again at once. An Acquire load is enough because all who wake have added to the same number: what any of
//! them did before is visible to who has seen its part, whether or not that one has queued the goroutine.
//!
//! # References
//!
//! One *scheduler's reference* exists for each unfinished goroutine. It stands in a run queue, or is held by the M that
//! runs it, or is implied by the parked state and taken by the waker that saw 0. Join handles and wakers hold others.
//! So a goroutine that nobody can wake any more is leaked, never torn down by whoever dropped the last waker.

use crate::cancel;
use crate::cstate::CState;
use crate::depths;
use crate::go_builder::Wishes;
use crate::m::M;
use crate::prefetch;
use crate::sched;
use crate::segment::{Segment, stack_pointer};
use crate::stack::{self, GoStack};
use corosensei::{Coroutine, CoroutineResult, Yielder};
use std::cell::{Cell, UnsafeCell};
use std::ffi::CString;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::Location;
use std::ptr::{NonNull, null, null_mut};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering::*, fence};
use std::sync::atomic::{AtomicU16, AtomicUsize};
use std::task::{RawWaker, RawWakerVTable, Waker};

const PARKED: u64 = 0;
/// Not parked, and never woken.
const ACTIVE: u64 = 1;

/// Why a goroutine gave its thread back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suspend {
    /// It wants to go on, after the others.
    Yield,
    /// It waits to be woken.
    Park,
    /// It has returned.
    Done,
}

/// What is particular to a goroutine's closure and result.
pub(crate) struct VTable {
    /// Runs the closure, keeps its result, wakes the joiner. On the goroutine's own stack.
    pub(crate) run: unsafe fn(NonNull<G>),
    /// Frees the allocation that the `G` heads.
    pub(crate) free: unsafe fn(NonNull<G>),
}

/// The part of a goroutine that does not depend on its types: the head of its one allocation.
pub(crate) struct G {
    state: AtomicU64,
    /// `state`, when it was last resumed. 0: it has tried to park since. Of who holds the scheduler's reference.
    seen: Cell<u64>,
    refs: AtomicUsize,
    vtable: &'static VTable,
    spawned_at: &'static Location<'static>,
    /// Its number, once somebody has asked for it.
    id: AtomicUsize,
    /// What its `GoBuilder` was told.
    wishes: Option<Box<Wishes>>,
    /// Whether it may go on on another M than before.
    migrates: bool,
    /// The era that it was spawned in, or what was noted since: see `cancel`.
    era: AtomicU16,
    /// What keeps it on its M for the time being, C frames apart.
    pub(crate) pins: Cell<u32>,
    /// How often it has locked its thread.
    pub(crate) locks: Cell<u32>,
    /// Whether only its home goes on with it, which counts it: as it was when it gave the thread back last. Of who holds
    /// the scheduler's reference.
    pub(crate) is_bound: Cell<bool>,
    /// The M that it was started on, or went on on last.
    home: AtomicPtr<M>,
    /// The next in an inbox. Belongs to whoever queued the goroutine.
    pub(crate) next: Cell<*mut G>,
    /// The coroutine, from the first run to the last. Home's alone.
    coroutine: UnsafeCell<Option<Coroutine<(), Suspend, (), GoStack>>>,
    yielder: Cell<*const Yielder<(), Suspend>>,
    stack: Cell<Segment>,
    /// How many wake-ups it has taken note of.
    wakes: Cell<u32>,
    /// Its C calls. Home's alone.
    pub(crate) c: CState,
    /// Why the last export failed that it has called through C. Home's alone.
    pub(crate) failed: Cell<Option<Box<CString>>>,
    /// The tokio runtimes that it has the thread in, innermost first. Home's alone.
    #[cfg(feature = "tokio")]
    pub(crate) entered: Cell<*const crate::tokio::Entered<'static>>,
}

impl G {
    /// A goroutine that has not started, spawned by the caller; the result's one reference is the scheduler's, plus
    /// `handles` more.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn new(
        vtable: &'static VTable,
        handles: usize,
        wishes: Option<Box<Wishes>>,
        migrates: bool,
    ) -> G {
        let locks = wishes.as_ref().map_or(0, |wishes| wishes.own_thread.into());
        G {
            state: AtomicU64::new(ACTIVE),
            seen: Cell::new(ACTIVE),
            refs: AtomicUsize::new(1 + handles),
            vtable,
            spawned_at: Location::caller(),
            id: AtomicUsize::new(0),
            wishes,
            migrates,
            era: AtomicU16::new(cancel::era()),
            pins: Cell::new(0),
            locks: Cell::new(locks),
            is_bound: Cell::new(false),
            home: AtomicPtr::new(null_mut()),
            next: Cell::new(null_mut()),
            coroutine: UnsafeCell::new(None),
            yielder: Cell::new(null()),
            stack: Cell::new(Segment { base: 0, limit: 0 }),
            wakes: Cell::new(0),
            c: CState::new(),
            failed: Cell::new(None),
            #[cfg(feature = "tokio")]
            entered: Cell::new(null()),
        }
    }

    /// The M that it was started on, or went on on last. A parked goroutine has one.
    pub(crate) fn home(&self) -> &'static M {
        // SAFETY: null, or set from a `&'static M`. Who found the goroutine parked sees it: parking is a
        // read-modify-write on `state` after it was set, waking one that saw it.
        unsafe { self.home.load(Relaxed).as_ref() }.expect("only a started goroutine parks")
    }

    /// The same, if it has one, as far as is known.
    pub(crate) fn known_home(&self) -> Option<&'static M> {
        // SAFETY: null, or set from a `&'static M`, which is made before other threads can know of it.
        unsafe { self.home.load(Acquire).as_ref() }
    }

    /// The M that runs it. On that M's thread.
    #[inline(always)]
    pub(crate) fn m(&self) -> &'static M {
        let home = self.home.load(Relaxed);
        debug_assert!(!home.is_null());
        // SAFETY: it runs, so it has a home, which is a `&'static M`.
        unsafe { &*home }
    }

    /// Notes the M that runs it from now on.
    pub(crate) fn set_home(&self, home: &'static M) {
        self.home
            .store(std::ptr::from_ref(home).cast_mut(), Relaxed);
    }

    /// Whether it must not leave its thread, not even for a C call. By itself, or by its home. While it is parked only
    /// `is_bound` counts: a mate may drop its lock, and who wakes it is on any thread.
    pub(crate) fn is_pinned(&self) -> bool {
        !self.c.call.get().is_null() || self.locks.get() != 0 || self.pins.get() != 0
    }

    /// Whether it may ever go on on another M than before.
    pub(crate) fn migrates(&self) -> bool {
        self.migrates
    }

    /// Whether any M may go on with it if it gives the thread back now. As `is_pinned`.
    pub(crate) fn moves(&self) -> bool {
        self.migrates && !self.is_pinned()
    }

    /// Its number, for reports. It gets one when it is first asked for: what every `go` would count, all of them would
    /// count on one cache line.
    pub(crate) fn id(&self) -> usize {
        static LAST: AtomicUsize = AtomicUsize::new(0);
        let id = self.id.load(Relaxed);
        if id != 0 {
            return id;
        }
        let new = LAST.fetch_add(1, Relaxed) + 1;
        self.id
            .compare_exchange(0, new, Relaxed, Relaxed)
            .err()
            .unwrap_or(new)
    }

    /// Its name, if it was given one.
    pub(crate) fn name(&self) -> Option<&str> {
        self.wishes.as_ref()?.name.as_deref()
    }

    /// Where in the program it was spawned.
    pub(crate) fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// The stack that it was given for its own, before it starts.
    #[inline]
    pub(crate) fn take_own_stack(&self) -> Option<GoStack> {
        self.wishes.as_ref()?.stack.take()
    }

    /// The goroutine's own stack.
    #[inline]
    pub(crate) fn stack(&self) -> Segment {
        self.stack.get()
    }

    /// Whether it has a coroutine: started, and not done.
    ///
    /// # Safety
    /// On its home, or before it has one.
    pub(crate) unsafe fn is_started(&self) -> bool {
        // SAFETY: the caller's promise; the borrow ends here.
        unsafe { (*self.coroutine.get()).is_some() }
    }

    /// Whether it is done. On its home.
    pub(crate) fn is_over(&self) -> bool {
        // SAFETY: on its home.
        self.stack.get().base != 0 && !unsafe { self.is_started() }
    }

    /// Gives it a stack.
    ///
    /// # Safety
    /// By the M that is about to run it for the first time, the only one that holds it.
    pub(crate) unsafe fn start(&self, stack: GoStack) {
        if depths::is_on() {
            // SAFETY: the caller's promise.
            return unsafe { self.start_measured(stack) };
        }
        stack::own(&stack, self);
        self.stack.set(Segment::of(&stack));
        let this = NonNull::from(self);
        let body = move |yielder: &Yielder<(), Suspend>, ()| {
            // SAFETY: the scheduler's reference keeps the goroutine alive while its coroutine runs, which it does on
            // its home alone; `run` is called once, because a coroutine's body is.
            unsafe {
                this.as_ref().yielder.set(yielder);
                (this.as_ref().vtable.run)(this);
            }
        };
        // SAFETY: the caller's promise makes this the only access.
        unsafe { *self.coroutine.get() = Some(Coroutine::with_stack(stack, body)) };
    }

    /// The same, where it is measured how deep stacks are used.
    ///
    /// # Safety
    /// As `start`.
    #[cold]
    #[inline(never)]
    unsafe fn start_measured(&self, stack: GoStack) {
        depths::empty(&stack);
        stack::own(&stack, self);
        self.stack.set(Segment::of(&stack));
        let this = NonNull::from(self);
        let body = move |yielder: &Yielder<(), Suspend>, ()| {
            // SAFETY: as in `start`.
            unsafe {
                let g = this.as_ref();
                g.yielder.set(yielder);
                depths::of_goroutine(g, || (g.vtable.run)(this));
            }
        };
        // SAFETY: the caller's promise makes this the only access.
        unsafe { *self.coroutine.get() = Some(Coroutine::with_stack(stack, body)) };
    }

    /// Runs it until it gives the thread back.
    ///
    /// # Safety
    /// On its home, from the scheduler, after `start` and before it is done.
    #[inline(always)]
    pub(crate) unsafe fn resume(&self) -> Suspend {
        self.activate();
        // SAFETY: the caller's promise: the scheduler of its home runs no other code that looks at the coroutine, and
        // the goroutine itself only uses its yielder.
        let coroutine = unsafe { (*self.coroutine.get()).as_mut() }.expect("a started goroutine");
        stack::leave();
        match coroutine.resume(()) {
            CoroutineResult::Yield(suspend) => suspend,
            CoroutineResult::Return(()) => Suspend::Done,
        }
    }

    /// Takes its stack back.
    ///
    /// # Safety
    /// On its home, after it was `Done`.
    pub(crate) unsafe fn take_stack(&self) -> GoStack {
        // SAFETY: the caller's promise; nothing runs on the coroutine any more.
        unsafe { (*self.coroutine.get()).take() }
            .expect("a done goroutine")
            .into_stack()
    }

    /// Gives the thread back to the scheduler, from the goroutine's own code.
    ///
    /// Inlined all the way into that code: the processor foretells returns, and each call frame between the goroutine's
    /// code and the switch is one that it foretells wrongly.
    #[inline(always)]
    pub(crate) fn suspend(&self, why: Suspend) {
        debug_assert!(
            self.stack().contains(stack_pointer()),
            "only Rust code on the goroutine's own stack suspends"
        );
        #[cfg(feature = "tokio")]
        if !self.entered.get().is_null() {
            return self.suspend_within_tokio(why);
        }
        self.switch(why);
    }

    /// The same, from a poll in a tokio runtime. A function of its own, so that others inline what they need.
    #[cfg(feature = "tokio")]
    #[cold]
    #[inline(never)]
    fn suspend_within_tokio(&self, why: Suspend) {
        let _back = crate::tokio::leave(self);
        self.switch(why);
    }

    #[inline(always)]
    fn switch(&self, why: Suspend) {
        stack::leave();
        // SAFETY: the yielder lives at the base of the running coroutine's stack, which this code is running on.
        unsafe { (*self.yielder.get()).suspend(why) };
    }

    /// Waits to be woken, or returns at once if it was already; may return without a reason.
    #[inline(always)]
    pub(crate) fn park(&self) {
        if self.state.load(Relaxed) != self.seen.get() {
            self.activate();
        } else {
            self.suspend(Suspend::Park);
        }
    }

    /// Has the beginning of its stack fetched.
    #[inline]
    pub(crate) fn prefetch_stack(&self) {
        prefetch::stack(self.stack().base);
    }

    /// Runs from here on, and knows of all wake-ups until now.
    #[inline]
    fn activate(&self) {
        // Acquire: what was done before each of the wake-ups that it sees is there.
        let state = self.state.load(Acquire);
        // The same: it has yielded, or starts.
        if self.seen.replace(state) != state {
            self.wakes.set(self.wakes.get().wrapping_add(1));
        }
    }

    /// Changes whenever a wake-up is taken note of: who asks for one, and runs code that may park before it parks
    /// itself, must look again if that code took it.
    #[inline]
    pub(crate) fn wakes(&self) -> u32 {
        self.wakes.get()
    }

    /// Parks it for good, unless it was woken meanwhile. By the scheduler, once it has suspended.
    #[inline]
    pub(crate) fn try_park(&self) -> bool {
        // Before it is somebody else's.
        let seen = self.seen.replace(PARKED);
        self.state
            .compare_exchange(seen, PARKED, AcqRel, Relaxed)
            .is_ok()
    }

    /// Whether it has tried to park since it was last resumed. Of who holds the scheduler's reference.
    #[inline(always)]
    pub(crate) fn has_parked(&self) -> bool {
        self.seen.get() == PARKED
    }

    /// Wakes it.
    pub(crate) fn wake(&self) {
        if self.state.fetch_add(1, AcqRel) == PARKED {
            // SAFETY: it was parked and this is who woke it: the scheduler's reference is taken from the parked state.
            sched::ready(unsafe { GRef::from_raw(NonNull::from(self)) });
        }
    }

    /// Asks it to end: see `cancel`.
    pub(crate) fn cancel(&self) {
        // Before the wake-up: who has seen that sees this.
        self.note_cancelled();
        self.wake();
    }

    /// The same for who does not park. Not for who unwinds already, or has.
    pub(crate) fn note_cancelled(&self) {
        let news = |era| ![cancel::OVER, cancel::UNWINDS].contains(&era);
        let note = |era| news(era).then_some(cancel::NO_ERA);
        // Release: with the Acquire in `cancel::heed`.
        let _ = self.era.fetch_update(Release, Relaxed, note);
    }

    /// Whether it was asked to.
    #[inline(always)]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.era.load(Relaxed) < cancel::FIRST
    }

    /// The same, or it is of an era that is over. Asked when it starts: those that have are found, and asked to.
    #[inline(always)]
    pub(crate) fn is_past(&self) -> bool {
        self.era.load(Relaxed) != cancel::era()
    }

    /// It was cancelled, and does not unwind for the time being.
    pub(crate) fn note_stay(&self) {
        self.era.store(cancel::STAYS, Relaxed);
    }

    /// Whether it has noted that.
    pub(crate) fn is_noted_staying(&self) -> bool {
        self.era.load(Relaxed) == cancel::STAYS
    }

    /// It was cancelled, and unwinds.
    pub(crate) fn note_unwinding(&self) {
        self.era.store(cancel::UNWINDS, Relaxed);
    }

    /// Whether it has noted that.
    pub(crate) fn is_noted_unwinding(&self) -> bool {
        self.era.load(Relaxed) == cancel::UNWINDS
    }

    /// It is done, for who watches.
    pub(crate) fn note_end(&self) {
        self.era.store(cancel::OVER, Relaxed);
    }

    /// Whether that was noted.
    pub(crate) fn is_noted_over(&self) -> bool {
        self.era.load(Relaxed) == cancel::OVER
    }

    /// A waker for the current wait, which need not be dropped: it borrows the running goroutine.
    #[inline]
    pub(crate) fn waker(&self) -> ManuallyDrop<Waker> {
        // SAFETY: the vtable's functions count references, and the borrowed one is never dropped.
        ManuallyDrop::new(unsafe {
            Waker::from_raw(RawWaker::new(std::ptr::from_ref(self).cast(), &WAKER))
        })
    }
}

/// For reports: its number, its name if it has one, and where it was spawned.
impl fmt::Display for G {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "goroutine {} (", self.id())?;
        if let Some(name) = self.name() {
            write!(f, "`{name}`, ")?;
        }
        write!(f, "spawned at {})", self.spawned_at)
    }
}

/// A counted reference to a goroutine.
pub(crate) struct GRef(NonNull<G>);

// SAFETY: what other threads reach through a reference is atomic (`state`, `refs`, `home`), or handed over with the
// goroutine itself (`next`, `is_bound`), or the home's alone, as said at each.
unsafe impl Send for GRef {}
// SAFETY: the same.
unsafe impl Sync for GRef {}

impl GRef {
    /// Takes over one reference.
    ///
    /// # Safety
    /// The caller owns it.
    pub(crate) unsafe fn from_raw(g: NonNull<G>) -> GRef {
        GRef(g)
    }

    /// Gives the reference up without dropping it.
    pub(crate) fn into_raw(self) -> NonNull<G> {
        ManuallyDrop::new(self).0
    }

    pub(crate) fn as_ptr(&self) -> NonNull<G> {
        self.0
    }

    /// One more reference to a goroutine that somebody keeps alive.
    pub(crate) fn new(g: &G) -> GRef {
        // As in `Arc`: a new reference is made from an existing one, which orders nothing.
        let before = g.refs.fetch_add(1, Relaxed);
        assert!(
            before < isize::MAX as usize,
            "too many references to one goroutine"
        );
        GRef(NonNull::from(g))
    }
}

impl Deref for GRef {
    type Target = G;

    #[inline]
    fn deref(&self) -> &G {
        // SAFETY: the reference keeps it alive.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for GRef {
    fn clone(&self) -> GRef {
        GRef::new(self)
    }
}

impl Drop for GRef {
    fn drop(&mut self) {
        if self.refs.fetch_sub(1, Release) == 1 {
            // With the Release of every other drop: what they did with the goroutine is over.
            // ThreadSanitizer knows no fences.
            if cfg!(tsan) {
                self.refs.load(Acquire);
            } else {
                fence(Acquire);
            }
            // SAFETY: this was the last reference.
            unsafe { (self.vtable.free)(self.0) }
        }
    }
}

static WAKER: RawWakerVTable = RawWakerVTable::new(
    |data| {
        // SAFETY: a waker's data is a goroutine that it holds a reference to.
        let g = GRef::new(unsafe { &*data.cast::<G>() });
        RawWaker::new(g.into_raw().as_ptr().cast(), &WAKER)
    },
    |data| {
        // SAFETY: as above; waking by value gives up the waker's reference.
        let g = unsafe { GRef::from_raw(NonNull::new_unchecked(data.cast_mut().cast())) };
        g.wake();
    },
    // SAFETY: as above.
    |data| unsafe { (*data.cast::<G>()).wake() },
    // SAFETY: as above; dropping gives up the waker's reference.
    |data| drop(unsafe { GRef::from_raw(NonNull::new_unchecked(data.cast_mut().cast())) }),
);
