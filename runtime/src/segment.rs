//! Stacks seen as segments: where to start on a stack that is partly in use, and how to leave word of where one was.
//!
//! corosensei's `on_stack` asks a [`Stack`] for its base once, just before it switches, and starts there. Two facts
//! make that enough for cgo's switches, both ways and nested to any depth:
//!
//! * A base need not be the top of a mapping. A [`Segment`] starts right below whatever is live on a stack.
//! * Asking for the base is the last thing that happens on the stack being left. [`Leave::base`] notes there what is
//!   free of that stack, so whoever comes back to it starts below its live frames.
//!
//! ```text
//!     goroutine's stack                       system stack
//!    +------------------+                    +------------------+
//!    | frames           |                    | M's start frames |
//!    | import           |  asmcgocall        +------------------+ <- base of the first C segment
//!    | on_stack         | -----------------> | C frames         |
//!    |   (margin)       |                    | export           |
//!    +------------------+ <- resume_at       | on_stack         |
//!    | callback         |      cgocallback   |   (margin)       |
//!    | import           | <----------------- +------------------+ <- base of the next C segment
//!    | on_stack         |  asmcgocall        | C frames         |
//!    |   (margin)       | -----------------> |                  |
//!            ...                                     ...
//! ```
//!
//! The margin covers what `on_stack` itself still pushes after the base was asked for: a return address and the frame
//! pointer on every architecture it knows. A red zone it need not: who has one calls nobody.

use crate::site::Stub;
use crate::stack;
#[cfg(not(naked_switch))]
use corosensei::on_stack;
use corosensei::stack::{STACK_ALIGNMENT, Stack, StackPointer};
use std::cell::Cell;
use std::ffi::c_void;
use std::ops::Range;

/// Bytes left free below a noted stack pointer: 16 for the switch, and more. No more than 120, though: valgrind takes the
/// 128 bytes below a call for usable, and knows nothing of a switch but that the stack is another one. What is pushed first
/// on it is the return address, right below the base; further down each would be an error to memcheck, which it is not.
const MARGIN: usize = 112;

/// The free part of a stack: from `base` down to `limit`, which is the true bottom of its mapping.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) base: usize,
    pub(crate) limit: usize,
}

impl Segment {
    /// The whole of `stack`.
    pub(crate) fn of(stack: &impl Stack) -> Segment {
        Segment {
            base: stack.base().get(),
            limit: stack.limit().get(),
        }
    }

    #[inline(always)]
    pub(crate) fn contains(self, address: usize) -> bool {
        (self.limit..self.base).contains(&address)
    }
}

/// The first address that is free below live frames which end at `sp`.
#[inline]
pub(crate) fn below(sp: usize) -> usize {
    (sp - MARGIN) & !(STACK_ALIGNMENT - 1)
}

/// A segment to switch to, noting where the stack that is left behind is free.
pub(crate) struct Leave<'a> {
    pub(crate) to: Segment,
    pub(crate) free: &'a Cell<usize>,
}

// SAFETY: the segment is the unused rest of a stack which has a guard of its own (a thread's, or a mapping's), and it
// outlives the switch because `on_stack` returns before the frame that holds `self` does. A segment with less room
// than corosensei's minimum is the guard's business like any other deep recursion.
unsafe impl Stack for Leave<'_> {
    #[inline(always)]
    fn base(&self) -> StackPointer {
        stack::leave();
        self.free.set(below(stack_pointer()));
        // SAFETY: it lies in a mapping, or is the end of one.
        unsafe { StackPointer::new_unchecked(self.to.base) }
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        StackPointer::new(self.to.limit).expect("a stack at address 0")
    }
}

/// The body of a naked function that calls another one, on the stack in a register, with all other registers as they are,
/// both ways.
#[cfg(naked_switch)]
macro_rules! call_on_stack {
    ($base:literal, $f:literal $(, $name:ident = sym $sym:path)?) => {
        std::arch::naked_asm!(
            ".cfi_startproc",
            // The stacks may lie in any order; debuggers accept that of signal frames only.
            ".cfi_signal_frame",
            "push rbp",
            ".cfi_def_cfa_offset 16",
            ".cfi_offset rbp, -16",
            "mov rbp, rsp",
            ".cfi_def_cfa_register rbp",
            concat!("mov rsp, ", $base),
            concat!("call ", $f),
            "mov rsp, rbp",
            "pop rbp",
            ".cfi_def_cfa rsp, 8",
            "ret",
            ".cfi_endproc",
            $($name = sym $sym)?
        )
    };
}
#[cfg(naked_switch)]
pub(crate) use call_on_stack;

/// Calls `f(arg)` on the stack that is free from `base` down. The caller has noted where the stack that it leaves is free;
/// it is noted in `free` if less is.
///
/// # Safety
/// As said; `f` does not unwind.
#[inline(always)]
pub(crate) unsafe fn call_on(arg: *mut c_void, base: usize, f: Stub, free: &Cell<usize>) {
    #[cfg(naked_switch)]
    {
        /// `on_stack` without a closure, a result and a panic to bring back, none of which a C call has.
        #[unsafe(naked)]
        unsafe extern "C" fn call_on(arg: *mut c_void, base: usize, f: Stub) {
            call_on_stack!("rsi", "rdx")
        }
        let _ = free;
        // SAFETY: the caller's promise.
        unsafe { call_on(arg, base, f) }
    }
    #[cfg(not(naked_switch))]
    // `on_stack` catches what unwinds, and cannot say what it was.
    on_stack_from(base, free, move || {
        // SAFETY: the caller's promise.
        crate::attach::heed_end(|| unsafe { f(arg) });
    });
}

/// Runs `f` on the stack that is free from `base` down, and notes what is free of the one that is left: this switch has
/// frames of its own there.
#[cfg(not(naked_switch))]
pub(crate) fn on_stack_from<R>(base: usize, free: &Cell<usize>, f: impl FnOnce() -> R) -> R {
    let to = Segment {
        base,
        limit: limit_below(base),
    };
    on_stack(Leave { to, free }, f)
}

/// The end of the stack that is free from `base` down, which AddressSanitizer wants to know, and nobody else: it clears what
/// it has noted about the frames that a panic or a `longjmp` leaves out.
#[cfg(not(naked_switch))]
fn limit_below(base: usize) -> usize {
    if cfg!(asan)
        && let Some(g) = crate::thread::current().g()
    {
        let stacks = [g.c.system(), g.stack()];
        let on = |stack: &Segment| stack.limit < base && base <= stack.base;
        if let Some(stack) = stacks.into_iter().find(on) {
            return stack.limit;
        }
    }
    base
}

/// The stack pointer, or an address below it where there is no instruction for it here.
#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    #[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
    {
        let sp: usize;
        // SAFETY: reads one register.
        unsafe {
            #[cfg(target_arch = "x86_64")]
            std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags));
            #[cfg(target_arch = "aarch64")]
            std::arch::asm!("mov {}, sp", out(reg) sp, options(nomem, nostack, preserves_flags));
        }
        sp
    }
    #[cfg(any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        // A callee's frame lies below all of its caller's.
        #[inline(never)]
        fn callee() -> usize {
            let here = 0u8;
            std::hint::black_box(&here) as *const u8 as usize
        }
        callee()
    }
}

/// Where the current thread's native stack ends.
pub(crate) fn native_stack_limit() -> usize {
    native_stack().start
}

/// The current thread's native stack.
pub(crate) fn native_stack() -> Range<usize> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        let mut attr = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        // SAFETY: `pthread_getattr_np` initialises `attr` when it returns 0, and only then is it read and destroyed.
        unsafe {
            if libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) == 0 {
                libc::pthread_attr_getstack(attr.as_ptr(), &mut low, &mut size);
                libc::pthread_attr_destroy(attr.as_mut_ptr());
            }
        }
        if !low.is_null() {
            return low as usize..low as usize + size;
        }
    }
    #[cfg(target_vendor = "apple")]
    {
        // SAFETY: both ask about the calling thread.
        let (top, size) = unsafe {
            let thread = libc::pthread_self();
            (
                libc::pthread_get_stackaddr_np(thread) as usize,
                libc::pthread_get_stacksize_np(thread),
            )
        };
        return top - size..top;
    }
    // Unknown: what any thread has. Only a callback made from deeper down would take the slow way, in place.
    #[allow(unreachable_code)]
    {
        let here = stack_pointer();
        here.saturating_sub(512 << 10)..here
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use corosensei::on_stack;

    const PAINT: u8 = 0x5a;

    /// Nothing of the stack that is left lies below what `Leave` calls free: neither what `on_stack` pushes after it
    /// was asked, nor what anything does later.
    #[test]
    fn the_margin_covers_what_the_switch_pushes() {
        let (left, other) = (
            stack::of_size(64 << 10).get().unwrap(),
            stack::of_size(64 << 10).get().unwrap(),
        );
        let all = Segment::of(&left);
        let bottom = all.limit + stack::GUARD;
        // SAFETY: the mapping is this test's, and nothing runs on it yet.
        unsafe { std::ptr::write_bytes(bottom as *mut u8, PAINT, all.base - bottom) };
        let free = Cell::new(0);
        let lowest = on_stack(
            Leave {
                to: all,
                free: &Cell::new(0),
            },
            || {
                on_stack(
                    Leave {
                        to: Segment::of(&other),
                        free: &free,
                    },
                    || {
                        // SAFETY: the mapping is alive; what runs on it is further up.
                        (bottom..all.base)
                            .find(|at| unsafe { *(*at as *const u8) } != PAINT)
                            .expect("frames")
                    },
                )
            },
        );
        assert!(all.contains(free.get()));
        assert!(
            lowest >= free.get(),
            "{} bytes below what is free",
            free.get() - lowest
        );
    }

    #[test]
    fn a_callback_continues_below_the_frames_it_left() {
        let (a, b) = (
            stack::of_size(64 << 10).get().unwrap(),
            stack::of_size(64 << 10).get().unwrap(),
        );
        let (free_a, free_b) = (Cell::new(0), Cell::new(0));
        let mut trail = Vec::new();
        on_stack(
            Leave {
                to: Segment::of(&a),
                free: &Cell::new(0),
            },
            || {
                on_stack(
                    Leave {
                        to: Segment::of(&b),
                        free: &free_a,
                    },
                    || {
                        trail.push(stack_pointer());
                        let back = Segment {
                            base: free_a.get(),
                            ..Segment::of(&a)
                        };
                        on_stack(
                            Leave {
                                to: back,
                                free: &free_b,
                            },
                            || trail.push(stack_pointer()),
                        );
                    },
                );
            },
        );
        assert!(Segment::of(&b).contains(trail[0]));
        assert!(
            Segment {
                base: free_a.get(),
                ..Segment::of(&a)
            }
            .contains(trail[1])
        );
        assert!(free_b.get() < trail[0]);
    }

    #[test]
    fn the_native_stack_is_known() {
        let here = stack_pointer();
        assert!(native_stack_limit() < here);
        // A test's thread has 2 MiB, and a main thread 8.
        assert!(here - native_stack_limit() < 64 << 20);
    }
}
