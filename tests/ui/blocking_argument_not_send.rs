use cgocall::cgo_import;
use std::ffi::c_int;

#[repr(C)]
pub struct Cell(std::cell::Cell<c_int>);

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn f(place: &Cell);
}

fn main() {}

// Keeps: refused-threads
