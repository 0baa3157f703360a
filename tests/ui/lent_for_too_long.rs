use cgocall::cgo_import;
use std::ffi::{CStr, c_int};

#[cgo_import]
unsafe extern "C" {
    pub type Shelf;
    safe fn label(shelf: &Shelf) -> &CStr;
    safe fn find(shelf: &mut Shelf, name: &str) -> Option<&c_int>;
}

fn kept(shelf: &Shelf) -> &'static CStr {
    label(shelf)
}

fn used_meanwhile(shelf: &mut Shelf) {
    let found = find(shelf, "a");
    find(shelf, "b");
    found.unwrap();
}

fn right(shelf: &mut Shelf) -> Option<&c_int> {
    let name = String::from("a");
    find(shelf, &name)
}

fn main() {}
