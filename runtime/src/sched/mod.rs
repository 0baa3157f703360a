//! The scheduler: which M runs which goroutine, and who wakes whom.
//!
//! An unstarted goroutine is the next to run on the P of its spawner, until another one takes that place; then it stands
//! in the P's queue, where any M may steal it, or in the injector, if its spawner holds no P. A started goroutine belongs
//! to the M that started it, its home, and stands in that M's own queue when it is ready; other threads put it in the
//! home's inbox. The two kinds take turns. Under `Builder::migrate` one belongs to its home only while something binds it
//! there, as it was when it gave the thread back; else it is queued as if it had not started.
//!
//! An M needs a P to run goroutines. It gives it up when it finds nothing to do, and sleeps; before a C call that may take
//! long; and sysmon takes it away from who keeps it too long. What wakes a sleeping M:
//!
//! * A goroutine of its own becomes ready. Who puts it in the inbox finds `SLEEPING` there, takes the M out of the idle
//!   ones and an idle P for it, under the scheduler's lock; with no P idle the M waits in line for one.
//! * There is unstarted work, an idle P, and no M that is looking for work already (`spinning`).
//!
//! An M that must wait for a P stands in line. Who runs goroutines while others stand there passes its P on after a
//! slice of time and joins the end of the line, or sleeps if nothing of its own is ready. Who queues work or wakes others
//! never waits, with or without a P.
//!
//! # Where a goroutine starts
//!
//! On an M whose C side is held (see `cside`) a goroutine could run, but its first C call would wait for the one that
//! holds it, which may be waiting for this very goroutine: a callback that spawns one and joins it. So such an M starts
//! none. It runs the goroutines that are its own, and passes its P on to an M that may start others, a new one if need
//! be. Only when no more threads can be had does it start them after all.
//!
//! # Why no wake-up is lost
//!
//! Who queues unstarted work first queues it, then looks for an idle P without a spinning M. Who stops spinning, or
//! gives a P up, first says so (`spinning`, `idle_ps`), then looks at the queues. Each side has a SeqCst fence between
//! its write and its read, in `spawned` and `look_again`, so at least one of them sees the other. This is Go's
//! protocol, told in `runtime/proc.go` under "Worker thread parking/unparking".
//!
//! The goroutine that is next on a P is nobody else's to take, and wakes nobody: it runs when its spawner parks. If the
//! spawner does not, sysmon takes the P away, and with it the goroutine.

mod idle;
mod ready;
mod schedule;
mod startm;
mod without_p;

pub(crate) use ready::{
    count_spawned, promise, ready, spawn, spawn_alone, spawn_slowly, spawn_with_stack,
};
pub(crate) use schedule::{Stacks, run_as_m};
pub(crate) use without_p::{give_p_up, regain_p, settle, without_p};

use crate::g::GRef;
use crate::m::M;
use crate::p::{P, Queue};
#[cfg(target_os = "linux")]
use crate::top;
use crate::{config, depths, overflow, sweep, sync, sysmon, template, trace};
use crossbeam_utils::CachePadded;
use idle::Idle;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// There is one per program.
pub(crate) struct Sched {
    ps: Box<[CachePadded<P>]>,
    injector: Queue,
    /// How many Ps are in `Idle::ps`.
    idle_ps: AtomicUsize,
    /// How many Ms look for work.
    spinning: AtomicUsize,
    /// How many Ms stand in `Idle::line`.
    waiting: AtomicUsize,
    /// How many Ms may start no goroutines.
    pub(crate) held: AtomicUsize,
    /// Whether there can be no more Ms.
    full: AtomicBool,
    /// How many Ms there have been in the place of others that were stuck without a P.
    pub(crate) reinforcements: AtomicU64,
    /// Goroutines spawned by threads that are no Ms.
    pub(crate) spawned_outside: AtomicU64,
    idle: Mutex<Idle>,
}

static SCHED: OnceLock<&'static Sched> = OnceLock::new();

/// The scheduler, if it has started.
pub(crate) fn running() -> Option<&'static Sched> {
    SCHED.get().copied()
}

/// The scheduler, which starts when it is first asked for.
pub(crate) fn sched() -> &'static Sched {
    SCHED.get_or_init(|| {
        let config = config::get();
        sync::start(config.membarrier);
        sweep::start();
        template::start();
        overflow::start();
        depths::start();
        trace::start();
        #[cfg(target_os = "linux")]
        top::start();
        let ps: Box<[_]> = (0..config.procs)
            .map(|_| CachePadded::new(P::new()))
            .collect();
        let sched: &'static Sched = Box::leak(Box::new(Sched {
            idle_ps: AtomicUsize::new(ps.len()),
            ps,
            injector: Queue::new(),
            spinning: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            held: AtomicUsize::new(0),
            full: AtomicBool::new(false),
            reinforcements: AtomicU64::new(0),
            spawned_outside: AtomicU64::new(0),
            idle: Mutex::default(),
        }));
        sched.idle().ps.extend(sched.ps().rev());
        sysmon::start();
        sched
    })
}

impl Sched {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        // No code that could panic holds the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All Ps.
    pub(crate) fn ps(&'static self) -> impl DoubleEndedIterator<Item = &'static P> {
        self.ps.iter().map(|p| &**p)
    }

    /// Whether no M holds a P.
    pub(crate) fn all_idle(&self) -> bool {
        self.idle_ps.load(SeqCst) == self.ps.len()
    }

    /// How many Ms hold a P.
    pub(crate) fn busy(&self) -> usize {
        self.ps.len() - self.idle_ps.load(Relaxed)
    }

    /// Whether a P is to be had.
    pub(crate) fn any_idle(&self) -> bool {
        self.idle_ps.load(Relaxed) != 0
    }

    /// Whether an M waits for a P, or an unstarted goroutine for an M.
    pub(crate) fn anything_waits(&self) -> bool {
        self.has_line() || self.has_unstarted()
    }

    /// Whether anything waits for this P, or for any.
    pub(crate) fn others_want(&self, p: &P) -> bool {
        p.has_next() || self.anything_waits()
    }

    /// The number of Ms.
    pub(crate) fn ms(&self) -> usize {
        self.idle().ms
    }

    /// Whether the M may start goroutines.
    #[inline]
    pub(crate) fn may_start(&self, m: &M) -> bool {
        !m.is_held() || self.full.load(Relaxed) && !m.is_locked()
    }

    /// Whether an M waits for a P.
    pub(crate) fn has_line(&self) -> bool {
        self.waiting.load(Relaxed) != 0
    }

    /// Whether others need this M's P: those in line, or goroutines that may not start here.
    pub(crate) fn is_waited_for(&self, m: &M) -> bool {
        self.has_line() || !self.may_start(m) && self.has_unstarted()
    }

    fn has_unstarted(&self) -> bool {
        !self.injector.is_empty() || self.ps.iter().any(|p| !p.queue.is_empty())
    }

    /// Whether goroutines wait to be started, also those that only the owner of their P can start.
    pub(crate) fn has_any_unstarted(&self) -> bool {
        self.has_unstarted() || self.ps.iter().any(|p| p.has_next())
    }

    /// Whether goroutines wait to be started, and an idle P for an M that does it.
    pub(crate) fn lacks_ms(&self) -> bool {
        self.any_idle() && self.spinning.load(Relaxed) == 0 && self.has_unstarted()
    }

    /// Unstarted work was queued.
    fn spawned(&self) {
        // With the fence in `look_again`: the work is queued before anyone idle is looked for.
        fence(SeqCst);
        self.wake_p();
    }

    /// Queues a goroutine that has given this thread back and may go on on any. In RT, with a P.
    fn put_back(&self, m: &M, g: GRef) {
        let p = m.p();
        let next_here =
            self.may_start(m) && !p.has_next() && p.queue.is_empty() && m.has_none_ready();
        p.queue.push(g);
        if !next_here {
            self.spawned();
        }
    }

    /// A P became idle, an M stopped looking or ended: nobody may have been woken for work queued until now.
    fn look_again(&self) {
        // With the fence in `spawned`: idleness is known before the queues are looked at.
        fence(SeqCst);
        if self.has_unstarted() {
            self.wake_p();
        }
    }

    /// Takes the first of the injector.
    pub(crate) fn pop_injector(&self) -> Option<GRef> {
        self.injector.pop()
    }

    /// Takes unstarted work from the injector or a P, each time beginning with another one.
    pub(crate) fn steal(&self, m: &M) -> Option<GRef> {
        let first = m.tick.load(Relaxed) as usize % self.ps.len();
        let (before, after) = self.ps.split_at(first);
        let from_others = || after.iter().chain(before).find_map(|p| p.queue.pop());
        self.injector
            .pop()
            .or_else(|| from_others().inspect(|_| m.tally.stolen.add_one()))
    }
}
