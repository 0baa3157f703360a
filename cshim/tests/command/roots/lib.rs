//! A library's root.
#![allow(dead_code)]

#[cfg(feature = "clock")]
mod clock;
mod place {
    #[path = "far.rs"]
    pub mod inner;
}

use cgocall::{cgo_export, cgo_import};
use std::ffi::{CStr, c_int};

// Numbers.

#[cgo_import]
unsafe extern "C" {
    safe fn abs(n: c_int) -> c_int;
}

// Words.

/// Has docs.
#[cgo_import]
unsafe extern "C" {
    /// How long `text` is.
    pub safe fn strlen(text: &CStr) -> usize;
}

thread_local! {
    static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[derive(Debug, Default)]
pub struct Counter {
    pub count: u32,
}

impl Counter {
    /// Stays as it is.
    pub fn next(&mut self) -> u32 {
        println!("{}", self.count);
        self.count + 1
    }
}

impl Counter {
    // A function for C.
    fn at() -> extern "C" fn(&Counter) -> u32 {
        #[cgo_export(private)]
        fn at(counter: &Counter) -> u32 {
            counter.count
        }
        at::C
    }
}

#[cfg(feature = "clock")]
fn hours() -> i64 {
    clock::clock() / 3600
}

#[cgo_import]
pub type Compare = unsafe extern "C" fn(c_int, c_int) -> c_int;

#[cfg(test)]
mod tests {
    #[test]
    fn three() {
        assert_eq!(super::abs(-3), 3);
    }
}
