#![allow(unused)]

use cgocall::{Errno, cgo_import};
use std::ffi::{c_int, c_void};

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = close_a)]
    type A;
    #[cgo(drop = clos_b)]
    type B;
    fn close_b(b: B);
    #[cgo(drop = close_c)]
    type C;
    fn close_c(c: &mut C);
    #[cgo(drop = close_d)]
    type D;
    fn close_d(d: D, how: c_int);
    #[cgo(drop = close_e)]
    type E;
    fn close_e(e: D);
    #[cgo(drop = close_f)]
    type F;
    fn close_f(#[cgo(out)] f: F);
    #[cgo(drop = close_g)]
    type G;
    fn close_g(g: G) -> Option<G>;
    #[cgo(drop = close_h)]
    type H;
    fn close_h(h: *mut c_int);
    #[cgo(drop = close_i)]
    type I;
    fn close_i();
}

fn main() {}
