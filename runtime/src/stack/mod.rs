//! Stacks, and who keeps them while they are not in use.
//!
//! A [`slab`](Slab) carves stacks of one size from address space, each with a guard. There is one for goroutines, one
//! for C, and one for each other size that was asked for. Stacks that nobody uses lie in the slab's depot; Ps keep some
//! dozens of goroutines' stacks themselves, and Ms a few for C.
//!
//! A goroutine takes its stack when it first runs, on the scheduler, where nobody could be told that there is none. So it
//! is promised one when it is spawned: `depot` tells how, and who spawns it gets the error. Goroutines with a size of
//! their own are given the stack itself by then, which takes address space alone.

#[cfg(any(target_os = "linux", target_os = "android"))]
mod batch;
mod depot;
mod limits;
mod magazine;
mod memory;
mod regions;
#[cfg(asan)]
pub(crate) mod roots;
mod slab;
mod spares;
mod system;
#[cfg(test)]
mod tests;
mod trim;

pub(crate) use limits::{Need, leaving_headroom};
pub(crate) use magazine::{Magazine, SOME};
pub(crate) use memory::{GUARD, guards_are_mappings, max_map_count, page, reserve, try_out};
pub(crate) use regions::find;
pub(crate) use slab::{OWNER, Slab};
pub(crate) use spares::Spares;
pub(crate) use system::SystemStack;
pub(crate) use trim::Trimmer;

use crate::config;
use crate::g::G;
use crate::spawn_error::SpawnError;
use crate::sweep::Owner;
use crate::template;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A goroutine's own stack.
pub(crate) type GoStack = slab::Stack;

/// A stack costs address space; memory only as deep as it was used. With its guard it takes 256 KiB. Frames that are not
/// optimised are several times as large: a call and its callback take about 3 KiB there, and 0.5 KiB else.
pub(crate) const GOROUTINE: usize = if cfg!(debug_assertions) {
    (1 << 20) - GUARD
} else {
    (256 << 10) - GUARD
};
/// What a thread usually has: C code expects no less.
pub(crate) const SYSTEM: usize = 8 << 20;
/// What a goroutine's stack may be. The smallest has room for a panic's message with its
/// backtrace, which takes 24 KiB; beyond the largest is a slip of the hand.
pub(crate) const SMALLEST: usize = 32 << 10;
pub(crate) const LARGEST: usize = 1 << 30;
/// What C's stack may be at least.
pub(crate) const SMALLEST_SYSTEM: usize = 64 << 10;
/// Signals arrive on the scheduler's stack too, if their handlers do not ask for an alternate one.
pub(crate) const SCHEDULER: usize = (256 << 10) - GUARD;

/// All slabs there are.
static SLABS: Mutex<Vec<&'static Slab>> = Mutex::new(Vec::new());

fn slabs() -> Vec<&'static Slab> {
    // No code that could panic holds the lock.
    SLABS.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The slab of stacks of that size.
pub(crate) fn of_size(size: usize) -> &'static Slab {
    let new = Slab::new(size);
    let mut slabs = SLABS.lock().unwrap_or_else(PoisonError::into_inner);
    let same = slabs.iter().find(|slab| slab.size() == new.size());
    match same {
        Some(slab) => slab,
        None => {
            let slab: &'static Slab = Box::leak(Box::new(new));
            slabs.push(slab);
            slab
        }
    }
}

/// The slab of goroutines' stacks.
fn goroutines() -> &'static Slab {
    static GOROUTINES: OnceLock<&'static Slab> = OnceLock::new();
    GOROUTINES.get_or_init(|| of_size(config::get().stack_size))
}

/// A P's own stacks.
pub(crate) fn magazine() -> Magazine {
    Magazine::new(goroutines())
}

/// An M's stacks for C.
pub(crate) fn spares() -> Spares {
    Spares::new(of_size(config::get().system_stack_size))
}

/// The stack that an M's scheduler runs on.
pub(crate) fn scheduler() -> Result<SystemStack, SpawnError> {
    of_size(SCHEDULER).get().map(SystemStack::of_scheduler)
}

/// One for C.
pub(crate) fn system() -> Result<SystemStack, SpawnError> {
    let slab = of_size(config::get().system_stack_size);
    slab.get().map(SystemStack::for_c)
}

/// A stack for a goroutine that has wished for one of that size, if it is not that of all others. There are sixteen
/// sizes from one power of two to the next: who asks for many different ones gets some of them larger.
pub(crate) fn particular(size: usize) -> Result<Option<GoStack>, SpawnError> {
    // In a child of `fork` nobody runs it.
    if size == config::get().stack_size || template::is_child() {
        return Ok(None);
    }
    let step = (size / 16).next_power_of_two();
    of_size(size.next_multiple_of(step)).get().map(Some)
}

/// Takes tickets to goroutines' stacks: one, or up to `most`.
#[cold]
pub(crate) fn promise(most: usize) -> Result<usize, SpawnError> {
    if template::is_child() {
        // Nobody spends them there, and a lock may be held for good.
        return Ok(most);
    }
    goroutines().promise(most)
}

/// Gives tickets back.
pub(crate) fn return_tickets(n: usize) {
    goroutines().depot.add_tickets(n);
}

/// Notes that the goroutine, which is about to start, has the stack.
#[inline]
pub(crate) fn own(stack: &GoStack, g: &G) {
    stack.owner().set(g);
}

/// It is done, and the stack nobody's again.
#[inline]
pub(crate) fn disown(stack: &GoStack, g: &G) {
    stack.owner().clear(g);
}

/// The thread leaves the stack that this runs on, and is to come back.
#[inline(always)]
pub(crate) fn leave() {
    #[cfg(asan)]
    roots::leave();
}

/// The words of all stacks that may have an owner.
pub(crate) fn owners() -> impl Iterator<Item = &'static Owner> {
    let tops = slabs().into_iter().flat_map(Slab::tops_in_use);
    tops.map(slab::owner_at)
}

/// A size in whole pages.
pub(crate) fn whole_pages(size: usize) -> usize {
    size.next_multiple_of(memory::page())
}

/// How much of a stack was touched, in whole pages. Reads nothing of it.
pub(crate) fn touched(bottom: usize, top: usize) -> usize {
    memory::lowest_touched(bottom, top).map_or(0, |lowest| top - lowest)
}

/// How much of a stack was written that was new before, to the word.
///
/// # Safety
/// It is the stack that this runs on, or nobody's.
pub(crate) unsafe fn used(bottom: usize, top: usize) -> usize {
    const WORD: usize = size_of::<usize>();
    let Some(page) = memory::lowest_touched(bottom, top) else {
        return 0;
    };
    let mut words = (page..top.min(page + memory::page())).step_by(WORD);
    // SAFETY: there is memory, and nobody else writes it.
    let lowest = words.find(|word| unsafe { (*word as *const usize).read_volatile() } != 0);
    // Where all of it is zero, somebody was there all the same: a stack probe.
    top - lowest.unwrap_or(page)
}

/// How many stacks there are, used or not.
pub(crate) fn count() -> usize {
    slabs().into_iter().map(Slab::stacks).sum()
}
