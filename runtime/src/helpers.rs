//! Who serves which job: the threads that run `blocking` C calls, and the line of calls that wait for one.
//!
//! One lock guards all there is. A job is put in the slot of a helper that spins, or else joins the end of the line, from
//! whose head helpers take. A helper is in one of these states, and changes it under the lock:
//!
//! | state    | meaning                                   | until                                                       |
//! |----------|-------------------------------------------|-------------------------------------------------------------|
//! | starting | requested                                 | its thread comes to the line, or could not be created       |
//! | serving  | runs a job                                | the job is done, and it comes to the line                   |
//! | waiting  | serves, and its callback waits for others | the wait is over: serving                                   |
//! | spinning | looks at its slot: the line is empty      | a job is there: serving; for [`SPIN`] there was none: sleeping |
//! | sleeping | the line is empty                         | it is called: waking; nothing came for long: it ends        |
//! | waking   | was called                                | it comes to the line                                        |
//!
//! # Why no job is left
//!
//! 1. While a job stands in line nobody spins, and nobody begins to sleep: who comes to the line takes the first job, and
//!    spins or sleeps only if there is none; and a job joins the line only if nobody spins.
//! 2. While jobs stand in line, and there are helpers that sleep, or that may be created and are worth it, some are *on
//!    their way*, waking or starting: as many as there are jobs, but no more than [`AT_ONCE`]. Whatever makes this untrue
//!    (a job joins the line, a helper comes to it, to serve or to end, begins to wait, or could not be created; more turn
//!    out to be worth it) calls under the same lock. So a burst wakes helpers as fast as they come, and a thousand short
//!    jobs do not wake a thousand.
//! 3. Who is on the way comes: a sleeper has a `Condvar` of its own, and when it wakes for whatever reason it looks
//!    whether it was called before it ends; a thread that is requested starts, or `not_started` is called.
//! 4. While jobs stand in line for which a helper may be created, and less are on their way only because none is worth it,
//!    the line is *held back*, and sysmon knows: it looks at the line ([`Helpers::look`]), several times in a millisecond,
//!    until there is nothing to hold back. [`Pace`] tells how many are worth it. While no job ends, twice as many are after
//!    a millisecond; so the jobs in line may be what the others wait for.
//!
//! Sleepers are called last in, first out, so those that are not needed sleep on until they end.
//!
//! # The limit
//!
//! There are at most `limit` helpers, and then jobs wait in order. A helper whose callback waits for other goroutines is
//! not counted while it waits, since what it waits for may stand in line: it joins a goroutine that makes a `blocking`
//! call, say. It is a home then, like any thread that holds a parked callback's C frames. It goes on as soon as its wait
//! is over, and not in its turn, since whoever has taken its place may wait for it; while there are more than `limit` for
//! that reason, whoever is done with its job ends. So there may be as many threads more as callbacks wait, and [`MOST`] in
//! all, which is Go's limit of threads. (A callback that waits by other means than the runtime's, a `std` lock say, is C
//! code that takes long, and counts.)
//!
//! # When there can be no helper
//!
//! If a thread could not be created, jobs wait for the helpers there are. If there are none, or all wait in callbacks,
//! the jobs are *refused*, and run on their goroutines' own threads. From then on each new job is refused at once, and has
//! a thread requested, until one starts.

use crate::pace::{Line, Pace};
use crate::sync::atomic::{AtomicBool, AtomicPtr, Ordering::*, fence};
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, spin};
use std::collections::VecDeque;
use std::ptr::{NonNull, null_mut, without_provenance_mut};
use std::time::{Duration, Instant};

/// So many helpers are on their way at most. Each one that arrives calls the next.
const AT_ONCE: usize = 4;
/// So many helpers there are at most, with those that wait in callbacks.
const MOST: usize = 10_000;
/// So long a helper spins. More than it takes to wake the thread that a result is for, which has the next job.
const SPIN: Duration = Duration::from_micros(20);

/// A job, lent to the one that it is given to.
pub(crate) struct Lent<T>(NonNull<T>);

// SAFETY: whoever lends a job lets another thread use it: `Lent::new`.
unsafe impl<T> Send for Lent<T> {}

impl<T> Lent<T> {
    /// # Safety
    /// The job may be used by another thread, and stays where it is until that one has said that it is done with it.
    pub(crate) unsafe fn new(job: &T) -> Lent<T> {
        Lent(NonNull::from(job))
    }

    pub(crate) fn as_ptr(&self) -> NonNull<T> {
        self.0
    }
}

/// A helper, as others see it. Used again when it has ended, and never freed.
pub(crate) struct Helper<T> {
    /// While it spins: null, then its job. While it sleeps: null, then [`COME`](Self::COME). Others write it under the
    /// lock.
    slot: AtomicPtr<T>,
    wake: Condvar,
}

impl<T> Helper<T> {
    /// An address that no job has: there are jobs in the line.
    const COME: *mut T = without_provenance_mut(1);

    fn leak() -> &'static Helper<T> {
        Box::leak(Box::new(Helper {
            slot: AtomicPtr::new(null_mut()),
            wake: Condvar::new(),
        }))
    }

    fn is_called(&self) -> bool {
        self.slot.load(Relaxed) == Self::COME
    }

    /// The job that was put in its slot.
    fn job(&self) -> Option<Lent<T>> {
        // Acquire: with the Release in `submit`, the job is there.
        NonNull::new(self.slot.load(Acquire)).map(Lent)
    }
}

pub(crate) struct Helpers<T: 'static> {
    /// How many there may be, without those that wait in callbacks.
    limit: usize,
    /// How many of them may spin.
    spinners: usize,
    /// Has a thread created that calls `help`, or has `not_started` called if there is none. Does not wait.
    start: fn(),
    /// Tells that a job was not served, and will not be.
    refuse: fn(Lent<T>),
    /// Whether the line waits for `look`. Written under the lock.
    held_back: AtomicBool,
    /// Tells that it does, and did not before. Does not wait.
    watch: fn(),
    state: Mutex<State<T>>,
}

type Locked<'a, T> = MutexGuard<'a, State<T>>;

struct State<T: 'static> {
    /// The line.
    jobs: VecDeque<Lent<T>>,
    spinning: Vec<&'static Helper<T>>,
    sleeping: Vec<&'static Helper<T>>,
    /// The places of those that have ended.
    ended: Vec<&'static Helper<T>>,
    starting: usize,
    waking: usize,
    waiting: usize,
    /// All of them, in whatever state.
    all: usize,
    /// Whether the last thread that was requested could not be created.
    failing: bool,
    pace: Pace,
    /// How many jobs have been served.
    served: u64,
    /// For `counts`.
    submitted: u64,
    longest_line: usize,
}

/// How many there are, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Threads.
    pub(crate) threads: usize,
    /// Those of them that serve a job, or wait in a callback of one.
    pub(crate) busy: usize,
    /// Jobs, since the program started.
    pub(crate) submitted: u64,
    /// Jobs in line, now and at most.
    pub(crate) line: usize,
    pub(crate) longest_line: usize,
}

impl<T> State<T> {
    /// How many count against the limit.
    fn counted(&self) -> usize {
        self.all - self.waiting
    }

    /// How many will come to the line, sooner or later.
    fn present(&self) -> usize {
        self.counted() - self.starting
    }

    fn end(&mut self, helper: &'static Helper<T>) {
        self.all -= 1;
        self.ended.push(helper);
    }
}

impl<T> Helpers<T> {
    pub(crate) fn new(
        limit: usize,
        few: usize,
        spinners: usize,
        start: fn(),
        refuse: fn(Lent<T>),
        watch: fn(),
    ) -> Helpers<T> {
        Helpers {
            limit,
            spinners,
            start,
            refuse,
            held_back: AtomicBool::new(false),
            watch,
            state: Mutex::new(State {
                jobs: VecDeque::new(),
                spinning: Vec::new(),
                sleeping: Vec::new(),
                ended: Vec::new(),
                starting: 0,
                waking: 0,
                waiting: 0,
                all: 0,
                failing: false,
                pace: Pace::new(few),
                served: 0,
                submitted: 0,
                longest_line: 0,
            }),
        }
    }

    fn lock(&self) -> Locked<'_, T> {
        // No code that could panic holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the job served, soon or later. False: it is refused, and was not lent.
    #[must_use]
    pub(crate) fn submit(&self, job: Lent<T>) -> bool {
        let mut state = self.lock();
        state.submitted += 1;
        if let Some(helper) = state.spinning.pop() {
            // Release: see `Helper::job`.
            helper.slot.store(job.0.as_ptr(), Release);
            return true;
        }
        if state.present() == 0 {
            if state.all >= MOST {
                return false;
            }
            if state.failing {
                if state.starting == 0 {
                    self.request(state);
                }
                return false;
            }
        }
        state.jobs.push_back(job);
        state.longest_line = state.longest_line.max(state.jobs.len());
        self.call(state);
        true
    }

    /// Calls a helper to the line, if not enough are on their way: see the head, 2. Whether it has called one.
    fn call(&self, mut state: Locked<'_, T>) -> bool {
        let wanted = AT_ONCE.min(state.jobs.len());
        if state.waking < wanted
            && let Some(helper) = state.sleeping.pop()
        {
            state.waking += 1;
            helper.slot.store(Helper::COME, Relaxed);
            drop(state);
            helper.wake.notify_one();
            return true;
        }
        if state.waking + state.starting >= wanted || !self.has_room(&state) {
            return false;
        }
        if state.counted() < state.pace.goal() {
            self.request(state);
            return true;
        }
        if !self.is_held_back() {
            self.held_back.store(true, Relaxed);
            drop(state);
            // Who looks may be about to sleep. With the fence in sysmon's `nap`.
            fence(SeqCst);
            (self.watch)();
        }
        false
    }

    fn has_room(&self, state: &State<T>) -> bool {
        state.counted() < self.limit && state.all < MOST
    }

    /// Whether jobs stand in line that no helper is started for, until `look` says that it is worth it.
    pub(crate) fn is_held_back(&self) -> bool {
        self.held_back.load(Relaxed)
    }

    /// Looks how the line moves, and has helpers started that are worth it. To be called again and again while
    /// `is_held_back`.
    pub(crate) fn look(&self, now: Instant) {
        let mut state = self.lock();
        if state.jobs.is_empty() || !self.has_room(&state) {
            return self.held_back.store(false, Relaxed);
        }
        let line = Line {
            length: state.jobs.len(),
            helpers: state.present(),
            ended: state.served,
        };
        state.pace.look(now, &line);
        while self.call(state) {
            state = self.lock();
        }
    }

    fn request(&self, mut state: Locked<'_, T>) {
        state.starting += 1;
        state.all += 1;
        drop(state);
        (self.start)();
    }

    /// There could be no thread for a helper.
    pub(crate) fn not_started(&self) {
        let mut state = self.lock();
        state.starting -= 1;
        state.all -= 1;
        state.failing = true;
        if state.present() == 0 {
            self.refuse_all(state);
        } else {
            self.call(state);
        }
    }

    fn refuse_all(&self, mut state: Locked<'_, T>) {
        let jobs = std::mem::take(&mut state.jobs);
        state.pace.forget();
        drop(state);
        jobs.into_iter().for_each(self.refuse);
    }

    /// A helper's callback waits for other goroutines, until `end_wait`.
    pub(crate) fn begin_wait(&self) {
        let mut state = self.lock();
        state.waiting += 1;
        if state.present() == 0 && state.all >= MOST {
            self.refuse_all(state);
        } else {
            self.call(state);
        }
    }

    pub(crate) fn end_wait(&self) {
        self.lock().waiting -= 1;
    }

    /// A helper's life, on the thread that was requested. It ends when nothing has come for `idle`.
    pub(crate) fn help(&self, idle: Duration, serve: impl Fn(Lent<T>)) {
        let mut state = self.lock();
        state.starting -= 1;
        state.failing = false;
        let me = state.ended.pop().unwrap_or_else(Helper::leak);
        while let Some(job) = self.next(me, state, idle) {
            serve(job);
            state = self.lock();
            state.served += 1;
        }
    }

    /// What the helper serves next. None: it has ended.
    fn next<'a>(
        &'a self,
        me: &'static Helper<T>,
        mut state: Locked<'a, T>,
        idle: Duration,
    ) -> Option<Lent<T>> {
        loop {
            if state.counted() > self.limit {
                state.end(me);
                // It may have been on its way to a job, while others sleep on.
                self.call(state);
                return None;
            }
            if let Some(job) = state.jobs.pop_front() {
                self.call(state);
                return Some(job);
            }
            state.pace.forget();
            me.slot.store(null_mut(), Relaxed);
            if state.spinning.len() < self.spinners {
                state.spinning.push(me);
                drop(state);
                if let Some(job) = spin(SPIN, || me.job()) {
                    return Some(job);
                }
                state = self.lock();
                if let Some(job) = me.job() {
                    return Some(job);
                }
                // Nobody has joined the line, or this one would have got the job.
                remove(&mut state.spinning, me);
            }
            state.sleeping.push(me);
            while !me.is_called() {
                let (awake, timeout) = me
                    .wake
                    .wait_timeout(state, idle)
                    .unwrap_or_else(PoisonError::into_inner);
                state = awake;
                if timeout.timed_out() && !me.is_called() {
                    remove(&mut state.sleeping, me);
                    state.end(me);
                    return None;
                }
            }
            state.waking -= 1;
        }
    }

    /// How many there are.
    pub(crate) fn counts(&self) -> Counts {
        let state = self.lock();
        let threads = state.all - state.starting;
        Counts {
            threads,
            busy: threads - state.waking - state.sleeping.len() - state.spinning.len(),
            submitted: state.submitted,
            line: state.jobs.len(),
            longest_line: state.longest_line,
        }
    }
}

fn remove<T>(from: &mut Vec<&'static Helper<T>>, helper: &'static Helper<T>) {
    from.retain(|other| !std::ptr::eq(*other, helper));
}
