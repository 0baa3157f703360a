use cgocall::cgo_export;
use std::borrow::Cow;
use std::ffi::{CString, OsStr, OsString, c_int};
use std::path::{Path, PathBuf};

#[cgo_export(private)]
fn os_str(name: &OsStr) {
    println!("{name:?}");
}

#[cgo_export(private)]
fn path(path: Option<&Path>, text: PathBuf) -> c_int {
    path.is_some() as c_int + text.as_os_str().len() as c_int
}

#[cgo_export(private)]
fn os_string() -> OsString {
    OsString::new()
}

#[cgo_export(private)]
fn cow(text: Cow<'_, str>) {
    println!("{text}");
}

#[cgo_export(private)]
fn c_string() -> CString {
    c"".to_owned()
}

#[cgo_export(private)]
fn owned_behind_a_reference(text: &String) {
    println!("{text}");
}

#[cgo_export(private)]
fn mutable(text: &mut str) {
    text.make_ascii_lowercase();
}

#[cgo_export(private)]
fn borrowed(text: &str) -> &str {
    text
}

#[cgo_export(private)]
fn borrowed_or_none(text: &str) -> Option<&str> {
    Some(text)
}

#[cgo_export(private)]
fn behind_a_pointer(text: *const str) {
    let _ = text;
}

fn main() {}
