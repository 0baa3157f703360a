//! What threads are seen doing.

use crate::g::G;
use crate::kernel;
use crate::m::{self, M};
use crate::sched::sched;
use crate::site::Site;
use crate::syscall::Stay;
use std::collections::HashMap;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Whom a thread runs is asked when it has done the same for so long: who asks keeps it from going on meanwhile.
const LONG: Duration = Duration::from_millis(20);

/// A call on a helper.
struct Served {
    site: &'static Site,
    since: Instant,
    /// The goroutine's words.
    g: String,
}

static SERVED: Mutex<Option<HashMap<i32, Served>>> = Mutex::new(None);

fn served() -> MutexGuard<'static, Option<HashMap<i32, Served>>> {
    // No code that could panic holds the lock.
    SERVED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The current thread runs a `blocking` call.
pub(super) fn begin_serving(g: &G, site: &'static Site) -> i32 {
    let (tid, since, g) = (kernel::current_thread(), Instant::now(), g.to_string());
    let call = Served { site, since, g };
    site.list(); // such calls are counted when they are over, and this may be the first
    served().get_or_insert_default().insert(tid, call);
    tid
}

/// It is over.
pub(super) fn end_serving(tid: i32) {
    if let Some(served) = &mut *served() {
        served.remove(&tid);
    }
}

/// What a thread does.
pub(super) enum Doing {
    C(&'static Site),
    Rust,
    /// It runs nobody.
    Idle,
}

/// A thread, as it was seen last.
pub(super) struct Seen {
    pub(super) tid: i32,
    pub(super) doing: Doing,
    pub(super) since: Instant,
    pub(super) has_p: bool,
    /// Whom it runs, where that is known.
    pub(super) g: Option<String>,
}

/// What one stay of an M's is known of.
struct Known {
    stay: Stay,
    tick: u32,
    since: Instant,
    g: Option<String>,
}

pub(super) struct Sampler {
    known: HashMap<*const M, Known>,
    looks: u32,
    /// How often a function was seen to hold a thread.
    holds: HashMap<*const Site, u32>,
    pub(super) threads: Vec<Seen>,
}

impl Sampler {
    pub(super) fn new() -> Sampler {
        let mut sampler = Sampler {
            known: HashMap::new(),
            looks: 0,
            holds: HashMap::new(),
            threads: Vec::new(),
        };
        sampler.look();
        sampler
    }

    /// Looks at all threads.
    pub(super) fn look(&mut self) {
        let now = Instant::now();
        self.looks += 1;
        self.threads.clear();
        for m in m::all() {
            let seen = self.look_at(m, now);
            self.threads.extend(seen);
        }
        if let Some(served) = &*served() {
            self.threads.extend(served.iter().map(|(&tid, call)| Seen {
                tid,
                doing: Doing::C(call.site),
                since: call.since,
                has_p: false,
                g: Some(call.g.clone()),
            }));
        }
        for seen in &self.threads {
            if let Doing::C(site) = seen.doing {
                *self.holds.entry(site).or_default() += 1;
            }
        }
    }

    fn look_at(&mut self, m: &'static M, now: Instant) -> Option<Seen> {
        // In this order: what a stay is about was written before it.
        let (stay, tick) = (m.hold.stay(), m.tick.load(Relaxed));
        // SAFETY: null or a `&'static Site`.
        let site = unsafe { m.site.load(Relaxed).as_ref() };
        if !m.has_thread() {
            self.known.remove(&std::ptr::from_ref(m));
            return None;
        }
        let is_same = m.hold.stay() == stay;
        let new = || Known {
            stay,
            tick,
            since: now,
            g: None,
        };
        let known = self.known.entry(m).or_insert_with(new);
        if known.stay != stay || known.tick != tick {
            *known = new();
        }
        if known.g.is_none() && now - known.since >= LONG {
            known.g = sched().look_at(m, stay, |g| g.to_string());
        }
        let doing = match site {
            Some(site) if stay.is_c() && is_same => Doing::C(site),
            _ if stay.is_rt() => Doing::Idle,
            _ => Doing::Rust,
        };
        Some(Seen {
            tid: m.tid.load(Relaxed),
            doing,
            since: known.since,
            has_p: m.hold.has_p(),
            g: known.g.clone(),
        })
    }

    /// How many threads each function has held, on average since this was asked before.
    pub(super) fn take_holds(&mut self) -> HashMap<*const Site, f64> {
        let looks = f64::from(std::mem::take(&mut self.looks).max(1));
        let holds = std::mem::take(&mut self.holds);
        let share = |(site, seen)| (site, f64::from(seen) / looks);
        holds.into_iter().map(share).collect()
    }
}
