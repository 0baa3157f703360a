//! Lanes: what the events of one thread wait in until they are written.
//!
//! A thread takes its lane with its first event, which may be an export's in a signal handler: so lanes are laid by, with
//! all their memory, and nothing here allocates or waits. Where there is none left, or the lane is full, or the handler has
//! interrupted this very code, the event is lost, and counted.

use super::clock;
use super::event::{Event, What};
use super::{pause, writer};
use crate::kernel;
use std::cell::Cell;
use std::hint::spin_loop;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering::*};
use std::sync::{Mutex, MutexGuard, TryLockError};

/// Events in a lane: more than a round can have, unless what is rare is not.
const EVENTS: usize = 1 << 14;
/// So much of what happens often is drawn at once, for each round: what rounds with less have saved, up to the most that there
/// is room for; and, after a pause, so much that it shows how one thing follows another.
const AT_ONCE: usize = EVENTS / 2;
const A_ROUND: usize = 64;
const AFTER_PAUSE: usize = 16 * A_ROUND;
/// Lanes that are laid by.
const SPARES: usize = 32;
/// So often the writer is found swapping a lane's events before one is given up.
const TRIES: u32 = 1000;
/// And so often the writer tries that, and lets others go first.
const ROUNDS: u32 = 1000;

pub(super) struct Lane {
    /// The thread, as the kernel numbers it. 0: nobody's.
    tid: AtomicI32,
    noted: Mutex<Noted>,
}

struct Noted {
    events: Vec<Event>,
    /// So much of what happens often may come before there is a pause.
    room: usize,
}

/// When something is noted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Unless there is a pause: it happens often.
    Unpaused,
    Always,
}

static LAID_BY: [AtomicPtr<Lane>; SPARES] = [const { AtomicPtr::new(null_mut()) }; SPARES];
static LOST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static LANE: Cell<Option<&'static Lane>> = const { Cell::new(None) };
}

/// How many events were lost.
pub(super) fn lost() -> u64 {
    LOST.load(Relaxed)
}

/// Notes down that something has happened, now, on this thread. Whether that is drawn, as far as it is known.
// Not inlined to where goroutines park and migrate: see `thread::current`.
#[inline(never)]
pub(super) fn note(g: usize, what: What, when: When) -> bool {
    if when == When::Unpaused && pause::since().is_some() {
        std::mem::forget(what); // it has nothing to drop
        return false;
    }
    on_lane(|lane| lane.push(g, what, when, None))
}

/// The same of what has happened at that moment, and has nothing after it on its row.
#[inline(never)]
pub(super) fn note_late(g: usize, what: What, at: u64) {
    on_lane(|lane| lane.push(g, what, When::Always, Some(at)));
}

fn on_lane(push: impl FnOnce(&'static Lane) -> Option<bool>) -> bool {
    let lane = LANE.get().or_else(|| {
        let lane = take();
        LANE.set(lane);
        lane
    });
    let pushed = lane.and_then(push);
    if pushed.is_none() {
        LOST.fetch_add(1, Relaxed);
    }
    pushed.unwrap_or(true)
}

/// A lane for the current thread.
#[cold]
fn take() -> Option<&'static Lane> {
    // Acquire: the lane is ready.
    let lane = LAID_BY
        .iter()
        .map(|lane| lane.swap(null_mut(), Acquire))
        .find(|lane| !lane.is_null())?;
    // SAFETY: `lay_by` has put a `&'static Lane` there, and this has taken it out.
    let lane = unsafe { &*lane };
    lane.tid.store(number(), Release);
    Some(lane)
}

/// The current thread's, or one for it where the kernel says none.
fn number() -> i32 {
    static LAST: AtomicI32 = AtomicI32::new(0);
    match kernel::current_thread() {
        0 => LAST.fetch_add(1, Relaxed) + 1,
        tid => tid,
    }
}

impl Lane {
    fn new() -> Lane {
        Lane {
            tid: AtomicI32::new(0),
            noted: Mutex::new(Noted {
                events: Vec::with_capacity(EVENTS),
                room: AT_ONCE,
            }),
        }
    }

    /// Whether it is drawn; nothing, if there is no room for it.
    fn push(&self, g: usize, what: What, when: When, at: Option<u64>) -> Option<bool> {
        let mut noted = self.lock_soon()?;
        // Under the lock: what is noted after the writer has looked is later than that.
        let at = at.unwrap_or_else(clock::now);
        if when == When::Unpaused {
            if noted.room == 0 {
                pause::begin(at);
            }
            if pause::since().is_some() {
                return Some(false);
            }
            noted.room -= 1;
        }
        let events = &mut noted.events;
        if events.len() == events.capacity() {
            return None;
        }
        events.push(Event { at, g, what });
        let half = events.len() == EVENTS / 2;
        drop(noted);
        if half {
            writer::hurry();
        }
        Some(true)
    }

    fn lock_soon(&self) -> Option<MutexGuard<'_, Noted>> {
        for _ in 0..TRIES {
            match self.noted.try_lock() {
                Ok(noted) => return Some(noted),
                Err(TryLockError::Poisoned(noted)) => return Some(noted.into_inner()),
                Err(TryLockError::WouldBlock) => spin_loop(),
            }
        }
        None
    }
}

/// All lanes, for the writer.
pub(super) struct Lanes {
    all: Vec<&'static Lane>,
    /// Those of threads that are gone.
    free: Vec<&'static Lane>,
    /// What a lane gets in exchange for its events.
    empty: Vec<Event>,
}

impl Lanes {
    pub(super) fn new() -> Lanes {
        let mut lanes = Lanes {
            all: Vec::new(),
            free: Vec::new(),
            empty: Vec::with_capacity(EVENTS),
        };
        lanes.lay_by();
        lanes
    }

    /// Lays lanes by, for threads to come.
    pub(super) fn lay_by(&mut self) {
        let empty = |place: &&AtomicPtr<Lane>| place.load(Relaxed).is_null();
        for place in LAID_BY.iter().filter(empty) {
            let lane = self.free.pop().unwrap_or_else(|| {
                let lane: &'static Lane = Box::leak(Box::new(Lane::new()));
                self.all.push(lane);
                lane
            });
            // Release: with the Acquire in `take`.
            place.store(std::ptr::from_ref(lane).cast_mut(), Release);
        }
    }

    /// Takes all events out, each with the thread that it happened on. Whether all threads have room for what comes after a
    /// pause.
    pub(super) fn drain(&mut self, mut each: impl FnMut(i32, Event)) -> bool {
        let mut have_room = true;
        for lane in &self.all {
            // Acquire: with the Release in `take`.
            let tid = lane.tid.load(Acquire);
            if tid != 0 {
                // Not waited for without end: at the end of the program this may have interrupted who holds it.
                let locked = (0..ROUNDS).find_map(|_| {
                    let noted = lane.lock_soon();
                    noted.or_else(|| {
                        std::thread::yield_now();
                        None
                    })
                });
                let Some(mut noted) = locked else { continue };
                std::mem::swap(&mut noted.events, &mut self.empty);
                noted.room = AT_ONCE.min(noted.room + A_ROUND);
                have_room &= noted.room >= AFTER_PAUSE;
                drop(noted);
                self.empty.drain(..).for_each(|event| each(tid, event));
            }
        }
        have_room
    }

    /// Takes back the lanes of threads that are gone, after a `drain`.
    pub(super) fn reclaim(&mut self) {
        for lane in &self.all {
            let tid = lane.tid.load(Relaxed);
            if tid != 0 && kernel::is_gone(tid) {
                // What it noted between the drain and its end.
                if lane
                    .lock_soon()
                    .is_some_and(|noted| noted.events.is_empty())
                {
                    lane.tid.store(0, Relaxed);
                    self.free.push(lane);
                }
            }
        }
    }
}
