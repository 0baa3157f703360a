//! Lanes: what the events of one thread wait in until they are written.
//!
//! A thread takes its lane with its first event, which may be an export's in a signal handler: so lanes are laid by, with
//! all their memory, and nothing here allocates or waits. Where there is none left, or the lane is full, or the handler has
//! interrupted this very code, the event is lost, and counted.

use super::clock;
use super::event::{Event, What};
use super::writer;
use crate::kernel;
use std::cell::Cell;
use std::hint::spin_loop;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicU64, Ordering::*};
use std::sync::{Mutex, MutexGuard, TryLockError};

/// Events in a lane: some milliseconds of the shortest calls there are.
const EVENTS: usize = 1 << 14;
/// Lanes that are laid by.
const SPARES: usize = 32;
/// So often the writer is found swapping a lane's events before one is given up.
const TRIES: u32 = 1000;
/// And so often the writer tries that, and lets others go first.
const ROUNDS: u32 = 1000;

pub(super) struct Lane {
    /// The thread, as the kernel numbers it. 0: nobody's.
    tid: AtomicI32,
    events: Mutex<Vec<Event>>,
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

/// Notes down that something has happened, now, on this thread.
// Not inlined to where goroutines park and migrate: see `thread::current`.
#[inline(never)]
pub(super) fn note(g: usize, what: What) {
    let lane = LANE.get().or_else(|| {
        let lane = take();
        LANE.set(lane);
        lane
    });
    if !lane.is_some_and(|lane| lane.push(g, what)) {
        LOST.fetch_add(1, Relaxed);
    }
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
            events: Mutex::new(Vec::with_capacity(EVENTS)),
        }
    }

    /// Whether there is room.
    fn push(&self, g: usize, what: What) -> bool {
        let Some(mut events) = self.lock_soon() else {
            return false;
        };
        if events.len() == events.capacity() {
            return false;
        }
        // Under the lock: what is noted after the writer has looked is later than that.
        let at = clock::now();
        events.push(Event { at, g, what });
        let half = events.len() == EVENTS / 2;
        drop(events);
        if half {
            writer::hurry();
        }
        true
    }

    fn lock_soon(&self) -> Option<MutexGuard<'_, Vec<Event>>> {
        for _ in 0..TRIES {
            match self.events.try_lock() {
                Ok(events) => return Some(events),
                Err(TryLockError::Poisoned(events)) => return Some(events.into_inner()),
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

    /// Takes all events out, each with the thread that it happened on.
    pub(super) fn drain(&mut self, mut each: impl FnMut(i32, Event)) {
        for lane in &self.all {
            // Acquire: with the Release in `take`.
            let tid = lane.tid.load(Acquire);
            if tid != 0 {
                // Not waited for without end: at the end of the program this may have interrupted who holds it.
                let locked = (0..ROUNDS).find_map(|_| {
                    let events = lane.lock_soon();
                    events.or_else(|| {
                        std::thread::yield_now();
                        None
                    })
                });
                let Some(mut events) = locked else { continue };
                std::mem::swap(&mut *events, &mut self.empty);
                drop(events);
                self.empty.drain(..).for_each(|event| each(tid, event));
            }
        }
    }

    /// Takes back the lanes of threads that are gone, after a `drain`.
    pub(super) fn reclaim(&mut self) {
        for lane in &self.all {
            let tid = lane.tid.load(Relaxed);
            if tid != 0 && kernel::is_gone(tid) {
                // What it noted between the drain and its end.
                if lane.lock_soon().is_some_and(|events| events.is_empty()) {
                    lane.tid.store(0, Relaxed);
                    self.free.push(lane);
                }
            }
        }
    }
}
