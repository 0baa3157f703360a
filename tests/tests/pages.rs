//! Nobody reads behind a text, where a page may end.

use cgocall_tests::pages::*;
use std::ffi::{CStr, CString, c_long};
use std::slice;

fn texts() -> impl Iterator<Item = CString> {
    let lengths = [0, 1, 7, 8, 15, 16, 31, 63, 255, 256, 257, 4095, 4096, 9000];
    let text = |length| CString::new("x".repeat(length)).expect("no NUL");
    lengths.into_iter().map(text)
}

// Keeps: texts-end
#[test]
fn a_text_of_c_is_read_to_its_nul_and_no_further() {
    for text in texts() {
        let length = text.count_bytes() as c_long;
        let text: &CStr = &text;
        assert_eq!(lent(text), text);
        assert_eq!(copied(text).as_bytes(), text.to_bytes());
        assert_eq!(copied_c(text).as_deref(), Some(text));
        assert_eq!(pages_export(text), length);
        assert_eq!(
            pages_closure(|text| text.count_bytes() as c_long, text),
            length
        );
    }
}

// Keeps: texts-end
#[test]
fn a_text_of_rust_is_read_to_its_length_and_no_further() {
    for text in texts() {
        let bytes = text.to_bytes();
        let end = pages_end(bytes).cast::<u8>();
        // SAFETY: so many bytes are there, for good.
        let there = unsafe { slice::from_raw_parts(end, bytes.len()) };
        let there = std::str::from_utf8(there).expect("an x");
        assert_eq!(length_of_str(there), bytes.len() as c_long);
    }
}
