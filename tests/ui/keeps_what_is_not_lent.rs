use cgocall::cgo_import;
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;

#[cgo_import]
unsafe extern "C" {
    fn number(#[cgo(keeps)] n: c_int);
    fn raw(#[cgo(keeps)] p: *const c_int);
    fn not_null(#[cgo(keeps)] p: NonNull<c_int>);
    fn boxed(#[cgo(keeps)] p: Box<c_int>);
    fn rusts(#[cgo(keeps)] p: &mut Vec<c_int>);
    fn nothing(#[cgo(keeps = yes)] p: &c_int);
    fn twice(#[cgo(keeps, keeps)] p: &c_int);
    #[cgo(keeps)]
    fn function(p: *mut c_void);
    #[cgo(keeps)]
    type Opaque;
    #[cgo(keeps)]
    static VARIABLE: c_int;
}

fn main() {}
