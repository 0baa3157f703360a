use cgocall::{UserData, cgo_import};
use std::ffi::CStr;

#[cgo_import]
unsafe extern "C" {
    safe fn each(f: impl FnMut(&CStr, UserData), _: UserData);
}

fn main() {
    let mut kept = None;
    each(|text| kept = Some(text));
}
