use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn f(place: *mut c_int);
}

fn main() {}
