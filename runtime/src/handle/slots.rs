//! Numbers that stand for values: slots that are never freed, each with a word that says whose it is at the moment.
//!
//! ```text
//!            high half     low half
//! number     generation    index of a slot, from 1 on: no number is 0
//! state      generation    RETIRED, FREE, and how many are counted in
//! ```
//!
//! A number is good as long as its generation is its slot's. Retiring it makes the slot's generation the next one at
//! once, so that nobody finds the value any more; the last who uses it takes it out, and gives the slot back. A slot
//! whose generations are used up is not given back, so that no number is ever good twice. They begin at one that the
//! process has rolled: what was never a number is hardly one by chance.
//!
//! # Who uses a value
//!
//! Each thread has a few [`Cells`]. Who looks up a number writes it into one, and *then* looks whether it is good: two
//! plain accesses. Who is done clears the cell, and then looks whether the number was retired meanwhile. Who retires one,
//! or finds it retired, looks through all threads' cells for it, with a heavy fence (`membarrier`) in between, which makes
//! up for the fences that the others have not. Each of the two looks after it has written, so at least one of them sees
//! the other: a value in use is not taken out, and who is last takes it out. These are hazard pointers (Maged Michael,
//! 2004); Folly's have the asymmetric fence too.
//!
//! Where there are no such fences, or a thread has no cell to spare, the slot's word counts. Where the kernel begins to
//! refuse them, as a sandbox may that a program enters late, the numbers that are given out from then on are COUNTED: no
//! cell is good for them. Whether an older one is in a cell nobody can tell any more, and its value stays.

use crate::sync::{is_asymmetric, is_refused, light_fence, try_heavy_fence};
use std::cell::UnsafeCell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicUsize, Ordering::*, fence};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many bits an index has. So many numbers can be good at a time, and a slot has the other bits' generations.
const INDEX: u32 = if usize::BITS == 64 {
    32
} else {
    usize::BITS * 5 / 8
};
const LOW: usize = (1 << INDEX) - 1;
/// In a state: nobody has a number of this generation yet.
const RETIRED: usize = 1 << (INDEX - 1);
/// And there is no value: it was taken out, or there never was one.
const FREE: usize = 1 << (INDEX - 2);
/// As long as a number is good, and until its value is taken out: all who use it are counted in.
const COUNTED: usize = 1 << (INDEX - 3);
const USERS: usize = COUNTED - 1;
const NEXT: usize = 1 << INDEX;

/// The slots of the first chunk; each further one has twice as many.
const FIRST: usize = 64;
const CHUNKS: usize = (INDEX - FIRST.ilog2()) as usize;

/// Values that numbers stand for.
pub(crate) struct Slots<V> {
    chunks: [AtomicPtr<Slot<V>>; CHUNKS],
    spare: Mutex<Spare>,
    /// Those of all threads that there ever were at one time.
    cells: AtomicPtr<Cells>,
}

struct Spare {
    /// Slots that were given back.
    free: Vec<usize>,
    /// The first that was never used.
    next: usize,
    /// Every slot's first generation, when there are slots.
    first: usize,
}

/// One line of a cache, if `V` fits: who looks a number up waits for memory once.
#[repr(C, align(64))]
pub(crate) struct Slot<V> {
    state: AtomicUsize,
    value: UnsafeCell<MaybeUninit<V>>,
}

/// The numbers that a thread uses: it alone writes into a cell that is 0, and whoever is done clears it.
#[repr(align(128))]
pub(crate) struct Cells {
    numbers: [AtomicUsize; CELLS],
    /// Whether a thread has them.
    taken: AtomicBool,
    next: *mut Cells,
}

/// As many values as a thread uses at a time without counting.
const CELLS: usize = 8;

/// One who uses the value of a number.
pub(crate) struct Entered<V: 'static> {
    number: usize,
    slot: &'static Slot<V>,
    /// None: it is counted.
    cell: Option<&'static AtomicUsize>,
}

/// A number was refused. Not yet why, which is for [`Slots::turn_away`]: whoever looks up a good number has nothing of it.
#[must_use]
pub(crate) struct TurnedAway<V: 'static> {
    /// The state for which it was.
    state: usize,
    /// Who has entered nevertheless.
    entered: Option<Entered<V>>,
}

/// Why a number stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It did once.
    Retired,
    /// It never did.
    Unknown,
}

// SAFETY: a value is written by `insert`, before anybody has its number, and lent to those who have entered, which is what
// `V: Sync` is asked for; it is moved out by one of them, which is what `V: Send` is.
unsafe impl<V: Send + Sync> Sync for Slots<V> {}
// SAFETY: they are lists of atomics; `next` is set before anybody else sees it.
unsafe impl Sync for Cells {}
// SAFETY: as above.
unsafe impl Send for Cells {}
// SAFETY: an atomic word, and a cell as above.
unsafe impl<V: Send + Sync> Sync for Slot<V> {}

impl<V: 'static> Slots<V> {
    pub(crate) const fn new() -> Slots<V> {
        Slots {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            spare: Mutex::new(Spare {
                free: Vec::new(),
                next: 1,
                first: 0,
            }),
            cells: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Cells for a thread that has none.
    pub(crate) fn cells(&'static self) -> &'static Cells {
        let mut next = self.cells.load(Acquire);
        // SAFETY: they are never freed.
        while let Some(cells) = unsafe { next.as_ref() } {
            if cells
                .taken
                .compare_exchange(false, true, Acquire, Relaxed)
                .is_ok()
            {
                return cells;
            }
            next = cells.next;
        }
        let cells = Box::leak(Box::new(Cells {
            numbers: [const { AtomicUsize::new(0) }; CELLS],
            taken: AtomicBool::new(true),
            next: self.cells.load(Relaxed),
        }));
        loop {
            // Release: who finds them sees what is in them.
            let word = &self.cells;
            match word.compare_exchange(cells.next, cells, Release, Relaxed) {
                Ok(_) => break,
                Err(changed) => cells.next = changed,
            }
        }
        // Partner: the fence of `reclaim`. Either it finds these cells, or their thread finds the number retired.
        fence(SeqCst);
        cells
    }

    /// A new number for `value`; the value if all of them are in use.
    pub(crate) fn insert(&'static self, value: V) -> Result<usize, V> {
        let Some((index, slot)) = self.spare_slot() else {
            return Err(value);
        };
        let generation = slot.state.load(Relaxed) & !LOW;
        // SAFETY: the slot is free: nobody looks at its value, and nobody else writes it.
        unsafe { (*slot.value.get()).write(value) };
        let counted = if is_refused() { COUNTED } else { 0 };
        // Release: who counts itself in sees the value.
        slot.state.store(generation | counted, Release);
        Ok(generation | index)
    }

    /// What `number` stands for. It stays until [`leave`](Slots::leave). `cells`: the calling thread's, where a light
    /// fence has a heavy one for its partner.
    ///
    /// Inlined, with all that it returns in registers: what is put together in memory, and read back in wider pieces than
    /// it was written in, waits for all that was begun before, and so each look-up for the one before it.
    #[inline(always)]
    pub(crate) fn enter(
        &'static self,
        number: usize,
        cells: Option<&'static Cells>,
    ) -> Result<Entered<V>, TurnedAway<V>> {
        let turned_away = |state, entered| Err(TurnedAway { state, entered });
        let Some(slot) = self.slot(number & LOW) else {
            return turned_away(number, None);
        };
        let cell = cells.and_then(Cells::spare);
        let entered = Entered { number, slot, cell };
        let Some(cell) = cell else {
            return match Self::count_in(number, slot) {
                Ok(()) => Ok(entered),
                Err(state) => turned_away(state, None),
            };
        };
        // Release: of what was done with the number that was there before.
        cell.store(number, Release);
        // Partner: the heavy fence of `reclaim`.
        light_fence();
        // Acquire: of what `insert` wrote.
        let state = slot.state.load(Acquire);
        if is_good(number, state) && state & COUNTED == 0 {
            return Ok(entered);
        }
        if state & COUNTED == 0 {
            return turned_away(state, Some(entered));
        }
        match Self::count_in_instead(number, slot, cell) {
            Ok(()) => Ok(Entered {
                cell: None,
                ..entered
            }),
            Err(state) => turned_away(state, None),
        }
    }

    /// Nobody looks into cells for this number, nor any more for those that the slot had before.
    #[cold]
    fn count_in_instead(
        number: usize,
        slot: &'static Slot<V>,
        unused: &AtomicUsize,
    ) -> Result<(), usize> {
        unused.store(0, Release);
        Self::count_in(number, slot)
    }

    /// Or the state in which it is not good.
    #[cold]
    fn count_in(number: usize, slot: &'static Slot<V>) -> Result<(), usize> {
        let mut state = slot.state.load(Relaxed);
        loop {
            if !is_good(number, state) {
                return Err(state);
            }
            assert!(state & USERS < USERS, "a handle is in use too often");
            // Acquire: of what `insert` wrote.
            let word = &slot.state;
            match word.compare_exchange_weak(state, state + 1, Acquire, Relaxed) {
                Ok(_) => return Ok(()),
                Err(changed) => state = changed,
            }
        }
    }

    /// Whoever has entered uses the value no more. Returned to the last one who does, if the number is retired: it is
    /// nobody else's any more.
    #[inline(always)]
    pub(crate) fn leave(&'static self, entered: &Entered<V>) -> Option<V> {
        let Entered { number, slot, cell } = *entered;
        // Release, both: what this one did with the value comes before what is done with it by the last.
        let is_last = match cell {
            Some(cell) => {
                cell.store(0, Release);
                // Partner: the heavy fence of `reclaim`.
                light_fence();
                slot.state.load(Relaxed) == retired(number)
            }
            None => {
                let before = slot.state.fetch_sub(1, Release);
                before & !COUNTED == retired(number) + 1
            }
        };
        if is_last {
            self.reclaim(number, slot)
        } else {
            None
        }
    }

    /// Has `number` stand for nothing, by one who has entered. False: somebody else did before.
    pub(crate) fn retire(&'static self, entered: &Entered<V>) -> bool {
        let number = entered.number;
        let retired = |state: usize| {
            is_good(number, state).then_some(retired(number) | (state & (COUNTED | USERS)))
        };
        entered
            .slot
            .state
            .fetch_update(Relaxed, Relaxed, retired)
            .is_ok()
    }

    /// Takes the value of a retired number out, unless somebody uses it: who is last comes here again.
    #[cold]
    fn reclaim(&'static self, number: usize, slot: &'static Slot<V>) -> Option<V> {
        // If it is another number's by now, the exchange below fails.
        let counted = slot.state.load(Relaxed) & COUNTED;
        if counted != 0 {
            // Of what those did who have counted themselves out.
            fence(Acquire);
        } else if !self.is_in_no_cell(number) {
            return None;
        }
        // It fails where one is counted in, or where somebody else comes first.
        let word = &slot.state;
        let retired = retired(number) | counted;
        let taken = word.compare_exchange(retired, retired | FREE, Relaxed, Relaxed);
        taken.ok()?;
        // SAFETY: the number is retired, nobody uses it, and nobody else takes it out.
        let value = unsafe { (*slot.value.get()).assume_init_read() };
        let mut spare = self.spare();
        if retired & !LOW != spare.first {
            spare.free.push(number & LOW);
        }
        Some(value)
    }

    /// False: or nobody can tell.
    fn is_in_no_cell(&'static self, number: usize) -> bool {
        // Partner: the fence of `cells`, and the light ones of `enter` and `leave`; and for the count, which was looked at
        // before this, it is the Acquire.
        let fenced = is_asymmetric() & try_heavy_fence();
        if self.cells.load(Acquire).is_null() {
            return true;
        }
        // If there was none to be had before, they are newer than that.
        let fenced = fenced || try_heavy_fence();
        // Where the kernel refuses from now on, nobody can tell any more: then the value stays.
        fenced && is_asymmetric() && !self.in_a_cell(number)
    }

    fn in_a_cell(&'static self, number: usize) -> bool {
        let mut next = self.cells.load(Acquire);
        // SAFETY: they are never freed.
        while let Some(cells) = unsafe { next.as_ref() } {
            // Acquire: of what was done by those who have cleared theirs.
            if cells
                .numbers
                .iter()
                .any(|cell| cell.load(Acquire) == number)
            {
                return true;
            }
            next = cells.next;
        }
        false
    }

    fn spare(&self) -> MutexGuard<'_, Spare> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare_slot(&'static self) -> Option<(usize, &'static Slot<V>)> {
        let mut spare = self.spare();
        let index = match spare.free.pop() {
            Some(index) => index,
            None => {
                let index = spare.next;
                self.make_sure_of(index, &mut spare)?;
                spare.next += 1;
                index
            }
        };
        self.slot(index).map(|slot| (index, slot))
    }

    /// Makes the chunk of the slot at `index`, unless it is there.
    fn make_sure_of(&self, index: usize, spare: &mut Spare) -> Option<()> {
        let (chunk, _) = place(index);
        let place = self.chunks.get(chunk)?;
        if place.load(Relaxed).is_null() {
            if spare.first == 0 {
                spare.first = roll();
            }
            let slots = (0..FIRST << chunk).map(|_| Slot {
                state: AtomicUsize::new(spare.first | RETIRED | FREE),
                value: UnsafeCell::new(MaybeUninit::uninit()),
            });
            let slots: Vec<Slot<V>> = slots.collect();
            // Release: who finds the chunk sees its slots.
            place.store(slots.leak().as_mut_ptr(), Release);
        }
        Some(())
    }

    #[inline]
    fn slot(&'static self, index: usize) -> Option<&'static Slot<V>> {
        let (chunk, at) = place(index);
        let slots = self.chunks.get(chunk)?.load(Acquire);
        // SAFETY: chunks are never freed, and `at` is below this one's `FIRST << chunk`.
        (!slots.is_null()).then(|| unsafe { &*slots.add(at) })
    }

    /// Why `number` was refused. With it there may come the value of who was there before: it is nobody else's any more,
    /// as in [`leave`](Slots::leave).
    #[cold]
    pub(crate) fn turn_away(
        &'static self,
        number: usize,
        away: TurnedAway<V>,
    ) -> (Refused, Option<V>) {
        let TurnedAway { state, entered } = away;
        // What stood in the cell for a moment may have kept another from taking it out.
        let orphan = entered.and_then(|entered| self.leave(&entered));
        let first = self.spare().first;
        let since = |state: usize| (state & !LOW).wrapping_sub(first);
        let why = if number & LOW != 0 && since(number) < since(state) {
            Refused::Retired
        } else {
            Refused::Unknown
        };
        (why, orphan)
    }
}

impl<V> Entered<V> {
    /// The value. It stays where it is until this one has left.
    #[inline]
    pub(crate) fn value(&self) -> &V {
        // SAFETY: the number was good, so it was written; and nobody takes it out while a cell has the number, or one is
        // counted in.
        unsafe { (*self.slot.value.get()).assume_init_ref() }
    }
}

impl Cells {
    /// One that is not in use. By the thread that has them.
    #[inline]
    fn spare(&'static self) -> Option<&'static AtomicUsize> {
        // Acquire: of what another thread did before it has cleared it, for whoever looks through it next.
        let is_spare = |cell: &&AtomicUsize| cell.load(Acquire) == 0;
        let (first, others) = self.numbers.split_first()?;
        // Most often nothing else is in use.
        if is_spare(&first) {
            return Some(first);
        }
        others.iter().find(is_spare)
    }

    /// For the next thread. What is in use stays so.
    pub(crate) fn give_back(&self) {
        self.taken.store(false, Release);
    }
}

#[inline]
fn is_good(number: usize, state: usize) -> bool {
    (state ^ number) & !LOW == 0 && state & RETIRED == 0
}

/// The state of a slot whose last number was this one, with its value still there, and nobody counted in.
#[inline]
fn retired(number: usize) -> usize {
    (number & !LOW).wrapping_add(NEXT) | RETIRED
}

/// A first generation, with its highest bit set and the next one not: neither small integers nor addresses are good, and
/// will not be for very long.
fn roll() -> usize {
    let rolled = (RandomState::new().hash_one(0) as usize) << INDEX;
    (rolled >> 2 | 1 << (usize::BITS - 1)) & !LOW
}

/// The chunk that has a slot, and where in it.
#[inline]
fn place(index: usize) -> (usize, usize) {
    let from_first = index + FIRST;
    let chunk = from_first.ilog2() - FIRST.ilog2();
    (chunk as usize, from_first - (FIRST << chunk))
}
