//! What the runtime counts, and `CGOCALL_TRACE=sched=..`.
//!
//! Nothing is counted for this alone on a fast path: an M counts in numbers of its own, without read-modify-writes, and
//! who asks adds them up. So the figures of one answer are not all of the same moment.

use crate::attach;
use crate::config::Trace;
use crate::m::{self, Counter, Tally};
use crate::sched;
use crate::site::{self, Site};
use crate::stall::STALLS;
use crate::{depths, offload, stack, sysmon, template};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// What the runtime has and has done, from [`metrics`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metrics {
    /// Goroutines that are not done, `main` among them.
    pub goroutines: u64,
    /// Those of them that are parked, or have been woken and wait for their thread.
    pub parked: u64,
    /// The number of Ps: goroutines that run at the same time.
    pub procs: usize,
    /// Ps that nobody holds.
    pub idle_procs: usize,
    /// Stacks there are, of goroutines and others, in use or not.
    pub stacks: usize,
    /// Threads that run goroutines.
    pub threads: usize,
    /// Threads that run `#[cgo(blocking)]` C calls, or wait for some.
    pub helpers: usize,
    /// Threads that are not the runtime's, and C has called exports on. Each is counted until it ends.
    pub attached: usize,
    /// `#[cgo(blocking)]` C calls that wait for a thread now.
    pub waiting_calls: usize,
    /// C calls by goroutines, in all.
    pub calls: u64,
    /// Those of them that another thread has run.
    pub offloads: u64,
    /// C calls that kept their P, and lost it because they took long.
    pub overruns: u64,
    /// Goroutines that were started by another M than that of the P they were queued at.
    pub steals: u64,
    /// Ps that were taken from Ms in C, or in Rust code that does not park.
    pub handoffs: u64,
    /// Threads that were started beyond the usual number, because those that could start goroutines were stuck without a P: in
    /// C, in Rust code that does not park, or because the machine gave them no processor.
    pub reinforcements: u64,
    /// How often goroutines have waited a second for another one of their thread to give it back.
    pub stalls: u64,
}

/// What one import has done, from [`sites`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SiteMetrics {
    /// The C function.
    pub name: &'static str,
    /// Calls by goroutines. Of the first 1,022 imports that are called; of the others those that gave their P up.
    pub calls: u64,
    /// Those of them that another thread has run.
    pub offloads: u64,
    /// Those that kept their P, and lost it because they took long.
    pub overruns: u64,
    /// The time in C of the calls that were timed: those that another thread has run, and those that gave their P up.
    pub time: Duration,
    /// How often goroutines have waited a second behind it.
    pub stalls: u64,
    /// Whether its calls keep their P now, because they were short lately.
    pub is_short: bool,
}

/// What the runtime has and has done until now. Before it starts there is nothing but
/// attached threads: asking does not start it.
///
/// ```
/// use cgocall::{go, metrics};
///
/// go(|| ()).join().unwrap();
/// let metrics = metrics();
/// assert!(metrics.procs >= 1 && metrics.threads >= 1);
/// ```
#[must_use]
pub fn metrics() -> Metrics {
    let Some(sched) = sched::running() else {
        return Metrics {
            attached: attach::count(),
            ..Metrics::default()
        };
    };
    let sum = |of: fn(&Tally) -> &Counter| -> u64 {
        m::all().into_iter().map(|m| of(&m.tally).get()).sum()
    };
    // What has ended is asked for first: it was begun before.
    let finished = sum(|tally| &tally.finished);
    let spawned = sum(|tally| &tally.spawned) + sched.spawned_outside.load(Relaxed);
    let unparked = sum(|tally| &tally.unparked);
    let parked = sum(|tally| &tally.parked);
    let sites = sites();
    let helpers = offload::counts();
    let procs = sched.ps().count();
    Metrics {
        goroutines: spawned.saturating_sub(finished),
        parked: parked.saturating_sub(unparked),
        procs,
        idle_procs: procs - sched.busy().min(procs),
        stacks: stack::count(),
        threads: sched.ms(),
        helpers: helpers.threads,
        attached: attach::count(),
        waiting_calls: helpers.line,
        calls: sites.iter().map(|site| site.calls).sum(),
        offloads: sites.iter().map(|site| site.offloads).sum(),
        overruns: sites.iter().map(|site| site.overruns).sum(),
        steals: sum(|tally| &tally.stolen),
        handoffs: sysmon::RETAKEN.load(Relaxed),
        reinforcements: sched.reinforcements.load(Relaxed),
        stalls: STALLS.load(Relaxed),
    }
}

/// What each import has done that goroutines have called, in the order of the first calls.
///
/// ```
/// use cgocall::{cgo_import, go, sites};
/// use std::ffi::CStr;
///
/// #[cgo_import]
/// unsafe extern "C" {
///     safe fn strlen(text: &CStr) -> usize;
/// }
///
/// go(|| (0..10).map(|_| strlen(c"cgo")).sum::<usize>()).join().unwrap();
/// let strlen = sites().into_iter().find(|site| site.name == "strlen").unwrap();
/// assert_eq!(strlen.calls, 10);
/// ```
#[must_use]
pub fn sites() -> Vec<SiteMetrics> {
    site::all().into_iter().map(Site::metrics).collect()
}

impl fmt::Display for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "procs={} idle={} stacks={} threads={} helpers={} attached={} waiting={} goroutines={} parked={} calls={} \
             offloads={} \
             overruns={} steals={} handoffs={} reinforcements={} stalls={}",
            self.procs,
            self.idle_procs,
            self.stacks,
            self.threads,
            self.helpers,
            self.attached,
            self.waiting_calls,
            self.goroutines,
            self.parked,
            self.calls,
            self.offloads,
            self.overruns,
            self.steals,
            self.handoffs,
            self.reinforcements,
            self.stalls,
        )
    }
}

/// `CGOCALL_TRACE`, by sysmon.
pub(crate) struct Tracer {
    start: Instant,
    /// When it has told of the scheduler last, and of stacks.
    last: Instant,
    stacks: Instant,
    /// How often the calls of each import had lost their Ps by then.
    told: HashMap<&'static str, u64>,
}

impl Tracer {
    pub(crate) fn new() -> Tracer {
        let start = Instant::now();
        Tracer {
            start,
            last: start,
            stacks: start,
            told: HashMap::new(),
        }
    }

    /// Tells on stderr what it is time for.
    pub(crate) fn tell(&mut self, now: Instant, trace: &Trace) {
        if trace.sched.is_some_and(|every| now - self.last >= every) {
            self.last = now;
            self.tell_sched(now);
        }
        if trace
            .stacks_every
            .is_some_and(|every| now - self.stacks >= every)
        {
            self.stacks = now;
            depths::report();
        }
    }

    /// A line about the scheduler, and one for each import whose calls have lost their Ps since the last time.
    fn tell_sched(&mut self, now: Instant) {
        let time = (now - self.start).as_millis();
        template::say(format_args!("sched {time}ms: {}", metrics()));
        for site in sites() {
            let SiteMetrics {
                name,
                calls,
                overruns,
                ..
            } = site;
            if self.told.insert(name, overruns).unwrap_or(0) < overruns {
                template::say(format_args!(
                    "`{name}` kept its P too long in {overruns} of {calls} calls"
                ));
            }
        }
    }
}
