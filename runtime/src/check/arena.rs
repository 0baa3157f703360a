//! Addresses for loans: each is used for one, and not again for as long as there are others.

use crate::stack::{page, reserve};
use std::collections::BTreeMap;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Address space, of which nothing is memory but what is lent.
const SIZE: usize = if usize::BITS == 64 { 1 << 36 } else { 1 << 28 };
/// No loan is wider.
const LARGEST: usize = SIZE / 16;

/// Where all of it is; empty before the first loan, and where there is no room for it.
struct Arena {
    place: Option<Range<usize>>,
    next: usize,
    /// Where each loan that was not taken back begins, and where it ends.
    lent: BTreeMap<usize, usize>,
}

static ARENA: Mutex<Arena> = Mutex::new(Arena {
    place: None,
    next: 0,
    lent: BTreeMap::new(),
});

fn arena() -> MutexGuard<'static, Arena> {
    ARENA.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Pages between two that nobody can touch.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) start: NonNull<u8>,
    pub(super) len: usize,
}

// SAFETY: they are its owner's.
unsafe impl Send for Pages {}

impl Pages {
    /// For so many bytes; none if there is no room.
    pub(super) fn new(bytes: usize) -> Option<Pages> {
        let len = bytes.checked_next_multiple_of(page())?;
        if len > LARGEST {
            return None;
        }
        let start = arena().take(len + 2 * page())? + page();
        let pages = Pages {
            start: NonNull::new(start as *mut u8)?,
            len,
        };
        pages
            .protect(libc::PROT_READ | libc::PROT_WRITE)
            .then_some(pages)
    }

    /// With the guards.
    pub(super) fn whole(&self) -> Range<usize> {
        let start = self.start.as_ptr().addr();
        start - page()..start + self.len + page()
    }

    pub(super) fn end(&self) -> NonNull<u8> {
        // SAFETY: the end of the same mapping.
        unsafe { self.start.add(self.len) }
    }

    /// Nobody writes to them from now on.
    pub(super) fn freeze(&self) {
        self.protect(libc::PROT_READ);
    }

    fn protect(&self, access: libc::c_int) -> bool {
        // SAFETY: they are this one's, and its owner does not use them as they cannot be used.
        unsafe { libc::mprotect(self.start.as_ptr().cast(), self.len, access) == 0 }
    }
}

impl Drop for Pages {
    /// Whoever touches them from now on faults.
    fn drop(&mut self) {
        let start = self.start.as_ptr().cast();
        // SAFETY: they are this one's, and nobody may use them any more.
        unsafe {
            libc::madvise(start, self.len, libc::MADV_DONTNEED);
            libc::mprotect(start, self.len, libc::PROT_NONE);
        }
        arena().lent.remove(&self.whole().start);
    }
}

impl Arena {
    /// The next addresses that nobody has, round and round.
    fn take(&mut self, len: usize) -> Option<usize> {
        let place = self.place()?;
        let mut rounds = 0;
        loop {
            let wanted = self.next..self.next + len;
            if wanted.end > place.end {
                self.next = place.start;
                rounds += 1;
                if rounds == 2 {
                    return None;
                }
                continue;
            }
            // The last that begins before this one would end.
            let before = self.lent.range(..wanted.end).next_back();
            match before {
                Some((_, end)) if *end > wanted.start => self.next = *end,
                _ => {
                    self.next = wanted.end;
                    self.lent.insert(wanted.start, wanted.end);
                    return Some(wanted.start);
                }
            }
        }
    }

    fn place(&mut self) -> Option<Range<usize>> {
        if self.place.is_none() {
            let place = reserve(SIZE).map_or(0..0, |start| start..start + SIZE);
            self.next = place.start;
            self.place = Some(place);
        }
        self.place.clone()
    }
}
