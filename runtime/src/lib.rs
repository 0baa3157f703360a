//! cgocall brings Go's cgo to Rust.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod callback;
mod cgocall;
mod entry;
mod errno;
mod site;

pub use errno::Errno;
