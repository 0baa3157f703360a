//! Texts both ways: copied with a NUL, lent, copied and freed.

use crate::c::pieces;
use crate::panic_of;
use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, CString, OsStr, c_int, c_long, c_void};
use std::path::Path;

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "toy_length")]
    safe fn of_str(text: &str) -> c_long;
    #[cgo(c = "toy_length")]
    safe fn of_string(text: String) -> c_long;
    #[cgo(c = "toy_length")]
    safe fn of_path(text: &Path) -> c_long;
    #[cgo(c = "toy_length")]
    safe fn of_os_str(text: Option<&OsStr>) -> c_long;
    #[cgo(c = "toy_length")]
    safe fn of_cstr(text: Option<&CStr>) -> c_long;
    #[cgo(c = "toy_length", fails = negative)]
    safe fn try_str(text: &str) -> Result<c_long, Errno>;

    #[cgo(c = "toy_text")]
    safe fn lent(which: c_int) -> Option<&'static CStr>;
    #[cgo(c = "toy_text")]
    safe fn lent_str(which: c_int) -> &'static str;
    fn toy_free(piece: *mut c_void);
    #[cgo(c = "toy_copy", free = toy_free)]
    safe fn copied(which: c_int) -> Option<CString>;
    #[cgo(c = "toy_copy", free = toy_free)]
    safe fn copied_string(which: c_int) -> String;
    #[cgo(c = "toy_copy", free = toy_free)]
    safe fn try_copied(which: c_int) -> Result<String, Errno>;

    #[cgo(c = "toy_numbers", free = toy_free, len = count)]
    safe fn numbers(count: c_int) -> Vec<u32>;
    #[cgo(c = "toy_numbers", free = toy_free, len = 3)]
    safe fn three_if_any(count: c_int) -> Option<Vec<u32>>;
}

#[test]
fn a_text_is_a_copy_with_a_nul_behind_it() {
    for length in [0, 1, 255, 256, 257, 5000] {
        let text = "x".repeat(length);
        let is = c_long::try_from(length).unwrap();
        assert_eq!(of_str(&text), is);
        assert_eq!(of_path(Path::new(&text)), is);
        assert_eq!(of_os_str(Some(OsStr::new(&text))), is);
        assert_eq!(try_str(&text), Ok(is));
        assert_eq!(of_string(text), is);
    }
    assert_eq!((of_os_str(None), of_cstr(None)), (-1, -1));
    assert_eq!(of_cstr(Some(c"four")), 4);
}

#[test]
fn one_with_a_nul_in_it_is_refused() {
    assert!(panic_of(|| of_str("a\0b")).contains("has a NUL at byte 1"));
    assert_eq!(try_str("a\0b"), Err(Errno(libc::EINVAL)));
}

#[test]
fn what_c_lends_is_read_where_it_is() {
    assert_eq!((lent(0), lent(1)), (None, Some(c"text")));
    assert_eq!(lent_str(1), "text");
    assert!(panic_of(|| lent_str(0)).contains("returned NULL"));
    assert!(panic_of(|| lent_str(2)).contains("no UTF-8 at byte 1"));
}

#[test]
fn what_c_gives_away_is_copied_and_freed_whatever_becomes_of_it() {
    assert_eq!(copied(0), None);
    assert_eq!(copied(2).as_deref(), Some(c"a\xff"));
    assert_eq!(copied_string(1), "text");
    assert!(panic_of(|| copied_string(2)).contains("no UTF-8"));
    assert_eq!(try_copied(2), Err(Errno(libc::EILSEQ)));
    assert_eq!(pieces(), 0);
}

#[test]
fn an_array_that_c_gives_away_is_copied_and_freed_whatever_becomes_of_it() {
    assert_eq!(numbers(4), [0, 1, 2, 3]);
    assert_eq!(numbers(0), []);
    assert_eq!(three_if_any(3), Some(vec![0, 1, 2]));
    assert_eq!(three_if_any(0), None);
    assert!(panic_of(|| numbers(-2)).contains("a pointer to -2 elements"));
    assert_eq!(pieces(), 0);
}
