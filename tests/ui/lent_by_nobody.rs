use cgocall::cgo_import;
use std::ffi::{CStr, c_int};

pub struct Held<'a>(&'a c_int);

#[cgo_import]
unsafe extern "C" {
    safe fn nobody() -> &CStr;
    safe fn nobody_str() -> Option<&str>;
    safe fn a_number(n: c_int) -> &c_int;
    safe fn a_slice(n: c_int) -> &[u8];
    safe fn a_copy(name: &str) -> Option<&CStr>;
    safe fn an_owned_copy(name: String) -> &str;
    safe fn either(a: &c_int, b: &[u8]) -> &c_int;
    safe fn either_text(a: &CStr, b: &mut c_int) -> Result<&str, cgocall::Errno>;
    safe fn what_lives_for_ever(a: &'static c_int) -> &c_int;
    safe fn mutable(a: &mut c_int) -> &mut c_int;
    safe fn a_pointer(a: *const c_int) -> &c_int;
    safe fn nameless(a: *mut Held<'_>, b: &str) -> &c_int;
    #[cgo(len = 3)]
    safe fn an_array() -> [u8; 3];
    #[cgo(len = 3)]
    safe fn a_mutable_slice(a: &mut c_int) -> &mut [u8];
}

fn main() {}
