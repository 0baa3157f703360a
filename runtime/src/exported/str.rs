//! `cgo_str`: a text of somebody's, by pointer and length.

use crate::__private::Zero;
use std::ffi::c_char;
use std::{ptr, slice};

/// `&str`, as C has it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Str {
    data: *const c_char,
    len: usize,
}

impl Zero for Str {
    const ZERO: Str = Str {
        data: ptr::null(),
        len: 0,
    };
}

/// What C gets for a `&str`.
#[inline]
#[must_use]
pub const fn give_str(text: &str) -> Str {
    Str {
        data: text.as_ptr().cast(),
        len: text.len(),
    }
}

/// What C gets for an `Option<&str>`.
#[inline]
#[must_use]
pub const fn give_nullable_str(text: Option<&str>) -> Str {
    match text {
        Some(text) => give_str(text),
        None => Str::ZERO,
    }
}

/// The `&str` that C has passed.
///
/// # Safety
/// There are `len` bytes at `data`, unless that is null, which nobody changes for as long as the result is used.
///
/// # Panics
/// Where they are not UTF-8, or cannot be there.
#[inline]
#[must_use]
pub unsafe fn take_str<'a>(text: Str, function: &str, argument: &str) -> &'a str {
    // SAFETY: the caller's promise.
    let taken = unsafe { take(text, function, argument) };
    // C may well say null where there is nothing.
    taken.unwrap_or_default()
}

/// The `Option<&str>` that C has passed: null is `None`.
///
/// # Safety
/// As [`take_str`].
///
/// # Panics
/// As [`take_str`].
#[inline]
#[must_use]
pub unsafe fn take_nullable_str<'a>(text: Str, function: &str, argument: &str) -> Option<&'a str> {
    // SAFETY: the caller's promise.
    unsafe { take(text, function, argument) }
}

/// # Safety
/// As [`take_str`].
#[inline]
unsafe fn take<'a>(text: Str, function: &str, argument: &str) -> Option<&'a str> {
    let Str { data, len } = text;
    if data.is_null() && len == 0 {
        return None;
    }
    if data.is_null() || len > isize::MAX as usize {
        refuse(text, function, argument);
    }
    // SAFETY: the caller's promise; it is not null, and no longer than what there can be.
    let bytes = unsafe { slice::from_raw_parts(data.cast::<u8>(), len) };
    Some(utf8(bytes, function, argument))
}

/// `bytes`, which have to be UTF-8.
#[inline]
pub(super) fn utf8<'b>(bytes: &'b [u8], function: &str, argument: &str) -> &'b str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => refuse_bytes(error.valid_up_to(), function, argument),
    }
}

#[cold]
fn refuse(text: Str, function: &str, argument: &str) -> ! {
    let len = text.len;
    match text.data.is_null() {
        true => panic!("`{argument}` of `{function}` is NULL, and says that it has {len} bytes"),
        false => panic!(
            "`{argument}` of `{function}` says that it has {len} bytes, which is more than there can be"
        ),
    }
}

#[cold]
fn refuse_bytes(at: usize, function: &str, argument: &str) -> ! {
    panic!(
        "`{argument}` of `{function}` is not UTF-8 at byte {at}; have C pass what is, or let the export take `&[u8]` or \
         `&CStr`"
    );
}
