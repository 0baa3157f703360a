use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, CString, c_int, c_void};
use std::path::PathBuf;

#[cgo_import]
unsafe extern "C" {
    fn give_back(text: *mut c_void);
    safe fn string() -> String;
    safe fn c_string() -> Option<CString>;
    safe fn of_a_result() -> Result<String, Errno>;
    safe fn vec() -> Vec<c_int>;
    #[cgo(len = 3)]
    safe fn vec_with_a_length() -> Option<Vec<c_int>>;
    #[cgo(free = give_back)]
    safe fn vec_without_a_length() -> Vec<c_int>;
    #[cgo(free = "give_back")]
    safe fn free_as_a_text() -> String;
    #[cgo(free = give_back)]
    safe fn forever() -> &'static CStr;
    #[cgo(free = give_back)]
    safe fn lent(text: &CStr) -> &str;
    #[cgo(free = give_back)]
    safe fn number() -> c_int;
    #[cgo(free = give_back)]
    safe fn path() -> PathBuf;
    #[cgo(free = give_back, len = 3)]
    safe fn length_of_a_text() -> String;
    #[cgo(len = 3)]
    safe fn length_of_a_number() -> c_int;
    #[cgo(len)]
    safe fn no_length() -> &'static [u8];
}

fn main() {}
