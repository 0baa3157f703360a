//! The same work as each would do it: by us, with nothing in between, and as the users of the peers write it.

mod cgocall;
mod crowd;
mod direct;
pub mod go;
mod may;
mod rusqlite;
mod smol;
mod sql;
mod ticks;
mod tokio;

use std::ffi::c_int;

/// Ours, under `migrate`.
pub const MIGRATING: &str = "cgocall migrate";

/// The peers of this executable.
pub const OWN: [(&str, fn()); 6] = [
    ("cgocall", cgocall::main),
    (MIGRATING, cgocall::migrating::main),
    ("direct", direct::main),
    ("tokio", tokio::main),
    ("may", may::main),
    ("smol", smol::main),
];

/// A thousand numbers, the same for all who sort them.
fn unsorted() -> [c_int; 1000] {
    let mut random = 1_u32;
    std::array::from_fn(|_| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as c_int
    })
}
