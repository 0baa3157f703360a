use cgocall::cgo_export;
use std::ffi::CStr;

#[repr(C)]
struct Point {
    x: i32,
}

#[cgo_export]
fn keeps(point: &'static Point) {
    let _ = point;
}

#[cgo_export]
fn keeps_a_text(text: &'static CStr, other: Option<&'static str>) {
    let _ = (text, other);
}

struct Tally(i32);

#[cgo_export]
impl Tally {
    pub fn new() -> Tally {
        Tally(0)
    }
    pub fn keep(&'static self) {}
}

fn main() {
    let _ = Point { x: 1 }.x;
}
