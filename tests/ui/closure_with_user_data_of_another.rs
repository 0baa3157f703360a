use cgocall::{cgo_import};
use std::ffi::c_int;

#[repr(C)]
pub struct UserData(c_int);

#[cgo_import]
unsafe extern "C" {
    safe fn each(f: impl FnMut(c_int, UserData), _: UserData);
}

fn main() {}
