//! From Rust into C.

use crate::site::{Site, Stub};
use std::ffi::c_void;

/// Calls C through an import's stub.
///
/// # Safety
/// `frame` is the frame that `stub` expects, and the C function's own contract is kept.
pub unsafe fn cgocall(site: &'static Site, stub: Stub, frame: *mut c_void) {
    let _ = (site.name(), site.mode());
    // SAFETY: the caller's promise.
    unsafe { stub(frame) };
    crate::callback::resume_panic();
}
