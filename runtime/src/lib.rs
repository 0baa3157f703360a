//! cgocall brings Go's cgo to Rust.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod callback;
mod cgocall;
mod cside;
mod cstate;
mod entry;
mod errno;
mod g;
mod go;
mod inbox;
mod m;
mod offload;
mod p;
mod sched;
mod segment;
mod site;
mod stack;
mod thread;
mod wait;

pub use errno::Errno;
pub use go::{JoinHandle, go};
pub use wait::{Wait, yield_now};
