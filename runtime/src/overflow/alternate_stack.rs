//! Alternate stacks: what signals arrive on that come when a thread's own stack has ended.
//!
//! A thread that has one keeps it, whoever has installed it. Ours are a mapping each, with a guard at the lower end, and
//! go from thread to thread, since C threads may come and go by the thousand. To install one and to remove it takes one
//! system call each: it tells in passing what was there.

use crate::stack::page;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::*};

/// For handlers, beside what the kernel puts there. It takes memory only as deep as it was used.
const ROOM: usize = 64 << 10;

/// Those that no thread has; 0: none. No lock, which an interrupted thread might hold.
static FREE: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];

/// The size of one. Kept, because the C library looks through a list for it, and a thread that comes and goes asks often.
fn size() -> usize {
    static SIZE: AtomicUsize = AtomicUsize::new(0);
    let known = SIZE.load(Relaxed);
    if known != 0 {
        return known;
    }
    // SAFETY: asks for a number.
    let least = unsafe { libc::getauxval(libc::AT_MINSIGSTKSZ) } as usize;
    let size = (least.max(libc::MINSIGSTKSZ) + ROOM).next_multiple_of(page());
    SIZE.store(size, Relaxed);
    size
}

fn of(start: usize) -> libc::stack_t {
    libc::stack_t {
        ss_sp: (start + page()) as *mut _,
        ss_flags: 0,
        ss_size: size(),
    }
}

/// Gives the current thread one, unless it has one. Where it begins; 0: none was given.
pub(super) fn give() -> usize {
    let Some(start) = take().or_else(map) else {
        return 0;
    };
    let mut had = of(0);
    // SAFETY: it is free, and stays until it is taken back.
    let refused = unsafe { libc::sigaltstack(&of(start), &raw mut had) } != 0;
    // Refused: this runs on one.
    if !refused && had.ss_flags & libc::SS_DISABLE != 0 {
        return start;
    }
    if !refused {
        // SAFETY: what was there.
        unsafe { libc::sigaltstack(&raw const had, null_mut()) };
    }
    put(start);
    0
}

/// Takes back what `give` gave to the current thread. False: another one is in its place, whose owner may know this
/// one and put it back. If this is the `last` time to ask, nobody does.
pub(super) fn take_back(start: usize, last: bool) -> bool {
    let none = libc::stack_t {
        ss_sp: null_mut(),
        ss_flags: libc::SS_DISABLE,
        ss_size: size(),
    };
    let mut had = of(0);
    // SAFETY: whatever is there is put back if it is not ours.
    if unsafe { libc::sigaltstack(&raw const none, &raw mut had) } != 0 {
        // A handler ends the thread, and this runs on it: it is not given to anybody any more.
        return true;
    }
    let is_other = had.ss_flags & libc::SS_DISABLE == 0 && had.ss_sp != of(start).ss_sp;
    if is_other {
        // SAFETY: what was there.
        unsafe { libc::sigaltstack(&raw const had, null_mut()) };
    }
    let gone = last || !is_other;
    if gone {
        put(start);
    }
    gone
}

fn map() -> Option<usize> {
    let (flags, len) = (
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE | libc::MAP_STACK,
        page() + size(),
    );
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, whose first page is made its guard.
    unsafe {
        let start = libc::mmap(null_mut(), len, access, flags, -1, 0);
        if start == libc::MAP_FAILED {
            return None;
        }
        if libc::mprotect(start, page(), libc::PROT_NONE) != 0 {
            libc::munmap(start, len);
            return None;
        }
        Some(start as usize)
    }
}

fn take() -> Option<usize> {
    FREE.iter().find_map(|place| {
        // Acquire: with the Release in `put`, its last thread has left it.
        let start = (place.load(Relaxed) != 0).then(|| place.swap(0, Acquire))?;
        (start != 0).then_some(start)
    })
}

fn put(start: usize) {
    let is_kept = FREE.iter().any(|place| {
        let free = place.load(Relaxed) == 0;
        free && place.compare_exchange(0, start, Release, Relaxed).is_ok()
    });
    if !is_kept {
        // SAFETY: no thread has it.
        unsafe { libc::munmap(start as *mut _, page() + size()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed() -> libc::stack_t {
        let mut installed = of(0);
        // SAFETY: asks.
        unsafe { libc::sigaltstack(std::ptr::null(), &raw mut installed) };
        installed
    }

    fn install(stack: &libc::stack_t) {
        // SAFETY: the tests' threads get no signals.
        assert_eq!(unsafe { libc::sigaltstack(stack, null_mut()) }, 0);
    }

    const NONE: libc::stack_t = libc::stack_t {
        ss_sp: null_mut(),
        ss_flags: libc::SS_DISABLE,
        ss_size: 0,
    };

    /// As a test's, whose alternate stack is `std`'s, until the end.
    fn on_a_thread_without(f: impl FnOnce() + Send + 'static) {
        let thread = std::thread::spawn(|| {
            let own = installed();
            install(&NONE);
            f();
            install(&own);
        });
        thread.join().unwrap();
    }

    #[test]
    fn a_thread_keeps_what_it_has() {
        on_a_thread_without(|| {
            // Not a part of this thread's stack: while it runs there, the kernel keeps it where it is.
            let mut memory = vec![0_u8; 16 << 10];
            let its = libc::stack_t {
                ss_sp: memory.as_mut_ptr().cast(),
                ss_flags: 0,
                ss_size: memory.len(),
            };
            install(&its);
            assert_eq!(give(), 0);
            assert_eq!(
                (installed().ss_sp, installed().ss_size),
                (its.ss_sp, its.ss_size)
            );
            install(&NONE);
        });
    }

    #[test]
    fn what_was_given_is_there_until_it_is_taken_back() {
        on_a_thread_without(|| {
            let start = give();
            assert_eq!(installed().ss_sp, of(start).ss_sp);
            assert!(take_back(start, false));
            assert_ne!(installed().ss_flags & libc::SS_DISABLE, 0);
        });
    }

    /// The first time there may be more to come.
    #[test]
    fn one_that_has_replaced_ours_stays_and_ours_may_come_back() {
        on_a_thread_without(|| {
            let ours = give();
            let its = map().unwrap();
            install(&of(its));
            assert!(!take_back(ours, false));
            assert_eq!(installed().ss_sp, of(its).ss_sp);
            assert!(take_back(ours, true));
            assert_eq!(installed().ss_sp, of(its).ss_sp);
        });
    }

    #[test]
    fn a_thousand_at_once_are_all_different() {
        let mut all: Vec<_> = (0..1000).map(|_| take().or_else(map).unwrap()).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 1000);
        all.into_iter().for_each(put);
    }
}
