//! Which M starts what waits to be started: one that looks for work, one that sleeps, or a new one. Go's `startm`.
//!
//! There are as many Ms as Ps, one more for each whose C side is held, and one more for each that is stuck without a P, in
//! C or in Rust. The last kind only sysmon has started, when it is sure (see there): most of those that give their P up are
//! back before a thread could be made. A thread that has started goroutines keeps them.

use super::idle::Idle;
use super::schedule::start_thread;
use super::{Sched, sched};
use crate::m::M;
use crate::p::P;
use crate::{sysmon, template};
use std::sync::MutexGuard;
use std::sync::atomic::Ordering::*;

/// At most so many Ms, of which those beyond the Ps hold parked callbacks or are in C. Go's limit of threads.
const MAX_MS: usize = 10_000;

impl Sched {
    /// Counts the M as one that looks for work, unless half of those who work do already. Go's rule: else looking would
    /// be all that a small machine does.
    pub(crate) fn start_spinning(&self, m: &M) -> bool {
        if !m.spinning.load(Relaxed) {
            if 2 * self.spinning.load(Relaxed) >= self.busy() {
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

    /// Counts one that is about to look, which the caller has yet to find, if nobody looks.
    fn will_look(&self) -> bool {
        self.spinning.load(Relaxed) == 0
            && self
                .spinning
                .compare_exchange(0, 1, SeqCst, Relaxed)
                .is_ok()
    }

    /// Has one more M look for work, if there is an idle P and no M that looks already.
    pub(super) fn wake_p(&self) {
        if !self.any_idle() || !self.will_look() || template::is_child() {
            return;
        }
        let mut idle = self.idle();
        match self.take_idle_p(&mut idle) {
            Some(p) => self.startm(idle, p),
            None => self.none_will(),
        }
    }

    /// Nobody looks after all. Under the lock: whoever makes a P idle looks at the queues then, and must not find one that
    /// seems to look.
    fn none_will(&self) {
        self.spinning.fetch_sub(1, SeqCst);
    }

    /// Has an M that may start goroutines look for some, with `p`. It counts as spinning already.
    pub(super) fn startm(&self, mut idle: MutexGuard<'_, Idle>, p: &'static P) {
        if let Some(m) = idle.take_starter(self.is_full()) {
            m.spinning.store(true, Relaxed);
            m.grant(p);
        } else if self.of_use(&idle, 0) < self.ps.len() {
            self.newm(idle, p);
        } else {
            // Those that are in C without a P may be back in no time. If not, sysmon has one more thread started.
            self.none_will();
            self.put_p(&mut idle, p);
            drop(idle);
            sysmon::poke();
        }
    }

    /// How many Ms may start goroutines, sooner or later, if so many are `stuck`.
    fn of_use(&self, idle: &Idle, stuck: usize) -> usize {
        let not = self.held.load(Relaxed).saturating_add(stuck);
        idle.ms.saturating_sub(not)
    }

    /// Has one more M started where goroutines wait to be and there are fewer Ms than Ps that could do it, `stuck` ones
    /// apart: with an idle P, or else in line for one. sysmon's, which knows how many those are.
    pub(crate) fn reinforce(&self, stuck: usize) {
        if !self.will_look() {
            return;
        }
        let mut idle = self.idle();
        let lacking = self.of_use(&idle, stuck) < self.ps.len() && !idle.has_starter();
        match self.take_idle_p(&mut idle) {
            Some(p) if lacking => self.newm(idle, p),
            Some(p) => self.startm(idle, p),
            None => {
                self.none_will();
                if lacking && !idle.has_starter_in_line() && idle.ms < MAX_MS {
                    if self.is_full() {
                        return self.probe(idle);
                    }
                    self.add_m(&mut idle);
                    let m = M::new();
                    self.line_up(&mut idle, m);
                    drop(idle);
                    start_thread(m, M::wait_for_p);
                }
            }
        }
    }

    /// Starts one more M, which looks for work with `p`. Go's `newm`.
    fn newm(&self, mut idle: MutexGuard<'_, Idle>, p: &'static P) {
        if idle.ms >= MAX_MS {
            return self.make_do(idle, p);
        }
        if self.is_full() {
            // A P that waits for a thread which the system does not give is lacking to those who are there.
            self.make_do(idle, p);
            return self.probe(self.idle());
        }
        self.add_m(&mut idle);
        drop(idle);
        let m = M::new();
        m.spinning.store(true, Relaxed);
        m.grant(p);
        start_thread(m, M::wait_for_p);
    }

    /// Sees whether there is a thread again: for an M that nobody waits for, and that gets itself a P. One at a time.
    fn probe(&self, mut idle: MutexGuard<'_, Idle>) {
        if std::mem::replace(&mut idle.probes, true) {
            return;
        }
        self.add_m(&mut idle);
        drop(idle);
        start_thread(M::new(), |m| {
            let sched = sched();
            sched.idle().probes = false;
            sched.acquire_p(m);
        });
    }

    /// Whether there could be no more Ms when one was wanted last.
    pub(crate) fn is_full(&self) -> bool {
        self.full.load(Relaxed)
    }

    /// There is a thread for an M: others may be had again.
    pub(crate) fn started(&self) {
        self.full.store(false, Relaxed);
    }

    /// There is no thread for an M that was to look for work.
    pub(crate) fn not_started(&self, m: &'static M) {
        self.full.store(true, Relaxed);
        if self.leave_line(&mut self.idle(), m) {
            return self.forget_m(m);
        }
        let Some(p) = m.granted() else {
            self.idle().probes = false;
            return self.forget_m(m);
        };
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
        if let Some(m) = idle.take_starter(true) {
            m.spinning.store(true, Relaxed);
            m.grant(p);
        } else {
            self.none_will();
            self.put_p(&mut idle, p);
        }
    }

    /// Counts an M that gets a thread. If there are as many as Ps that could start goroutines, it is for one that is stuck.
    fn add_m(&self, idle: &mut Idle) {
        if self.of_use(idle, 0) >= self.ps.len() {
            self.reinforcements.fetch_add(1, Relaxed);
        }
        idle.ms += 1;
    }

    /// Counts an M that has a thread already.
    pub(crate) fn count_m(&self) {
        self.idle().ms += 1;
    }

    /// Forgets an M whose thread ends, or goes on without it.
    pub(crate) fn forget_m(&self, m: &'static M) {
        self.idle().ms -= 1;
        if m.is_unbound() {
            m.retire();
        } else {
            m.leave();
        }
        // Who has looked for an M meanwhile may have taken this one for one of use.
        self.look_again();
    }
}
