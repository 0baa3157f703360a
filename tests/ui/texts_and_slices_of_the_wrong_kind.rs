use cgocall::cgo_import;
use std::ffi::{CString, c_int};

#[cgo_import]
unsafe extern "C" {
    fn mkstemp(template: &mut CString) -> c_int;
    fn append(text: &mut String);
    fn borrowed(text: &String);
    fn maybe(bytes: Option<&[u8]>);
    fn maybe_mut(bytes: Option<&mut [u8]>);
    fn block(#[cgo(out)] bytes: &[u8], #[cgo(out)] len: usize);
    fn room(#[cgo(out)] bytes: &mut [u8]);
    fn version() -> &str;
    fn version_if_any() -> Option<&str>;
    fn either(a: &c_int, b: &c_int) -> &str;
}

fn main() {}
