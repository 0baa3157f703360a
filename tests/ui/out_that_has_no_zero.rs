use cgocall::cgo_import;
use std::ffi::c_int;

#[repr(C)]
pub struct Hooks {
    level: c_int,
    on_row: unsafe extern "C" fn(c_int),
}

#[repr(C)]
pub enum Mode {
    Read = 1,
    Write = 2,
}

#[cgo_import]
unsafe extern "C" {
    safe fn hooks(#[cgo(out)] hooks: Hooks) -> c_int;
    safe fn mode(#[cgo(out)] mode: Mode);
    safe fn both(#[cgo(out)] modes: [Mode; 2]);
}

fn main() {
    let (_, _) = hooks();
}
