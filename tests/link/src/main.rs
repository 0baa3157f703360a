//! A binary with imports of its own, beside those of its library.

use std::ffi::c_long;

use cgocall::cgo_import;

#[cgo_import(include = "stdlib.h")]
unsafe extern "C" {
    safe fn labs(x: c_long) -> c_long;
}

#[cgo_import(include = "math.h", link = "m")]
unsafe extern "C" {
    safe fn floor(x: f64) -> f64;
}

fn main() {
    assert_eq!(labs(-3), 3);
    assert_eq!(floor(3.5), 3.0);
    println!("{:.3}", cgocall_link_test::circle(2.0));
}
