use cgocall::cgo_export;
use std::ffi::c_int;

#[cgo_export(private)]
fn nested() -> Vec<Vec<u8>> {
    Vec::new()
}

#[cgo_export(private)]
fn texts() -> Vec<String> {
    Vec::new()
}

#[cgo_export(private)]
fn borrowed() -> Vec<&'static str> {
    Vec::new()
}

#[cgo_export(private)]
fn tuples(of: Vec<(c_int, c_int)>) {
    drop(of);
}

#[cgo_export(private)]
fn functions(of: Vec<extern "C" fn(c_int)>) {
    drop(of);
}

#[cgo_export(private)]
fn arrays() -> Vec<[u8; 4]> {
    Vec::new()
}

#[cgo_export(private)]
fn characters(of: Vec<char>) {
    drop(of);
}

#[cgo_export(private)]
fn wide(of: Box<[u8]>) {
    drop(of);
}

#[cgo_export(private)]
fn with_a_vtable() -> Box<dyn Fn()> {
    Box::new(|| ())
}

#[cgo_export(private)]
fn optional(of: Vec<Option<c_int>>) {
    drop(of);
}


fn main() {}
