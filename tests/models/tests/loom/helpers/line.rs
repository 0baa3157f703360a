//! The helpers and their line of jobs: each job is served once, or refused once.
//!
//! Nobody sleeps for a time: a helper that is idle ends when the model says so, at any moment. So a job that is left
//! leaves its submitter asleep, which loom calls a deadlock.

use super::*;
use crate::model::{Model, Watched};
use crate::template::{self, Request};
use crate::{clock, sync};
use loom::sync::atomic::{AtomicU8, AtomicUsize};
use loom::thread::{self, Thread};
use std::cell::Cell;
use std::sync::Arc;

/// All but a spinner's slot is touched under the lock, so an interruption matters where a thread is about to lock it,
/// and a race is of two of those. The third is for the model's clock.
const MODEL: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 3,
};

const NONE: u8 = 0;
const DONE: u8 = 1;
const REFUSED: u8 = 2;

/// As `offload`'s.
struct Job {
    /// Written by its submitter, by who serves it, and by its submitter again: after that it is gone.
    touched: Watched,
    does: Do,
    who: Thread,
    outcome: AtomicU8,
}

/// What a job does.
#[derive(Clone)]
enum Do {
    Return,
    /// Takes until so many have begun.
    Meet(Arc<Meeting>),
    /// Calls back, and the callback waits for another job to have been served.
    WaitFor(Arc<Meeting>),
}

struct Meeting {
    begun: AtomicUsize,
    of: usize,
    waits: Cell<Option<Thread>>,
}

// SAFETY: loom runs one thread at a time.
unsafe impl Sync for Meeting {}

impl Meeting {
    fn new(of: usize) -> Arc<Meeting> {
        Arc::new(Meeting {
            begun: AtomicUsize::new(0),
            of,
            waits: Cell::new(None),
        })
    }

    fn begin(&self) {
        self.begun.fetch_add(1, AcqRel);
        if let Some(other) = self.waits.take() {
            other.unpark();
        }
    }

    fn wait(&self) {
        // A read-modify-write, which sees the last: who begins later finds out who waits.
        while self.begun.fetch_add(0, AcqRel) != self.of {
            self.waits.set(Some(thread::current()));
            thread::park();
        }
    }
}

thread_local! {
    static HELPERS: Cell<Option<&'static Helpers<Job>>> = const { Cell::new(None) };
}

fn helpers() -> &'static Helpers<Job> {
    HELPERS.get().expect("the model has some")
}

/// As in `offload`.
fn start() {
    template::request(Request {
        name: "helper".into(),
        stack: 0,
        run: Box::new(|| helpers().help(clock::Duration::ZERO, serve)),
        failed: Box::new(|| helpers().not_started()),
    });
}

/// As sysmon: it is told that the line is held back.
fn watch() {
    template::request(Request {
        name: "watch".into(),
        stack: 0,
        run: Box::new(|| {
            while helpers().is_held_back() {
                helpers().look(clock::Instant::now());
                is_as_promised(&helpers().lock());
            }
        }),
        failed: Box::new(|| unreachable!("it is no helper")),
    });
}

fn serve(job: Lent<Job>) {
    // SAFETY: it is lent, and leaked until the next execution.
    let job = unsafe { job.as_ptr().as_ref() };
    job.touched.write();
    match &job.does {
        Do::Return => {}
        Do::Meet(meeting) => {
            meeting.begin();
            meeting.wait();
        }
        Do::WaitFor(other) => {
            helpers().begin_wait();
            other.wait();
            helpers().end_wait();
        }
    }
    job.end(DONE);
}

fn refuse(job: Lent<Job>) {
    // SAFETY: as in `serve`.
    unsafe { job.as_ptr().as_ref() }.end(REFUSED);
}

impl Job {
    fn end(&self, outcome: u8) {
        let who = self.who.clone();
        let before = self.outcome.swap(outcome, Release);
        assert_eq!(before, NONE, "a job ends twice");
        who.unpark();
    }
}

/// As `offload::run`. Whether it was served.
fn call(does: Do) -> bool {
    result(submit(does))
}

/// The first half of a call, and whether it was lent.
fn submit(does: Do) -> (&'static Job, bool) {
    let job: &'static Job = sync::leak(Box::new(Job {
        touched: Watched::new(),
        does,
        who: thread::current(),
        outcome: AtomicU8::new(NONE),
    }));
    job.touched.write();
    // SAFETY: it is made for threads, and leaked.
    (job, helpers().submit(unsafe { Lent::new(job) }))
}

/// The second.
fn result((job, is_lent): (&'static Job, bool)) -> bool {
    let served = is_lent && {
        while job.outcome.load(Acquire) == NONE {
            thread::park();
        }
        job.outcome.load(Relaxed) == DONE
    };
    job.touched.write();
    assert_eq!(job.touched.read(), 2 + u32::from(served));
    served
}

/// What the head says is true whenever the lock is free.
fn is_as_promised(state: &State<Job>) {
    if state.jobs.is_empty() {
        return;
    }
    assert!(state.spinning.is_empty(), "it spins beside the line");
    let may_start = helpers().has_room(state);
    let is_worth_it = state.counted() < state.pace.goal();
    let more = !state.sleeping.is_empty() || may_start && is_worth_it;
    let enough = state.waking + state.starting >= AT_ONCE;
    assert!(enough || !more, "nobody is on the way");
    let knows = helpers().is_held_back();
    assert!(enough || !may_start || knows, "sysmon does not know");
}

/// For each that sleeps now, nothing has come for long.
fn time_passes() {
    let state = helpers().lock();
    is_as_promised(&state);
    for sleeper in &state.sleeping {
        sleeper.wake.time_out();
    }
}

/// Runs `f`, after which all helpers end. As many as there may be are worth it.
fn model(limit: usize, spinners: usize, f: impl Fn() + Send + Sync + 'static) {
    model_of_few(limit, limit, spinners, f);
}

/// More than `few` have to be worth it.
fn model_of_few(limit: usize, few: usize, spinners: usize, f: impl Fn() + Send + Sync + 'static) {
    MODEL.check(move || {
        template::start();
        let helpers = Helpers::new(limit, few, spinners, start, refuse, watch);
        let helpers = sync::leak(Box::new(helpers));
        HELPERS.set(Some(helpers));
        f();
        sync::end();
        time_passes();
        template::join();
        let state = helpers.lock();
        let left = (state.all, state.starting, state.waking, state.waiting);
        assert_eq!(left, (0, 0, 0, 0), "a helper is left");
        assert!(state.jobs.is_empty() && state.spinning.is_empty() && state.sleeping.is_empty());
        assert!(!helpers.is_held_back(), "sysmon looks for ever");
    });
}

/// Runs both, and no more than two threads beside the helpers.
fn both(one: impl FnOnce() + 'static, other: impl FnOnce()) {
    let one = thread::spawn(one);
    other();
    one.join().unwrap();
}

fn wait_until(is_so: impl Fn() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

/// Two calls at the same time, which one helper must serve.
#[test]
pub(crate) fn two_calls_one_helper() {
    for spinners in 0..2 {
        model(1, spinners, || {
            both(|| assert!(call(Do::Return)), || assert!(call(Do::Return)));
        });
    }
}

/// Two calls that return only when both have begun: each needs a helper of its own.
#[test]
pub(crate) fn two_calls_two_helpers() {
    for spinners in 0..2 {
        model(2, spinners, || {
            let meeting = Meeting::new(2);
            let (one, other) = (Do::Meet(meeting.clone()), Do::Meet(meeting));
            both(|| assert!(call(one)), || assert!(call(other)));
        });
    }
}

/// The same, but a second helper is not worth it before somebody has seen that nothing moves.
#[test]
pub(crate) fn two_calls_that_are_held_back() {
    model_of_few(2, 1, 0, || {
        let meeting = Meeting::new(2);
        let one = submit(Do::Meet(meeting.clone()));
        let other = submit(Do::Meet(meeting));
        assert!(result(one) && result(other));
    });
}

/// A helper that has had nothing to do ends, or spins on, just when the next call comes.
#[test]
pub(crate) fn a_helper_ends_when_it_is_called() {
    for spinners in 0..2 {
        model(1, spinners, || {
            both(time_passes, || {
                assert!(call(Do::Return));
                assert!(call(Do::Return));
            });
        });
    }
}

/// A callback waits for a call that comes before it waits, and stands in line, or after: another helper takes its
/// place, and one of the two ends.
#[test]
pub(crate) fn a_callback_waits_for_a_call() {
    for spinners in 0..2 {
        model(1, spinners, || {
            let meeting = Meeting::new(1);
            let (one, other) = (Do::WaitFor(meeting.clone()), Do::Meet(meeting));
            both(|| assert!(call(one)), || assert!(call(other)));
            wait_until(|| helpers().counts().busy == 0);
            assert_eq!(helpers().counts().threads, 1, "beyond the limit");
        });
    }
}

/// There are more helpers than the limit allows, since the wait of one is over, and that one takes long. Who was called
/// and ends for that reason leaves the call to one that sleeps on.
#[test]
pub(crate) fn too_many_helpers() {
    model(2, 0, || {
        {
            // Both were needed while this one waited, and are idle.
            let mut state = helpers().lock();
            state.all += 1;
            state.waiting += 1;
            for _ in 0..2 {
                state.starting += 1;
                state.all += 1;
                drop(state);
                start();
                state = helpers().lock();
            }
        }
        both(|| assert!(call(Do::Return)), || helpers().end_wait());
        helpers().lock().all -= 1;
    });
}

/// The first thread that is wanted cannot be created, while calls stand in line: they are refused if there is no
/// helper, and served if there is. When a thread starts the outage is over.
#[test]
pub(crate) fn a_thread_cannot_be_created() {
    for limit in 1..3 {
        model(limit, 0, || {
            template::refuse(1);
            both(
                || {
                    call(Do::Return);
                },
                || {
                    while !call(Do::Return) {
                        thread::yield_now();
                    }
                },
            );
            assert!(!helpers().lock().failing);
        });
    }
}

/// There is one helper, whose call takes until another one has begun, and the thread for that cannot be created at
/// first.
#[test]
pub(crate) fn a_second_thread_cannot_be_created() {
    model(2, 0, || {
        let meeting = Meeting::new(2);
        let (one, other) = (Do::Meet(meeting.clone()), Do::Meet(meeting));
        both(
            || assert!(call(one)),
            || {
                wait_until(|| helpers().counts().threads == 1);
                template::refuse(1);
                assert!(call(other));
            },
        );
    });
}

/// No thread can be created while the only helper waits in a callback: what it waits for is refused.
#[test]
pub(crate) fn no_thread_for_a_callback_that_waits() {
    model(1, 0, || {
        let meeting = Meeting::new(1);
        let waits = Do::WaitFor(meeting.clone());
        both(
            || assert!(call(waits)),
            move || {
                // It may have begun to wait.
                wait_until(|| helpers().counts().threads == 1);
                template::refuse(usize::MAX);
                if !call(Do::Meet(meeting.clone())) {
                    // In place.
                    meeting.begin();
                }
            },
        );
    });
}
