//! Plain imports and exports, end to end: libc through Rust stubs, no build script.

use cgocall::{Errno, cgo_export, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cgo_import]
unsafe extern "C" {
    safe fn strlen(text: &CStr) -> usize;
    safe fn abs(n: c_int) -> c_int;
    safe fn labs(n: c_long) -> c_long;
    safe fn rmdir(path: &CStr) -> Result<c_int, Errno>;
    fn getenv(name: &CStr) -> *const c_char;
    #[cgo(c = "getenv")]
    safe fn getenv_text(name: &CStr) -> &'static CStr;
    #[cgo(c = "fopen")]
    safe fn open_file(path: &CStr, mode: &CStr) -> Result<*mut File, Errno>;
    fn fclose(file: *mut File) -> c_int;
    fn memset(place: &mut [u8], value: c_int) -> *mut c_void;
    safe fn div(numerator: c_int, denominator: c_int) -> Quotient;
    safe fn modf(x: f64, whole: &mut f64) -> f64;
    fn qsort(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: Option<unsafe extern "C" fn(*const c_void, *const c_void) -> c_int>,
    );
    #[cgo(c = "qsort")]
    fn qsort_bare(
        base: *mut c_void,
        count: usize,
        size: usize,
        compare: extern "C" fn(&c_int, &c_int) -> c_int,
    );
    #[cgo(c = "FILE")]
    type File;
    static environ: *const *const c_char;
    #[cgo(blocking)]
    safe fn usleep(frame: u32) -> c_int;
}

#[repr(C)]
#[derive(Debug, PartialEq)]
struct Quotient {
    quot: c_int,
    rem: c_int,
}

#[test]
fn values_and_text_reach_c() {
    assert_eq!(strlen(c"seven c"), 7);
    assert_eq!(abs(-5), 5);
    assert_eq!(labs(-5_000_000_000), 5_000_000_000);
    assert_eq!(div(17, 5), Quotient { quot: 3, rem: 2 });
    let mut whole = 0.0;
    assert_eq!(modf(3.25, &mut whole), 0.25);
    assert_eq!(whole, 3.0);
    assert_eq!(usleep(1), 0);
}

// Keeps: errno-of-results
#[test]
fn a_failed_call_gives_its_errno() {
    let Errno(code) = rmdir(c"/no/such/folder").unwrap_err();
    assert_eq!(
        std::io::Error::from_raw_os_error(code).kind(),
        std::io::ErrorKind::NotFound
    );
    assert!(open_file(c"/no/such/file", c"r").is_err());
    let file = open_file(c"/dev/null", c"r").unwrap();
    // SAFETY: opened above, closed once.
    assert_eq!(unsafe { fclose(file) }, 0);
}

#[test]
fn a_null_text_is_a_panic_that_names_the_function() {
    assert!(!getenv_text(c"PATH").is_empty());
    // SAFETY: no thread of this test changes the environment.
    assert!(unsafe { getenv(c"CGOCALL_NO_SUCH_NAME") }.is_null());
    let panic = catch_unwind(|| getenv_text(c"CGOCALL_NO_SUCH_NAME")).unwrap_err();
    let message = panic.downcast::<String>().unwrap();
    assert!(message.contains("`getenv` returned NULL"), "{message}");
}

#[test]
fn a_variable_is_readable() {
    // SAFETY: no thread of this test changes the environment.
    assert!(!unsafe { environ }.is_null());
}

#[cgo_export(private)]
unsafe fn by_value(a: *const c_void, b: *const c_void) -> c_int {
    // SAFETY: qsort passes two of the elements.
    let (a, b) = unsafe { (*a.cast::<c_int>(), *b.cast::<c_int>()) };
    a.cmp(&b) as c_int
}

#[cgo_export(private)]
fn backwards(a: &c_int, b: &c_int) -> c_int {
    b.cmp(a) as c_int
}

#[test]
fn c_calls_an_export_back() {
    let mut numbers: Vec<c_int> = vec![3, 1, 2, 5, 4];
    let base = numbers.as_mut_ptr().cast();
    // SAFETY: the comparators read two `c_int`s, as the size says.
    unsafe { qsort(base, numbers.len(), size_of::<c_int>(), Some(by_value::C)) };
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    let base = numbers.as_mut_ptr().cast();
    // SAFETY: as above.
    unsafe { qsort_bare(base, numbers.len(), size_of::<c_int>(), backwards::C) };
    assert_eq!(numbers, [5, 4, 3, 2, 1]);
}

#[cgo_export(name = "cgocall_tests_twice")]
fn twice(n: c_int) -> c_int {
    n * 2
}

#[cgo_export(name = "cgocall_tests_total")]
fn total(numbers: &[c_int], name: &CStr, seen: &mut Vec<usize>) -> c_long {
    seen.push(numbers.len() + name.count_bytes());
    numbers.iter().map(|n| c_long::from(*n)).sum()
}

#[cgo_import]
unsafe extern "C" {
    safe fn cgocall_tests_twice(n: c_int) -> c_int;
    fn cgocall_tests_total(numbers: &[c_int], name: &CStr, seen: &mut Vec<usize>) -> c_long;
    #[cgo(c = "cgocall_tests_total")]
    fn total_of_none(
        numbers: *const c_int,
        count: usize,
        name: &CStr,
        seen: &mut Vec<usize>,
    ) -> c_long;
}

#[test]
fn an_export_is_a_symbol() {
    assert_eq!(cgocall_tests_twice(21), 42);
    let mut seen = Vec::new();
    // SAFETY: the types are those of `total`.
    unsafe {
        assert_eq!(cgocall_tests_total(&[1, 2, 3], c"four", &mut seen), 6);
        assert_eq!(total_of_none(std::ptr::null(), 0, c"", &mut seen), 0);
    }
    assert_eq!(seen, [7, 0]);
}

/// Doubles what it is given.
#[cgo_import]
type Doubler = extern "C" fn(n: c_int, frame: &mut c_int) -> c_int;

#[cgo_export(private)]
fn doubler(n: c_int, calls: &mut c_int) -> c_int {
    *calls += 1;
    n * 2
}

#[cgo_import]
type Compare = unsafe extern "C" fn(a: *const c_void, b: *const c_void) -> c_int;

// Keeps: function-pointers
#[test]
fn a_function_pointer_is_called_through_the_runtime() {
    let mut calls = 0;
    let pointer = Doubler::from(doubler::C as extern "C" fn(c_int, &mut c_int) -> c_int);
    assert_eq!(pointer.call(4, &mut calls), 8);
    assert_eq!(Doubler::from_fn(pointer.as_fn()).call(5, &mut calls), 10);
    assert_eq!(calls, 2);
    let (one, two): (c_int, c_int) = (1, 2);
    let compare = Compare::from_fn(by_value::C);
    // SAFETY: two `c_int`s.
    let order = unsafe { compare.call((&raw const one).cast(), (&raw const two).cast()) };
    assert_eq!(order, -1);
    assert_eq!(size_of::<Option<Compare>>(), size_of::<usize>());
}

#[cgo_export(private, on_panic = 1)]
fn breaks(_: &c_int, _: &c_int) -> c_int {
    panic!("a row too many");
}

#[test]
fn a_panic_gives_c_a_value_and_goes_on_in_the_caller() {
    let mut numbers: [c_int; 2] = [1, 2];
    let base = numbers.as_mut_ptr();
    let sort = AssertUnwindSafe(|| {
        // SAFETY: two `c_int`s, as the size says.
        unsafe { qsort_bare(base.cast(), 2, size_of::<c_int>(), breaks::C) }
    });
    let panic = catch_unwind(sort).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "a row too many");
    assert_eq!(numbers, [2, 1], "C was told that the first is greater");
}

#[test]
fn items_in_a_function_see_its_types() {
    #[cgo_export]
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Parts {
        quot: c_int,
        rem: c_int,
    }
    #[cgo_import]
    unsafe extern "C" {
        safe fn div(numer: c_int, denom: c_int) -> Parts;
    }
    #[cgo_export(private)]
    fn sum(parts: Parts) -> c_int {
        parts.quot + parts.rem
    }
    let summed: extern "C" fn(Parts) -> c_int = sum::C;
    assert_eq!(summed(div(17, 5)), 5);
}

macro_rules! import_as {
    ($name:ident, $c:literal, $arg:ty, $ret:ty) => {
        #[cgo_import]
        unsafe extern "C" {
            #[cgo(c = $c)]
            safe fn $name(x: $arg) -> $ret;
        }
    };
}
import_as!(absolute, "abs", c_int, c_int);
import_as!(length, "strlen", &CStr, usize);

#[test]
fn a_macro_may_make_a_plain_import() {
    assert_eq!(absolute(-3), 3);
    assert_eq!(length(c"abc"), 3);
}

#[cgocall::test]
fn a_test_runs_on_a_goroutine() -> Result<(), Errno> {
    rmdir(c"/no/such/folder").map(drop).or(Ok(()))
}

#[cgocall::test]
#[should_panic(expected = "as it should")]
fn a_test_may_panic() {
    panic!("as it should");
}

/// What is passed by value is moved: dropped once, by whoever has it last.
mod moved {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    static DROPS: AtomicUsize = AtomicUsize::new(0);

    #[cgo_export]
    #[repr(transparent)]
    struct Owned(c_int);

    impl Drop for Owned {
        fn drop(&mut self) {
            DROPS.fetch_add(1, SeqCst);
        }
    }

    #[cgo_export(private)]
    fn take(owned: Owned) -> c_int {
        owned.0
    }

    #[cgo_import]
    type Take = extern "C" fn(Owned) -> c_int;

    #[test]
    fn an_argument_with_a_destructor_is_dropped_once() {
        assert_eq!(take::C(Owned(1)), 1);
        assert_eq!(DROPS.load(SeqCst), 1);
        assert_eq!(Take::from_fn(take::C).call(Owned(2)), 2);
        assert_eq!(DROPS.load(SeqCst), 2);
    }
}
