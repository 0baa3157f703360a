//! C calls that are declared `blocking`.

use super::ffi::{empty_offloaded, nap_offloaded};
use crate::peer::{Work, repeat};
use cgocall::go;

pub const WORKS: &[(&str, Work)] = &[
    ("call_offload", |n| repeat(n, empty_offloaded)),
    ("blocking_2000", |n| repeat(n, two_thousand_naps)),
];

fn two_thousand_naps() {
    let naps: Vec<_> = (0..2_000).map(|_| go(|| nap_offloaded(1_000))).collect();
    for nap in naps {
        nap.join().expect("no panic");
    }
}
