//! `#[cgo(blocking)]`: the goroutine parks while a helper thread runs its C call.
//!
//! Nothing is copied and nothing needs `'static`: the goroutine cannot go on, be cancelled or be torn down before the
//! call is over, so its frame and all that it lends C stay where they are.

use crate::cgocall::in_place;
use crate::config;
use crate::cstate::Payload;
use crate::g::{G, GRef};
use crate::site::{Site, Stub};
use crate::thread;
use std::cell::Cell;
use std::collections::VecDeque;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::*};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long a helper looks for work before it sleeps: about what waking it would cost.
const SPIN: Duration = Duration::from_micros(10);

/// A call, in the frame of `run`.
struct Job {
    site: &'static Site,
    stub: Stub,
    frame: *mut c_void,
    g: GRef,
    panic: Cell<Option<Payload>>,
    /// The last that a helper writes: from here on the job is gone.
    done: AtomicBool,
}

struct JobRef(NonNull<Job>);

// SAFETY: `run` lends the job to one helper, and touches nothing of it until `done`; that what the frame refers to may
// be used by another thread is the promise of a `blocking` site.
unsafe impl Send for JobRef {}

struct Helpers {
    /// How many jobs wait, for those who spin.
    waiting: AtomicUsize,
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    jobs: VecDeque<JobRef>,
    spinning: usize,
    sleeping: usize,
    total: usize,
}

static HELPERS: Helpers = Helpers {
    waiting: AtomicUsize::new(0),
    state: Mutex::new(State {
        jobs: VecDeque::new(),
        spinning: 0,
        sleeping: 0,
        total: 0,
    }),
    wake: Condvar::new(),
};

/// Runs the call on another thread while the goroutine is parked.
///
/// # Safety
/// As `cgocall`; `g` is the running goroutine, without live C frames, and may park. Another thread may use the frame.
pub(crate) unsafe fn run(g: &G, site: &'static Site, stub: Stub, frame: *mut c_void) {
    let job = Job {
        site,
        stub,
        frame,
        g: GRef::new(g),
        panic: Cell::new(None),
        done: AtomicBool::new(false),
    };
    HELPERS.submit(JobRef(NonNull::from(&job)));
    // Wakers of former waits may wake the goroutine too. Acquire: with the Release in `serve`, the results are there.
    while !job.done.load(Acquire) {
        g.park();
    }
    if let Some(panic) = job.panic.take() {
        resume_unwind(panic);
    }
}

impl Helpers {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code that could panic holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn submit(&'static self, job: JobRef) {
        let mut state = self.state();
        state.jobs.push_back(job);
        let jobs = state.jobs.len();
        self.waiting.store(jobs, Release);
        if jobs <= state.spinning {
            // One of those who look will find it.
        } else if jobs <= state.spinning + state.sleeping {
            self.wake.notify_one();
        } else if state.total < config::get().max_threads {
            state.total += 1;
            drop(state);
            self.start();
        }
    }

    fn start(&'static self) {
        let thread = config::get().thread("helper");
        if let Err(error) = thread.spawn(|| self.help()) {
            let mut state = self.state();
            state.total -= 1;
            if state.total == 0 {
                eprintln!(
                    "cgocall: cannot start a thread for a blocking C call: {error}; see `ulimit -u`"
                );
                std::process::abort();
            }
            // The others will come to it.
        }
    }

    /// A helper's life.
    fn help(&self) {
        let mut state = self.state();
        loop {
            while let Some(job) = state.jobs.pop_front() {
                self.waiting.store(state.jobs.len(), Release);
                drop(state);
                // SAFETY: the job was submitted for one helper, and this one took it.
                unsafe { serve(job) };
                state = self.state();
            }
            state.spinning += 1;
            drop(state);
            let start = Instant::now();
            while self.waiting.load(Acquire) == 0 && start.elapsed() < SPIN {
                std::hint::spin_loop();
            }
            state = self.state();
            state.spinning -= 1;
            if !state.jobs.is_empty() {
                continue;
            }
            state.sleeping += 1;
            let (awake, timeout) = self
                .wake
                .wait_timeout(state, config::get().idle)
                .unwrap_or_else(PoisonError::into_inner);
            state = awake;
            state.sleeping -= 1;
            if timeout.timed_out() && state.jobs.is_empty() {
                state.total -= 1;
                return;
            }
        }
    }
}

/// Runs a job.
///
/// # Safety
/// The job is submitted and not done, and nobody else serves it.
unsafe fn serve(job: JobRef) {
    // SAFETY: `run` keeps the job until `done`.
    let job = unsafe { job.0.as_ref() };
    let g = job.g.clone();
    let call = || {
        // SAFETY: the promise made to `run`; a helper runs no goroutine, so C is called in place.
        unsafe { in_place(&thread::current().c, job.site, job.stub, job.frame) }
    };
    if let Err(panic) = catch_unwind(AssertUnwindSafe(call)) {
        job.panic.set(Some(panic));
    }
    // Release: the goroutine reads the results. After this the job may be gone, so the goroutine is woken by a
    // reference of the helper's own.
    job.done.store(true, Release);
    g.wake();
}
