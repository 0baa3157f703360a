use cgocall::cgo_export;
use std::ffi::c_int;

use cgocall::Errno;

#[cgo_export]
fn f() -> Result<c_int, Errno> {
    Ok(1)
}

fn main() {}
