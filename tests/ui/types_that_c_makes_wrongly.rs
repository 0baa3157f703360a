use cgocall::cgo_export;
use std::ffi::c_int;

#[cgo_export]
#[repr(C)]
enum Shape {
    Circle(f64),
    Square { side: f64 },
}

#[cgo_export]
enum Unsized {
    A,
}

#[cgo_export]
enum Empty {}

#[cgo_export]
struct AsRustLikes {
    x: c_int,
}

#[cgo_export]
#[repr(C)]
struct Nothing;

#[cgo_export]
#[repr(C)]
struct Of<T> {
    x: T,
}

#[cgo_export]
union Either {
    x: c_int,
    y: f32,
}

#[cgo_export(name = "other")]
#[repr(C)]
struct Named {
    x: c_int,
}

#[cgo_export(private, on_panic = 1)]
#[repr(C)]
struct Private {
    x: c_int,
}

#[cgo_export(sized)]
#[repr(C)]
enum Keyed {
    A,
}

fn main() {}
