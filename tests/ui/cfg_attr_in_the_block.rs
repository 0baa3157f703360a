use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cfg_attr(unix, cgo(blocking))]
    safe fn abs(n: c_int) -> c_int;
}

fn main() {}
