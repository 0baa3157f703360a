//! The imports of `c/toy.c`.

use cgocall::cgo_import;
use std::ffi::{c_int, c_long, c_uint};

#[cgo_import(include = "c/toy.h", source = "c/toy.c")]
unsafe extern "C" {
    /// Must be called on a thread before anything else is.
    pub safe fn toy_open();
    /// Leaves an error in the thread's queue; -1 if the thread has not opened it.
    pub safe fn toy_fail(code: c_long, micros: c_uint) -> c_int;
    /// Takes the oldest error out of the thread's queue.
    pub safe fn toy_error() -> c_long;
    /// Ends it for the thread: how many errors nobody took.
    pub safe fn toy_close() -> c_int;
}
