//! A slab: stacks of one size, carved from large stretches of address space.
//!
//! ```text
//!     region: reserved at once                       slot
//!    +------+------+------+------+-------------+    +-------+--------------------------+
//!    | slot | slot | slot | slot | not carved  |    | guard |               <- stack   |
//!    +------+------+------+------+-------------+    +-------+--------------------------+
//!                                ^ at          ^ end        64 KiB          owner's word ^ top
//! ```
//!
//! The guard lies beside what can be used: a slot is the size that was asked for and the guard's. The guard of a slot is
//! next to the top of the one below, which makes the two share a page of page tables where slots are large.
//!
//! A region is as large as all before it together, so a million stacks lie in a dozen of them. What was carved stays: a
//! stack that is not used any more costs address space and half a KiB of page tables.

use super::depot::Depot;
use super::limits::{self, Need};
use super::memory::{self, GUARD};
use super::regions;
use crate::spawn_error::SpawnError;
use crate::sweep::Owner;
use crate::template;
use corosensei::stack::valgrind::ValgrindStackRegistration;
use corosensei::stack::{STACK_ALIGNMENT, Stack as StackTrait, StackPointer};
use std::io;
use std::mem::{self, ManuallyDrop};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// So many stacks are carved at a time, once there are as many.
const CARVED: usize = 64;
const CARVED_AT_FIRST: usize = 8;
/// Or as many as this has room for: where memory is counted when it could be used, it all counts.
const CARVED_BYTES: usize = 16 << 20;

/// So much at the top of a stack is for its owner's word; what runs there begins below.
pub(crate) const OWNER: usize = STACK_ALIGNMENT;

pub(crate) struct Slab {
    /// The size of a stack.
    usable: usize,
    /// Its guard's besides.
    slot: usize,
    pub(super) depot: Depot,
    ground: Mutex<Ground>,
}

/// What the next stacks are carved from.
struct Ground {
    at: usize,
    /// Where the region begins that this is in.
    start: usize,
    /// The regions that were all carved before.
    before: Vec<Range<usize>>,
    /// What the system has made usable ends here.
    usable: usize,
    end: usize,
    /// How many were carved.
    stacks: usize,
}

impl Slab {
    /// For stacks of `size` bytes, or a little more.
    pub(super) fn new(size: usize) -> Slab {
        let usable = size.next_multiple_of(memory::page());
        Slab {
            usable,
            slot: usable + GUARD,
            depot: Depot::new(),
            ground: Mutex::new(Ground::new()),
        }
    }

    /// The size of its stacks.
    pub(super) fn size(&self) -> usize {
        self.usable
    }

    /// How many stacks there are, used or not.
    pub(super) fn stacks(&self) -> usize {
        self.ground().stacks
    }

    /// The same with its guard.
    pub(super) fn slot(&self) -> usize {
        self.slot
    }

    /// Has `trim` work on up to `tops.len()` stacks that nobody uses. How many those were.
    pub(super) fn while_unused(
        &self,
        tops: &mut [usize],
        trim: impl FnOnce(&mut [usize]),
    ) -> usize {
        // Who finds no ticket meanwhile waits for these, and carves no more.
        let _ground = self.ground();
        self.depot.trim(tops, trim)
    }

    fn ground(&self) -> MutexGuard<'_, Ground> {
        // No code that could panic holds the lock.
        self.ground.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a ticket, or up to `most` if there are more, and carves stacks if there is none.
    pub(super) fn promise(&self, most: usize) -> Result<usize, SpawnError> {
        match self.depot.take_tickets(most) {
            0 => self.grow(most),
            n => Ok(n),
        }
    }

    /// Carves stacks, and takes up to `most` of their tickets.
    #[cold]
    fn grow(&self, most: usize) -> Result<usize, SpawnError> {
        let mut ground = self.ground();
        // Somebody else has carved some meanwhile.
        let n = self.depot.take_tickets(most);
        if n != 0 {
            return Ok(n);
        }
        let carved = ground
            .carve(self.slot)
            .map_err(|error| SpawnError::new(self.usable, ground.stacks, error))?;
        let (slot, all) = (self.slot, ground.stacks);
        // The lowest one is taken first.
        let tops = (0..carved.count)
            .rev()
            .map(|i| carved.start + (i + 1) * slot);
        self.depot.add(tops, all);
        let mine = most.min(carved.count);
        self.depot.add_tickets(carved.count - mine);
        Ok(mine)
    }

    /// A stack, to be used at once.
    pub(crate) fn get(&'static self) -> Result<Stack, SpawnError> {
        let ticket = self.promise(1)?;
        let mut stack = None;
        self.depot
            .take(ticket, |top, _| stack = Some(self.stack(top)));
        Ok(stack.expect("one for each ticket"))
    }

    /// The same in a child of `fork`, where locks may be held for good: a stack for good.
    #[cold]
    pub(crate) fn get_in_child(&'static self) -> Result<Stack, SpawnError> {
        let mut ground = Ground::new();
        let carved = ground.try_carve(self.slot, 1);
        let carved = carved.map_err(|error| SpawnError::new(self.usable, 0, error))?;
        Ok(self.stack(carved.start + self.slot))
    }

    /// The tops of the stacks that are in use, or laid by for it.
    pub(super) fn tops_in_use(&self) -> Vec<usize> {
        let ground = self.ground();
        let mut unused = self.depot.tops();
        unused.sort_unstable();
        let current = ground.start..ground.at;
        let regions = ground.before.iter().chain([&current]);
        regions
            .flat_map(|region| (region.start..region.end).step_by(self.slot))
            .map(|start| start + self.slot)
            .filter(|top| unused.binary_search(top).is_err())
            .collect()
    }

    /// The stack at `top`, which was taken from the depot or kept by `Stack::into_top`.
    pub(super) fn stack(&'static self, top: usize) -> Stack {
        Stack { top, slab: self }
    }
}

struct Carved {
    start: usize,
    count: usize,
}

impl Ground {
    fn new() -> Ground {
        Ground {
            at: 0,
            start: 0,
            before: Vec::new(),
            usable: 0,
            end: 0,
            stacks: 0,
        }
    }

    /// Carves some stacks, or at least one.
    fn carve(&mut self, slot: usize) -> io::Result<Carved> {
        let most = (CARVED_BYTES / slot).max(self.stacks / 8).clamp(1, CARVED);
        let mut count = self.stacks.clamp(CARVED_AT_FIRST, CARVED).min(most);
        loop {
            match self.try_carve(slot, count) {
                Err(_) if count > 1 => count /= 2,
                carved => return carved,
            }
        }
    }

    fn try_carve(&mut self, slot: usize, count: usize) -> io::Result<Carved> {
        if self.at == self.end {
            self.reserve(slot, count)?;
        }
        let (start, count) = (self.at, count.min((self.end - self.at) / slot));
        let len = count * slot;
        if start + len > self.usable {
            self.make_usable(slot, start + len)?;
        }
        // SAFETY: from a region of this slab, usable, and not carved before.
        if let Err(error) = unsafe { memory::guard(start, slot, count) } {
            // SAFETY: as above.
            unsafe { memory::decommit(start, self.usable - start) };
            self.usable = start;
            return Err(error);
        }
        for stack in (start..start + len).step_by(slot) {
            // For good, as the stack itself.
            mem::forget(ValgrindStackRegistration::new(
                (stack + GUARD) as *mut u8,
                slot - GUARD,
            ));
        }
        self.at += len;
        self.stacks += count;
        Ok(Carved { start, count })
    }

    /// Makes the region usable as far as `end`, or further: whoever touches a new page waits while the kernel changes what
    /// is usable. Where that counts, no further than needed.
    fn make_usable(&mut self, slot: usize, end: usize) -> io::Result<()> {
        let start = self.usable;
        let ahead = if limits::are_there() {
            0
        } else {
            self.stacks / 4 * slot
        };
        let end = (end + ahead).min(self.end);
        let need = Need {
            space: 0,
            memory: end - start,
        };
        // SAFETY: from a region of this slab, and not carved before.
        limits::leaving_headroom(need, || unsafe { memory::commit(start, end - start) })?;
        self.usable = end;
        Ok(())
    }

    /// Reserves address space for as many stacks as there are already, or fewer if there is not as much.
    fn reserve(&mut self, slot: usize, least: usize) -> io::Result<()> {
        let mut stacks = self.stacks.min(limits::most_at_once() / slot).max(least);
        loop {
            let len = stacks * slot;
            let need = Need {
                space: len,
                memory: 0,
            };
            let reserved = limits::leaving_headroom(need, || memory::reserve(len));
            let reserved = reserved.and_then(|start| {
                if regions::add(start, start + len, slot) {
                    return Ok(start);
                }
                // SAFETY: it was just reserved.
                unsafe { memory::release(start, len) };
                Err(io::Error::from_raw_os_error(libc::ENOMEM))
            });
            match reserved {
                Ok(start) => {
                    self.before.push(self.start..self.end);
                    self.start = start;
                    (self.at, self.usable, self.end) = (start, start, start + len);
                    return Ok(());
                }
                Err(error) if stacks == 1 => return Err(error),
                Err(_) => stacks /= 2,
            }
        }
    }
}

/// The word at the top of a stack that says whose it is: as nobody else writes there, a stack that nobody has used yet,
/// or that was trimmed, says that it is nobody's.
#[inline]
pub(super) fn owner_at(top: usize) -> &'static Owner {
    // SAFETY: a slot's last bytes, in memory that is never unmapped, aligned, and used for this alone. All zero, as it is
    // at first, is an `Owner`.
    unsafe { &*((top - OWNER) as *const Owner) }
}

/// A stack, which goes back to its slab when it is dropped.
pub(crate) struct Stack {
    top: usize,
    slab: &'static Slab,
}

impl Stack {
    /// Whether it is of this slab.
    pub(super) fn is_of(&self, slab: &Slab) -> bool {
        std::ptr::eq(self.slab, slab)
    }

    /// Whose it is.
    #[inline]
    pub(crate) fn owner(&self) -> &'static Owner {
        owner_at(self.top)
    }

    /// Where it can be used, from below.
    pub(super) fn bottom(&self) -> usize {
        self.top - self.slab.usable
    }

    /// Makes it as new, before anybody uses it.
    pub(crate) fn empty(&self) {
        // SAFETY: it is this value's, and nothing runs there yet.
        unsafe { memory::empty(self.bottom(), self.slab.usable) };
    }

    /// Nobody is on it, nor comes back to it.
    #[inline]
    pub(super) fn is_left(&self) {
        #[cfg(asan)]
        super::roots::forget(self.top);
    }

    /// Only its address, for who keeps it for its slab.
    pub(super) fn into_top(self) -> usize {
        self.is_left();
        ManuallyDrop::new(self).top
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        if template::is_child() {
            return;
        }
        self.is_left();
        self.slab.depot.put([self.top].into_iter());
        self.slab.depot.add_tickets(1);
    }
}

// SAFETY: a slot of its slab, which is never unmapped, ends in a guard of 64 KiB, and is at least as large as corosensei
// asks for. It is this value's alone: slots leave the depot one by one, and come back when their `Stack` is dropped.
unsafe impl StackTrait for Stack {
    #[inline]
    fn base(&self) -> StackPointer {
        StackPointer::new(self.top - OWNER).expect("a stack at address 0")
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        StackPointer::new(self.top - self.slab.slot).expect("a stack at address 0")
    }
}
