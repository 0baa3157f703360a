//! A goroutine that is busy in stays too short for sysmon to catch it in one: it is asked for its P, and gives it to
//! those who wait.

use crate::m::M;
use crate::model::Model;
use crate::sched::{self, sched};
use crate::sync::Parker;
use crate::thread;
use crate::wake::{Left, Meeting, ONE_P, end, go};
use loom::sync::atomic::{AtomicBool, Ordering::*};
use loom::thread::yield_now;
use std::sync::Arc;

/// The current thread is an M, without a P.
fn begin() -> &'static M {
    let m = M::new();
    thread::current().set_m(Some(m));
    sched().count_m();
    m
}

/// As in `Sysmon::retake`, of a stay that may be over.
fn retake(m: &'static M) {
    let stay = m.hold.stay();
    if stay.is_rt() {
        return;
    }
    m.ask(m.tick.load(Relaxed));
    if let Some(p) = m.hold.take(stay, || m.granted()) {
        sched().handoffp(p.expect("an M whose P is taken had one"));
    }
}

/// It goes in and out of C: where it meets the claim, whether that is still made or was given up, who stands in line
/// has had the P before it goes on with one. It is asked for this turn, and not for the next.
#[test]
pub(crate) fn who_calls_c() {
    ONE_P.check(|| {
        let m = begin();
        sched().acquire_p(m);
        m.hold.leave_rt();
        let served = Arc::new(AtomicBool::new(false));
        let theirs = served.clone();
        let other = loom::thread::spawn(move || {
            let m = begin();
            sched().acquire_p(m);
            theirs.store(true, Release);
            sched().release_p(m);
        });
        while !sched().is_waited_for(m) {
            yield_now();
        }
        let sysmon = loom::thread::spawn(move || retake(m));
        for _ in 0..2 {
            // As in `asmcgocall` and `exitsyscall0`.
            let entered = m.hold.entersyscall();
            if !m.hold.exitsyscall(entered) {
                if !sched::settle(m) {
                    sched::regain_p(m);
                }
                assert!(served.load(Acquire), "keeps what it was asked for");
                assert!(!m.is_asked(), "is asked for ever");
            }
        }
        sysmon.join().unwrap();
        if !(m.hold.enter_rt() || m.hold.settle()) {
            sched().acquire_p(m);
        }
        sched().release_p(m);
        other.join().unwrap();
        assert!(sched().all_idle(), "a P is lost");
    });
}

/// It spawns, and goes on without the P, until somebody else has had it.
#[test]
pub(crate) fn who_spawns() {
    ONE_P.check(|| {
        sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let (asks, served) = (Meeting::new(), Meeting::new());
        let (tell, told) = loom::sync::mpsc::channel();
        let (is_asked, has_been) = (asks.clone(), served.clone());
        go(move || {
            tell.send(thread::current().m().expect("it runs")).unwrap();
            is_asked.wait_for(1);
            let spawned = left.clone();
            go(move || spawned.one_less());
            has_been.wait_for(1);
            left.one_less();
        });
        let m = told.recv().unwrap();
        m.ask(m.tick.load(Relaxed));
        asks.come();
        let other = loom::thread::spawn(move || {
            let m = begin();
            sched().acquire_p(m);
            served.come();
            sched().release_p(m);
        });
        parker.park();
        end(other);
    });
}

/// It has lost its P, and spawns: where that is nobody's it has it again. Nothing is lost, whenever it was taken.
#[test]
pub(crate) fn who_spawns_without_a_p() {
    ONE_P.check(|| {
        sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let asks = Meeting::new();
        let (tell, told) = loom::sync::mpsc::channel();
        let is_asked = asks.clone();
        go(move || {
            let m = thread::current().m().expect("it runs");
            tell.send(m).unwrap();
            is_asked.wait_for(1);
            let spawned = left.clone();
            go(move || spawned.one_less());
            assert!(!m.is_asked(), "is asked for ever");
            left.one_less();
        });
        let m = told.recv().unwrap();
        let sysmon = loom::thread::spawn(move || {
            let stay = m.hold.stay();
            if !stay.is_rt()
                && let Some(p) = m.hold.take(stay, || m.granted())
            {
                m.ask(m.tick.load(Relaxed));
                sched().handoffp(p.expect("an M whose P is taken had one"));
            }
            asks.come();
        });
        parker.park();
        end(sysmon);
        assert!(sched().all_idle(), "a P is lost");
    });
}

/// It may block the thread, so it does without a P, though one is idle: what it has spawned is run by others.
#[test]
pub(crate) fn who_blocks_spawns() {
    let two_ps = Model { procs: 2, ..ONE_P };
    two_ps.check(|| {
        sched();
        let parker = Parker::new();
        let left = Left::new(1, &parker);
        let meeting = Meeting::new();
        let stranger = loom::thread::spawn(move || {
            go(move || {
                sched::without_p(|| {
                    let comes = meeting.clone();
                    go(move || comes.come());
                    meeting.wait_for(1);
                });
                left.one_less();
            });
        });
        parker.park();
        end(stranger);
    });
}
