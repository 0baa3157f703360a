use cgocall::cgo_import;
use std::ffi::c_int;

#[cgo_import]
unsafe extern "C" {
    safe fn fill(#[cgo(filled)] to: &mut [u8]);
    safe fn both(#[cgo(filled)] to: &mut [u8]) -> Result<(), Code>;
}

struct Code;

impl From<c_int> for Code {
    fn from(_: c_int) -> Code {
        Code
    }
}

fn main() {
    let mut room = [0; 8];
    let () = fill(&mut room);
    let _: Result<(), Code> = both(&mut room);
    let mut n = 8;
    fill(&mut room, &mut n);
}
