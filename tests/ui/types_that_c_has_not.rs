use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::{CStr, CString, c_int, c_void};

macro_rules! integer {
    () => {
        c_int
    };
}

#[cgo_import]
unsafe extern "C" {
    fn raw_slice(p: *const [u8]);
    fn length_elsewhere(p: *const [u8; LENGTH]);
    fn made_by_a_macro(p: integer!());
    fn result_as_parameter(p: Result<c_int, Errno>);
    fn of_self(p: Self);
    fn text(p: *const str);
    fn owned_text(p: CString);
    fn array_result() -> [u8; 4];
    fn unit_parameter(p: ());
    fn void_parameter(p: c_void);
    fn generic(p: Vec<u8>);
    fn reference_inside(p: *const &c_int);
    fn text_inside(p: *const &CStr);
    fn pointer_of_rust(p: fn(c_int));
}

const LENGTH: usize = 4;
#[cgo_export]
fn array_back() -> [u8; 4] {
    [0; 4]
}

fn main() {}

// Keeps: refused-forms
