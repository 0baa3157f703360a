use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn f(place: &c_int) -> &c_int;
}

fn main() {
    let _: &c_int = f(&1);
}
