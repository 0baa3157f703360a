//! Who was lent what: for a signal handler, that finds an address which C should not have used.

use std::fmt::{self, Display};
use std::ops::Range;
use std::panic::Location;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, AtomicU8, AtomicUsize, Ordering::*};

/// So many loans are remembered.
const COUNT: usize = 1 << 16;

/// The next record, of those that there ever were.
static NEXT: AtomicUsize = AtomicUsize::new(0);
static RECORDS: AtomicPtr<[Record; COUNT]> = AtomicPtr::new(null_mut());

/// An argument of an import.
#[derive(Debug)]
pub struct Argument {
    /// The C function.
    pub function: &'static str,
    /// The argument's name.
    pub name: &'static str,
}

/// One loan. All words are written before `whole` is; a handler that reads half of one reads whole words of two.
#[derive(Debug, Default)]
pub(super) struct Record {
    start: AtomicUsize,
    end: AtomicUsize,
    bytes_at: AtomicUsize,
    bytes: AtomicUsize,
    argument: AtomicPtr<Argument>,
    caller: AtomicPtr<Location<'static>>,
    state: AtomicU8,
}

/// What C may do with a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum State {
    Read,
    Write,
    /// It was taken back.
    Nothing,
}

impl Record {
    /// Of what was just lent.
    pub(super) fn new(
        whole: Range<usize>,
        bytes: Range<usize>,
        argument: &'static Argument,
        caller: &'static Location<'static>,
        state: State,
    ) -> &'static Record {
        let record = &all()[NEXT.fetch_add(1, Relaxed) % COUNT];
        record.end.store(0, Relaxed);
        record.bytes_at.store(bytes.start, Relaxed);
        record.bytes.store(bytes.len(), Relaxed);
        record
            .argument
            .store(std::ptr::from_ref(argument).cast_mut(), Relaxed);
        record
            .caller
            .store(std::ptr::from_ref(caller).cast_mut(), Relaxed);
        record.state.store(state as u8, Relaxed);
        record.start.store(whole.start, Relaxed);
        // Release: who finds the address finds the rest.
        record.end.store(whole.end, Release);
        record
    }

    /// It was taken back, unless it is another's by now.
    pub(super) fn close(&self, whole: &Range<usize>) {
        if self.start.load(Relaxed) == whole.start {
            self.state.store(State::Nothing as u8, Release);
        }
    }
}

fn all() -> &'static [Record; COUNT] {
    let mut records = RECORDS.load(Acquire);
    if records.is_null() {
        let new = (0..COUNT).map(|_| Record::default()).collect::<Vec<_>>();
        let new: Box<[Record; COUNT]> = new.try_into().unwrap_or_else(|_| unreachable!());
        let new = Box::into_raw(new);
        // Release: of what was just made.
        match RECORDS.compare_exchange(null_mut(), new, Release, Acquire) {
            Ok(_) => records = new,
            Err(others) => {
                // SAFETY: it was made here, and nobody else has seen it.
                drop(unsafe { Box::from_raw(new) });
                records = others;
            }
        }
    }
    // SAFETY: they are never freed.
    unsafe { &*records }
}

/// A loan that C has used as it may not.
#[derive(Clone, Copy)]
pub(crate) struct Lent {
    argument: &'static Argument,
    caller: &'static Location<'static>,
    how: How,
}

#[derive(Clone, Copy)]
enum How {
    Later,
    Wrote,
    Beyond { bytes: usize },
}

/// The last loan that `address` was a part of. In a signal handler.
pub(crate) fn find(address: usize) -> Option<Lent> {
    // SAFETY: they are never freed.
    let all = unsafe { RECORDS.load(Acquire).as_ref() }?;
    let newest = NEXT.load(Acquire);
    (1..=COUNT).find_map(|back| {
        let record = &all[newest.wrapping_sub(back) % COUNT];
        let end = record.end.load(Acquire);
        if !(record.start.load(Relaxed)..end).contains(&address) {
            return None;
        }
        let (at, bytes) = (record.bytes_at.load(Relaxed), record.bytes.load(Relaxed));
        let how = match record.state.load(Acquire) {
            state if state == State::Nothing as u8 => How::Later,
            _ if !(at..at + bytes).contains(&address) => How::Beyond { bytes },
            _ => How::Wrote,
        };
        // SAFETY: each is null, or what `new` was given.
        unsafe {
            Some(Lent {
                argument: record.argument.load(Relaxed).as_ref()?,
                caller: record.caller.load(Relaxed).as_ref()?,
                how,
            })
        }
    })
}

impl Display for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Lent {
            argument: Argument { function, name },
            caller,
            how,
        } = self;
        match how {
            How::Later => write!(
                f,
                "C has used `{name}` after `{function}` had returned, to which it was lent at {caller}: it has kept the \
                 pointer. If it may, say so at the import, `#[cgo(keeps)]`, and see that the memory stays"
            ),
            How::Wrote => write!(
                f,
                "C has written to `{name}`, which `{function}` was lent at {caller} to read; if it may, the import takes `&mut`, or says `#[cgo(keeps)]`"
            ),
            How::Beyond { bytes } => write!(
                f,
                "C has gone beyond the {bytes} bytes of `{name}`, which `{function}` was lent at {caller}"
            ),
        }
    }
}
