//! A package whose every target imports in the include form: what a build script's own link lines cannot
//! serve, because they reach the library alone.
//!
//! A doctest has no build script's output, so it takes the plain form:
//!
//! ```
//! #[cgocall::cgo_import]
//! unsafe extern "C" {
//!     safe fn abs(x: std::ffi::c_int) -> std::ffi::c_int;
//! }
//! assert_eq!(abs(-7), 7);
//! assert_eq!(cgocall_link_test::circle(0.0), 0.0);
//! ```

use std::ffi::c_int;
use std::hint::black_box;

use cgocall::{cgo_export, cgo_import, go};

#[cgo_import(include = "c/shape.h", source = "c/shape.c", link = "m")]
unsafe extern "C" {
    /// The area of a circle.
    pub safe fn circle(radius: f64) -> f64;
}

#[cgo_import(preamble = "static inline int link_test_twice(int x) { return 2 * x; }")]
unsafe extern "C" {
    safe fn link_test_twice(x: c_int) -> c_int;
}

#[cgo_import(include = "c/plugin.h", source = "c/plugin.c")]
unsafe extern "C" {
    safe fn link_test_run(last: u64) -> c_int;
}

/// `c/plugin.h` knows it with a `void *`.
#[cgo_export(include = "c/plugin.h")]
fn link_test_on_row(sum: &mut c_int, n: u64) -> c_int {
    *sum += n as c_int;
    0
}

/// Compared with `c/plugin.h` too, which an import includes.
#[cgo_export]
fn link_test_on_block(bytes: &[u8]) -> usize {
    bytes.len()
}

/// Called from C, in a program that links this library as a cdylib or a staticlib.
#[cgo_export]
fn link_test_answer(x: c_int) -> c_int {
    link_test_twice(x)
}

/// The library's own function of a name that others have too.
#[must_use]
pub fn twice(x: c_int) -> c_int {
    link_test_twice(x)
}

/// Overflows a goroutine's stack.
#[cgo_export]
fn link_test_deep() {
    #[inline(never)]
    fn deep(n: u64) -> u64 {
        match black_box(n) {
            u64::MAX => 0,
            n => black_box(deep(n + 1)) + 1,
        }
    }
    drop(go(|| deep(0)).join());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_calls_exports_by_a_header_of_its_own() {
        assert_eq!(link_test_run(3), 1 + 2 + 3 + 4);
    }

    #[test]
    fn the_library_calls_its_own_imports() {
        assert_eq!(link_test_answer(2), 4);
        assert_eq!(circle(1.0), std::f64::consts::PI);
    }
}
