//! The scheduler: which M runs which goroutine, and who wakes whom.
//!
//! An unstarted goroutine is the next to run on the P of its spawner, until another one takes that place; then it stands
//! in the P's queue, where any M may steal it, or in the injector, if its spawner holds no P. A started goroutine belongs
//! to the M that started it, its home, and stands in that M's own queue when it is ready; other threads put it in the
//! home's inbox. The two kinds take turns.
//!
//! An M needs a P to run goroutines. It gives it up when it finds nothing to do, and sleeps; before a C call that may take
//! long; and sysmon takes it away from who keeps it too long. What wakes a sleeping M:
//!
//! * A goroutine of its own becomes ready. Who puts it in the inbox finds `SLEEPING` there, takes the M out of the idle
//!   ones and an idle P for it, under the scheduler's lock; with no P idle the M waits in line for one.
//! * There is unstarted work, an idle P, and no M that is looking for work already (`spinning`).
//!
//! An M that must wait for a P stands in line. Who runs goroutines while others stand there passes its P on after a
//! slice of time and joins the end of the line. Who queues work or wakes others never waits, with or without a P.
//!
//! # Where a goroutine starts
//!
//! On an M whose C side is held (see `cside`) a goroutine could run, but its first C call would wait for the one that
//! holds it, which may be waiting for this very goroutine: a callback that spawns one and joins it. So such an M starts
//! none. It runs the goroutines that are its own, and passes its P on to an M that may start others, a new one if need
//! be. Only when no more threads can be had does it start them after all.
//!
//! # How many Ms there are
//!
//! As many as Ps, one more for each whose C side is held, and one more for each that is stuck without a P, in C or in
//! Rust. The last kind only sysmon starts, when it is sure (see there): most of those that give their P up are back before a
//! thread could be made. A thread that has started goroutines keeps them.
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

use crate::config;
use crate::g::GRef;
use crate::m::M;
use crate::p::{P, Queue};
use crate::schedule::{start_alone, start_m};
use crate::{offload, sync, sysmon, template, thread};
use crossbeam_utils::CachePadded;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// At most so many Ms, of which those beyond the Ps hold parked callbacks or are in C. Go's limit of threads.
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
    /// How many Ms may start no goroutines.
    pub(crate) held: AtomicUsize,
    /// Whether there can be no more Ms.
    full: AtomicBool,
    /// Goroutines spawned by threads that are no Ms.
    pub(crate) spawned_outside: AtomicU64,
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

impl Idle {
    /// Takes the last sleeper that may start goroutines where there can be no more Ms.
    fn last_unlocked(&mut self) -> Option<Waiting> {
        let last = self.sleepers.iter().rposition(|sleeper| !sleeper.locked)?;
        Some(self.sleepers.remove(last))
    }
}

/// An M without a P.
struct Waiting {
    m: &'static M,
    /// Whether it may start no goroutines, which does not change while it waits.
    held: bool,
    /// Whether it may not even where there can be no more Ms.
    locked: bool,
}

impl Waiting {
    /// On the M's own thread.
    fn new(m: &'static M) -> Waiting {
        Waiting {
            m,
            held: m.is_held(),
            locked: m.is_locked(),
        }
    }
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
        template::start();
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
        self.waiting.load(Relaxed) != 0 || self.has_unstarted()
    }

    /// Whether anything waits for this P, or for any.
    pub(crate) fn others_want(&self, p: &P) -> bool {
        p.has_next() || self.anything_waits()
    }

    /// The number of Ms.
    pub(crate) fn ms(&self) -> usize {
        self.idle().ms
    }

    fn take_idle_p(&self, idle: &mut Idle) -> Option<&'static P> {
        let p = idle.ps.pop()?;
        self.idle_ps.fetch_sub(1, SeqCst);
        // It sleeps only while all Ps are idle; with the fence in its `nap`.
        sysmon::rouse();
        Some(p)
    }

    fn join_line(&self, idle: &mut Idle, waiting: Waiting) {
        waiting.m.expect_p();
        idle.line.push_back(waiting);
        self.waiting.store(idle.line.len(), Relaxed);
        // Who has a P may keep it too long.
        sysmon::poke();
    }

    fn first_in_line(&self, idle: &mut Idle) -> Option<&'static M> {
        let first = idle.line.pop_front()?;
        self.waiting.store(idle.line.len(), Relaxed);
        Some(first.m)
    }

    /// Passes a P on: to who waits for one, or to the idle ones, with nothing that only its owner could run.
    fn put_p(&self, idle: &mut Idle, p: &'static P) {
        p.set_m(None);
        if let Some(m) = self.first_in_line(idle) {
            m.grant(p);
        } else {
            p.spill();
            idle.ps.push(p);
            self.idle_ps.fetch_add(1, SeqCst);
        }
    }

    /// Counts an M that is not started by `start_looking`.
    pub(crate) fn count_m(&self) {
        self.idle().ms += 1;
    }

    /// Forgets an M whose thread ends, or goes on without it. If goroutines are bound to it, they have nobody to run them
    /// any more, and no other thread becomes this M.
    pub(crate) fn forget_m(&self, m: &'static M) {
        self.idle().ms -= 1;
        if m.is_unbound() {
            m.retire();
        }
        // Who has looked for an M meanwhile may have taken this one for one of use.
        self.look_again();
    }

    /// Takes a P, standing in line for one if need be. In RT, without a P.
    #[cold]
    pub(crate) fn acquire_p(&self, m: &'static M) {
        let mut idle = self.idle();
        if let Some(p) = self.take_idle_p(&mut idle) {
            drop(idle);
            return m.set_p(p);
        }
        self.join_line(&mut idle, Waiting::new(m));
        drop(idle);
        m.wait_for_p();
    }

    /// Gives the P up. In RT, with a P.
    #[cold]
    pub(crate) fn release_p(&self, m: &'static M) {
        self.handoffp(m.take_p());
    }

    /// Passes on a P that is nobody's.
    pub(crate) fn handoffp(&self, p: &'static P) {
        self.put_p(&mut self.idle(), p);
        self.look_again();
    }

    /// Whether the M may start goroutines.
    #[inline]
    pub(crate) fn may_start(&self, m: &M) -> bool {
        !m.is_held() || self.full.load(Relaxed) && !m.is_locked()
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
            p.set_m(None);
            self.join_line(&mut idle, Waiting::new(m));
            self.spinning.fetch_add(1, SeqCst);
            self.start_looking(idle, p);
        } else if let Some(first) = self.first_in_line(&mut idle) {
            let p = m.take_p();
            p.set_m(None);
            first.grant(p);
            self.join_line(&mut idle, Waiting::new(m));
            drop(idle);
        } else {
            return;
        }
        m.wait_for_p();
    }

    /// Sleeps without a P until there is something to do. Returns at once if something has come. False: there has been
    /// nothing for a long time, and the M may end.
    pub(crate) fn sleep(&self, m: &'static M) -> bool {
        {
            let mut idle = self.idle();
            if !m.inbox.sleep() {
                return true;
            }
            let p = m.take_p();
            idle.sleepers.push(Waiting::new(m));
            self.put_p(&mut idle, p);
        }
        self.look_again();
        if !(m.is_unbound() && m.wait_for_p_timeout(config::get().idle)) {
            if m.is_unbound() && self.dismiss(m) {
                return false;
            }
            m.wait_for_p();
        }
        m.inbox.wake();
        true
    }

    /// Takes a sleeping M that nothing binds out of the game, unless it is one of as many as there are Ps, or has just
    /// been woken.
    fn dismiss(&self, m: &'static M) -> bool {
        let mut idle = self.idle();
        let place = idle
            .sleepers
            .iter()
            .position(|sleeper| std::ptr::eq(sleeper.m, m));
        match place {
            Some(i) if idle.ms > self.ps.len() => {
                idle.sleepers.remove(i);
                m.inbox.wake();
                true
            }
            _ => false,
        }
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
    #[inline]
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

    /// A P became idle, an M stopped looking or ended: nobody may have been woken for work queued until now.
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
        let last_free = idle.sleepers.iter().rposition(|sleeper| !sleeper.held);
        let sleeper = match last_free {
            None if self.full.load(Relaxed) => idle.last_unlocked(),
            free => free.map(|i| idle.sleepers.remove(i)),
        };
        if let Some(Waiting { m, .. }) = sleeper {
            m.spinning.store(true, Relaxed);
            m.grant(p);
        } else if idle.ms - self.held.load(Relaxed).min(idle.ms) < self.ps.len() {
            self.add_m(idle, p);
        } else {
            // Those that are in C without a P may be back in no time. If not, sysmon has one more thread started.
            self.spinning.fetch_sub(1, SeqCst);
            self.put_p(&mut idle, p);
            drop(idle);
            sysmon::poke();
        }
    }

    /// Whether there could be no more Ms at some time, and may be now.
    pub(crate) fn was_full(&self) -> bool {
        self.full.load(Relaxed)
    }

    /// Whether goroutines wait to be started, and an idle P for an M that does it.
    pub(crate) fn lacks_ms(&self) -> bool {
        self.any_idle() && self.spinning.load(Relaxed) == 0 && self.has_unstarted()
    }

    /// Has one more M started if all but those that are `stuck` have a P, hold a parked callback, or are awake.
    pub(crate) fn make_up_for(&self, stuck: usize) {
        if self
            .spinning
            .compare_exchange(0, 1, SeqCst, Relaxed)
            .is_err()
        {
            return;
        }
        let mut idle = self.idle();
        let of_use = idle.ms.saturating_sub(self.held.load(Relaxed) + stuck);
        match self.take_idle_p(&mut idle) {
            Some(p) if of_use < self.ps.len() && !idle.sleepers.iter().any(|m| !m.held) => {
                self.add_m(idle, p)
            }
            Some(p) => self.start_looking(idle, p),
            None => {
                self.spinning.fetch_sub(1, SeqCst);
            }
        }
    }

    /// Whether goroutines wait to be started, also those that only the owner of their P can start.
    pub(crate) fn has_any_unstarted(&self) -> bool {
        self.has_unstarted() || self.ps.iter().any(|p| p.has_next())
    }

    /// Has one more M started for goroutines that nobody has started for a while, unless there is one that will: with an
    /// idle P, or else in line for one.
    pub(crate) fn reinforce(&self) {
        if self
            .spinning
            .compare_exchange(0, 1, SeqCst, Relaxed)
            .is_err()
        {
            return;
        }
        let mut idle = self.idle();
        if let Some(p) = self.take_idle_p(&mut idle) {
            if idle.sleepers.iter().any(|m| !m.held) {
                self.start_looking(idle, p);
            } else {
                self.add_m(idle, p);
            }
            return;
        }
        self.spinning.fetch_sub(1, SeqCst);
        let will = |m: &Waiting| !m.held;
        if idle.ms < MAX_MS && !idle.line.iter().any(will) && !idle.sleepers.iter().any(will) {
            idle.ms += 1;
            let m = M::new();
            self.join_line(
                &mut idle,
                Waiting {
                    m,
                    held: false,
                    locked: false,
                },
            );
            drop(idle);
            start_m(m);
        }
    }

    /// Starts one more M, which looks for work with `p`.
    fn add_m(&self, mut idle: MutexGuard<'_, Idle>, p: &'static P) {
        if idle.ms >= MAX_MS {
            return self.make_do(idle, p);
        }
        idle.ms += 1;
        drop(idle);
        let m = M::new();
        m.spinning.store(true, Relaxed);
        m.grant(p);
        start_m(m);
    }

    /// There is a thread for an M: others may be had again.
    pub(crate) fn started(&self) {
        self.full.store(false, Relaxed);
    }

    /// There is no thread for an M that was to look for work.
    pub(crate) fn not_started(&self, m: &'static M) {
        let mut idle = self.idle();
        let place = idle.line.iter().position(|other| std::ptr::eq(other.m, m));
        if let Some(i) = place {
            idle.line.remove(i);
            self.waiting.store(idle.line.len(), Relaxed);
            self.full.store(true, Relaxed);
            drop(idle);
            return self.forget_m(m);
        }
        drop(idle);
        let p = m.granted().expect("it was granted one");
        m.expect_p();
        if !m.spinning.swap(false, Relaxed) {
            // It has stood in line: `make_do` counts it as one that looks.
            self.spinning.fetch_add(1, SeqCst);
        }
        self.forget_m(m);
        let idle = self.idle();
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
        if let Some(sleeper) = idle.last_unlocked() {
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
        let first = m.tick.load(Relaxed) as usize % self.ps.len();
        let (before, after) = self.ps.split_at(first);
        let from_others = || after.iter().chain(before).find_map(|p| p.queue.pop());
        self.injector
            .pop()
            .or_else(|| from_others().inspect(|_| m.tally.stolen.add_one()))
    }
}

/// Queues a goroutine that was just made.
pub(crate) fn spawn(g: GRef) {
    count_spawned();
    queue(g);
}

/// Starts a goroutine on a thread of its own.
pub(crate) fn spawn_alone(g: GRef) {
    count_spawned();
    start_alone(g);
}

/// Counts a goroutine that was just made.
pub(crate) fn count_spawned() {
    match thread::current().m() {
        Some(m) => m.tally.spawned.add_one(),
        None => {
            sched().spawned_outside.fetch_add(1, Relaxed);
        }
    }
}

/// Queues a goroutine that any M may run.
pub(crate) fn queue(g: GRef) {
    let sched = sched();
    let mut g = Some(g);
    let m = thread::current().m();
    match m.and_then(|m| m.with_p(|p| g.take().map(|g| p.push(g))).flatten()) {
        // Unless who runs here parks soon, sysmon sees to it.
        Some(false) => sysmon::poke(),
        Some(true) => sched.spawned(),
        None => {
            sched.injector.push(g.take().expect("not pushed"));
            sched.spawned();
        }
    }
    if let Some(m) = m.filter(|m| m.is_asked()) {
        give_p_up(m);
    }
}

/// Queues a started goroutine that was parked: at its home, unless it migrates.
pub(crate) fn ready(g: GRef) {
    if g.moves() {
        return queue(g);
    }
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
    } else {
        // It may be stuck, and everybody else idle. With the fence in sysmon's `nap`.
        fence(SeqCst);
        sysmon::rouse();
    }
}

/// Runs `f`, which may block the thread, without holding a P.
pub(crate) fn without_p<R>(f: impl FnOnce() -> R) -> R {
    struct Back(&'static M);
    impl Drop for Back {
        fn drop(&mut self) {
            regain_p(self.0);
        }
    }
    match thread::current().m() {
        Some(m) if give_p_up(m) => {
            let _back = Back(m);
            f()
        }
        _ => offload::let_others_help(f),
    }
}

/// Gives the P up, from Rust code of a goroutine's, which goes on without. False: it has none, or is elsewhere.
#[cold]
pub(crate) fn give_p_up(m: &'static M) -> bool {
    // In a child of `fork` there is nobody to have it.
    m.asked.store(false, Relaxed);
    !template::is_child() && m.with_p(|_| sched().release_p(m)).is_some()
}

/// Gets a P again, if it has gone, for Rust code of a goroutine's. Waits for one.
#[cold]
pub(crate) fn regain_p(m: &'static M) {
    // In a child of `fork` there is nobody to give it one: what runs there on the way to exec runs without.
    if !(m.hold.enter_rt() || m.hold.settle() || template::is_child()) {
        sched().acquire_p(m);
    }
    // A new turn.
    m.next_tick();
    m.hold.leave_rt();
}
