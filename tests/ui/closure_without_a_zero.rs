use cgocall::{UserData, cgo_import};
use std::ffi::c_int;

#[repr(C)]
pub struct Pair(c_int, c_int);

#[cgo_import]
unsafe extern "C" {
    safe fn pairs(f: impl FnMut(UserData) -> Pair, _: UserData);
}

fn main() {}
