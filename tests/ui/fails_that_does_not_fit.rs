use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_double, c_int, c_uint, c_void};
use std::ptr::NonNull;

#[cgo_import]
unsafe extern "C" {
    #[cgo(fails = null)]
    safe fn null_of_a_signed() -> Result<c_int, Errno>;
    #[cgo(fails = null)]
    safe fn null_of_an_unsigned() -> Result<usize, Errno>;
    #[cgo(fails = null)]
    safe fn null_of_nothing() -> Result<(), Errno>;
    #[cgo(fails = null)]
    safe fn null_that_is_none() -> Result<Option<NonNull<c_int>>, Errno>;
    #[cgo(fails = negative)]
    safe fn negative_unsigned() -> Result<c_uint, Errno>;
    #[cgo(fails = negative)]
    safe fn negative_pointer() -> Result<*mut c_void, Errno>;
    #[cgo(fails = nonzero)]
    safe fn nonzero_text() -> Result<&'static CStr, Errno>;
    #[cgo(fails = -1)]
    safe fn minus_one_of_a_bool() -> Result<bool, Errno>;
    #[cgo(fails = negative)]
    safe fn negative_float() -> Result<c_double, Errno>;
    #[cgo(fails = zero)]
    safe fn no_word() -> Result<c_int, Errno>;
    #[cgo(fails = -2)]
    safe fn no_number() -> Result<c_int, Errno>;
    #[cgo(fails)]
    safe fn no_value() -> Result<c_int, Errno>;
    #[cgo(fails = -1, fails = negative)]
    safe fn twice() -> Result<c_int, Errno>;
    #[cgo(fails = -1)]
    safe fn no_result() -> c_int;
    #[cgo(status = c_uint)]
    safe fn nothing_at_all();
    #[cgo(fails = -1)]
    type Opaque;
}

fn main() {}
