use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import(lnk = "z")]
unsafe extern "C" {
    safe fn f(text: &mut str);
    safe fn g(pair: (u8, u8)) -> String;
    safe fn good(n: c_int) -> c_int;
}

fn main() {
    let _: c_int = good(1);
}
