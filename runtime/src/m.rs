//! M, an OS thread that runs goroutines.
//!
//! It has three kinds of stacks: its native one, on which C runs; a scheduler stack, on which the scheduling loop runs,
//! so that C frames may stay on the native one while the loop goes on; and whichever goroutine's it is running.

use crate::attach;
use crate::cside::CSide;
use crate::cstate::CState;
use crate::depths::{self, Who};
use crate::g::{G, GRef};
use crate::inbox::Inbox;
use crate::kernel;
use crate::local::Local;
use crate::p::P;
use crate::sched::sched;
use crate::segment::{Leave, Segment, native_stack_limit};
use crate::site::Site;
use crate::stack::SystemStack;
#[cfg(asan)]
use crate::stack::roots::Native;
use crate::syscall::Hold;
use crate::thread::{self, Thread};
use corosensei::on_stack;
use crossbeam_utils::CachePadded;
use crossbeam_utils::sync::{Parker, Unparker};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{
    AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicU64, AtomicUsize, Ordering::*,
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many sites have a counter in each M.
pub(crate) const COUNTERS: usize = 1024;

/// A number that one thread counts and others read.
pub(crate) struct Counter(AtomicU64);

impl Counter {
    const fn new() -> Counter {
        Counter(AtomicU64::new(0))
    }

    /// By its own thread.
    #[inline(always)]
    pub(crate) fn add_one(&self) {
        self.0.store(self.0.load(Relaxed) + 1, Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

pub(crate) struct M {
    /// Its hold on its P. Next to it is what each C call touches.
    pub(crate) hold: CachePadded<Hold>,
    /// The C function that it is in, or was in last.
    pub(crate) site: AtomicPtr<Site>,
    /// With a trace: since when it had been in C when its P was taken last, by the trace's clock. Written by sysmon, before
    /// that.
    pub(crate) in_c_since: AtomicU64,
    /// The P it holds, if `hold` says that it holds one. Written by itself in RT, or by whoever grants it one while it
    /// waits.
    p: AtomicPtr<P>,
    /// Whether it is looking for work. Written by itself, or by whoever wakes it to look.
    pub(crate) spinning: AtomicBool,
    pub(crate) inbox: Inbox,
    /// How many of its own goroutines wait for the one that runs, those in the inbox apart.
    pub(crate) behind: AtomicUsize,
    /// Rounds of the scheduler, for turns. Written by itself.
    pub(crate) tick: AtomicU32,
    /// The round whose goroutine is to let others have the P. Written by sysmon.
    asked: AtomicU32,
    /// Whether it is counted among those that may start no goroutines. Written by itself.
    pub(crate) counted_held: AtomicBool,
    /// Its thread, as the kernel calls it.
    pub(crate) tid: AtomicI32,
    /// What its thread knows of itself. Null: it has none.
    thread: AtomicPtr<Thread>,
    /// Whether its thread goes on without it, and goroutines are bound to it still.
    left: AtomicBool,
    unparker: Unparker,
    pub(crate) tally: Tally,

    // The rest is its own thread's alone.
    /// Sleeps. The thread's own `park` is left to the program: its token is not ours to take.
    parker: Parker,
    /// Started goroutines of its own that are ready, in order.
    local: Local,
    /// How many started goroutines are bound to it.
    pub(crate) homes: Cell<usize>,
    /// How many of them have it to themselves.
    pub(crate) locks: Cell<usize>,
    /// Since when others have waited for its P, as far as it knows.
    pub(crate) slice: Cell<Option<Instant>>,
    /// The round whose goroutine does without a P, since it may block the thread.
    does_without: Cell<u32>,
    pub(crate) cside: CSide,

    /// How often it has called C, by the sites' places. Other threads may read it.
    calls: [Counter; COUNTERS],
}

/// What an M has done.
pub(crate) struct Tally {
    pub(crate) spawned: Counter,
    /// Taken from where any M might have taken them: new, or such as migrate.
    pub(crate) taken_in: Counter,
    pub(crate) finished: Counter,
    pub(crate) parked: Counter,
    pub(crate) unparked: Counter,
    pub(crate) stolen: Counter,
}

// SAFETY: other threads use the fields down to `tally`, which are made for it. The other fields are reached on the M's
// own thread only: by the scheduler, and through `thread::current_m`; `cside.watch` is made for others again.
unsafe impl Sync for M {}

/// All Ms there have been. An M whose thread has ended is given to a new one: so references to it stay valid, and there
/// are never more than there were threads at one time.
static MS: Mutex<Vec<&'static M>> = Mutex::new(Vec::new());
static SPARE: Mutex<Vec<&'static M>> = Mutex::new(Vec::new());

fn lock(ms: &'static Mutex<Vec<&'static M>>) -> MutexGuard<'static, Vec<&'static M>> {
    // No code that could panic holds the lock.
    ms.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All Ms, those without a thread among them.
pub(crate) fn all() -> Vec<&'static M> {
    lock(&MS).clone()
}

/// How often the Ms have called the site at `place`.
pub(crate) fn count(place: usize) -> u64 {
    lock(&MS).iter().map(|m| m.calls[place].get()).sum()
}

impl M {
    /// An M for the thread that will `enter` it.
    pub(crate) fn new() -> &'static M {
        if let Some(m) = lock(&SPARE).pop() {
            return m;
        }
        let parker = Parker::new();
        let m: &'static M = Box::leak(Box::new(M {
            hold: CachePadded::new(Hold::new()),
            site: AtomicPtr::new(null_mut()),
            in_c_since: AtomicU64::new(0),
            p: AtomicPtr::new(null_mut()),
            spinning: AtomicBool::new(false),
            inbox: Inbox::new(),
            behind: AtomicUsize::new(0),
            tick: AtomicU32::new(0),
            asked: AtomicU32::new(u32::MAX),
            counted_held: AtomicBool::new(false),
            tid: AtomicI32::new(0),
            thread: AtomicPtr::new(null_mut()),
            left: AtomicBool::new(false),
            unparker: parker.unparker().clone(),
            tally: Tally {
                spawned: Counter::new(),
                taken_in: Counter::new(),
                finished: Counter::new(),
                parked: Counter::new(),
                unparked: Counter::new(),
                stolen: Counter::new(),
            },
            parker,
            local: Local::new(),
            homes: Cell::new(0),
            locks: Cell::new(0),
            slice: Cell::new(None),
            does_without: Cell::new(u32::MAX),
            cside: CSide::new(),
            calls: [const { Counter::new() }; COUNTERS],
        }));
        lock(&MS).push(m);
        m
    }

    /// Its thread ends, or could not be made: another one may have it.
    pub(crate) fn retire(&'static self) {
        debug_assert!(!self.hold.has_p() && self.homes.get() == 0);
        self.behind.store(0, Relaxed);
        self.cside.clear();
        lock(&SPARE).push(self);
    }

    /// Its thread goes on without it, and goroutines are bound to it: they have nobody to run them any more, and no
    /// other thread becomes this M.
    pub(crate) fn leave(&self) {
        self.left.store(true, Relaxed);
        self.set_counted_held(false);
    }

    /// Whether it was left.
    pub(crate) fn has_left(&self) -> bool {
        self.left.load(Relaxed)
    }

    /// Makes the current thread this M, and runs `f`, the scheduling loop, on a stack of its own.
    pub(crate) fn enter<R>(&'static self, scheduler: SystemStack, f: impl FnOnce() -> R) -> R {
        let free = Cell::new(0);
        let thread = thread::current();
        thread.set_m(Some(self));
        self.thread
            .store(std::ptr::from_ref(thread).cast_mut(), Relaxed);
        self.tid.store(kernel::current_thread(), Relaxed);
        let _watch = depths::of_thread(Who::Thread);
        let leave = Leave {
            to: Segment::of(&scheduler),
            free: &free,
        };
        let begin = || {
            self.cside.set_native(Segment {
                base: free.get(),
                limit: native_stack_limit(),
            });
            f()
        };
        #[cfg(asan)]
        let _native = Native::begin();
        let result = attach::own(|| on_stack(leave, begin));
        self.thread.store(null_mut(), Relaxed);
        thread.set_m(None);
        result
    }

    /// Whether a thread is this M now.
    #[cfg(target_os = "linux")]
    pub(crate) fn has_thread(&self) -> bool {
        !self.thread.load(Relaxed).is_null()
    }

    /// The goroutine that it runs.
    ///
    /// # Safety
    /// It was seen at work in Rust or C, and stays in one turn of that goroutine's while the result is used:
    /// `Sched::look_at` sees to both.
    pub(crate) unsafe fn running(&self) -> Option<&G> {
        // SAFETY: it is at work, so its thread is there, and what is thread-local with it. That is written only between
        // two turns: before the Release that began what it was seen doing, and not until it may end that.
        let thread = unsafe { self.thread.load(Relaxed).as_ref() }?;
        thread.g()
    }

    /// Goes into C, by `site`.
    #[inline(always)]
    pub(crate) fn set_site(&self, site: &'static Site) {
        self.site
            .store(std::ptr::from_ref(site).cast_mut(), Relaxed);
    }

    /// Is back in the callback that a call was made from: when that is over, the C function is the one that it is a
    /// callback of.
    #[cold]
    pub(crate) fn back_in(&self, c: &CState) {
        if let Some(site) = c.sites().next() {
            self.set_site(site);
        }
    }

    /// Counts a call of the site at `place`.
    #[inline(always)]
    pub(crate) fn count_call(&self, place: usize) {
        self.calls[place % COUNTERS].add_one();
    }

    /// The P it holds. By itself, in RT, while it holds one.
    pub(crate) fn p(&self) -> &'static P {
        debug_assert!(self.hold.has_p());
        self.granted().expect("an M that holds a P knows which")
    }

    /// The P that it was given last.
    pub(crate) fn granted(&self) -> Option<&'static P> {
        // SAFETY: null or a `&'static P`.
        unsafe { self.p.load(Acquire).as_ref() }
    }

    /// Gives its P up, to be passed on under the scheduler's lock. In RT.
    pub(crate) fn take_p(&self) -> &'static P {
        let p = self.p();
        self.hold.give_up();
        self.p.store(null_mut(), Relaxed);
        p
    }

    /// Takes a P itself, which it has got under the scheduler's lock. In RT.
    pub(crate) fn set_p(&'static self, p: &'static P) {
        self.p.store(std::ptr::from_ref(p).cast_mut(), Relaxed);
        p.set_m(Some(self));
        self.hold.regain();
    }

    /// Gives a P to an M that waits for one.
    pub(crate) fn grant(&'static self, p: &'static P) {
        // Release: `wait_for_p` reads it, and what `spinning` was set to.
        self.p.store(std::ptr::from_ref(p).cast_mut(), Release);
        self.unparker.unpark();
    }

    /// Before it waits to be granted one: what it was given last is no more its own.
    pub(crate) fn expect_p(&self) {
        self.p.store(null_mut(), Relaxed);
    }

    /// Sleeps until it is granted a P. In RT.
    pub(crate) fn wait_for_p(&'static self) {
        loop {
            if let Some(p) = self.granted() {
                return self.set_p(p);
            }
            self.parker.park();
        }
    }

    /// As `wait_for_p`, for so long. Whether it was granted one.
    pub(crate) fn wait_for_p_timeout(&'static self, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        loop {
            if let Some(p) = self.granted() {
                self.set_p(p);
                return true;
            }
            if Instant::now() >= end {
                return false;
            }
            self.parker.park_deadline(end);
        }
    }

    /// Runs `f` with the P, unless it holds none or is not in Rust code of a goroutine's: from there, by itself.
    #[inline]
    pub(crate) fn with_p<R>(&self, f: impl FnOnce(&'static P) -> R) -> Option<R> {
        if !self.hold.is_user() {
            return None;
        }
        let holds = self.hold.enter_rt() || self.hold.settle();
        let result = holds.then(|| f(self.p()));
        self.hold.leave_rt();
        result
    }

    /// Runs `f` as part of the runtime, where it is not taken for code that is stuck: from Rust code of a goroutine's, with
    /// a P or without.
    pub(crate) fn in_rt<R>(&self, f: impl FnOnce() -> R) -> R {
        let _holds_p = self.hold.enter_rt();
        let result = f();
        self.hold.leave_rt();
        result
    }

    /// Queues one of its own goroutines. On its own thread.
    #[inline]
    pub(crate) fn push_local(&self, g: GRef) {
        self.local.push(g);
        self.behind.store(self.local.len(), Relaxed);
    }

    /// The next of its own goroutines. On its own thread, in the scheduler.
    #[inline]
    pub(crate) fn pop_local(&self) -> Option<GRef> {
        if let Some(newest) = self.inbox.take() {
            self.local.append(newest);
        }
        let g = self.local.pop();
        self.behind.store(self.local.len(), Relaxed);
        g
    }

    /// The next round of the scheduler, or a new turn of the goroutine that it runs. By itself.
    #[inline]
    pub(crate) fn next_tick(&self) -> u32 {
        let tick = self.tick.load(Relaxed).wrapping_add(1);
        self.tick.store(tick, Relaxed);
        tick
    }

    /// Asks the goroutine that it runs in the round `tick` to let others have its P. By sysmon.
    pub(crate) fn ask(&self, tick: u32) {
        self.asked.store(tick, Relaxed);
    }

    /// Whether sysmon has asked the goroutine that it runs to let others have its P. By itself.
    #[inline]
    pub(crate) fn is_asked(&self) -> bool {
        self.asked.load(Relaxed) == self.tick.load(Relaxed)
    }

    /// The goroutine that it runs does without a P until its next turn, or until it gets one again. By itself.
    pub(crate) fn do_without(&self) {
        self.does_without.set(self.tick.load(Relaxed));
    }

    /// Whether the goroutine that it runs has lost its P, and would go on with another one. By itself.
    #[inline]
    pub(crate) fn misses_p(&self) -> bool {
        self.hold.is_user()
            && !self.hold.has_p()
            && self.does_without.get() != self.tick.load(Relaxed)
    }

    /// Counts a goroutine that has just given the thread back among those that are bound to it, or no more. On its own
    /// thread: one that is bound goes on nowhere else, so who has counted it is who counts it no more.
    #[inline]
    pub(crate) fn count_home(&self, g: &G, bound: bool) {
        if g.is_bound.replace(bound) != bound {
            let homes = self.homes.get();
            self.homes.set(if bound { homes + 1 } else { homes - 1 });
        }
    }

    /// One more goroutine has its thread to itself. On its own thread.
    pub(crate) fn lock(&self) {
        self.locks.set(self.locks.get() + 1);
        self.count_held();
    }

    /// One less. On its own thread.
    pub(crate) fn unlock(&self) {
        self.locks.set(self.locks.get() - 1);
        self.count_held();
    }

    /// Whether a goroutine has its thread to itself.
    pub(crate) fn is_locked(&self) -> bool {
        self.locks.get() != 0
    }

    /// Whether goroutines that start now would be in the way of others, or wait for them.
    #[inline]
    pub(crate) fn is_held(&self) -> bool {
        self.cside.is_held() || self.is_locked()
    }

    /// Counts it as held, or no more, if that has changed. On its own thread.
    pub(crate) fn count_held(&self) {
        self.set_counted_held(self.is_held());
    }

    fn set_counted_held(&self, held: bool) {
        if self.counted_held.load(Relaxed) == held {
            return;
        }
        self.counted_held.store(held, Relaxed);
        if held {
            sched().held.fetch_add(1, Relaxed);
        } else {
            sched().held.fetch_sub(1, Relaxed);
        }
    }

    /// Whether nothing of its own is ready, as far as it knows. On its own thread.
    pub(crate) fn has_none_ready(&self) -> bool {
        self.behind.load(Relaxed) == 0 && !self.inbox.has_any()
    }

    /// Whether its thread may end.
    pub(crate) fn is_unbound(&self) -> bool {
        self.homes.get() == 0 && !self.is_held()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `run` returns while a callback is parked there.
    #[test]
    fn an_m_that_was_left_is_not_taken_for_one_of_those_that_there_are() {
        let m = M::new();
        m.lock();
        assert!(m.counted_held.load(Relaxed));
        m.leave();
        assert!(m.has_left() && !m.counted_held.load(Relaxed));
    }
}
