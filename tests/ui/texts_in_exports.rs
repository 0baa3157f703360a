use cgocall::cgo_export;
use std::ffi::{OsStr, c_int};
use std::path::Path;

#[cgo_export(private)]
fn os_str(name: &OsStr) {
    println!("{name:?}");
}

#[cgo_export(private)]
fn path(path: Option<&Path>, text: String) -> c_int {
    path.is_some() as c_int + text.len() as c_int
}

#[cgo_export(private)]
fn string() -> String {
    String::new()
}

#[cgo_export(private)]
fn literal() -> Option<&'static str> {
    None
}

fn main() {}
