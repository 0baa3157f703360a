//! `cgo_option_..`: a number, or none.

use crate::__private::{Passable, Zero, passable};
use std::mem::MaybeUninit;

/// `Option<T>`, as C has it.
#[repr(C)]
#[derive(Debug)]
pub struct Maybe<T> {
    /// C's `bool`: of C, who says that there is nothing else?
    has: u8,
    value: MaybeUninit<T>,
}

impl<T> Zero for Maybe<T> {
    const ZERO: Maybe<T> = Maybe {
        has: 0,
        value: MaybeUninit::zeroed(),
    };
}

/// What C gets.
#[inline]
#[must_use]
pub fn give_maybe<T>(value: Option<T>) -> Maybe<T> {
    value.map_or(Maybe::ZERO, |value| Maybe {
        has: 1,
        value: MaybeUninit::new(value),
    })
}

/// What C has passed.
///
/// # Panics
/// Where it is no value.
///
/// # Safety
/// There is something, if it says so.
#[inline]
#[must_use]
pub unsafe fn take_maybe<T: Passable>(
    value: Maybe<T>,
    function: &str,
    argument: &str,
) -> Option<T> {
    // SAFETY: the caller's promise.
    (value.has != 0).then(|| unsafe { passable(function, argument, value.value) })
}
