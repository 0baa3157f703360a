#![allow(warnings)]
use cgocall::{UserData, cgo_export, cgo_import};
use std::ffi::{c_char, c_long, c_ulonglong, c_void};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What Rust has seen of C's last call.
static LAST: AtomicU64 = AtomicU64::new(0);

fn mix(s: &mut u64) -> u64 {
    *s = (*s ^ (*s >> 29)).wrapping_mul(0xbf58476d1ce4e5b9).wrapping_add(0x9e3779b97f4a7c15);
    *s ^ (*s >> 32)
}

fn digest(s: &mut u64, v: u64) {
    *s = s.rotate_left(5) ^ v;
    mix(s);
}

trait Value: Copy {
    fn make(s: &mut u64) -> Self;
    fn digest(self, s: &mut u64);
}

macro_rules! values {
    ($($ty:ty: $s:ident => $make:expr, $v:ident => $bits:expr;)*) => {
        $(impl Value for $ty {
            fn make($s: &mut u64) -> $ty { $make }
            fn digest(self, s: &mut u64) { let $v = self; digest(s, $bits) }
        })*
    };
}
values! {
    bool: s => mix(s) & 1 != 0, v => v as u64;
    i8: s => mix(s) as i8, v => v as u64;
    u8: s => mix(s) as u8, v => v as u64;
    i16: s => mix(s) as i16, v => v as u64;
    u16: s => mix(s) as u16, v => v as u64;
    i32: s => mix(s) as i32, v => v as u64;
    u32: s => mix(s) as u32, v => v as u64;
    i64: s => mix(s) as i64, v => v as u64;
    u64: s => mix(s), v => v;
    usize: s => mix(s) as usize, v => v as u64;
    f32: s => mix(s) as i32 as f32 / 8.0, v => v.to_bits() as u64;
    f64: s => mix(s) as i64 as f64 / 8.0, v => v.to_bits();
    *mut c_void: s => mix(s) as usize as *mut c_void, v => v as usize as u64;
}

fn same(what: &str, one: (u64, u64), other: (u64, u64)) {
    assert_eq!(one, other, "{what}");
}
