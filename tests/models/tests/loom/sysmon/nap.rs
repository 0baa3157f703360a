//! sysmon's sleep: it wakes for what only it can see to.

use super::*;
use crate::go::spawn;
use crate::helpers::{Helpers, Lent};
use crate::model::Model;
use crate::thread;

const ONE_P: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 3,
};

/// sysmon, which has had nothing to do for long.
fn bored() -> (Sysmon, Parker) {
    let parker = Parker::new();
    let _ = UNPARKER.set(parker.unparker().clone());
    let sysmon = Sysmon {
        in_vain: 100,
        ..Sysmon::new(sched())
    };
    (sysmon, parker)
}

/// Naps once: if nobody wakes it, and it is not about to look anyway, for ever.
fn nap() -> loom::thread::JoinHandle<()> {
    let (mut sysmon, parker) = bored();
    loom::thread::spawn(move || sysmon.nap(&parker))
}

/// An M, of the current thread.
fn begin() -> &'static M {
    let m = M::new();
    thread::current().set_m(Some(m));
    sched().count_m();
    m
}

/// An M that gets a P may keep it.
#[test]
pub(crate) fn a_p_is_taken() {
    ONE_P.check(|| {
        let m = begin();
        let sysmon = nap();
        sched().acquire_p(m);
        sysmon.join().unwrap();
    });
}

/// A goroutine is woken whose home is in C, without a P, for as long as it likes: who waits behind it is to be said.
#[test]
pub(crate) fn a_goroutine_is_behind() {
    ONE_P.check(|| {
        let m = begin();
        sched().acquire_p(m);
        let (g, _handle) = spawn(|| ());
        // SAFETY: this M is its home; it has not run.
        unsafe { g.start(crate::stack::take()) };
        g.set_home(m);
        m.count_home(&g, true);
        assert!(g.try_park());
        m.hold.leave_rt();
        crate::sched::give_p_up(m);
        let _ = m.hold.entersyscall();
        let sysmon = nap();
        let waker = loom::thread::spawn(move || g.wake());
        waker.join().unwrap();
        sysmon.join().unwrap();
        assert!(m.inbox.take().is_some());
    });
}

/// A call joins a line that is held back: whether it gets a helper is sysmon's to see.
#[test]
pub(crate) fn a_line_is_held_back() {
    ONE_P.check(|| {
        let helpers = Helpers::new(1, 0, 0, || (), |_| (), poke);
        let helpers: &Helpers<()> = sync::leak(Box::new(helpers));
        offload::set(Some(helpers));
        let sysmon = nap();
        // SAFETY: nobody uses it.
        assert!(helpers.submit(unsafe { Lent::new(&()) }));
        sysmon.join().unwrap();
        offload::set(None);
    });
}

/// An M gives its P up, with goroutines behind it, and goes into C for as long as it likes.
#[test]
pub(crate) fn a_p_is_given_up() {
    ONE_P.check(|| {
        let m = begin();
        sched().acquire_p(m);
        m.behind.store(1, Relaxed);
        m.hold.leave_rt();
        let sysmon = nap();
        crate::sched::give_p_up(m);
        let _ = m.hold.entersyscall();
        sysmon.join().unwrap();
    });
}
