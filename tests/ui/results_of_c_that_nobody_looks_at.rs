use cgocall::cgo_export;
use std::ffi::c_int;

type Kept = &'static c_int;

#[repr(C)]
pub struct Name(&'static str);

#[cgo_export]
trait Shelf {
    fn kept(&self) -> Kept;
    fn kept_if_any(&self) -> Option<Kept>;
    fn name(&self) -> Name;
}

#[cgo_export]
trait Finds {
    fn function(&self) -> extern "C" fn(c_int) -> c_int;
}

fn main() {}
