use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(include = "stdio.h")]
unsafe extern "C" {
    #[cgo(c = "printf", format = "%d\n")]
    fn print(n: c_int) -> c_int;
    #[cgo(c = "printf", format = c"%d\n", format = c"%i\n")]
    fn print_twice(n: c_int) -> c_int;
    #[cgo(c = "stdout", format = c"%d\n")]
    static out: c_int;
}

fn main() {
    let _: (c_int, c_int) = unsafe { (print(1), print_twice(1)) };
}
