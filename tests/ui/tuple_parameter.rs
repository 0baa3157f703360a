use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn f(pair: (c_int, c_int));
}

fn main() {}

// Keeps: refused-forms
