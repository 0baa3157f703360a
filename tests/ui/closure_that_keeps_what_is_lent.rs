use cgocall::{UserData, cgo_import};
use std::cell::Cell;
use std::ffi::{CStr, c_int};
use std::rc::Rc;

#[cgo_import]
unsafe extern "C" {
    safe fn each(f: impl FnMut(&CStr, UserData), _: UserData);
    #[cgo(blocking)]
    safe fn elsewhere(f: impl FnMut(UserData) + Send, _: UserData);
    #[cgo(c = "each")]
    safe fn lends(f: impl FnMut(&Cell<c_int>, UserData) + Send, _: UserData);
}

fn main() {
    let mut kept = None;
    each(|text| kept = Some(text));
    let count = Rc::new(Cell::new(0));
    elsewhere(|| count.set(1));
}
