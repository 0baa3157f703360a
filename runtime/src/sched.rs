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
//! An M that must wait for a P stands in line. Who runs goroutines while others stand there passes its P on every few
//! rounds and joins the end of the line.
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

use crate::g::{GRef, Suspend};
use crate::m::M;
use crate::p::P;
use crate::thread;
use crossbeam_deque::{Injector, Steal};
use crossbeam_utils::CachePadded;
use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Rounds that an M without work looks for some before it sleeps: a few microseconds. Waking a sleeping thread costs
/// about as much.
const SPINS: u32 = 200;
/// So many rounds an M runs while others wait for a P.
const PASS_TURN: u32 = 16;
/// At most so many Ms, of which those beyond the Ps hold parked callbacks. Go's limit of threads.
const MAX_MS: usize = 10_000;
/// Every so many rounds the injector comes first, so that it is served while local work never ends. Go's number.
const INJECTOR_TURN: u32 = 61;

struct Sched {
    ps: Box<[CachePadded<P>]>,
    injector: Injector<GRef>,
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
    sleepers: Vec<Sleeper>,
    /// Ms that have something to run and wait for a P, in order.
    line: VecDeque<&'static M>,
    /// How many Ms there are.
    ms: usize,
}

struct Sleeper {
    m: &'static M,
    /// Whether its C side is held, which does not change while it sleeps.
    held: bool,
}

/// The number of Ps: `CGOCALL_PROCS`, or the number of cores.
fn procs() -> usize {
    match std::env::var_os("CGOCALL_PROCS") {
        None => std::thread::available_parallelism().map_or(1, usize::from),
        Some(value) => match value.to_str().and_then(|value| value.parse().ok()) {
            Some(procs @ 1..=4096) => procs,
            _ => {
                panic!("CGOCALL_PROCS is {value:?}; it must be a number of threads from 1 to 4096")
            }
        },
    }
}

fn sched() -> &'static Sched {
    static SCHED: OnceLock<&'static Sched> = OnceLock::new();
    SCHED.get_or_init(|| {
        let ps: Box<[_]> = (0..procs()).map(|_| CachePadded::new(P::new())).collect();
        let sched: &'static Sched = Box::leak(Box::new(Sched {
            idle_ps: AtomicUsize::new(ps.len()),
            ps,
            injector: Injector::new(),
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

    fn join_line(&self, idle: &mut Idle, m: &'static M) {
        idle.line.push_back(m);
        self.waiting.store(idle.line.len(), Relaxed);
    }

    fn first_in_line(&self, idle: &mut Idle) -> Option<&'static M> {
        let first = idle.line.pop_front();
        self.waiting.store(idle.line.len(), Relaxed);
        first
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

    fn has_unstarted(&self) -> bool {
        !self.injector.is_empty() || self.ps.iter().any(|p| !p.stealer().is_empty())
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
                drop(idle);
                // Whoever makes one idle looks at the queues then.
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
        if let Some(Sleeper { m, .. }) = sleeper {
            m.spinning.store(true, Relaxed);
            m.grant(p);
            return;
        }
        idle.ms += 1;
        if idle.ms >= MAX_MS {
            self.full.store(true, Relaxed);
        }
        let first = idle.ms == 1;
        drop(idle);
        if let Err(error) = start_m(p) {
            if first {
                eprintln!(
                    "cgocall: cannot start a thread to run goroutines on: {error}; see `ulimit -u`"
                );
                std::process::abort();
            }
            // Those there are have to do.
            let mut idle = self.idle();
            idle.ms -= 1;
            self.full.store(true, Relaxed);
            self.spinning.fetch_sub(1, SeqCst);
            self.put_p(&mut idle, p);
            drop(idle);
            self.look_again();
        }
    }

    /// Takes unstarted work from the injector or another P.
    fn steal(&self, m: &M) -> Option<GRef> {
        let tick = m.tick.get() as usize;
        m.with_p(|queue| {
            loop {
                let mut again = false;
                let injector = std::iter::once_with(|| self.injector.steal_batch_and_pop(queue));
                let others = (0..self.ps.len()).map(|i| {
                    self.ps[(i + tick) % self.ps.len()]
                        .stealer()
                        .steal_batch_and_pop(queue)
                });
                for steal in injector.chain(others) {
                    match steal {
                        Steal::Success(g) => return Some(g),
                        Steal::Retry => again = true,
                        Steal::Empty => {}
                    }
                }
                if !again {
                    return None;
                }
            }
        })
        .flatten()
    }
}

/// Queues a goroutine that has not started.
pub(crate) fn spawn(g: GRef) {
    let sched = sched();
    let mut g = Some(g);
    if let Some(m) = thread::current().m() {
        m.with_p(|queue| queue.push(g.take().expect("queued once")));
    }
    if let Some(g) = g {
        sched.injector.push(g);
    }
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
            idle.sleepers.swap_remove(i);
            match sched.take_idle_p(&mut idle) {
                Some(p) => home.grant(p),
                None => sched.join_line(&mut idle, home),
            }
        }
    }
}

/// Runs `f`, which may block the thread, without holding a P. On an M, by its running goroutine.
pub(crate) fn without_p<R>(f: impl FnOnce() -> R) -> R {
    struct Back(&'static M);
    impl Drop for Back {
        fn drop(&mut self) {
            acquire_p(self.0);
        }
    }
    let m = thread::current_m();
    if !m.has_p() {
        return f();
    }
    release_p(m);
    let _back = Back(m);
    f()
}

/// Makes sure that a callback runs with a P, which its M may have given up for the C call. On an M, by its running
/// goroutine.
#[inline(always)]
pub(crate) fn need_p() -> Lent {
    let m = thread::current_m();
    if m.has_p() {
        return Lent(None);
    }
    acquire_p(m);
    Lent(Some(m))
}

/// A P for the time of a callback.
pub(crate) struct Lent(Option<&'static M>);

impl Lent {
    /// The callback is over.
    #[inline(always)]
    pub(crate) fn give_back(self) {
        if let Some(m) = self.0 {
            release_p(m);
        }
    }
}

/// Go's `handoffp`.
#[cold]
fn release_p(m: &'static M) {
    let sched = sched();
    let p = m.take_p();
    sched.put_p(&mut sched.idle(), p);
    sched.look_again();
}

#[cold]
fn acquire_p(m: &'static M) {
    let sched = sched();
    let mut idle = sched.idle();
    if let Some(p) = sched.take_idle_p(&mut idle) {
        return m.set_p(p);
    }
    sched.join_line(&mut idle, m);
    drop(idle);
    m.wait_for_p();
}

/// Starts a thread that looks for work with `p`.
fn start_m(p: &'static P) -> io::Result<()> {
    let m = M::new(Some(p), true);
    let thread = std::thread::Builder::new()
        .name("cgocall-m".into())
        .stack_size(crate::stack::SYSTEM);
    thread.spawn(move || m.enter(|| schedule(m, || false)))?;
    Ok(())
}

/// Runs the current thread as an M until `main`, the goroutine it is started with, is done.
pub(crate) fn run_main(main: GRef, done: impl Fn() -> bool) {
    let m = M::new(None, false);
    sched().idle().ms += 1;
    m.enter(|| {
        acquire_p(m);
        m.push_local(main);
        schedule(m, done);
    });
    release_p(m);
}

/// The scheduling loop. On the scheduler's stack; runs no user code.
fn schedule(m: &'static M, done: impl Fn() -> bool) {
    while !done() {
        pass_p_on(m);
        match next(m).or_else(|| look(m)) {
            Some(g) => {
                stop_looking(m);
                execute(m, g);
            }
            None => stop(m),
        }
    }
}

/// Whether the M may start goroutines.
fn may_start(m: &M) -> bool {
    !m.cside.is_held() || sched().full.load(Relaxed)
}

/// Takes turns: with the Ms that wait for a P, and with those that may start goroutines if this one may not.
fn pass_p_on(m: &'static M) {
    let sched = sched();
    let tick = m.tick.get().wrapping_add(1);
    m.tick.set(tick);
    if !tick.is_multiple_of(PASS_TURN) {
        return;
    }
    if sched.waiting.load(Relaxed) != 0 {
        let mut idle = sched.idle();
        if let Some(first) = sched.first_in_line(&mut idle) {
            first.grant(m.take_p());
            sched.join_line(&mut idle, m);
            drop(idle);
            m.wait_for_p();
        }
    } else if !may_start(m) && sched.has_unstarted() {
        stop_looking(m);
        if sched.idle_ps.load(Relaxed) != 0 {
            return sched.wake_p();
        }
        let mut idle = sched.idle();
        let p = m.take_p();
        sched.join_line(&mut idle, m);
        sched.spinning.fetch_add(1, SeqCst);
        sched.start_looking(idle, p);
        m.wait_for_p();
    }
}

/// The next goroutine that is at hand.
fn next(m: &'static M) -> Option<GRef> {
    let tick = m.tick.get();
    if !may_start(m) {
        return m.pop_local();
    }
    if tick.is_multiple_of(INJECTOR_TURN)
        && let Steal::Success(g) = sched().injector.steal()
    {
        return Some(g);
    }
    let unstarted = || m.with_p(|queue| queue.pop()).flatten();
    if tick.is_multiple_of(2) {
        m.pop_local().or_else(unstarted)
    } else {
        unstarted().or_else(|| m.pop_local())
    }
}

/// Looks for work elsewhere, for a while.
fn look(m: &'static M) -> Option<GRef> {
    let sched = sched();
    if !may_start(m) {
        stop_looking(m);
        return None;
    }
    if !m.spinning.load(Relaxed) {
        // At most half of those who work may look, or looking is all that a small machine does. Go's rule.
        let busy = sched.ps.len() - sched.idle_ps.load(Relaxed);
        if 2 * sched.spinning.load(Relaxed) >= busy {
            return sched.steal(m);
        }
        m.spinning.store(true, Relaxed);
        sched.spinning.fetch_add(1, SeqCst);
    }
    for _ in 0..SPINS {
        let found = m.pop_local().or_else(|| sched.steal(m));
        if found.is_some() {
            return found;
        }
        std::hint::spin_loop();
    }
    m.spinning.store(false, Relaxed);
    sched.spinning.fetch_sub(1, SeqCst);
    // What was queued while this M counted as looking has woken nobody. With the fence in `spawned`.
    fence(SeqCst);
    sched.steal(m)
}

/// It has found work: what was queued while it counted as looking has woken nobody, and may be for another.
fn stop_looking(m: &'static M) {
    if m.spinning.load(Relaxed) {
        m.spinning.store(false, Relaxed);
        let sched = sched();
        sched.spinning.fetch_sub(1, SeqCst);
        sched.look_again();
    }
}

/// Sleeps until there is something to do.
fn stop(m: &'static M) {
    let sched = sched();
    {
        let mut idle = sched.idle();
        if !m.inbox.sleep() {
            return;
        }
        idle.sleepers.push(Sleeper {
            m,
            held: m.cside.is_held(),
        });
        sched.put_p(&mut idle, m.take_p());
    }
    sched.look_again();
    m.wait_for_p();
    m.inbox.wake();
}

/// Runs a goroutine until it gives the thread back.
fn execute(m: &'static M, g: GRef) {
    // SAFETY: the scheduler's reference is here, on the M that is its home or becomes it.
    let why = unsafe {
        if !g.is_started() {
            g.start(m, m.stacks.take());
            m.cside.started(&g);
        }
        m.cside.resuming(&g);
        thread::current().set_g(Some(g.as_ptr()));
        g.resume()
    };
    thread::current().set_g(None);
    m.cside.suspended(&g);
    match why {
        Suspend::Yield => m.push_local(g),
        Suspend::Park if g.try_park() => {
            // The reference is implied by the state now, and belongs to whoever wakes it.
            let _ = g.into_raw();
        }
        Suspend::Park => m.push_local(g),
        // SAFETY: it is done, and this is its home.
        Suspend::Done => m.stacks.give(unsafe { g.take_stack() }),
    }
}
