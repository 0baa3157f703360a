use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "printf", format = c"%d\n")]
    fn print(n: c_int) -> c_int;
}

fn main() {
    let _: c_int = unsafe { print(1) };
}
