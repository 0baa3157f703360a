//! Structs, unions and enums that C takes and returns by value; 64-bit results.

#![allow(missing_docs, nonstandard_style, reason = "what they are stands in C")]

use cgocall::{UserData, cgo_import};
use std::ffi::{c_char, c_int, c_long, c_void};

/// What Rust has types for is as the C compiler says.
#[cgo_import(include = "c/layouts.h", source = "c/layouts.c")]
pub mod C_types {
    use C::{LAYOUTS_LEAST, LAYOUTS_MINUS, LAYOUTS_MOST, LAYOUTS_NONE, LAYOUTS_ONE};
    use C::{layouts_bits, layouts_bits_add, layouts_holds, layouts_holds_add};
    use C::{layouts_doubles, layouts_doubles_add, layouts_floats, layouts_floats_add};
    use C::{layouts_large, layouts_large_add, layouts_pair, layouts_pair_add};
    use C::{layouts_mixed, layouts_mixed_add, layouts_uneven, layouts_uneven_add};
    use C::{layouts_of_signed, layouts_of_unsigned, layouts_signed_of, layouts_unsigned_of};
    use C::{layouts_small, layouts_small_add, layouts_tight};
    use C::{layouts_word, layouts_word_read, layouts_word_write};
}

/// Without a field.
#[cgo_import(include = "c/layouts.h")]
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct layouts_nothing {}

/// With `__int128`, which no function may take alone.
#[cfg(target_arch = "x86_64")]
#[cgo_import(include = "c/layouts.h")]
#[cgo(c = "struct layouts_wide")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wide {
    pub a: c_char,
    #[cgo(opaque)]
    pub n: i128,
}

/// With a complex number.
#[cgo_import(include = "c/layouts.h")]
#[cgo(c = "struct layouts_plane")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    pub n: c_int,
    #[cgo(opaque)]
    pub z: [f64; 2],
}

/// The same by itself, which C takes from Rust in two parts.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    pub re: f64,
    pub im: f64,
}

#[cgo_import(include = "c/layouts.h", source = "c/layouts.c")]
unsafe extern "C" {
    #[cfg(target_arch = "x86_64")]
    pub safe fn layouts_wide_add(before: c_int, x: Wide, by: c_long) -> Wide;
    pub safe fn layouts_nothing_of(x: layouts_nothing) -> layouts_nothing;
    pub safe fn layouts_around_nothing(before: c_int, x: layouts_nothing, after: c_long) -> c_long;
    pub safe fn layouts_plane_turn(x: Plane, by: f64) -> Plane;

    pub safe fn layouts_after_0() -> u64;
    pub fn layouts_after_1(a: *mut c_void) -> u64;
    pub fn layouts_after_2(a: *mut c_void, b: *mut c_void) -> u64;
    pub fn layouts_after_3(a: *mut c_void, b: *mut c_void, c: *mut c_void) -> u64;
    pub fn layouts_after_4(a: *mut c_void, b: *mut c_void, c: *mut c_void, d: *mut c_void) -> u64;
    pub safe fn layouts_through(f: impl FnMut(u64, UserData) -> u64, n: u64, _: UserData) -> u64;
}

#[cgo_import(
    include = "complex.h",
    preamble = r#"
    typedef struct { double re, im; } Complex;
    static Complex layouts_square(Complex x) {
        double _Complex z = x.re + x.im * I, square = z * z;
        return (Complex){creal(square), cimag(square)};
    }
"#
)]
unsafe extern "C" {
    #[cgo(c = "layouts_square")]
    pub safe fn square(x: Complex) -> Complex;
}
