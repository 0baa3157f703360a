use cgocall::cgo_export;
use std::ffi::c_int;
use std::rc::Rc;

#[repr(C)]
struct Shared {
    count: Rc<c_int>,
}

#[cgo_export(private)]
fn given() -> Vec<Shared> {
    Vec::new()
}

#[cgo_export(private)]
fn given_or_not() -> Result<(c_int, Vec<Shared>), String> {
    Ok((1, Vec::new()))
}

#[cgo_export(private)]
fn taken(shared: Vec<Shared>) -> c_int {
    shared.iter().map(|shared| *shared.count).sum()
}

fn main() {}
