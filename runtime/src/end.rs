//! The end of the runtime: what becomes of the other goroutines when the main one's function has ended.
//!
//! All of them are cancelled, as by `JoinHandle::cancel`, on the main goroutine itself, so that its mates may run. That
//! begins a new *era*: a goroutine that has not started by the end of the era that it was spawned in finds that out when it
//! would, and does not. Those that have started are found by a [sweep](crate::sweep). What destructors spawn meanwhile is of
//! the new era: so there is another one, until nobody is left.
//!
//! The main goroutine waits for them, but not for ever:
//!
//! * not for those with C frames, in a callback, in a `blocking` call or in line for the C side: they are woken as well,
//!   and say themselves why they do not unwind;
//! * not for those whose thread has been in C for a while, they themselves or a mate;
//! * for a second in all for the rest: a destructor may have something to write, but who computes without end does not end.
//!   Where there are many thousands it goes on as long as they become fewer, within a limit.
//!
//! Those who are left are leaked, and said.

use crate::cancel::{self, Why};
use crate::g::{G, GRef, Suspend};
use crate::m::{self, M};
use crate::sched::sched;
use crate::stack;
use crate::sweep::Watch;
use crate::syscall::Stay;
use crate::template::{self, say};
use crate::thread;
use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::Ordering::*;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long it may take until there is one less.
const PATIENCE: Duration = Duration::from_secs(1);
/// So much longer than that it may take in all, for each that there is.
const EACH: Duration = Duration::from_micros(100);
/// Who has been in one C call for so long is not about to return.
const LONG: Duration = Duration::from_millis(10);
/// So many are named.
const NAMED: usize = 3;

/// The main goroutines there are: most often one. The runtime ends with the last.
struct Mains {
    running: usize,
    /// Whether the last one ends the others.
    ends: bool,
}

static MAINS: Mutex<Mains> = Mutex::new(Mains {
    running: 0,
    ends: false,
});
static ENDED: Condvar = Condvar::new();

fn mains() -> MutexGuard<'static, Mains> {
    // No code that could panic holds the lock.
    MAINS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A main goroutine is about to be spawned. Waits until another one's end is over, which would end this one too.
pub(crate) fn begin_main() {
    let mut mains = ENDED
        .wait_while(mains(), |mains| mains.ends)
        .unwrap_or_else(PoisonError::into_inner);
    mains.running += 1;
}

/// Its function has ended, by a panic or not. By itself.
pub(crate) fn end_main() {
    {
        let mut mains = mains();
        mains.running -= 1;
        if mains.running != 0 {
            return;
        }
        mains.ends = true;
    }
    // In a child of `fork` there are no others; where a panic aborts nobody could be unwound.
    if cfg!(panic = "unwind") && !template::is_child() {
        end();
    }
    mains().ends = false;
    ENDED.notify_all();
}

/// How many others there are, if not more.
fn others() -> usize {
    // As in `metrics`: what has ended was begun before.
    let sum = |of: fn(&m::Tally) -> &m::Counter| -> u64 {
        m::all().into_iter().map(|m| of(&m.tally).get()).sum()
    };
    let finished = sum(|tally| &tally.finished);
    let spawned = sum(|tally| &tally.spawned) + sched().spawned_outside.load(Relaxed);
    let others = spawned.saturating_sub(finished + 1);
    usize::try_from(others).unwrap_or(usize::MAX)
}

fn end() {
    if others() == 0 {
        return;
    }
    let thread = thread::current();
    let Some(me) = thread.running() else { return };
    let start = Instant::now();
    let watch = Watch::begin(me);
    let mut left = Left::default();
    let mut is_first = true;
    let mut unseen;
    // How many there were at most, and at least until now, and since when.
    let (mut most, mut least, mut since) = (0, usize::MAX, start);
    loop {
        cancel::hold_back(true);
        left.found = watch.sweep(stack::owners(), GRef::new);
        left.found.retain(|g| g.as_ptr() != NonNull::from(me));
        // What somebody has said when the runtime ended before may be true no more.
        let new = left
            .found
            .iter()
            .filter(|g| is_first || !g.is_noted_staying());
        new.for_each(|g| g.note_cancelled());
        is_first = false;
        cancel::next_era();
        cancel::hold_back(false);
        left.found.iter().for_each(|g| g.wake());
        let swept = Instant::now();
        loop {
            let ended = watch.ended();
            left.found.retain(|g| !g.is_noted_over());
            // Unstarted, or spawned since.
            unseen = others().saturating_sub(left.found.len());
            let (now, pending) = (Instant::now(), left.pending());
            let rest = pending + unseen;
            most = most.max(rest);
            if rest < least {
                (least, since) = (rest, now);
            }
            let limit = PATIENCE + EACH * u32::try_from(most).unwrap_or(u32::MAX);
            if rest == 0 || now - since >= PATIENCE || now - start >= limit {
                left.found
                    .sort_by_key(|g| cancel::why(g).map(|why| why.rank()));
                say_who(&left, unseen);
                cancel::forget_why();
                return;
            }
            if unseen != 0 && now - swept >= LONG {
                // They may have started, and parked, since.
                break;
            }
            // Its mates go first, also if it was woken while it looked at all of them: that may take longer than sysmon
            // takes to wake it again.
            me.suspend(Suspend::Yield);
            if watch.want(ended + rest) {
                // sysmon wakes it in any case, after a while.
                me.park();
            }
        }
    }
}

/// Those who have not ended.
#[derive(Default)]
struct Left {
    found: Vec<GRef>,
    /// What Ms in C are doing, and since when.
    calls: HashMap<*const M, (Stay, Instant)>,
}

impl Left {
    /// How many may be about to end.
    fn pending(&mut self) -> usize {
        let now = Instant::now();
        let mut in_c = HashMap::new();
        for m in m::all() {
            let stay = m.hold.stay();
            if stay.is_c() {
                let known = self.calls.get(&std::ptr::from_ref(m));
                let since = known.filter(|known| known.0 == stay).map(|known| known.1);
                in_c.insert(std::ptr::from_ref(m), (stay, since.unwrap_or(now)));
            }
        }
        self.calls = in_c;
        let pending = |g: &&GRef| !g.is_noted_staying() && !self.is_behind_c(g);
        self.found.iter().filter(pending).count()
    }

    /// Whether its thread has been in C for a while, or is gone. One that migrates need not wait for its last thread,
    /// but if it is what runs there.
    fn is_behind_c(&self, g: &G) -> bool {
        let Some(home) = g.known_home() else {
            return false;
        };
        let call = self.calls.get(&std::ptr::from_ref(home));
        let call = call.filter(|(_, since)| since.elapsed() >= LONG);
        let is_it = |runs: &G| std::ptr::eq(runs, g);
        let waits = |stay| !g.migrates() || sched().look_at(home, stay, is_it) == Some(true);
        home.has_left() || call.is_some_and(|&(stay, _)| waits(stay))
    }

    /// Why it has not ended.
    fn reason(&self, g: &G) -> String {
        if let Some(why) = cancel::why(g) {
            return why.to_string();
        }
        match g.known_home() {
            Some(home) if self.calls.contains_key(&std::ptr::from_ref(home)) => {
                // SAFETY: null or a `&'static Site`.
                let site = unsafe { home.site.load(Relaxed).as_ref() };
                let name = site.map_or("C", |site| site.name());
                format!("its thread is in a call of `{name}`")
            }
            Some(home) if home.has_left() => "its thread is gone".to_owned(),
            _ if g.is_noted_unwinding() => "it has begun to unwind, and does not end".to_owned(),
            _ => "it computes, or its thread is blocked".to_owned(),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Callback(site) => write!(f, "it is in a callback of `{}`", site.name()),
            Why::Blocking(site) => write!(f, "it is in a `blocking` call of `{}`", site.name()),
            Why::InLine(site) => write!(
                f,
                "it waits to call `{}`, behind a callback that is parked",
                site.name()
            ),
            Why::Mate => f.write_str("a callback that is parked has its thread's C side"),
        }
    }
}

/// Says who is left, if anybody is.
fn say_who(left: &Left, unseen: usize) {
    let all = left.found.len() + unseen;
    if all == 0 {
        return;
    }
    let named = left.found.iter().take(NAMED);
    let mut who: Vec<_> = named
        .map(|g| format!("{}: {}", &**g, left.reason(g)))
        .collect();
    match all - who.len() {
        0 => {}
        more if who.is_empty() => who.push(format!("{more} that nobody has started")),
        more => who.push(format!("and {more} more")),
    }
    let goroutines = if all == 1 { "goroutine" } else { "goroutines" };
    say(format_args!(
        "main has ended, and {all} {goroutines} could not be unwound, whose destructors do not run: {}. Let them return, \
         and join them, before main does",
        who.join("; ")
    ));
}
