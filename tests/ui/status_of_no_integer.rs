use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_int, c_void};

pub struct Failed(c_int);
impl From<c_int> for Failed {
    fn from(code: c_int) -> Failed {
        Failed(code)
    }
}

#[cgo_import]
unsafe extern "C" {
    safe fn which() -> Result<c_int, Failed>;
    #[cgo(fails = nonzero)]
    safe fn always_zero() -> Result<c_int, Failed>;
    #[cgo(fails = errno)]
    safe fn of_errno() -> Result<c_int, Failed>;
    #[cgo(fails = errno)]
    safe fn nothing_of_errno() -> Result<(), Failed>;
    #[cgo(fails = null)]
    safe fn null_without_a_code() -> Result<*mut c_void, Failed>;
    safe fn text_without_a_code() -> Result<&'static CStr, Failed>;
    safe fn float() -> Result<f64, Failed>;
    #[cgo(fails = negative)]
    safe fn negative_unsigned() -> Result<usize, Failed>;
    #[cgo(status = std::ffi::c_long)]
    safe fn said_twice() -> Result<c_int, Errno>;
    #[cgo(status = Handle<c_int>)]
    safe fn generic() -> Result<(), Failed>;
    #[cgo(status = [c_int; 2])]
    safe fn array() -> Result<(), Failed>;
    #[cgo(status = *const c_int)]
    safe fn pointer() -> Result<(), Failed>;
    #[cgo(status = f32)]
    safe fn float_status() -> Result<(), Failed>;
    #[cgo(status = "int")]
    safe fn status_text() -> Result<(), Failed>;
    #[cgo(status = usize, fails = negative)]
    safe fn unsigned_status() -> Result<(), Errno>;
    safe fn one_argument() -> std::io::Result<c_int>;
}

fn main() {}
