//! The same C functions, imported by us and declared by hand.

use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(include = "c/work.h", source = "c/work.c")]
unsafe extern "C" {
    pub safe fn empty();
    pub safe fn add(a: c_int, b: c_int) -> c_int;
    pub safe fn call_back(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
    #[cgo(blocking, c = "empty")]
    pub safe fn empty_offloaded();
}

/// What everybody writes today.
pub mod direct {
    use std::ffi::c_int;

    unsafe extern "C" {
        pub safe fn empty();
        pub safe fn add(a: c_int, b: c_int) -> c_int;
        pub safe fn call_back(cb: extern "C" fn(c_int) -> c_int, n: c_int) -> c_int;
    }
}
