//! Stalls: goroutines that have waited a second for another one of their thread. sysmon looks for them, and says who it is
//! that they wait for.
//!
//! There are two kinds. Goroutines are ready, and the one that runs does not give their thread back: it is in C, or in Rust
//! that computes or blocks. Or the thread is free, and goroutines want to call C, which belongs to one that is parked in a
//! callback (see `cside`): what it waits for may be those who wait for it.
//!
//! A C function is named once, and a goroutine once for each place that spawns such; all stalls are counted.

use crate::cwait::Turn;
use crate::g::G;
use crate::m::{self, M};
use crate::sched::Sched;
use crate::syscall::Stay;
use crate::sysmon::is_behind;
use crate::template::say;
use std::collections::hash_map::Entry::Occupied;
use std::collections::{HashMap, HashSet};
use std::panic::Location;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering::*};
use std::time::{Duration, Instant};

/// Who makes others of its thread wait so long is named.
const STALL: Duration = Duration::from_secs(1);
/// How often sysmon looks for such.
const LOOK: Duration = Duration::from_millis(250);

/// How many there have been.
pub(crate) static STALLS: AtomicU64 = AtomicU64::new(0);

/// What sysmon knows of those that there may be.
pub(crate) struct Stalls {
    sched: &'static Sched,
    looked: Instant,
    /// What Ms with goroutines behind them are doing.
    stays: HashMap<*const M, Seen<Stay>>,
    /// The turns of C's owners with goroutines behind them.
    turns: HashMap<*const M, Seen<u64>>,
    /// The places whose goroutines have been named.
    places: HashSet<Location<'static>>,
}

/// Something that goes on.
struct Seen<T> {
    what: T,
    since: Instant,
    counted: bool,
}

impl<T: PartialEq> Seen<T> {
    /// What an M is seen doing, since it was first.
    fn again<'a>(
        seen: &'a mut HashMap<*const M, Seen<T>>,
        m: &M,
        what: T,
        now: Instant,
    ) -> &'a mut Seen<T> {
        let new = |what| Seen {
            what,
            since: now,
            counted: false,
        };
        match seen.entry(m) {
            Occupied(known) if known.get().what == what => known.into_mut(),
            entry => entry.insert_entry(new(what)).into_mut(),
        }
    }

    /// Whether it has become a stall now.
    fn is_stall(&mut self, now: Instant) -> bool {
        now - self.since >= STALL && !std::mem::replace(&mut self.counted, true)
    }
}

impl Stalls {
    pub(crate) fn new(sched: &'static Sched) -> Stalls {
        Stalls {
            sched,
            looked: Instant::now(),
            stays: HashMap::new(),
            turns: HashMap::new(),
            places: HashSet::new(),
        }
    }

    /// Whether nothing may become one of the first kind.
    pub(crate) fn is_empty(&self) -> bool {
        self.stays.is_empty()
    }

    /// Names those who have made others of their thread wait for a second, if it is time to look.
    pub(crate) fn look(&mut self, now: Instant) {
        if now - self.looked < LOOK {
            return;
        }
        self.looked = now;
        for m in m::all() {
            let (stay, wait) = (m.hold.stay(), m.cside.watch.turn());
            // Who waits where the M has left is not made to wait by anybody.
            let wait = wait.filter(|_| !m.has_left());
            let runs_owner = |turn: Turn| {
                let is_owner = |g: &G| turn.owner == NonNull::from(g);
                self.sched.look_at(m, stay, is_owner) == Some(true)
            };
            if !stay.is_rt() && (is_behind(m) || wait.is_some_and(runs_owner)) {
                let seen = Seen::again(&mut self.stays, m, stay, now);
                if seen.is_stall(now) {
                    STALLS.fetch_add(1, Relaxed);
                    self.say_who_runs(m, stay);
                }
            } else {
                self.stays.remove(&std::ptr::from_ref(m));
            }
            // Who runs is who they wait for, whether or not he has called back.
            let runs = self.stays.get(&std::ptr::from_ref(m));
            let is_free = runs.is_none_or(|seen| now - seen.since < LOOK);
            match wait.filter(|turn| turn.has_called_back && is_free) {
                Some(turn) => {
                    let seen = Seen::again(&mut self.turns, m, turn.number, now);
                    if seen.counted {
                        m.cside.watch.is_told(turn);
                    }
                    if seen.is_stall(now) {
                        STALLS.fetch_add(1, Relaxed);
                        say_who_owns(m, turn);
                    }
                }
                None => {
                    self.turns.remove(&std::ptr::from_ref(m));
                }
            }
        }
    }

    /// Says whom the M runs, and what others can do about it.
    fn say_who_runs(&mut self, m: &M, stay: Stay) {
        let told = self
            .sched
            .look_at(m, stay, |g| (g.to_string(), g.spawned_at()));
        // SAFETY: null or a `&'static Site`.
        let site = unsafe { m.site.load(Relaxed).as_ref() };
        if let Some(site) = site.filter(|_| stay.is_c()) {
            if site.stalled() {
                let name = site.name();
                let by = told.map_or_else(String::new, |(g, _)| format!(", called by {g},"));
                say(format_args!(
                    "`{name}`{by} has been in C for a second, and goroutines that were started on its thread wait \
                     behind it. Declare its import `#[cgo(blocking)]`: then it runs on a thread of its own"
                ));
            }
            return;
        }
        let who = match told {
            Some((_, place)) if !self.places.insert(*place) => return,
            Some((g, _)) => g,
            None => "a goroutine".to_owned(),
        };
        say(format_args!(
            "{who} has not given its thread back for a second, and others that were started there wait behind it. It \
             computes, or it blocks the thread: with a `std` lock held across a park, or a blocking call of std's. Call \
             `cgocall::yield_now` in long loops, and wait with `.wait()` on locks and channels made for it (async-lock, \
             async-channel)"
        ));
    }
}

/// Says whom C belongs to, and what others can do about it.
fn say_who_owns(m: &M, turn: Turn) {
    let told = m
        .cside
        .watch
        .tell(turn, |wait, call| call.stalled().then(|| format!("{wait}")));
    if let Some(told) = told.flatten() {
        say(format_args!("{told}"));
    }
}
