//! Goroutines that go on on whichever M is free (`Builder::migrate`), with two Ps.
//!
//! As in `wake`, there is no sysmon: what nobody is woken for stays where it is.

use crate::g::{GRef, Suspend};
use crate::go::spawn_with;
use crate::model::{Model, Watched};
use crate::sync::Parker;
use crate::wake::{Left, Meeting, ONE_P, end};
use crate::{sched, stack, thread};
use loom::sync::atomic::{AtomicBool, Ordering::*};
use std::sync::Arc;
use std::task::Waker;

/// Two interruptions: a race here is of two, for a goroutine that parks, or for sleep.
const TWO_PS: Model = Model {
    procs: 2,
    preemptions: 2,
    ..ONE_P
};

fn go(f: impl FnOnce() + 'static) {
    let (g, _) = spawn_with(f, None, true);
    assert!(sched::spawn(g).map_or(Ok(()), sched::spawn_slowly).is_ok());
}

fn yield_now() {
    let g = thread::current().g().expect("it runs");
    g.suspend(Suspend::Yield);
}

fn waker() -> Waker {
    let g = thread::current().g().expect("it runs");
    (*g.waker()).clone()
}

fn park() {
    thread::current().g().expect("it runs").park();
}

/// Runs it, until it is done or parked.
fn run(g: GRef) {
    loop {
        thread::here().set_g(Some(g.as_ptr()));
        // SAFETY: the scheduler's reference is here, of a goroutine that has started.
        match unsafe { g.resume() } {
            Suspend::Park if g.try_park() => {
                let _ = g.into_raw();
                return;
            }
            Suspend::Done => {
                // SAFETY: it is done.
                stack::give(unsafe { g.take_stack() });
                return;
            }
            _ => {}
        }
    }
}

/// What a goroutine has done before it parked was done for whoever goes on with it, though these two share nothing
/// else: no M, no P, none of the scheduler's fences.
#[test]
pub(crate) fn one_moves() {
    let no_p = Model { procs: 0, ..TWO_PS };
    no_p.check(|| {
        let its_own = Arc::new(Watched::new());
        let is_woken = Arc::new(AtomicBool::new(false));
        let (written, seen) = (its_own.clone(), is_woken.clone());
        let (g, _) = spawn_with(
            move || {
                written.write();
                while !seen.load(Relaxed) {
                    park();
                }
                written.write();
            },
            None,
            true,
        );
        // SAFETY: nobody else has it.
        unsafe { g.start(stack::take()) };
        let other = g.clone();
        let waker = loom::thread::spawn(move || {
            is_woken.store(true, Relaxed);
            other.wake();
            sched::sched().pop_injector().into_iter().for_each(run);
        });
        run(g);
        waker.join().unwrap();
        assert_eq!(its_own.read(), 2);
    });
}

/// A goroutine is woken while it parks, or before, or after, and must go on elsewhere: where it parks there runs one
/// that waits for it. It is in one place at a time, with all that it has written.
#[test]
pub(crate) fn one_parks() {
    TWO_PS.check(|| {
        sched::sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let meeting = Meeting::new();
        let is_woken = Arc::new(AtomicBool::new(false));
        let (tell, told) = loom::sync::mpsc::channel();
        let seen = is_woken.clone();
        go(move || {
            let its_own = Watched::new();
            let theirs = (left.clone(), meeting.clone());
            go(move || {
                theirs.1.wait_for(1);
                theirs.0.one_less();
            });
            tell.send(waker()).unwrap();
            while !seen.load(Acquire) {
                its_own.write();
                park();
            }
            its_own.write();
            meeting.come();
            left.one_less();
        });
        let waker = told.recv().unwrap();
        let stranger = loom::thread::spawn(move || {
            is_woken.store(true, Release);
            waker.wake();
        });
        parker.park();
        end(stranger);
    });
}

/// A goroutine yields to one that it has spawned, which blocks the thread until the first goes on elsewhere.
#[test]
pub(crate) fn one_yields() {
    TWO_PS.check(|| {
        sched::sched();
        let parker = Parker::new();
        let left = Left::new(2, &parker);
        let meeting = Meeting::new();
        let stranger = loom::thread::spawn(move || {
            go(move || {
                let theirs = (left.clone(), meeting.clone());
                go(move || {
                    theirs.1.wait_for(1);
                    theirs.0.one_less();
                });
                yield_now();
                meeting.come();
                left.one_less();
            })
        });
        parker.park();
        end(stranger);
    });
}
