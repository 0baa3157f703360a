//! Memory that is lent to C for a call.

use super::arena::Pages;
use super::record::{Argument, Record, State};
use crate::{config, overflow};
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::panic::Location;
use std::ptr::{self, NonNull};
use std::sync::Once;

/// What one call lends to C: a copy of each argument's memory, with nothing that can be touched before it and behind it.
///
/// What is lent to read cannot be written. When the call is over, what C has written is copied back, and the copies are
/// taken away, for good: who has kept a pointer faults, and a signal handler tells whose it was. What C returns may point
/// into what it was lent, as `strchr` does, and what it writes, as `strtol` does: that then points into the original.
#[derive(Debug)]
pub struct Loans {
    caller: &'static Location<'static>,
    lent: Vec<Loan>,
}

#[derive(Debug)]
struct Loan {
    pages: Pages,
    copy: NonNull<u8>,
    bytes: usize,
    original: NonNull<u8>,
    /// Whether C may write.
    mutable: bool,
    record: &'static Record,
    argument: &'static Argument,
}

/// What there is beside a copy that C may write to, which it may not.
const BESIDE: u8 = 0xC9;

impl Loans {
    /// Whether calls lend copies.
    #[inline]
    #[must_use]
    pub fn wanted() -> bool {
        super::level() >= 2
    }

    /// Of a call by the caller's caller.
    #[must_use]
    #[track_caller]
    #[expect(
        clippy::new_without_default,
        reason = "made by the macros' output alone"
    )]
    pub fn new() -> Loans {
        overflow::start();
        Loans {
            caller: Location::caller(),
            lent: Vec::new(),
        }
    }

    /// What C gets for a `&T`, or for a slice of `count`.
    ///
    /// # Safety
    /// It is null, or can be read until these are dropped.
    pub unsafe fn lend<T>(
        &mut self,
        from: *const T,
        count: usize,
        argument: &'static Argument,
    ) -> *const T {
        // SAFETY: the caller's promise.
        unsafe { self.copy(from.cast_mut(), count, argument, State::Read) }
    }

    /// What C gets for a `&mut T`, or for a slice of `count`.
    ///
    /// # Safety
    /// It is null, or nobody else uses it until these are dropped.
    pub unsafe fn lend_mut<T>(
        &mut self,
        from: *mut T,
        count: usize,
        argument: &'static Argument,
    ) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.copy(from, count, argument, State::Write) }
    }

    /// What C gets for a text.
    ///
    /// # Safety
    /// It is null, or ends with a NUL, and can be read until these are dropped.
    pub unsafe fn lend_text(
        &mut self,
        from: *const c_char,
        argument: &'static Argument,
    ) -> *const c_char {
        if from.is_null() {
            return from;
        }
        // SAFETY: the caller's promise.
        unsafe {
            let len = CStr::from_ptr(from).count_bytes() + 1;
            self.lend(from, len, argument)
        }
    }

    /// # Safety
    /// As of the three above.
    unsafe fn copy<T>(
        &mut self,
        from: *mut T,
        count: usize,
        argument: &'static Argument,
        state: State,
    ) -> *mut T {
        let bytes = count.saturating_mul(size_of::<T>());
        // Of an opaque type there is nothing to copy.
        let Some(original) = NonNull::new(from).filter(|_| bytes != 0) else {
            return from;
        };
        let Some(pages) = Pages::new(bytes.saturating_add(align_of::<T>() - 1)) else {
            static SAID: Once = Once::new();
            SAID.call_once(|| {
                config::say("warning: there is no room for a copy of what C is lent: CGOCALL_CHECK=2 leaves it as it is");
            });
            return from;
        };
        // At the end, as near as its alignment lets it be.
        let slack = (pages.end().as_ptr().addr() - bytes) % align_of::<T>();
        // SAFETY: there is room for it.
        let copy = unsafe { pages.end().sub(bytes + slack) };
        // SAFETY: they are as long as that, nobody else knows the copy, and whatever is there may be copied.
        unsafe {
            ptr::write_bytes(pages.start.as_ptr(), BESIDE, pages.len);
            copy.cast::<MaybeUninit<u8>>()
                .copy_from_nonoverlapping(original.cast(), bytes);
        }
        let at = copy.as_ptr().addr();
        let record = Record::new(pages.whole(), at..at + bytes, argument, self.caller, state);
        self.lent.push(Loan {
            pages,
            copy,
            bytes,
            original: original.cast(),
            mutable: state == State::Write,
            record,
            argument,
        });
        copy.cast().as_ptr()
    }
}

impl Loans {
    /// All is lent: what has pointed to an original points to its copy, and what is lent to read is not written any more.
    pub fn close(&self) {
        for loan in &self.lent {
            // SAFETY: nobody else knows the copies yet.
            unsafe { self.translate_words(loan.copy, loan.bytes, Loan::copy_of) };
        }
        for loan in self.lent.iter().filter(|loan| !loan.mutable) {
            loan.pages.freeze();
        }
    }

    /// Has `result` point to originals where it points to copies.
    pub fn translate<T>(&self, result: &mut MaybeUninit<T>) {
        let place = NonNull::from(result).cast();
        // SAFETY: it is there to be written.
        unsafe { self.translate_words(place, size_of::<T>(), Loan::original_of) };
    }

    /// # Safety
    /// They can be read and written, whatever they are.
    unsafe fn translate_words(
        &self,
        at: NonNull<u8>,
        bytes: usize,
        translate: fn(&Loan, *mut u8, usize) -> Option<*mut u8>,
    ) {
        let mut word = at
            .as_ptr()
            .map_addr(|at| at.next_multiple_of(align_of::<usize>()));
        let end = at.as_ptr().wrapping_add(bytes);
        while word.wrapping_add(size_of::<usize>()) <= end {
            let place = word.cast::<*mut u8>();
            // SAFETY: the caller's promise. Where C has not written there is no knowing what is read, which then is
            // hardly such an address, and stays what it is.
            unsafe {
                let pointer = place.read_volatile();
                // The end of one may be the beginning of the next.
                let found = |end| {
                    self.lent
                        .iter()
                        .find_map(|loan| translate(loan, pointer, end))
                };
                if let Some(translated) = found(0).or_else(|| found(1)) {
                    place.write(translated);
                }
            }
            word = word.wrapping_add(size_of::<usize>());
        }
    }
}

impl Drop for Loans {
    /// # Panics
    /// If C has written beside a copy.
    fn drop(&mut self) {
        for loan in self.lent.iter().filter(|loan| loan.mutable) {
            // SAFETY: C has returned.
            unsafe { self.translate_words(loan.copy, loan.bytes, Loan::original_of) };
        }
        let mut overrun = None;
        for loan in self.lent.drain(..) {
            if !loan.take_back() {
                overrun = Some((loan.argument, loan.bytes));
            }
        }
        if let Some((Argument { function, name }, bytes)) = overrun
            && !std::thread::panicking()
        {
            let caller = self.caller;
            panic!(
                "`{function}`, called at {caller}, has written beside the {bytes} bytes of `{name}`"
            );
        }
    }
}

impl Loan {
    /// Where it points to in the copy, if it points to the original, or to its `end` if that is 1.
    fn copy_of(&self, pointer: *mut u8, end: usize) -> Option<*mut u8> {
        let offset = pointer.addr().checked_sub(self.original.as_ptr().addr())?;
        (offset < self.bytes + end).then(|| self.copy.as_ptr().wrapping_add(offset))
    }

    /// The same the other way round.
    fn original_of(&self, pointer: *mut u8, end: usize) -> Option<*mut u8> {
        let offset = pointer.addr().checked_sub(self.copy.as_ptr().addr())?;
        (offset < self.bytes + end).then(|| self.original.as_ptr().wrapping_add(offset))
    }

    /// False: C has written beside it.
    fn take_back(&self) -> bool {
        if !self.mutable {
            self.record.close(&self.pages.whole());
            return true;
        }
        let (start, end) = (self.pages.start, self.pages.end());
        // SAFETY: all of them are of one mapping, whose bytes were all written; C has returned, and what it wrote goes to
        // whom nobody else uses.
        let untouched = unsafe {
            self.original
                .cast::<MaybeUninit<u8>>()
                .copy_from_nonoverlapping(self.copy.cast(), self.bytes);
            let before = self.copy.offset_from_unsigned(start);
            let behind = self.copy.add(self.bytes);
            let is_beside = |from: NonNull<u8>, len| {
                std::slice::from_raw_parts(from.as_ptr(), len)
                    .iter()
                    .all(|byte| *byte == BESIDE)
            };
            is_beside(start, before) && is_beside(behind, end.offset_from_unsigned(behind))
        };
        self.record.close(&self.pages.whole());
        untouched
    }
}
