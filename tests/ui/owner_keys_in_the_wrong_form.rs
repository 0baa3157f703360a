#![allow(unused)]

use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop)]
    type A;
    #[cgo(drop = "close")]
    type B;
    #[cgo(drop = ffi::close)]
    type C;
    #[cgo(send = true, sync)]
    type D;
    #[cgo(drop = close, drop = close)]
    type F;
    fn close(f: F);
    #[cgo(drop = close_g, send = true)]
    type G;
    fn close_g(g: G);
    #[cgo(drop = function)]
    fn function(n: c_int);
    fn parameter(#[cgo(drop = close)] n: c_int);
}

fn main() {}
