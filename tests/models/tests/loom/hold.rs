//! An M's hold on its P (`syscall.rs`), with the line and the idle Ps of `sched/`.
//!
//! sysmon here takes a P from whoever is not in the runtime, without waiting. Each P has a cell that its owner alone may
//! touch: an M in the runtime, or sysmon between taking a P and handing it on.

use crate::m::M;
use crate::model::{Model, Watched};
use crate::p::P;
use crate::sched::{Sched, sched};
use crate::{sync, thread};

/// What belongs to the owners of the Ps.
struct Cells(Vec<Watched>);

impl Cells {
    fn new() -> &'static Cells {
        let cells = sched().ps().map(|_| Watched::new()).collect();
        sync::leak(Box::new(Cells(cells)))
    }

    fn touch(&self, p: &P) {
        let place = sched().ps().position(|other| std::ptr::eq(other, p));
        self.0[place.expect("one of the Ps")].write();
    }
}

/// What a goroutine does.
#[derive(Clone, Copy)]
enum Do {
    /// Calls C, keeping the P.
    C,
    /// Calls C, which calls back.
    Callback,
    /// Gives the P up, and calls C.
    LongC,
    /// Does something that needs a P, if it has one: `go`.
    Go,
    /// Yields: the scheduler needs a P.
    Yield,
}

/// The current thread is an M, which gets a P.
fn begin(cells: &Cells) -> &'static M {
    let m = M::new();
    thread::current().set_m(Some(m));
    sched().count_m();
    sched().acquire_p(m);
    cells.touch(m.p());
    m.hold.leave_rt();
    m
}

/// What the M does, to its end.
fn live(m: &'static M, cells: &Cells, what: &[Do]) {
    let sched = sched();
    for what in what {
        match what {
            Do::C => call(m),
            Do::Callback => {
                let entered = m.hold.entersyscall();
                let free = m.hold.entercallback();
                regain(m, free);
                m.with_p(|p| cells.touch(p));
                m.hold.exitcallback();
                regain(m, m.hold.exitsyscall(entered));
            }
            Do::LongC => {
                crate::sched::give_p_up(m);
                call(m);
            }
            Do::Go => {
                m.with_p(|p| cells.touch(p));
            }
            Do::Yield => {
                enter(m, sched);
                cells.touch(m.p());
                m.hold.leave_rt();
            }
        }
    }
    enter(m, sched);
    cells.touch(m.p());
    sched.release_p(m);
    sched.forget_m(m);
}

/// As in `asmcgocall`.
fn call(m: &'static M) {
    let entered = m.hold.entersyscall();
    regain(m, m.hold.exitsyscall(entered));
}

/// As in `exitsyscall0`.
fn regain(m: &'static M, is_free: bool) {
    if !is_free && !m.hold.settle() {
        crate::sched::regain_p(m);
    }
}

/// As in `execute`, when a goroutine has given the thread back.
fn enter(m: &'static M, sched: &'static Sched) {
    if !(m.hold.enter_rt() || m.hold.settle()) {
        sched.acquire_p(m);
    }
}

/// As in `Sysmon::retake`. `times`: how often it looks.
fn retake(cells: &'static Cells, times: usize) {
    for _ in 0..times {
        for p in sched().ps() {
            let Some(m) = p.m() else { continue };
            let stay = m.hold.stay();
            if stay.is_rt() {
                continue;
            }
            if let Some(p) = m.hold.take(stay, || m.granted()) {
                let p = p.expect("an M whose P is taken had one");
                cells.touch(p);
                sched().handoffp(p);
            }
        }
    }
}

fn model(model: Model, ms: &'static [&'static [Do]], looks: usize) {
    model.check(move || {
        let cells = Cells::new();
        let (mine, others) = ms.split_first().expect("an M");
        let m = begin(cells);
        let mut threads: Vec<_> = others
            .iter()
            .map(|what| loom::thread::spawn(move || live(begin(cells), cells, what)))
            .collect();
        threads.push(loom::thread::spawn(move || retake(cells, looks)));
        live(m, cells, mine);
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(sched().all_idle(), "a P is lost");
    });
}

/// Each is run with membarrier and without.
macro_rules! models {
    ($($(#[$doc:meta])* $name:ident: $looks:literal, $preemptions:literal, $ms:expr;)*) => {
        /// With membarrier.
        pub(crate) mod asymmetric {
            use super::*;
            $($(#[$doc])* #[test] pub(crate) fn $name() {
                model(Model { procs: 1, membarrier: true, preemptions: $preemptions }, $ms, $looks);
            })*
        }
        /// With fences on both sides.
        pub(crate) mod fenced {
            use super::*;
            $($(#[$doc])* #[test] pub(crate) fn $name() {
                model(Model { procs: 1, membarrier: false, preemptions: $preemptions }, $ms, $looks);
            })*
        }
    };
}
models! {
    /// A call that keeps its P, which sysmon may take before, in and after it.
    a_call: 1, 3, &[&[Do::Go, Do::C]];
    /// A stay after a callback may look like one in it.
    a_callback: 1, 2, &[&[Do::Go, Do::Callback, Do::Go]];
    /// sysmon looks again, when the P may have been given up or taken already.
    a_long_call: 2, 2, &[&[Do::LongC, Do::Go]];
    /// What needs a P for a moment, and does without.
    a_go: 2, 2, &[&[Do::Go, Do::C, Do::Go]];
    /// Two Ms and one P, which each may lose, get again, and wait for.
    two_ms: 1, 2, &[&[Do::C], &[Do::Yield]];
    /// The same, where one gives it up.
    two_ms_and_a_long_call: 1, 2, &[&[Do::LongC], &[]];
}
