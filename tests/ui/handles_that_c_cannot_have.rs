use cgocall::{Errno, Handle, cgo_import};
use std::ffi::{c_int, c_long};

pub struct Code;

#[cgo_import]
unsafe extern "C" {
    safe fn if_any(handle: Option<Handle<c_int>>);
    safe fn result_if_any() -> Option<Handle<c_int>>;
    safe fn negative() -> Result<Handle<c_int>, Code>;
    #[cgo(fails = null)]
    safe fn null() -> Result<Handle<c_int>, Errno>;
    #[cgo(fails = -1)]
    safe fn minus_one() -> Result<Handle<c_int>, Errno>;
    safe fn array(handles: [Handle<c_int>; 2]);
    safe fn twice(handle: Box<Option<Handle<c_int>>>, other: &&Handle<c_int>);
    #[cgo(drop = close)]
    type Kept;
    fn close(handle: Handle<Kept>);
    #[cgo(len = 2)]
    safe fn lent(handle: Handle<c_long>) -> &[c_long];
    #[cgo(free = close)]
    safe fn freed() -> Handle<c_int>;
    safe fn mutable(#[cgo(out)] handle: &mut Handle<c_int>);
    safe fn maybe(#[cgo(out)] handle: Option<Handle<c_int>>);
}

fn main() {}
