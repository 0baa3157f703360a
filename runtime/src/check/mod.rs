//! `CGOCALL_CHECK`: what C and Rust promise each other, looked at while the program runs.
//!
//! The levels are those of Go's `cgocheck`. 0: nothing is looked at. 1: what C passes to an export, and what it gets back. 2:
//! also what C does with memory that is lent to it: see [`Loans`](loans::Loans).
//!
//! The code for it is there where a crate is built with debug assertions, or with the variable set; elsewhere there is
//! none, and the variable does nothing.

mod arena;
mod loans;
pub mod passed;
mod record;

pub use loans::Loans;
pub use record::Argument;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use record::{Lent, find};

use crate::config;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// Whether the crate that this is expanded in is built with checks.
#[doc(hidden)]
#[macro_export]
macro_rules! __checked {
    () => {
        ::core::cfg!(debug_assertions)
            || ::core::matches!(
                ::core::option_env!("CGOCALL_CHECK"),
                ::core::option::Option::Some("1" | "2")
            )
    };
}
pub use __checked as checked;

const UNKNOWN: u8 = u8::MAX;

static LEVEL: AtomicU8 = AtomicU8::new(UNKNOWN);

/// What `CGOCALL_CHECK` says: 1 if it says nothing.
#[inline]
#[must_use]
pub fn level() -> u8 {
    match LEVEL.load(Relaxed) {
        UNKNOWN => ask(),
        level => level,
    }
}

#[cold]
fn ask() -> u8 {
    let level = match std::env::var_os(VARIABLE) {
        None => DEFAULT,
        Some(text) if text.is_empty() => DEFAULT,
        Some(text) => text.to_str().and_then(parse).unwrap_or_else(|| {
            let said = text.to_string_lossy();
            config::give_up(&format_args!("{VARIABLE} is `{said}`: {FORM}"))
        }),
    };
    LEVEL.store(level, Relaxed);
    level
}

pub(crate) const VARIABLE: &str = "CGOCALL_CHECK";
pub(crate) const FORM: &str = "it must be 0, 1 or 2";
const DEFAULT: u8 = 1;

pub(crate) fn parse(text: &str) -> Option<u8> {
    match text {
        "0" => Some(0),
        "1" => Some(1),
        "2" => Some(2),
        _ => None,
    }
}
