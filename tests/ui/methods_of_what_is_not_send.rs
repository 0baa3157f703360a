use cgocall::cgo_export;
use std::cell::Cell;
use std::ffi::c_int;
use std::rc::Rc;

pub struct Shared(Rc<c_int>);
pub struct Changing(Cell<c_int>);

#[cgo_export]
impl Shared {
    pub fn new() -> Self {
        Shared(Rc::new(1))
    }
}

#[cgo_export]
impl Changing {
    pub fn get(&self) -> c_int {
        self.0.get()
    }
}

#[cgo_export(prefix = "mine")]
impl Changing {
    pub fn new(start: c_int) -> Option<Self> {
        Some(Changing(Cell::new(start)))
    }
    pub fn free(&self) {}
}

fn main() {}
