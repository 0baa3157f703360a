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

use crate::server::Served;
use std::ffi::c_int;
use std::path::PathBuf;
use std::{env, fs, io};

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

/// How one serves until it ends.
type Serve = fn() -> Served;

/// The servers: kvd, and what others would have instead of it.
pub const SERVERS: [(&str, Serve); 4] = [
    ("cgocall", cgocall::server::main),
    ("go", go::kvd),
    ("tokio", tokio::kvd::main),
    ("tokio inline", tokio::kvd::inline),
];

/// Where what is made for the peers is, beside this executable.
pub fn place() -> io::Result<PathBuf> {
    let exe = env::current_exe()?;
    let target = exe.ancestors().nth(2);
    let target = target.ok_or_else(|| io::Error::other("no target directory"))?;
    let place = target.join("peers");
    fs::create_dir_all(&place)?;
    Ok(place)
}

/// A thousand numbers, the same for all who sort them.
fn unsorted() -> [c_int; 1000] {
    let mut random = 1_u32;
    std::array::from_fn(|_| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as c_int
    })
}
