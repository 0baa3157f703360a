use std::ffi::c_int;

/// Called by C, in place.
#[cgocall::cgo_export(private, on_panic = -1)]
pub fn twice(n: c_int) -> c_int {
    assert!(n < 1000, "{n} is too much"); // stays
    2 * n
}
