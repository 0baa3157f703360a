use cgocall::{DropUserData, UserData, cgo_import};
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn elsewhere(f: impl FnMut(UserData) + Send, _: UserData);
    safe fn lends(f: impl FnMut(&Cell<c_int>, UserData) + Send, _: UserData);
    safe fn keeps(f: impl Fn(UserData) + Send + Sync + 'static, _: UserData, _: DropUserData);
}

fn main() {
    let count = Rc::new(Cell::new(0));
    elsewhere(|| count.set(1));
    keeps(move || count.set(1));
}

// Keeps: refused-threads
