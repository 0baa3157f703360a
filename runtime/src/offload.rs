//! `#[cgo(blocking)]`: the goroutine parks while a helper thread runs its C call.
//!
//! Nothing is copied and nothing needs `'static`: the goroutine neither goes on nor unwinds, cancelled or not, before the
//! call is over, so its frame and all that it lends C stay where they are. [`crate::helpers`] tells which helper runs
//! which call, and how many there are.
//!
//! On the helper the call is like one on a thread that has no goroutine: C runs on the thread's own stack, its callbacks
//! run in place, the C calls that they make do too, `blocking` or not, and where a callback waits the helper blocks.

use crate::attach::{self, catch_unwind};
use crate::cancel::{self, Why};
use crate::cgocall::in_place;
use crate::config;
use crate::cstate::Payload;
use crate::depths::{self, Who};
use crate::g::{G, GRef};
use crate::helpers::{Counts, Helpers, Lent};
use crate::site::{Site, Stub};
use crate::spans::{self, CallSpan};
use crate::sysmon;
use crate::template::{self, Request};
#[cfg(target_os = "linux")]
use crate::top;
use crate::{thread, trace};
use std::cell::Cell;
use std::ffi::c_void;
use std::panic::resume_unwind;
use std::ptr::NonNull;
use std::sync::LazyLock;
use std::sync::Once;
use std::sync::atomic::{AtomicU8, Ordering::*};
use std::time::Instant;

/// Threads that are never helpers, besides the Ps': the template and sysmon.
const OTHERS: usize = 2;
/// So many helpers are started as fast as they can be, and as many as there are processors.
const FEW: usize = 32;

/// A call, in the frame of `run`.
struct Job {
    site: &'static Site,
    stub: Stub,
    frame: *mut c_void,
    /// Who has made it.
    caller: NonNull<G>,
    /// Who waits. Whoever ends the wait takes it out first.
    g: Cell<Option<GRef>>,
    panic: Cell<Option<Payload>>,
    /// In the same frame.
    span: NonNull<CallSpan>,
    /// The last that another thread writes: from here on the job is gone.
    outcome: AtomicU8,
}

const NONE: u8 = 0;
const DONE: u8 = 1;
const REFUSED: u8 = 2;

static HELPERS: LazyLock<Helpers<Job>> = LazyLock::new(|| {
    let config = config::get();
    let limit = config.max_threads.saturating_sub(config.procs + OTHERS);
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    // Half of the processors may be kept busy, as by Ms that spin. A second one pays even where there are but two: with one,
    // two submitters find themselves waking a helper each time. Where there is one processor a spinning helper only keeps
    // it from the thread that it waits for.
    let spinners = match processors {
        1 => 0,
        processors => (processors / 2).max(2),
    };
    let few = FEW.max(processors);
    Helpers::new(limit.max(1), few, spinners, start, refuse, sysmon::poke)
});

thread_local! {
    /// Whether this thread is a helper, and its callback does not wait.
    static SERVES: Cell<bool> = const { Cell::new(false) };
}

// Not inlined to where goroutines park and migrate: see `thread::current`.
#[inline(never)]
fn stops_serving() -> bool {
    SERVES.replace(false)
}

/// Runs the call on another thread while the goroutine is parked. False: there is none, and it has not run.
///
/// # Safety
/// As `cgocall`; `g` is the running goroutine, without live C frames, and may park. Another thread may use the frame.
#[must_use]
pub(crate) unsafe fn run(g: &G, site: &'static Site, stub: Stub, frame: *mut c_void) -> bool {
    if template::is_child() {
        return false;
    }
    // Before the job is lent, and behind the end of that: a subscriber may panic.
    let span = spans::offloaded(g, site);
    let _left = spans::leave(g);
    let job = Job {
        site,
        stub,
        frame,
        caller: NonNull::from(g),
        g: Cell::new(Some(GRef::new(g))),
        panic: Cell::new(None),
        span: NonNull::from(&span),
        outcome: AtomicU8::new(NONE),
    };
    let _span = trace::offload(g, site);
    // SAFETY: that what the frame refers to may be used by another thread is the promise of a `Blocking` site; of the
    // rest this function touches nothing, and it does not return, until there is an outcome.
    let lent = unsafe { Lent::new(&job) };
    if !HELPERS.submit(lent) {
        return in_its_place(site);
    }
    loop {
        // Acquire: with the Release in `Job::end`, the results are there.
        match job.outcome.load(Acquire) {
            // Wakers of former waits may wake the goroutine too.
            NONE => {
                if g.is_cancelled() {
                    cancel::stays(g, Why::Blocking(site));
                }
                g.park();
            }
            REFUSED => return in_its_place(site),
            _ => break,
        }
    }
    if let Some(panic) = job.panic.take() {
        resume_unwind(panic);
    }
    true
}

#[cold]
fn in_its_place(site: &Site) -> bool {
    static SAY: Once = Once::new();
    SAY.call_once(|| {
        template::say(format_args!(
            "there is no thread for `{}`, a `blocking` C call: such calls run on their goroutines' own threads until \
             there is one, and the other goroutines of those threads wait",
            site.name()
        ));
    });
    false
}

impl Job {
    /// Ends the wait.
    ///
    /// # Safety
    /// The job was lent to the caller, who gives it back with this.
    unsafe fn end(&self, outcome: u8) {
        let g = self.g.take();
        // Release: the goroutine reads the results. After this the job may be gone.
        self.outcome.store(outcome, Release);
        g.expect("a job ends once").wake();
    }
}

fn start() {
    template::request(Request {
        name: config::get().thread_name("helper"),
        stack: config::get().system_stack_size,
        run: Box::new(|| {
            SERVES.set(true);
            let _watch = depths::of_thread(Who::Helper);
            attach::own(|| HELPERS.help(config::get().idle, serve));
        }),
        failed: Box::new(|| HELPERS.not_started()),
    });
}

fn refuse(job: Lent<Job>) {
    // SAFETY: the job is lent, so `run` keeps it until it ends.
    unsafe { job.as_ptr().as_ref().end(REFUSED) }
}

fn serve(job: Lent<Job>) {
    // SAFETY: the job is lent, so `run` keeps it until it ends.
    let job = unsafe { job.as_ptr().as_ref() };
    let thread = thread::current();
    thread.set_serves(Some(job.caller));
    let start = Instant::now();
    let call = || {
        let _span = thread.serves().map(|g| trace::serve(g, job.site));
        #[cfg(target_os = "linux")]
        let _serving = thread.serves().map(|g| top::Serving::new(g, job.site));
        // SAFETY: it stays where it is as long as the job does.
        unsafe { job.span.as_ref() }.around(&thread.c, || {
            // SAFETY: the promise made to `run`; a helper runs no goroutine, so C is called in place.
            unsafe { in_place(&thread.c, job.site, job.stub, job.frame) }
        });
    };
    if let Err(panic) = catch_unwind(call) {
        job.panic.set(Some(panic));
    }
    thread.set_serves(None);
    job.site.count_offload(start.elapsed());
    // SAFETY: it was lent to this helper.
    unsafe { job.end(DONE) }
}

/// Runs `f`, which may wait for other goroutines, on a thread without a P. If it is a helper, another one may take its
/// place meanwhile.
pub(crate) fn let_others_help<R>(f: impl FnOnce() -> R) -> R {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            HELPERS.end_wait();
            SERVES.set(true);
        }
    }
    // Once, however many waits there are within this one.
    if template::is_child() || !stops_serving() {
        return f();
    }
    HELPERS.begin_wait();
    let _back = Back;
    f()
}

/// Whether calls stand in line that no helper is started for, unless it turns out to be worth it.
pub(crate) fn is_held_back() -> bool {
    HELPERS.is_held_back()
}

/// Has helpers started for them if it is, by how the line has moved.
pub(crate) fn look(now: Instant) {
    HELPERS.look(now);
}

/// How many helpers and calls there are.
pub(crate) fn counts() -> Counts {
    HELPERS.counts()
}
