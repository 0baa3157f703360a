use cgocall::cgo_import;
use std::ffi::c_int;

pub enum Result<T, E> {
    Good(T),
    Bad(E),
}
pub struct Errno(c_int);

#[cgo_import]
unsafe extern "C" {
    safe fn both() -> Result<c_int, Errno>;
    safe fn error() -> std::result::Result<c_int, Errno>;
    safe fn result() -> Result<(), i64>;
}

fn main() {}
