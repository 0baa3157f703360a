//! The scheduler: which M runs which goroutine, and who wakes whom.
//!
//! An unstarted goroutine stands in the queue of the P whose holder spawned it, where any M may steal it, or in the
//! injector, if its spawner holds none. A started goroutine belongs to the M that started it, its home, and stands in
//! that M's own queue when it is ready; other threads put it in the home's inbox. The two kinds take turns.
//!
//! An M needs a P to run goroutines. It gives it up when it finds nothing to do, and sleeps. What wakes it:
//!
//! * A goroutine of its own becomes ready. Who puts it in the inbox finds `SLEEPING` there, takes the M out of the idle
//!   ones and an idle P for it, under the scheduler's lock; with no P idle the M waits in line for one.
//! * There is unstarted work, an idle P, and no M that is looking for work already (`spinning`).
//!
//! An M that must wait for a P stands in line. Who runs goroutines while others stand there passes its P on after a
//! slice of time and joins the end of the line.
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

use crate::config;
use crate::g::GRef;
use crate::m::M;
use crate::p::{P, Queue};
use crate::schedule::start_m;
use crate::{offload, template, thread};
use crossbeam_utils::CachePadded;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// At most so many Ms, of which those beyond the Ps hold parked callbacks. Go's limit of threads.
const MAX_MS: usize = 10_000;

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
    /// Whether there can be no more Ms.
    full: AtomicBool,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    ps: Vec<&'static P>,
    /// Ms that sleep with `SLEEPING` in their inbox.
    sleepers: Vec<Waiting>,
    /// Ms that have something to run and wait for a P, in order.
    line: VecDeque<Waiting>,
    /// How many Ms there are.
    ms: usize,
}

/// An M without a P.
struct Waiting {
    m: &'static M,
    /// Whether its C side is held, which does not change while it waits.
    held: bool,
}

impl Waiting {
    /// On the M's own thread.
    fn new(m: &'static M) -> Waiting {
        let held = m.cside.is_held();
        Waiting { m, held }
    }
}

/// The scheduler, which starts when it is first asked for.
pub(crate) fn sched() -> &'static Sched {
    static SCHED: OnceLock<&'static Sched> = OnceLock::new();
    SCHED.get_or_init(|| {
        template::start();
        let ps: Box<[_]> = (0..config::get().procs)
            .map(|_| CachePadded::new(P::new()))
            .collect();
        let sched: &'static Sched = Box::leak(Box::new(Sched {
            idle_ps: AtomicUsize::new(ps.len()),
            ps,
            injector: Queue::new(),
            spinning: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            full: AtomicBool::new(false),
            idle: Mutex::default(),
        }));
        sched.idle().ps.extend(sched.ps.iter().rev().map(|p| &**p));
        sched
    })
}

impl Sched {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        // No code that could panic holds the lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_idle_p(&self, idle: &mut Idle) -> Option<&'static P> {
        let p = idle.ps.pop()?;
        self.idle_ps.fetch_sub(1, SeqCst);
        Some(p)
    }

    fn join_line(&self, idle: &mut Idle, waiting: Waiting) {
        idle.line.push_back(waiting);
        self.waiting.store(idle.line.len(), Relaxed);
    }

    fn first_in_line(&self, idle: &mut Idle) -> Option<&'static M> {
        let first = idle.line.pop_front()?;
        self.waiting.store(idle.line.len(), Relaxed);
        Some(first.m)
    }

    /// Passes a P on: to who waits for one, or to the idle ones.
    fn put_p(&self, idle: &mut Idle, p: &'static P) {
        if let Some(m) = self.first_in_line(idle) {
            m.grant(p);
        } else {
            idle.ps.push(p);
            self.idle_ps.fetch_add(1, SeqCst);
        }
    }

    /// Counts an M that is not started by `start_looking`.
    pub(crate) fn count_m(&self) {
        self.idle().ms += 1;
    }

    /// Takes a P, standing in line for one if need be.
    #[cold]
    pub(crate) fn acquire_p(&self, m: &'static M) {
        let mut idle = self.idle();
        if let Some(p) = self.take_idle_p(&mut idle) {
            return m.set_p(p);
        }
        self.join_line(&mut idle, Waiting::new(m));
        drop(idle);
        m.wait_for_p();
    }

    /// Gives the P up. Go's `handoffp`.
    #[cold]
    pub(crate) fn release_p(&self, m: &'static M) {
        let p = m.take_p();
        self.put_p(&mut self.idle(), p);
        self.look_again();
    }

    /// Whether the M may start goroutines.
    pub(crate) fn may_start(&self, m: &M) -> bool {
        !m.cside.is_held() || self.full.load(Relaxed)
    }

    /// Whether others need this M's P: those in line, or goroutines that may not start here.
    pub(crate) fn is_waited_for(&self, m: &M) -> bool {
        self.waiting.load(Relaxed) != 0 || !self.may_start(m) && self.has_unstarted()
    }

    /// Passes the P to the first in line, and joins the end of the line. Where neither this M nor one in the line may
    /// start what is unstarted, one that may comes first.
    pub(crate) fn take_turns(&self, m: &'static M) {
        let mut idle = self.idle();
        if !self.may_start(m) && idle.line.iter().all(|m| m.held) && self.has_unstarted() {
            if !idle.ps.is_empty() {
                drop(idle);
                return self.wake_p();
            }
            let p = m.take_p();
            self.join_line(&mut idle, Waiting::new(m));
            self.spinning.fetch_add(1, SeqCst);
            self.start_looking(idle, p);
        } else if let Some(first) = self.first_in_line(&mut idle) {
            first.grant(m.take_p());
            self.join_line(&mut idle, Waiting::new(m));
            drop(idle);
        } else {
            return;
        }
        m.wait_for_p();
    }

    /// Sleeps without a P until there is something to do. Returns at once if something has come.
    pub(crate) fn sleep(&self, m: &'static M) {
        {
            let mut idle = self.idle();
            if !m.inbox.sleep() {
                return;
            }
            idle.sleepers.push(Waiting::new(m));
            self.put_p(&mut idle, m.take_p());
        }
        self.look_again();
        m.wait_for_p();
        m.inbox.wake();
    }

    /// Counts the M as one that looks for work, unless half of those who work do already. Go's rule: else looking would
    /// be all that a small machine does.
    pub(crate) fn start_spinning(&self, m: &M) -> bool {
        if !m.spinning.load(Relaxed) {
            let busy = self.ps.len() - self.idle_ps.load(Relaxed);
            if 2 * self.spinning.load(Relaxed) >= busy {
                return false;
            }
            m.spinning.store(true, Relaxed);
            self.spinning.fetch_add(1, SeqCst);
        }
        true
    }

    /// Counts the M as one that looks no more. What was queued meanwhile has woken nobody.
    pub(crate) fn stop_spinning(&self, m: &M) {
        if m.spinning.load(Relaxed) {
            m.spinning.store(false, Relaxed);
            self.spinning.fetch_sub(1, SeqCst);
            self.look_again();
        }
    }

    fn has_unstarted(&self) -> bool {
        !self.injector.is_empty() || self.ps.iter().any(|p| !p.queue.is_empty())
    }

    /// Unstarted work was queued.
    fn spawned(&self) {
        // With the fence in `look_again`: the work is queued before anyone idle is looked for.
        fence(SeqCst);
        self.wake_p();
    }

    /// A P became idle or an M stopped looking: nobody may have been woken for work queued until now.
    fn look_again(&self) {
        // With the fence in `spawned`: idleness is known before the queues are looked at.
        fence(SeqCst);
        if self.has_unstarted() {
            self.wake_p();
        }
    }

    /// Has one more M look for work, if there is an idle P and no M that looks already.
    fn wake_p(&self) {
        if self.idle_ps.load(Relaxed) == 0
            || self.spinning.load(Relaxed) != 0
            || self
                .spinning
                .compare_exchange(0, 1, SeqCst, Relaxed)
                .is_err()
        {
            return;
        }
        let mut idle = self.idle();
        match self.take_idle_p(&mut idle) {
            Some(p) => self.start_looking(idle, p),
            None => {
                // Under the lock: whoever makes one idle looks at the queues then, and must not find this one looking.
                self.spinning.fetch_sub(1, SeqCst);
            }
        }
    }

    /// Has an M that may start goroutines look for some, with `p`. It counts as spinning already.
    fn start_looking(&self, mut idle: MutexGuard<'_, Idle>, p: &'static P) {
        let sleepers = &mut idle.sleepers;
        let last_free = sleepers.iter().rposition(|sleeper| !sleeper.held);
        let sleeper = match last_free {
            None if self.full.load(Relaxed) => sleepers.pop(),
            free => free.map(|i| sleepers.remove(i)),
        };
        if let Some(Waiting { m, .. }) = sleeper {
            m.spinning.store(true, Relaxed);
            m.grant(p);
            return;
        }
        if idle.ms >= MAX_MS {
            return self.make_do(idle, p);
        }
        idle.ms += 1;
        drop(idle);
        start_m(p);
    }

    /// There is no thread for an M that was to look for work with `p`.
    pub(crate) fn not_started(&self, p: &'static P) {
        let mut idle = self.idle();
        idle.ms -= 1;
        if idle.ms == 0 {
            template::say(format_args!("there is no thread to run goroutines on"));
            std::process::abort();
        }
        self.make_do(idle, p);
    }

    /// There can be no more Ms: those there are may start goroutines whatever holds their C side. `p` goes to one that
    /// sleeps, or else to whoever is next to look for something to run.
    fn make_do(&self, mut idle: MutexGuard<'_, Idle>, p: &'static P) {
        self.full.store(true, Relaxed);
        if let Some(sleeper) = idle.sleepers.pop() {
            sleeper.m.spinning.store(true, Relaxed);
            sleeper.m.grant(p);
        } else {
            self.spinning.fetch_sub(1, SeqCst);
            self.put_p(&mut idle, p);
        }
    }

    /// Takes the first of the injector.
    pub(crate) fn pop_injector(&self) -> Option<GRef> {
        self.injector.pop()
    }

    /// Takes unstarted work from the injector or a P, each time beginning with another one.
    pub(crate) fn steal(&self, m: &M) -> Option<GRef> {
        let first = m.tick.get() as usize % self.ps.len();
        let (before, after) = self.ps.split_at(first);
        self.injector
            .pop()
            .or_else(|| after.iter().chain(before).find_map(|p| p.queue.pop()))
    }
}

/// Queues a goroutine that has not started.
pub(crate) fn spawn(g: GRef) {
    let sched = sched();
    let p = thread::current().m().and_then(M::p);
    p.map_or(&sched.injector, |p| &p.queue).push(g);
    sched.spawned();
}

/// Queues a started goroutine that was parked, at its home.
pub(crate) fn ready(g: GRef) {
    let home = g.home();
    if thread::current().m().is_some_and(|m| std::ptr::eq(m, home)) {
        return home.push_local(g);
    }
    if home.inbox.push(g) {
        let sched = sched();
        let mut idle = sched.idle();
        // Not there: it was woken to look for work meanwhile, and will look into its inbox.
        if let Some(i) = idle
            .sleepers
            .iter()
            .position(|sleeper| std::ptr::eq(sleeper.m, home))
        {
            let sleeper = idle.sleepers.swap_remove(i);
            match sched.take_idle_p(&mut idle) {
                Some(p) => home.grant(p),
                None => sched.join_line(&mut idle, sleeper),
            }
        }
    }
}

/// Runs `f`, which may block the thread, without holding a P.
pub(crate) fn without_p<R>(f: impl FnOnce() -> R) -> R {
    struct Back(&'static M);
    impl Drop for Back {
        fn drop(&mut self) {
            // A callback that C has jumped out of has not given its P back.
            if !self.0.has_p() {
                sched().acquire_p(self.0);
            }
        }
    }
    match thread::current().m() {
        Some(m) if m.has_p() && !template::is_child() => {
            sched().release_p(m);
            let _back = Back(m);
            f()
        }
        _ => offload::let_others_help(f),
    }
}

/// Makes sure that a callback runs with a P, which its M may have given up for the C call. On an M, by its running
/// goroutine.
#[inline(always)]
pub(crate) fn need_p() -> Lent {
    let m = thread::current_m();
    if m.has_p() {
        return Lent(None);
    }
    acquire(m);
    Lent(Some(m))
}

#[cold]
fn acquire(m: &'static M) {
    sched().acquire_p(m);
}

#[cold]
fn release(m: &'static M) {
    sched().release_p(m);
}

/// A P for the time of a callback.
pub(crate) struct Lent(Option<&'static M>);

impl Lent {
    /// The callback is over.
    #[inline(always)]
    pub(crate) fn give_back(self) {
        if let Some(m) = self.0 {
            release(m);
        }
    }
}
