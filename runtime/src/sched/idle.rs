//! Ps that nobody holds, Ms that sleep, Ms that stand in line for a P: all under one lock.

use super::Sched;
use crate::g::G;
use crate::m::M;
use crate::p::P;
use crate::syscall::Stay;
use crate::{config, sysmon, template};
use std::collections::VecDeque;
use std::sync::atomic::Ordering::*;

/// What the scheduler's lock guards.
#[derive(Default)]
pub(super) struct Idle {
    pub(super) ps: Vec<&'static P>,
    /// Ms that sleep with `SLEEPING` in their inbox.
    sleepers: Vec<Waiting>,
    /// Ms that have something to run and wait for a P, in order.
    line: VecDeque<Waiting>,
    /// How many Ms there are.
    pub(super) ms: usize,
    /// Whether a thread is asked for that nobody waits for.
    pub(super) probes: bool,
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
    /// On the M's own thread, or before it has one.
    fn new(m: &'static M) -> Waiting {
        Waiting {
            m,
            held: m.is_held(),
            locked: m.is_locked(),
        }
    }
}

impl Idle {
    /// Whether an M that sleeps may start goroutines.
    pub(super) fn has_starter(&self) -> bool {
        self.sleepers.iter().any(|sleeper| !sleeper.held)
    }

    /// Whether an M in line may.
    pub(super) fn has_starter_in_line(&self) -> bool {
        self.line.iter().any(|waiting| !waiting.held)
    }

    /// Takes the last sleeper that may; where there can be no more Ms, one whose C side is held will do.
    pub(super) fn take_starter(&mut self, full: bool) -> Option<&'static M> {
        let last = |may: fn(&Waiting) -> bool| self.sleepers.iter().rposition(may);
        let free = last(|sleeper| !sleeper.held);
        let place = free.or_else(|| full.then(|| last(|sleeper| !sleeper.locked)).flatten())?;
        Some(self.sleepers.remove(place).m)
    }

    fn take_sleeper(&mut self, m: &M) -> Option<Waiting> {
        let place = place_of(m, &self.sleepers)?;
        Some(self.sleepers.remove(place))
    }
}

fn place_of<'a>(m: &M, among: impl IntoIterator<Item = &'a Waiting>) -> Option<usize> {
    let mut among = among.into_iter();
    among.position(|waiting| std::ptr::eq(waiting.m, m))
}

impl Sched {
    pub(super) fn take_idle_p(&self, idle: &mut Idle) -> Option<&'static P> {
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

    /// Lets an M whose thread is yet to be made stand in line.
    pub(super) fn line_up(&self, idle: &mut Idle, m: &'static M) {
        self.join_line(idle, Waiting::new(m));
    }

    /// Takes an M out of the line whose thread could not be made. Whether it stood there.
    pub(super) fn leave_line(&self, idle: &mut Idle, m: &M) -> bool {
        let place = place_of(m, &idle.line);
        if let Some(place) = place {
            idle.line.remove(place);
            self.waiting.store(idle.line.len(), Relaxed);
        }
        place.is_some()
    }

    fn first_in_line(&self, idle: &mut Idle) -> Option<&'static M> {
        let first = idle.line.pop_front()?;
        self.waiting.store(idle.line.len(), Relaxed);
        Some(first.m)
    }

    /// Passes a P on: to who waits for one, or to the idle ones, with nothing that only its owner could run.
    pub(super) fn put_p(&self, idle: &mut Idle, p: &'static P) {
        p.set_m(None);
        if let Some(m) = self.first_in_line(idle) {
            m.grant(p);
        } else {
            p.spill();
            idle.ps.push(p);
            self.idle_ps.fetch_add(1, SeqCst);
        }
    }

    /// Has idle Ps give back the stacks that they have laid by.
    pub(super) fn clear_idle_ps(&self) {
        for p in &self.idle().ps {
            p.stacks.clear();
        }
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

    /// Takes an idle P, if there is one. In RT, without a P.
    pub(super) fn try_acquire_p(&self, m: &'static M) -> bool {
        let p = self.take_idle_p(&mut self.idle());
        if let Some(p) = p {
            m.set_p(p);
        }
        p.is_some()
    }

    /// Lets `f` look at the goroutine that an M runs, in a stay that has cost it its P. Nothing if that stay is over, or
    /// the M has its P still.
    ///
    /// The M does not get past this goroutine's turn meanwhile: for that it needs a P, which it asks for under the lock
    /// that is held here. Had it asked before, it would have said that it is in RT, and been seen there. So the goroutine
    /// is neither over nor freed.
    pub(crate) fn look_at<R>(&self, m: &M, stay: Stay, f: impl FnOnce(&G) -> R) -> Option<R> {
        let _idle = self.idle();
        // In this order: a stay is later than what the M did to get the P that it began with.
        let is_over = stay.is_rt() || m.hold.stay() != stay;
        if is_over || m.hold.has_p() {
            return None;
        }
        // SAFETY: as said above.
        unsafe { m.running() }.map(f)
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

    /// Passes the P to the first in line, and joins the end of the line. Where neither this M nor one in the line may
    /// start what is unstarted, one that may comes first.
    pub(crate) fn take_turns(&self, m: &'static M) {
        let mut idle = self.idle();
        if !self.may_start(m) && !idle.has_starter_in_line() && self.has_unstarted() {
            if !idle.ps.is_empty() {
                drop(idle);
                return self.wake_p();
            }
            let p = m.take_p();
            p.set_m(None);
            self.join_line(&mut idle, Waiting::new(m));
            self.spinning.fetch_add(1, SeqCst);
            self.startm(idle, p);
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
        let dismissed = idle.ms > self.ps.len() && idle.take_sleeper(m).is_some();
        if dismissed {
            m.inbox.wake();
        }
        dismissed
    }

    /// Sees to it that an M wakes in whose inbox `SLEEPING` was replaced.
    pub(super) fn wake_sleeper(&self, m: &'static M) {
        if template::is_child() {
            return;
        }
        let mut idle = self.idle();
        // Not there: it was woken to look for work meanwhile, and will look into its inbox.
        if let Some(sleeper) = idle.take_sleeper(m) {
            match self.take_idle_p(&mut idle) {
                Some(p) => m.grant(p),
                None => self.join_line(&mut idle, sleeper),
            }
        }
    }
}
