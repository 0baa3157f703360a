//! What C passes to a closure in two values: a pointer and a length.

use crate::returned::Length;

/// The length of a slice or a text.
///
/// # Panics
/// Where nothing has such a length.
#[inline]
pub fn passed_length(function: &str, argument: &str, length: impl Length) -> usize {
    match length.elements() {
        Ok(length) => length,
        Err(length) => no_length(function, argument, length),
    }
}

#[cold]
fn no_length(function: &str, argument: &str, length: i128) -> ! {
    panic!(
        "C has passed a length of {length} for {argument} of {function}, where nothing can be so long"
    )
}

/// A text of these bytes.
///
/// # Panics
/// Where they are none.
#[inline]
pub fn passed_text<'a>(function: &str, argument: &str, bytes: &'a [u8]) -> &'a str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => no_text(function, argument, error.valid_up_to()),
    }
}

#[cold]
fn no_text(function: &str, argument: &str, at: usize) -> ! {
    panic!(
        "{argument} of {function} is not UTF-8 at byte {at}; have C pass what is, or let the closure take `&[u8]`"
    )
}
