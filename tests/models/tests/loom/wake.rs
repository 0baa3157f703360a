//! Who wakes whom: the whole scheduler (`sched/`), goroutines and all, with one P.
//!
//! Nothing else keeps time or looks after anybody: there is no sysmon, so a wake-up that is lost leaves all threads
//! asleep, which loom calls a deadlock.

use crate::go::spawn;
use crate::model::{Model, Watched};
use crate::sync::{self, Parker, Unparker};
use crate::{sched, template, thread};
use loom::sync::atomic::{AtomicUsize, Ordering::*};
use loom::sync::{Condvar, Mutex};
use loom::thread::JoinHandle;
use std::sync::Arc;
use std::task::Waker;

pub(crate) const ONE_P: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 2,
};

/// Counts down, and wakes the model.
#[derive(Clone)]
pub(crate) struct Left(Arc<AtomicUsize>, Unparker);

impl Left {
    pub(crate) fn new(left: usize, over: &Parker) -> Left {
        Left(Arc::new(AtomicUsize::new(left)), over.unparker().clone())
    }

    pub(crate) fn one_less(&self) {
        if self.0.fetch_sub(1, AcqRel) == 1 {
            self.1.unpark();
        }
    }
}

pub(crate) fn go(f: impl FnOnce() + 'static) {
    let (g, _) = spawn(f);
    assert!(sched::spawn(g).map_or(Ok(()), sched::spawn_slowly).is_ok());
}

/// All has happened: what sleeps may end.
pub(crate) fn end(stranger: JoinHandle<()>) {
    stranger.join().unwrap();
    sync::end();
    template::join();
}

/// Goroutines that two threads spawn, which are no Ms, are run, whatever the M does that is about to sleep.
#[test]
pub(crate) fn two_strangers_spawn() {
    ONE_P.check(|| {
        sched::sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let other = left.clone();
        let stranger = loom::thread::spawn(move || go(move || other.one_less()));
        go(move || left.one_less());
        parker.park();
        end(stranger);
    });
}

/// Blocks the threads of those who wait, until so many have come.
#[derive(Clone)]
pub(crate) struct Meeting(Arc<(Mutex<u32>, Condvar)>);

impl Meeting {
    pub(crate) fn new() -> Meeting {
        Meeting(Arc::new((Mutex::new(0), Condvar::new())))
    }

    pub(crate) fn come(&self) {
        *self.0.0.lock().unwrap() += 1;
        self.0.1.notify_one();
    }

    pub(crate) fn wait_for(&self, number: u32) {
        let mut come = self.0.0.lock().unwrap();
        while *come != number {
            come = self.0.1.wait(come).unwrap();
        }
    }
}

/// Two goroutines that block their threads until both have started: both Ps must be used, though whoever looked for
/// work when the second was spawned has found the first.
#[test]
pub(crate) fn two_meet() {
    let two_ps = Model { procs: 2, ..ONE_P };
    two_ps.check(|| {
        sched::sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let meeting = Meeting::new();
        let meet = || {
            let (left, meeting) = (left.clone(), meeting.clone());
            move || {
                meeting.come();
                meeting.wait_for(2);
                left.one_less();
            }
        };
        let (one, other) = (meet(), meet());
        let stranger = loom::thread::spawn(move || go(one));
        go(other);
        parker.park();
        end(stranger);
    });
}

/// A goroutine that parks, and gives its waker away first.
fn parks(
    over: Unparker,
    come: impl Fn() -> bool + 'static,
    then: impl FnOnce() + 'static,
) -> Waker {
    let (tell, told) = loom::sync::mpsc::channel();
    go(move || {
        let g = thread::current().g().expect("it runs");
        tell.send((*g.waker()).clone()).unwrap();
        while !come() {
            g.park();
        }
        then();
        over.unpark();
    });
    told.recv().unwrap()
}

/// A goroutine parks until two strangers have come, each of which wakes it.
#[test]
pub(crate) fn two_strangers_wake() {
    ONE_P.check(|| {
        sched::sched();
        let parker = Parker::new();
        let come = Arc::new(AtomicUsize::new(0));
        let seen = come.clone();
        let over = parker.unparker().clone();
        let waker = parks(over, move || seen.load(Acquire) == 2, || {});
        let other = (come.clone(), waker.clone());
        let stranger = loom::thread::spawn(move || {
            other.0.fetch_add(1, Release);
            other.1.wake();
        });
        come.fetch_add(1, Release);
        waker.wake();
        parker.park();
        end(stranger);
    });
}

/// What was written before a wake-up is there after it.
#[test]
pub(crate) fn a_wake_up_brings_what_was_written() {
    ONE_P.check(|| {
        sched::sched();
        let parker = Parker::new();
        let cell = Arc::new(Watched::new());
        let read = cell.clone();
        let over = parker.unparker().clone();
        let is_woken = || thread::current().g().expect("it runs").wakes() != 0;
        let waker = parks(over, is_woken, move || assert_eq!(read.read(), 1));
        let stranger = loom::thread::spawn(move || {
            cell.write();
            waker.wake();
        });
        parker.park();
        end(stranger);
    });
}
