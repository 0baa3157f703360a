//! Where LeakSanitizer looks for pointers besides, in a program with AddressSanitizer.
//!
//! It knows one stack of each thread: the one that the thread is on. What only a parked goroutine knows, or Rust code that
//! C was called from, or C that waits for its callback, would be a leak to it. So who leaves a stack, to come back, makes
//! it a *root region*, from its top down to a little below where it is left:
//!
//! ```text
//!    +-------+--------------------+----------------------------------------------+
//!    | guard | not used so far    | root: as deep as it ever was left  owner low |
//!    +-------+--------------------+----------------------------------------------+
//!            ^ bottom             ^ low                                          ^ top
//! ```
//!
//! * No guard is in it: where guards are marked in the page tables, a read of one is a fault, and `/proc/self/maps`, which
//!   LeakSanitizer heeds, does not tell of them.
//! * Nothing is read at the end but what was used, though stacks are many and large.
//! * It is registered anew only where the stack is left deeper down, in steps, and is none any more when the stack is
//!   nobody's. What was there in between and is gone may hide a leak for as long.

use super::memory::GUARD;
use super::regions;
use super::slab::OWNER;
use crate::segment::{native_stack, stack_pointer};
use std::cell::Cell;
use std::ffi::c_void;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// So much below may be what the switch pushes, with registers that point to something.
const BELOW: usize = 1 << 10;
/// Deeper at a time: more to read at the end, less often something to register.
const STEP: usize = 16 << 10;

unsafe extern "C" {
    fn __lsan_register_root_region(start: *const c_void, len: usize);
    fn __lsan_unregister_root_region(start: *const c_void, len: usize);
}

fn register(Range { start, end }: Range<usize>) {
    // SAFETY: only noted. What is mapped and readable of it is read at the end: of a stack that is still there then, or it
    // was unregistered, and above its guard.
    unsafe { __lsan_register_root_region(start as *const c_void, end - start) };
}

fn unregister(Range { start, end }: Range<usize>) {
    // SAFETY: it was registered, and with this extent.
    unsafe { __lsan_unregister_root_region(start as *const c_void, end - start) };
}

/// The thread leaves the stack that this runs on, and is to come back.
#[inline(never)]
pub(crate) fn leave() {
    let sp = stack_pointer();
    match regions::find(sp) {
        Some(place) => {
            let low = low_at(place.top);
            let stack = place.limit + GUARD..place.top;
            low.store(deepen(&stack, low.load(Relaxed), sp), Relaxed);
        }
        None => Native::leave(sp),
    }
}

/// Nobody comes back to the stack at `top`, of a slab.
pub(super) fn forget(top: usize) {
    let low = low_at(top).swap(0, Relaxed);
    if low != 0 {
        unregister(low..top);
    }
}

/// The word at the top of a stack that says where its root begins. 0: it is none. Of who runs on the stack, or has it.
fn low_at(top: usize) -> &'static AtomicUsize {
    const { assert!(OWNER >= 2 * size_of::<usize>(), "the owner has the other") };
    // SAFETY: the last word of a slot, above its owner's: in memory that is never unmapped, aligned, and used for this
    // alone. All zero, as it is at first, is a number.
    unsafe { &*((top - size_of::<usize>()) as *const AtomicUsize) }
}

/// Makes a root of the stack that is left at `sp`. It begins at `low`, if not at 0, and now at the result.
fn deepen(stack: &Range<usize>, low: usize, sp: usize) -> usize {
    let new = (sp - BELOW) / STEP * STEP;
    let new = new.max(stack.start);
    if low != 0 && low <= new {
        return low;
    }
    // First, or what is on both would be on none for a moment.
    register(new..stack.end);
    if low != 0 {
        unregister(low..stack.end);
    }
    new
}

thread_local! {
    /// The native stack of a thread that is an M, and where its root begins.
    static NATIVE: Cell<Option<(usize, usize, usize)>> = const { Cell::new(None) };
}

/// The current thread's native stack is left for others as long as this is there.
pub(crate) struct Native(());

impl Native {
    pub(crate) fn begin() -> Native {
        let Range { start, end } = native_stack();
        NATIVE.set(Some((start, 0, end)));
        Native(())
    }

    fn leave(sp: usize) {
        // Another one is that of a signal, or of coroutines of the program's own.
        if let Some((start, low, end)) = NATIVE.get()
            && (start..end).contains(&sp)
        {
            NATIVE.set(Some((start, deepen(&(start..end), low, sp), end)));
        }
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        if let Some((_, low, end)) = NATIVE.take()
            && low != 0
        {
            unregister(low..end);
        }
    }
}
