use cgocall::{Errno, cgo_import};
use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString, c_char, c_int};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

#[cgo_import]
unsafe extern "C" {
    // Owned where borrowed is enough, and the other way.
    safe fn path_buf(path: PathBuf);
    safe fn os_string(name: Option<OsString>);
    safe fn c_string(text: CString);
    safe fn ref_string(text: &String);
    safe fn mut_string(text: &mut String);
    safe fn ref_path_buf(path: &PathBuf);
    safe fn cow(text: Cow<'_, str>);
    safe fn boxed(text: Box<str>);
    // Twice, for C to change.
    safe fn twice(text: &&str);
    safe fn option_of_option(text: Option<Option<&str>>);
    safe fn mut_path(path: &mut Path);
    safe fn option_of_mut(name: Option<&mut OsStr>);
    // Within others.
    safe fn list(texts: &[&str]);
    safe fn place(text: &mut Option<&str>);
    safe fn behind(text: NonNull<String>);
    safe fn array(texts: &mut [&CStr]);
    safe fn callback(f: extern "C" fn(&str));
    safe fn finder(f: extern "C" fn(*const c_char) -> &'static str);
    static name: &'static str;
    // Out of C.
    safe fn result() -> Option<String>;
    safe fn good_result() -> Result<&'static Path, Errno>;
    safe fn good(text: &str) -> c_int;
}

#[cgo_import]
type Logger = unsafe extern "C" fn(text: &str);

fn main() {
    let _: c_int = good("text");
}
