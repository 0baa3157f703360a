//! Numbers that stand for values: slots that are never freed, each with a word that says whose it is at the moment.
//!
//! ```text
//!            high half     low half
//! number     generation    index of a slot, from 1 on: no number is 0
//! state      generation    RETIRED, and how many use the value
//! ```
//!
//! A number is good as long as its generation is its slot's. Retiring it makes the slot's generation the next one at
//! once, so that nobody finds the value any more; the last who uses it takes it out, and gives the slot back. A slot
//! whose generations are used up is not given back, so that no number is ever good twice. They begin at one that the
//! process has rolled: what was never a number is hardly one by chance.
//!
//! Who counts itself in with `Acquire` sees what `insert` has published with `Release`. Who counts itself out with
//! `Release` is done with the value before the last one, with an `Acquire` fence, takes it out.

use std::cell::UnsafeCell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering::*, fence};
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
const USERS: usize = RETIRED - 1;
const NEXT: usize = 1 << INDEX;

/// The slots of the first chunk; each further one has twice as many.
const FIRST: usize = 64;
const CHUNKS: usize = (INDEX - FIRST.ilog2()) as usize;

/// Values that numbers stand for.
pub(crate) struct Slots<V> {
    chunks: [AtomicPtr<Slot<V>>; CHUNKS],
    spare: Mutex<Spare>,
}

struct Spare {
    /// Slots that were given back.
    free: Vec<usize>,
    /// The first that was never used.
    next: usize,
    /// Every slot's first generation, when there are slots.
    first: usize,
}

pub(crate) struct Slot<V> {
    state: AtomicUsize,
    value: UnsafeCell<MaybeUninit<V>>,
}

/// Why a number stands for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It did once.
    Retired,
    /// It never did.
    Unknown,
}

// SAFETY: a value is written by `insert`, before anybody has its number, and read by those who are counted in. Each
// gets a copy of it, which is what `V: Sync` and `V: Send` are asked for.
unsafe impl<V: Send + Sync> Sync for Slots<V> {}

impl<V: Copy + 'static> Slots<V> {
    pub(crate) const fn new() -> Slots<V> {
        Slots {
            chunks: [const { AtomicPtr::new(ptr::null_mut()) }; CHUNKS],
            spare: Mutex::new(Spare {
                free: Vec::new(),
                next: 1,
                first: 0,
            }),
        }
    }

    /// A new number for `value`; none if all of them are in use.
    pub(crate) fn insert(&'static self, value: V) -> Option<usize> {
        let (index, slot) = self.spare_slot()?;
        let generation = slot.state.load(Relaxed) & !LOW;
        // SAFETY: the slot is retired, so that nobody is counted in, and it is spare, so that nobody else writes.
        unsafe { (*slot.value.get()).write(value) };
        // Release: who counts itself in sees the value.
        slot.state.store(generation, Release);
        Some(generation | index)
    }

    /// What `number` stands for. It stays until [`leave`](Slots::leave) is told.
    #[inline]
    pub(crate) fn enter(&'static self, number: usize) -> Result<(&'static Slot<V>, V), Refused> {
        let Some(slot) = self.slot(number & LOW) else {
            return Err(Refused::Unknown);
        };
        let mut state = slot.state.load(Relaxed);
        loop {
            if (state ^ number) & !LOW != 0 || state & RETIRED != 0 {
                return Err(self.why_not(number, state));
            }
            assert!(state & USERS < USERS, "a handle is in use too often");
            // Acquire: of what `insert` wrote.
            let word = &slot.state;
            match word.compare_exchange_weak(state, state + 1, Acquire, Relaxed) {
                Ok(_) => break,
                Err(changed) => state = changed,
            }
        }
        // SAFETY: the generation says that it was written, and nobody takes it out while one is counted in.
        Ok((slot, unsafe { (*slot.value.get()).assume_init() }))
    }

    /// Whoever has entered uses the value no more. Returned to the last one who does, if the number is retired: it is
    /// nobody else's any more.
    #[inline]
    pub(crate) fn leave(&'static self, number: usize, slot: &'static Slot<V>) -> Option<V> {
        // Release: what this one did with the value comes before what is done with it by the last.
        let state = slot.state.fetch_sub(1, Release);
        (state & LOW == RETIRED | 1).then(|| self.take_out(number, slot))
    }

    /// Has `number` stand for nothing, by one who has entered. False: somebody else did before.
    pub(crate) fn retire(&'static self, number: usize, slot: &'static Slot<V>) -> bool {
        let is_good = |state: usize| (state ^ number) & !LOW == 0;
        let retired = |state: usize| {
            let next = (state & !LOW).wrapping_add(NEXT);
            is_good(state).then_some(next | RETIRED | (state & USERS))
        };
        slot.state.fetch_update(Relaxed, Relaxed, retired).is_ok()
    }

    /// The same, where nobody else has entered, and the value is taken out. Otherwise nothing is changed.
    pub(crate) fn retire_alone(&'static self, number: usize, slot: &'static Slot<V>) -> Option<V> {
        let alone = (number & !LOW) | 1;
        let retired = (number & !LOW).wrapping_add(NEXT) | RETIRED;
        let word = &slot.state;
        let taken = word.compare_exchange(alone, retired, Relaxed, Relaxed);
        taken.is_ok().then(|| self.take_out(number, slot))
    }

    #[cold]
    fn take_out(&'static self, number: usize, slot: &'static Slot<V>) -> V {
        // Partner: `leave` of those who used it.
        fence(Acquire);
        // SAFETY: the slot is retired, and its last user has left.
        let value = unsafe { (*slot.value.get()).assume_init() };
        let mut spare = self.spare();
        if (number & !LOW).wrapping_add(NEXT) != spare.first {
            spare.free.push(number & LOW);
        }
        value
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
                state: AtomicUsize::new(spare.first | RETIRED),
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

    #[cold]
    fn why_not(&self, number: usize, state: usize) -> Refused {
        let first = self.spare().first;
        let since = |state: usize| (state & !LOW).wrapping_sub(first);
        if number & LOW != 0 && since(number) < since(state) {
            Refused::Retired
        } else {
            Refused::Unknown
        }
    }
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
