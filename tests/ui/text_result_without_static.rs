use cgocall::cgo_import;
use std::ffi::CStr;

#[cgo_import]
unsafe extern "C" {
    safe fn zlibVersion() -> &CStr;
}

fn main() {}

// Keeps: refused-forms
