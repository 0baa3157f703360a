use cgocall::cgo_import;
use std::ffi::CStr;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn f() -> &'static CStr;
}

fn main() {}
