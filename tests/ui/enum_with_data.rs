use cgocall::cgo_import;

#[cgo_import(include = "shape.h")]
#[repr(C)]
enum Shape {
    Circle(f64),
    Square,
}

#[cgo_import(include = "shape.h")]
enum Color {
    Red,
}

fn main() {}
