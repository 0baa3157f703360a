//! The scheduling loop of an M: what it runs next, and when it sleeps. On the scheduler's stack; runs no user code.

use super::{Sched, ready, sched};
use crate::g::{GRef, Suspend};
use crate::m::M;
use crate::spawn_error::SpawnError;
use crate::stack::{self, SystemStack};
use crate::template::{self, Request};
use crate::{config, thread, trace};
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long an M without work looks for some before it sleeps: what it takes to wake a thread that has some for it.
const SPIN: Duration = Duration::from_micros(20);
/// Rounds of looking between two looks at the clock.
const SPINS: u32 = 16;
/// So long an M runs while others wait for a P: waking one costs a tenth of it.
const SLICE: Duration = Duration::from_micros(100);
/// Every so many rounds it asks whether any do.
const PASS_TURN: u32 = 16;
/// Every so many rounds the injector comes first, so that it is served while local work never ends. Go's number.
const INJECTOR_TURN: u32 = 61;
/// In one of eight rounds the queue comes before the goroutine spawned last, which may spawn another, and so on.
const QUEUE_TURN: u32 = 6;

/// Starts the thread of an M, which gets a P by `get_p`: it has been granted one, stands in line for one, or neither.
pub(super) fn start_thread(m: &'static M, get_p: fn(&'static M)) {
    let run = move || {
        let scheduler = match stack::scheduler() {
            Ok(scheduler) => scheduler,
            Err(error) => {
                say_once(&error);
                return sched().not_started(m);
            }
        };
        sched().started();
        m.enter(scheduler, || {
            get_p(m);
            schedule(m, || false);
        });
        sched().forget_m(m);
    };
    template::request(Request {
        name: config::get().thread_name("m"),
        stack: config::get().system_stack_size,
        run: Box::new(run),
        failed: Box::new(move || sched().not_started(m)),
    });
}

/// Starts a thread for a goroutine of its own.
pub(super) fn start_alone(g: GRef) {
    let hers = Arc::new(Mutex::new(Some(g)));
    let take = |g: &Mutex<Option<GRef>>| g.lock().unwrap_or_else(PoisonError::into_inner).take();
    let his = Arc::clone(&hers);
    template::request(Request {
        name: config::get().thread_name("own"),
        stack: config::get().system_stack_size,
        run: Box::new(move || {
            let g = take(&his).expect("it runs, or fails");
            match Stacks::new() {
                Ok(stacks) => {
                    let it = g.clone();
                    run_as_m(stacks, g, || it.is_over());
                }
                Err(error) => {
                    say_once(&error);
                    ready::queue(g);
                }
            }
        }),
        failed: Box::new(move || ready::queue(take(&hers).expect("it runs, or fails"))),
    });
}

/// A thread of the runtime's has no stack to schedule on, so it ends: the others do its work.
#[cold]
fn say_once(error: &SpawnError) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Relaxed) {
        template::say(format_args!("a thread cannot run goroutines: {error}"));
    }
}

/// What a thread needs to be an M that belongs to a goroutine.
pub(crate) struct Stacks {
    scheduler: SystemStack,
    /// For the C calls of other goroutines there.
    guests: SystemStack,
}

impl Stacks {
    pub(crate) fn new() -> Result<Stacks, SpawnError> {
        Ok(Stacks {
            scheduler: stack::scheduler()?,
            guests: stack::system()?,
        })
    }
}

/// Runs the current thread as an M, beginning with a goroutine that is to run here, until it is done, and nothing is
/// left on the thread's own stack.
pub(crate) fn run_as_m(stacks: Stacks, g: GRef, done: impl Fn() -> bool) {
    let m = M::new();
    let sched = sched();
    sched.count_m();
    m.enter(stacks.scheduler, || {
        sched.acquire_p(m);
        // At once: another goroutine that came first would be bound to this thread.
        execute(m, g);
        m.cside.lend(stacks.guests);
        schedule(m, || done() && m.cside.is_vacant());
        sched.stop_spinning(m);
        sched.release_p(m);
    });
    sched.forget_m(m);
}

/// Runs goroutines until it is `done`, or there have been none for a long time.
fn schedule(m: &'static M, done: impl Fn() -> bool) {
    let sched = sched();
    while !done() {
        let tick = m.next_tick();
        if tick.is_multiple_of(PASS_TURN) && !share(m) {
            return;
        }
        match next(sched, m, tick).or_else(|| look(m)) {
            Some(g) => {
                sched.stop_spinning(m);
                execute(m, g);
            }
            None if sched.sleep(m) => {}
            None => return,
        }
    }
}

/// Lets those go on who need this M's P: others that wait for one, and goroutines that may not start here. False: it may
/// end.
fn share(m: &'static M) -> bool {
    let sched = sched();
    if !sched.is_waited_for(m) {
        m.slice.set(None);
        return true;
    }
    let now = Instant::now();
    match m.slice.get() {
        None => m.slice.set(Some(now)),
        Some(start) if now - start < SLICE => {}
        Some(_) => {
            m.slice.set(None);
            sched.stop_spinning(m);
            // All that it could run goes with the P: it need not wait for it, and keep those in line waiting in turn.
            if m.has_none_ready() && sched.has_line() {
                return sched.sleep(m);
            }
            sched.take_turns(m);
        }
    }
    true
}

/// The next goroutine that is at hand.
#[inline(always)]
fn next(sched: &Sched, m: &'static M, tick: u32) -> Option<GRef> {
    if !sched.may_start(m) {
        m.p().spill();
        return m.pop_local();
    }
    let p = m.p();
    let unstarted = || {
        if tick % 8 == QUEUE_TURN {
            p.queue.pop().or_else(|| p.pop_next())
        } else {
            p.pop_next().or_else(|| p.queue.pop())
        }
    };
    let first = if tick.is_multiple_of(INJECTOR_TURN) {
        if sched.is_full() {
            // Nobody else may come for what stands in the queues of idle Ps.
            sched.steal(m)
        } else {
            sched.pop_injector()
        }
    } else if tick.is_multiple_of(2) {
        unstarted()
    } else {
        None
    };
    // Each turn comes by here: without closures, of which the compiler may make functions.
    if first.is_some() {
        return first;
    }
    match m.pop_local() {
        None => unstarted(),
        local => local,
    }
}

/// Looks for work elsewhere, for a while.
fn look(m: &'static M) -> Option<GRef> {
    let sched = sched();
    if !sched.may_start(m) {
        sched.stop_spinning(m);
        return None;
    }
    if sched.start_spinning(m) {
        let start = Instant::now();
        while start.elapsed() < SPIN {
            for _ in 0..SPINS {
                let found = m.pop_local().or_else(|| sched.steal(m));
                if found.is_some() {
                    return found;
                }
                std::hint::spin_loop();
            }
        }
        sched.stop_spinning(m);
    }
    sched.steal(m)
}

/// Runs a goroutine until it gives the thread back.
#[inline(always)]
fn execute(m: &'static M, g: GRef) {
    // SAFETY: the scheduler's reference is here, on the M that is its home or becomes it.
    let why = unsafe {
        if !g.is_bound.get() {
            if !g.is_started() {
                if trace::is_on() {
                    trace::starts(&g);
                }
                g.start(g.take_own_stack().unwrap_or_else(|| m.p().stacks.take()));
                if g.locks.get() != 0 {
                    m.lock();
                }
            }
            // Also if this was its home before: an M is not its thread, and may have another one by now.
            g.set_home(m);
            m.tally.taken_in.add_one();
            m.cside.taken_in(&g);
        }
        if g.has_parked() {
            m.tally.unparked.add_one();
        }
        m.cside.resuming(&g);
        if trace::is_on() {
            trace::runs(&g);
        }
        thread::here().set_g(Some(g.as_ptr()));
        m.hold.leave_rt();
        g.resume()
    };
    if trace::is_on() {
        trace::stops(&g, why);
    }
    if !(m.hold.enter_rt() || m.hold.settle()) {
        sched().acquire_p(m);
    }
    thread::here().set_g(None);
    m.cside.suspended(&g);
    // Asked once, before anybody else can have it.
    let bound = why != Suspend::Done && !g.moves();
    m.count_home(&g, bound);
    if why == Suspend::Park {
        // Whether or not it comes to that: it is counted back when it is resumed.
        m.tally.parked.add_one();
    }
    match why {
        Suspend::Park if g.try_park() => {
            // The reference is implied by the state now, and belongs to whoever wakes it.
            let _ = g.into_raw();
        }
        Suspend::Yield | Suspend::Park if bound => m.push_local(g),
        Suspend::Yield | Suspend::Park => sched().put_back(m, g),
        Suspend::Done => {
            m.tally.finished.add_one();
            if g.locks.get() != 0 {
                m.unlock();
            }
            // SAFETY: it is done, and this is its home.
            let stack = unsafe { g.take_stack() };
            stack::disown(&stack, &g);
            m.p().stacks.give(stack);
        }
    }
}
