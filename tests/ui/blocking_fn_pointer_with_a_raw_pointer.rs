use cgocall::cgo_import;
use std::ffi::{c_int, c_void};

#[cgo_import(blocking)]
type Call = extern "C" fn(ctx: *mut c_void) -> c_int;

fn main() {}
