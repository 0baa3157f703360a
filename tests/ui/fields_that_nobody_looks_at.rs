use cgocall::cgo_export;

#[repr(C)]
enum Order {
    Up,
    Down,
}

#[cgo_export]
#[repr(C)]
struct Sorted {
    order: Order,
    orders: [Order; 2],
    letter: char,
}

#[cgo_export]
#[repr(transparent)]
struct Wrapped(Order);

mod shadowed {
    #[allow(non_camel_case_types)]
    type c_int = i64;

    #[super::cgo_export]
    #[repr(C)]
    struct Point {
        x: c_int,
    }
}

fn main() {}
