use cgocall::{Handle, cgo_import};
use std::ffi::c_int;
use std::rc::Rc;

#[cgo_import]
unsafe extern "C" {
    safe fn keep(handle: Handle<c_int>);
    safe fn kept() -> Handle<String>;
    safe fn fill(#[cgo(out)] handle: Handle<c_int>);
}

fn main() {
    keep(Handle::new(1_u8));
    keep(7_usize);
    keep(&Handle::new(1));
    keep(kept());
    let number: Handle<c_int> = kept();
    let (handle, status) = fill();
    Handle::new(Rc::new(1));
    keep(Handle::new(&number));
}
