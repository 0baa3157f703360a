//! The same work as each would do it: by us, with nothing in between, and as the users of the peers write it.

mod cgocall;
mod direct;
pub mod go;
mod may;
mod tokio;

/// Ours, under `migrate`.
pub const MIGRATING: &str = "migrate";

/// The peers of this executable.
pub const OWN: [(&str, fn()); 5] = [
    ("cgocall", cgocall::main),
    (MIGRATING, cgocall::migrating::main),
    ("direct", direct::main),
    ("tokio", tokio::main),
    ("may", may::main),
];
