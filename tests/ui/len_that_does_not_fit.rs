use cgocall::cgo_import;
use std::ffi::{c_int, c_long};

#[cgo_import]
unsafe extern "C" {
    fn count(text: &c_int) -> c_int;
    #[cgo(len = 0.5)]
    safe fn float(of: &c_int) -> &[c_long];
    #[cgo(len = nothing)]
    safe fn unknown(of: &c_int) -> &[c_long];
    #[cgo(len = count(of))]
    safe fn not_promised(of: &c_int) -> &[c_long];
    #[cgo(len = unsafe { count(of) })]
    safe fn promised(of: &c_int) -> &[c_long];
    #[cgo(len = *given)]
    safe fn given_away(given: Box<c_int>, of: &c_int) -> &[c_long];
    #[cgo(len = count(of))]
    fn not_promised_either(of: &c_int) -> &[c_long];
    #[cgo(len = *of)]
    fn behind_a_pointer(of: *const c_int) -> &'static [c_long];
    #[cgo(len = n)]
    safe fn not_a_number(of: &c_int, #[cgo(out)] n: f64) -> &[c_long];
    #[cgo(len = n)]
    safe fn a_pointer(of: &c_int, #[cgo(out)] n: *mut usize) -> &[c_long];
    #[cgo(len = (of, of))]
    safe fn two(of: &c_int) -> Option<&[c_long]>;
    #[cgo(len = 3)]
    safe fn unsized_elements(of: &c_int) -> &[str];
}

fn main() {}
