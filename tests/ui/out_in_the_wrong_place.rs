#![allow(unused)]

use cgocall::{cgo_export, cgo_import};
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(out)]
    fn function(n: c_int);
    #[cgo(out)]
    static variable: c_int;
    #[cgo(out)]
    type Opaque;
    fn with_a_value(#[cgo(out = true)] n: c_int);
    fn twice(#[cgo(out, out)] n: c_int);
    fn misspelled(#[cgo(oout)] n: c_int);
    fn nested(f: Option<unsafe extern "C" fn(#[cgo(out)] n: c_int)>);
    fn spelled(#[cgo(out, c = "struct stat")] n: c_int);
}

#[cgo_import]
type Pointer = unsafe extern "C" fn(#[cgo(out)] n: c_int);

#[cgo_export]
fn exported(#[cgo(out)] n: c_int) {}

fn main() {}
