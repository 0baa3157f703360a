use cgocall::cgo_import;
use std::ffi::c_void;

pub struct String(*mut c_void);
#[allow(non_camel_case_types)]
pub struct CStr(*mut c_void);

#[cgo_import]
unsafe extern "C" {
    fn give_back(text: *mut c_void);
    #[cgo(free = give_back)]
    safe fn string() -> String;
    safe fn text(of: &u8) -> &CStr;
}

mod vectors {
    pub struct Vec<T>(T);
    #[cgocall::cgo_import]
    unsafe extern "C" {
        #[cgo(free = super::give_back, len = 3)]
        safe fn vec() -> Vec<u8>;
    }
}

fn main() {}
