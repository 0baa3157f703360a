//! The structs of `c/fields.c`, whose fields Rust has no words of its own for.

#![allow(missing_docs, nonstandard_style)]

use cgocall::cgo_import;
use std::ffi::{c_char, c_int, c_longlong, c_uint};
use std::sync::atomic::AtomicI32;

#[cgo_import(include = "c/fields.h")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct packet {
    #[cgo(bits(pub length: u8 = 4, pub version: u8 = 4))]
    head: u8,
    pub before: c_int,
    #[cgo(bits(
        pub r#type: c_uint = 20,
        pub shade: c_uint = 3,
        pub on: bool = 1,
        pub level: c_int = 5,
        pub ready: c_uint = 1,
    ))]
    bits: c_uint,
    #[cgo(bits(pub wide: u64 = 61, pub sign: i64 = 3))]
    more: u64,
    pub after: c_char,
}

#[cgo_import(include = "c/fields.h")]
#[repr(C, packed)]
#[derive(Clone, Copy)]
pub struct tight {
    pub tag: c_char,
    #[cgo(bits(pub far: c_longlong = 41, pub near: c_uint = 12))]
    pub bits: [u8; 7],
    pub value: c_int,
}

#[cgo_import(include = "c/fields.h")]
#[cgo(c = "union word")]
#[repr(C)]
pub union Word {
    pub whole: u32,
    #[cgo(opaque)]
    pub other: [u8; 4],
    #[cgo(bits(pub low: u32 = 9))]
    bits: u32,
}

#[cgo_import(include = "c/fields.h")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct shape {
    pub kind: c_int,
    #[cgo(anonymous)]
    pub u: shape_0,
    pub corners: [Corner; 4],
    pub next: *mut link,
    pub last: u8,
}

#[cgo_import(include = "c/fields.h")]
#[cgo(c = "struct shape.0")]
#[repr(C)]
#[derive(Clone, Copy)]
pub union shape_0 {
    #[cgo(anonymous)]
    pub circle: shape_0_0,
    #[cgo(c = "box")]
    pub square: Square,
    pub bytes: [c_char; 12],
}

#[cgo_import(include = "c/fields.h")]
#[cgo(c = "struct shape.0.0")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct shape_0_0 {
    pub radius: f64,
}

#[cgo_import(include = "c/fields.h")]
#[cgo(c = "struct shape.0.box")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Square {
    pub width: c_int,
    pub height: c_int,
}

#[cgo_import(include = "c/fields.h")]
#[cgo(c = "struct shape.corners[0]")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corner {
    pub x: i16,
    pub y: i16,
}

#[cgo_import(include = "c/fields.h")]
#[repr(C)]
pub struct link {
    pub shape: *mut shape,
}

#[repr(C, align(16))]
#[derive(Clone, Copy)]
pub struct LongDouble([u8; 16]);

#[cfg(target_arch = "x86_64")]
#[cgo_import(include = "c/fields.h")]
#[repr(C)]
pub struct exotic {
    pub first: c_char,
    #[cgo(opaque)]
    pub wide: LongDouble,
    #[cgo(opaque)]
    pub shared: AtomicI32,
    #[cgo(opaque)]
    pub plane: [f32; 2],
    pub last: c_int,
}

#[cgo_import(include = "c/fields.h", source = "c/fields.c")]
unsafe extern "C" {
    #[cgo(inline)]
    pub fn any_bitfield(
        before: c_uint,
        width: c_uint,
        is_signed: bool,
        write: bool,
        bytes: *mut u8,
        value: &mut i64,
    );
    pub safe fn packet_make(seed: c_uint) -> packet;
    pub fn packet_read(p: &packet, values: *mut i64);
    pub fn packet_write(p: &mut packet, values: *const i64);
    pub fn tight_read(t: &tight, values: *mut i64);
    pub fn tight_write(t: &mut tight, values: *const i64);
    pub safe fn word_low(w: &Word) -> u32;
    pub safe fn shape_check(s: &shape) -> c_int;
    pub safe fn shape_fill(s: &mut shape);
}

#[cfg(target_arch = "x86_64")]
#[cgo_import(include = "c/fields.h", source = "c/fields.c")]
unsafe extern "C" {
    pub fn exotic_fill(e: *mut exotic);
    pub safe fn exotic_check(e: &exotic) -> c_int;
}
