use cgocall::cgo_import;
use std::ffi::{c_int, c_void};

unsafe extern "C" {
    fn bare(text: *mut c_void);
}

fn of_a_number(_: c_int) {}

#[cgo_import]
unsafe extern "C" {
    fn of_two(text: *mut c_void, n: c_int);
    fn of_const(text: *const c_void);
    fn right(text: *mut c_void) -> c_int;
    #[cgo(free = bare)]
    safe fn one() -> String;
    #[cgo(free = of_a_number)]
    safe fn two() -> String;
    #[cgo(free = of_two)]
    safe fn three() -> String;
    #[cgo(free = of_const)]
    safe fn four() -> String;
    #[cgo(free = nowhere)]
    safe fn five() -> String;
    #[cgo(free = right)]
    safe fn six() -> String;
}

fn main() {}
