use cgocall::cgo_import;
use std::ffi::{c_int, c_void};

#[cgo_import(include = "api.h")]
const HANDLER: *const c_void = std::ptr::null();

#[cgo_import(include = "api.h")]
unsafe extern "C" {
    #[cgo(constant)]
    static mut LIMIT: c_int;
    #[cgo(constant)]
    fn limit() -> c_int;
}

fn main() {}
