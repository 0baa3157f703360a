use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cfg(unix)]
    safe fn f(n: c_int);
    #[cfg(windows)]
    safe fn f(n: i16);
}

fn main() {}

// Keeps: refused-twice
