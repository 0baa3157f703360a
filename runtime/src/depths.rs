//! How deep stacks were used, by where their goroutines were spawned: `CGOCALL_TRACE=stacks`.
//!
//! A stack that was used keeps what was written to it, so its mark tells of all its users. With the trace on, a stack is
//! emptied before a goroutine starts there: the system gets its pages back, and the next look finds zeros but for what that
//! goroutine has written. The lowest page that there is memory for is as deep as anybody went; in it, the lowest word that
//! is not zero. What was reserved and not written, and zeros, are not seen: a mark says *at least*.
//!
//! * A goroutine measures its own stack when its closure is over and its joiner told, on that stack: nobody else writes it.
//! * Stacks in use are looked at when a report is written, by pages alone: the system is asked which there are, and no word
//!   is read that its owner may be writing. So are C's stacks always, which are not emptied between two calls.
//!
//! Nothing of it runs in the scheduler, but that an emptied stack is asked for there. A report is written when the program
//! ends, by a handler of `atexit`, and from time to time if that was asked for, by sysmon.
//!
//! With the trace off it costs a branch for each goroutine.

use crate::g::G;
use crate::segment::{native_stack_limit, stack_pointer};
use crate::stack::{self, GoStack};
use crate::variables::{Bytes, Value as _};
use crate::{config, template};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

/// Whose stack it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Who {
    /// Goroutines that were spawned there.
    Goroutine(&'static Location<'static>),
    /// C's, on the own stacks of threads that run goroutines.
    Thread,
    /// C's, of `blocking` calls.
    Helper,
    /// C's, where a thread's own stack was another goroutine's.
    System,
}

/// What was found out about those of one kind that are not in use any more.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    ended: u64,
    live: u64,
    /// As deep as any went, in bytes.
    used: usize,
}

/// A stack in use.
#[derive(Clone, Copy)]
struct Extent {
    bottom: usize,
    top: usize,
}

type Tallies = BTreeMap<(Who, usize), Tally>;

struct Depths {
    /// By their tops.
    live: BTreeMap<usize, (Who, Extent)>,
    ended: Tallies,
}

static DEPTHS: Mutex<Depths> = Mutex::new(Depths {
    live: BTreeMap::new(),
    ended: Tallies::new(),
});
static ON: AtomicBool = AtomicBool::new(false);

/// So long the end of the program waits for who is noting something.
const PATIENCE: Duration = Duration::from_secs(1);

/// Whether stacks are measured.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    ON.load(Relaxed)
}

/// When the runtime starts, before there is a stack.
pub(crate) fn start() {
    extern "C" fn end() {
        if !template::is_child()
            && let Some(depths) = lock_within(PATIENCE)
        {
            tell(&depths);
        }
    }
    if !config::get().trace.stacks {
        return;
    }
    began();
    ON.store(true, Relaxed);
    // SAFETY: the handler may be called at any time, on any thread, and does not unwind. If there is no place for it, there
    // is no report at the end.
    unsafe { libc::atexit(end) };
}

fn began() -> Instant {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    *BEGAN.get_or_init(Instant::now)
}

fn lock() -> MutexGuard<'static, Depths> {
    // No code that could panic holds the lock.
    DEPTHS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same for who may have interrupted the one that holds it.
fn lock_within(patience: Duration) -> Option<MutexGuard<'static, Depths>> {
    let end = Instant::now() + patience;
    loop {
        match DEPTHS.try_lock() {
            Ok(depths) => return Some(depths),
            Err(TryLockError::Poisoned(depths)) => return Some(depths.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= end => return None,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// Makes a stack as new, for the goroutine that is about to start on it.
pub(crate) fn empty(stack: &GoStack) {
    stack.empty();
}

/// Runs the goroutine, on its own stack, which is measured then.
pub(crate) fn of_goroutine(g: &G, run: impl FnOnce()) {
    let stack = g.stack();
    let _watch = watch(
        Who::Goroutine(g.spawned_at()),
        stack.limit + stack::GUARD,
        stack.base + stack::OWNER,
    );
    run();
}

/// A stack that is in use as long as this is there.
pub(crate) struct Watch {
    who: Who,
    extent: Extent,
}

/// Watches a stack from now on, which is as new, or C's.
fn watch(who: Who, bottom: usize, top: usize) -> Watch {
    let extent = Extent { bottom, top };
    if !template::is_child() {
        lock().live.insert(top, (who, extent));
    }
    Watch { who, extent }
}

/// Watches the current thread's own stack, if stacks are measured.
pub(crate) fn of_thread(who: Who) -> Option<Watch> {
    // Above it lies what belongs to the stack as well.
    const ROUND: usize = 64 << 10;
    is_on().then(|| {
        let limit = native_stack_limit();
        let size = (stack_pointer() - limit).next_multiple_of(ROUND);
        watch(who, limit, limit + size)
    })
}

/// Watches a stack beside a thread's, if stacks are measured.
pub(crate) fn of_system(bottom: usize, top: usize) -> Option<Watch> {
    is_on().then(|| watch(Who::System, bottom, top))
}

impl Drop for Watch {
    fn drop(&mut self) {
        if template::is_child() {
            return;
        }
        let Extent { bottom, top } = self.extent;
        let used = match self.who {
            // SAFETY: this is the goroutine, on that stack.
            Who::Goroutine(_) => unsafe { stack::used(bottom, top) },
            _ => stack::touched(bottom, top),
        };
        let mut depths = lock();
        depths.live.remove(&top);
        let tally = depths.ended.entry((self.who, top - bottom)).or_default();
        tally.ended += 1;
        tally.used = tally.used.max(used);
    }
}

impl Depths {
    /// With those that are in use.
    fn all(&self) -> Tallies {
        let mut all = self.ended.clone();
        for &(who, Extent { bottom, top }) in self.live.values() {
            let tally = all.entry((who, top - bottom)).or_default();
            tally.live += 1;
            tally.used = tally.used.max(stack::touched(bottom, top));
        }
        all
    }
}

/// Writes a report, from time to time.
pub(crate) fn report() {
    tell(&lock());
}

fn tell(depths: &Depths) {
    let config = config::get();
    let time = began().elapsed().as_millis();
    let report = show(&depths.all(), config.stack_size, time);
    template::say(format_args!("{}", report.trim_end()));
}

/// The deepest first; goroutines before C.
fn show(all: &Tallies, usual: usize, time: u128) -> String {
    let build = if cfg!(debug_assertions) {
        "without optimisation, whose frames are several times as large"
    } else {
        "with optimisation"
    };
    let mut text = format!("stacks {time}ms: used at least so deep, in a build {build}\n");
    let mut all: Vec<_> = all.iter().collect();
    all.sort_by_key(|((who, _), tally)| {
        let is_c = !matches!(who, Who::Goroutine(_));
        (is_c, std::cmp::Reverse(tally.used))
    });
    for ((who, size), tally) in all {
        let is_own = matches!(who, Who::Goroutine(_)) && *size != stack::whole_pages(usual);
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "cgocall: stacks {time}ms: {who}: used={} {}={} enough={} ended={} live={}",
            tally.used,
            if is_own { "own_size" } else { "size" },
            Bytes(*size).show(),
            Bytes(who.enough(tally.used)).show(),
            tally.ended,
            tally.live,
        );
    }
    text
}

impl Who {
    /// A size that leaves room: twice what was used.
    fn enough(self, used: usize) -> usize {
        let (least, step) = match self {
            Who::Goroutine(_) => (stack::SMALLEST, 4 << 10),
            _ => (stack::SMALLEST_SYSTEM, stack::SMALLEST_SYSTEM),
        };
        (2 * used).next_multiple_of(step).max(least)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Who::Goroutine(spawned_at) => write!(f, "go at {spawned_at}"),
            Who::Thread => f.write_str("C on goroutines' threads"),
            Who::Helper => f.write_str("C of `blocking` calls"),
            Who::System => f.write_str("C beside parked callbacks"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_is_told_first_with_a_size_that_leaves_room() {
        let here = Location::caller();
        let tally = |used, ended, live| Tally { ended, live, used };
        let all = Tallies::from([
            ((Who::Thread, 8 << 20), tally(5 << 20, 0, 2)),
            ((Who::Goroutine(here), 192 << 10), tally(1000, 7, 0)),
            ((Who::Goroutine(here), 64 << 10), tally(50_000, 1, 3)),
        ]);
        let text = show(&all, (192 << 10) - 100, 5);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("stacks 5ms: used at least so deep, in a build with"));
        assert_eq!(
            lines[1..],
            [
                format!(
                    "cgocall: stacks 5ms: go at {here}: used=50000 own_size=64K enough=100K ended=1 live=3"
                ),
                format!(
                    "cgocall: stacks 5ms: go at {here}: used=1000 size=192K enough=32K ended=7 live=0"
                ),
                "cgocall: stacks 5ms: C on goroutines' threads: used=5242880 size=8M enough=10M ended=0 live=2"
                    .into(),
            ]
        );
    }
}
