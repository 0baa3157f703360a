use cgocall::{cgo_export, cgo_import};
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::rc::Rc;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking, c = "free")]
    safe fn give(state: Box<Rc<u8>>);
    #[cgo(blocking, c = "free")]
    safe fn lend(state: Option<&Cell<u8>>);
    #[cgo(blocking, c = "free")]
    safe fn fill(place: &mut MaybeUninit<Rc<u8>>);
}

#[cgo_export(private)]
fn take(_: Option<Box<Rc<u8>>>) {}

#[cgo_export(private)]
fn borrow(_: Option<&Cell<u8>>) {}

fn main() {}

// Keeps: refused-threads
