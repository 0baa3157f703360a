//! `cgocall` under another name.
use cgocall as elsewhere;
use elsewhere::{cgo_export, cgo_import};

#[cgo_import(crate = elsewhere)]
unsafe extern "C" {
    safe fn abs(n: i32) -> i32;
}

#[cgo_export(private, crate = crate::elsewhere)]
fn twice(n: i32) -> i32 {
    n * 2
}

#[cgocall::main(crate = elsewhere)]
fn main() -> Result<(), std::io::Error> {
    assert_eq!((twice::C)(abs(-2)), 4);
    Ok(())
}
