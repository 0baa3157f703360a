use cgocall::cgo_import;
use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;

#[cgo_import]
unsafe extern "C" {
    fn shared(#[cgo(filled)] to: &[u8]);
    fn one(#[cgo(filled)] to: &mut c_int);
    fn uninit(#[cgo(filled)] to: &mut MaybeUninit<c_int>);
    fn pointer(#[cgo(filled)] to: *mut c_char);
    fn text(#[cgo(filled)] to: &str);
    fn array(#[cgo(filled)] to: &mut [u8; 4]);
    fn both(#[cgo(filled, out)] to: c_int);
    fn with_a_value(#[cgo(filled = n)] to: &mut [u8], n: &mut usize);
    #[cgo(filled)]
    fn on_a_function(to: &mut [u8]);
    fn misspelled(#[cgo(filed)] to: &mut [u8]);
}

fn main() {}
