//! What may be said of a C function, alone and together, and in the attribute of a function pointer type.
#![deny(warnings)]

use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn usleep(micros: u32) -> c_int;
    #[cgo(parks)]
    safe fn abs(n: c_int) -> c_int;
    #[cgo(inline, c = "abs")]
    safe fn abs_inline(n: c_int) -> c_int;
    #[cgo(native_stack, c = "abs")]
    safe fn abs_native(n: c_int) -> c_int;
    #[cgo(parks, inline, c = "abs")]
    safe fn abs_parks_inline(n: c_int) -> c_int;
    #[cgo(inline)]
    #[cgo(native_stack)]
    #[cgo(parks)]
    #[cgo(c = "abs")]
    safe fn abs_all(n: c_int) -> c_int;
}

#[cgo_import(parks, inline)]
#[cgo(native_stack)]
type Number = extern "C" fn(c_int) -> c_int;

extern "C" fn negative(n: c_int) -> c_int {
    -n
}

#[cgocall::main]
fn main() {
    assert_eq!(usleep(1), 0);
    for f in [abs, abs_inline, abs_native, abs_parks_inline, abs_all] {
        assert_eq!(f(-3), 3);
    }
    assert_eq!(Number::from_fn(negative).call(-3), 3);
}
