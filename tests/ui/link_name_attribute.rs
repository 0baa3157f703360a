use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[link_name = "abs"]
    safe fn absolute(n: c_int) -> c_int;
}

fn main() {}
