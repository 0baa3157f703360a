//! C calls that are short.

use super::ffi::{add, empty, fail, fail_plainly, first};
use crate::peer::{Work, repeat};
use std::hint::black_box;

pub const WORKS: &[(&str, Work)] = &[
    ("call_empty", |n| repeat(n, empty)),
    ("call_add", |n| repeat(n, || add(black_box(1), 2))),
    ("call_errno", |n| repeat(n, fail)),
    ("call_fail", |n| repeat(n, fail_plainly)),
    ("call_str", |n| {
        repeat(n, || first(black_box("eleven byte")))
    }),
];
