use cgocall::cgo_export;
use std::ffi::c_int;

#[repr(C)]
enum Order {
    Up,
    Down,
}

#[repr(C)]
struct Point {
    x: c_int,
}

#[cgo_export]
#[repr(C)]
union Either {
    x: c_int,
    y: f32,
}

#[cgo_export]
fn by_value(_order: Order) {}

#[cgo_export]
fn in_a_slice(_points: &[Point]) {}

#[cgo_export]
fn in_a_slice_to_write(_points: &mut [Order]) {}

#[cgo_export]
fn of_a_union(_either: Either) {}

#[cgo_export]
fn of_nonzero(_n: std::num::NonZeroU32) {}

type Kept = &'static c_int;

#[cgo_export]
fn of_what_may_be_none(_kept: Option<Kept>) {}

type Wide = *const dyn std::fmt::Debug;

#[cgo_export(private)]
fn of_two_words(_wide: Wide) {}

struct Sorter;

#[cgo_export]
impl Sorter {
    pub fn sort(&self, _order: Order) {}
}

// Whose contract C keeps.
#[cgo_export]
unsafe fn as_it_is(_order: Order, _orders: &[Order], _point: Point, _either: Either) {}

fn main() {}
