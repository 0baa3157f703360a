use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn f() -> Result<c_int, std::io::Error>;
}

fn main() {}
