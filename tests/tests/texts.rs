//! Texts into C: copies of Rust's, with a NUL at the end, that last as long as the call. And texts out of it.

use cgocall::{Errno, cgo_export};
use cgocall_tests::texts::*;
use cgocall_tests::{call_back, everywhere};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ffi::{CStr, OsStr, c_char, c_long};
use std::panic::{self, Location, catch_unwind};
use std::path::Path;

/// Counts what this thread allocates.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// The line of its last panic.
    static PLACE: Cell<u32> = const { Cell::new(0) };
}

// SAFETY: it is the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

fn sum(text: &str) -> c_long {
    let sum: c_long = text.bytes().map(c_long::from).sum();
    sum * 100_000 + text.len() as c_long
}

fn texts() -> Vec<String> {
    let lengths = [0, 1, 11, 255, 256, 257, 70_000];
    let mut texts: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
    texts.push("gr\u{fc}\u{df}e \u{1f980}".to_owned());
    texts
}

// Keeps: texts
#[test]
fn every_kind_of_text_arrives_everywhere() {
    let all = || {
        for text in texts() {
            let text = &*text;
            assert_eq!(sum_str(text), sum(text));
            assert_eq!(sum_string(text.to_owned()), sum(text));
            assert_eq!(sum_path(Path::new(text)), sum(text));
            assert_eq!(sum_os(OsStr::new(text)), sum(text));
            assert_eq!(sum_option(Some(text)), sum(text));
            assert_eq!(sum_option_string(Some(text.to_owned())), sum(text));
            assert_eq!(slow(text), sum(text));
            assert_eq!(plain_length(text), text.len());
            assert_eq!(plain_bounded_length(Some(text), 1000), text.len().min(1000));
        }
        assert_eq!(sum_option_c(Some(c"C's own")), sum("C's own"));
        assert_eq!(difference("both at once", "both at once".to_owned()), 0);
        let nulls = [
            sum_option(None),
            sum_option_string(None),
            sum_option_c(None),
        ];
        assert_eq!(nulls, [-1; 3]);
    };
    everywhere(all, |()| {});
}

#[test]
fn up_to_256_bytes_nothing_is_allocated() {
    let text = "x".repeat(256);
    let before = ALLOCATIONS.get();
    for length in [0, 1, 11, 256] {
        assert_eq!(sum_str(&text[..length]), sum(&text[..length]));
        assert_eq!(sum_path(Path::new(&text[..length])), sum(&text[..length]));
    }
    assert_eq!(ALLOCATIONS.get(), before);
    sum_str(&"x".repeat(257));
    assert_eq!(ALLOCATIONS.get(), before + 2, "the test can tell");
}

// Keeps: texts-nul
#[test]
fn a_nul_is_an_error_where_there_is_one_and_else_a_panic() {
    assert_eq!(fails(Some(Path::new("no\0path"))), Err(Errno(libc::EINVAL)));
    assert_eq!(fails(Some(Path::new("a path"))), Ok(0));
    assert_eq!(fails(None), Err(Errno(libc::ENOENT)));

    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        PLACE.set(info.location().map_or(0, Location::line));
        before(info);
    }));
    let line = line!() + 1;
    let panic = catch_unwind(|| sum_str("ends\0here")).unwrap_err();
    assert_eq!(PLACE.get(), line, "it is said of the call");
    let said = panic.downcast::<String>().expect("a sentence");
    assert!(
        said.starts_with("`text` of `sum` has a NUL at byte 4"),
        "{said}"
    );
    let panic = catch_unwind(|| sum_keyword("\0")).unwrap_err();
    let said = panic.downcast::<String>().expect("a sentence");
    assert!(said.starts_with("`type` of `sum` has"), "{said}");
    catch_unwind(|| difference("", "\0".to_owned())).unwrap_err();
    catch_unwind(|| sum_string("x".repeat(300) + "\0")).unwrap_err();
}

#[test]
fn texts_stay_while_a_callback_runs() {
    let text = "on the goroutine's stack".to_owned();
    let sums = call_back(0, |_| {
        cgocall::yield_now();
        sum_str(&text)
    });
    assert_eq!(sums, sum(&text));
}

#[cgo_export(private)]
fn known(text: Option<&CStr>) -> Option<&'static CStr> {
    text.filter(|text| *text == c"known").map(|_| c"it is")
}

#[test]
fn an_export_takes_and_gives_null() {
    let call = |text: *const c_char| {
        // SAFETY: `text` is null or a C string, and what comes back is that of a constant.
        unsafe { known::C(text).as_ref().map(|text| CStr::from_ptr(text)) }
    };
    assert_eq!(call(c"known".as_ptr()), Some(c"it is"));
    assert_eq!(call(c"unknown".as_ptr()), None);
    assert_eq!(call(std::ptr::null()), None);
}

// Keeps: texts
#[test]
fn texts_out_of_c() {
    assert_eq!(greeting(1), Some(c"hello"));
    assert_eq!(greeting(0), None);
    assert_eq!(next(1), Ok(Some(c"entry")));
    assert_eq!(next(0), Ok(None), "null, and no error");
    assert_eq!(next(-1), Err(Errno(libc::EIO)));
    assert_eq!(next_there_is(1), Ok(c"entry"));
    assert_eq!(next_there_is(0), Err(Errno(0)));
}
