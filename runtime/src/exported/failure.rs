//! `Result`, as C has it: a status, and a text that says why, kept for each goroutine, and for each thread of C's.

use crate::thread;
use std::cell::Cell;
use std::ffi::{CString, c_char, c_int};
use std::fmt::Display;
use std::ptr;

thread_local! {
    /// What the last export that has failed on this thread says, where no goroutine runs.
    static LAST: Cell<Option<Box<CString>>> = const { Cell::new(None) };
}

/// What C gets from an export that fails.
const FAILED: c_int = -1;

/// What C can be told of.
#[diagnostic::on_unimplemented(
    message = "C is told why an export fails, and `{Self}` has no text",
    label = "has to implement `Display`"
)]
pub trait Reason {
    /// It.
    fn text(&self) -> String;
}

impl<T: Display> Reason for T {
    fn text(&self) -> String {
        self.to_string()
    }
}

/// An export has failed.
#[cold]
#[inline(never)]
pub fn failed(error: &impl Reason) -> c_int {
    // What it says is said before anything is borrowed: it may call C.
    keep(error.text())
}

/// An export has panicked, where it might have failed.
#[cold]
#[inline(never)]
#[must_use]
pub fn panicked(function: &str) -> c_int {
    keep(format!("`{function}` panicked"))
}

fn keep(mut said: String) -> c_int {
    // C would think that it ends there.
    said.retain(|c| c != '\0');
    let said = CString::new(said).ok().map(Box::new);
    let before = with_last(|last| last.replace(said));
    drop(before);
    FAILED
}

/// What the last export that has failed says, of those that this goroutine has called, or this thread; null if none has.
#[inline(never)]
#[must_use]
pub fn last_error() -> *const c_char {
    let said = with_last(|last| {
        let said = last.take();
        let text = said.as_ref().map_or(ptr::null(), |said| said.as_ptr());
        last.set(said);
        text
    });
    said.unwrap_or(ptr::null())
}

/// Of the goroutine, whose mates call C in between; or of the thread, unless that ends and nobody asks any more.
fn with_last<R>(f: impl FnOnce(&Cell<Option<Box<CString>>>) -> R) -> Option<R> {
    match thread::current().g() {
        Some(g) => Some(f(&g.failed)),
        None => LAST.try_with(f).ok(),
    }
}

/// Gives C the value of an export that has not failed.
///
/// # Safety
/// `out` is null, if C does not want the value, or C's to write.
#[inline]
pub unsafe fn store<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.write(value) };
    }
}
