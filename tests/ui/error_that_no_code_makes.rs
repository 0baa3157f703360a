use cgocall::cgo_import;
use std::ffi::{c_int, c_long};

pub struct Failed;

pub struct OfInt(c_int);
impl From<c_int> for OfInt {
    fn from(code: c_int) -> OfInt {
        OfInt(code)
    }
}

#[cgo_import]
unsafe extern "C" {
    safe fn status() -> Result<(), Failed>;
    #[cgo(fails = negative)]
    safe fn count() -> Result<c_int, Failed>;
    #[cgo(status = c_long)]
    safe fn long_status() -> Result<(), OfInt>;
    safe fn right() -> Result<(), OfInt>;
}

fn main() {}
