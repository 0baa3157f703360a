use cgocall::{cgo_export, cgo_import};

#[cgo_export]
#[repr(u64)]
enum Wide {
    A = 1,
    B = 0xffff_ffff_ffff_ffff,
}

#[cgo_export]
#[repr(C)]
enum Order {
    Up,
    Down,
}

#[repr(i64)]
enum Unknown {
    A,
    B,
}

#[cgo_export]
fn wide(_wide: Option<Wide>) {}

#[cgo_export]
fn order(_order: Option<Order>) {}

#[cgo_export]
fn unknown() -> Option<Unknown> {
    None
}

#[cgo_import]
unsafe extern "C" {
    safe fn import() -> Option<Unknown>;
}

fn main() {}
