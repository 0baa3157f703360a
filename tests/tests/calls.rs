//! Macros, values, variadic functions and formats, called as functions.

use cgocall::go;
use cgocall_tests::calls::*;
use cgocall_tests::kinds;
use std::ffi::{CStr, c_int};
use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::process::Command;
use std::{env, slice, thread};

fn text(bytes: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(bytes).unwrap()
}

fn all() {
    assert_eq!(CALLS_SQUARE(-7), 49);
    assert_eq!(square_of_long(3_000_000_000), 9_000_000_000_000_000_000);
    assert_eq!(square_of_double(1.5), 2.25);
    assert_eq!(square_of_short(300), 90_000);
    assert_eq!((CALLS_BUMPED(1), CALLS_TWICE(1 << 40)), (2, 1 << 41));
    let pair = Pair {
        first: 1,
        second: 2,
    };
    assert_eq!(
        CALLS_SWAP(pair),
        Pair {
            first: 2,
            second: 1
        }
    );
    assert_eq!((CALLS_TOTAL(&[1, 2, 3]), CALLS_TOTAL(&[])), (6, 0));
    assert_eq!(CALLS_APPLY(DOUBLED, 20), 41);
    let failed = CALLS_FAIL(libc::EDOM).unwrap_err();
    assert_eq!(failed.0, libc::EDOM);
    assert_eq!((CALLS_POPCOUNT(0xff01), square_elsewhere(6)), (9, 36));

    // SAFETY: the table has three elements, always the same.
    let table = unsafe { slice::from_raw_parts(calls_table(), 3) };
    assert_eq!(table, [2, 3, 5]);
    // SAFETY: as many arguments as the first one says, of the type that the function takes.
    unsafe {
        assert_eq!(calls_sum(3, 1, 20, -300), -279);
        assert_eq!(calls_sum_of_none(0), 0);
        assert_eq!(calls_mean(2, 1.0, 2.0), 1.5);
    }
    assert_eq!(
        (calls_weak(1), calls_renamed(1), calls_inline(1)),
        (3, 4, 2)
    );

    assert_eq!(stdin_value(), calls_stdin());
    assert_eq!(toupper('q' as c_int), 'Q' as c_int);
    let mut place = [0xff; 40];
    // SAFETY: the formats take what is passed, and what they write has room.
    unsafe {
        assert_eq!(snprintf(&mut place, c"<%d>", -12), 5);
        assert_eq!(text(&place), c"<-12>");
        let to = place.as_mut_ptr().cast();
        assert_eq!(snprintf_text(to, 4, c"%s!", c"long"), 5);
        assert_eq!(text(&place), c"lon", "cut off at the size that was passed");
    }
    let length = describe(&mut place, 3, c"boxes", 'x' as c_int, 12.25);
    let wanted = c"3 \"items\"\tboxes\\x??/ 12.2%\x01é\n";
    assert_eq!(
        (text(&place), length as usize),
        (wanted, wanted.count_bytes())
    );
    let (mut from, mut to) = (0, 0);
    assert_eq!(scan_range(c"17-39", &mut from, &mut to), 2);
    assert_eq!((from, to), (17, 39));

    let of_one_name = (kinds::one::of_one_name(), three::of_one_name());
    assert_eq!(of_one_name, (1, 3));

    let file = File::open("/dev/zero").unwrap();
    assert!(lseek(file.as_raw_fd(), 1 << 33, libc::SEEK_SET).is_ok());
}

// Keeps: variadic, inline-functions, shadowed-functions, function-macros, static-functions
#[test]
fn what_is_no_function_is_called_on_a_thread() {
    all();
}

// Keeps: variadic, inline-functions, shadowed-functions, function-macros, static-functions
#[cgocall::test]
fn what_is_no_function_is_called_on_a_goroutine() {
    let others: Vec<_> = (0..20).map(|_| go(all)).collect();
    all();
    others.into_iter().for_each(|other| other.join().unwrap());
}

// Keeps: variables, macros-at-each-use
#[test]
fn variables_are_read_at_each_call() {
    // SAFETY: only this test touches these variables of C.
    unsafe {
        assert_eq!((calls_level(), CALLS_LEVEL()), (-1, -1));
        CALLS_SET(8);
        assert_eq!((calls_level(), CALLS_LEVEL()), (8, 8));
        CALLS_RESET();
        assert_eq!((calls_level(), CALLS_LEVEL()), (-1, -1));
        assert_eq!(calls_hook(12), 6);
        calls_set_hook(3);
        assert_eq!(calls_hook(12), 4);
    }
}

/// Of this thread, and of C's.
fn errno_is_of_this_thread() {
    // SAFETY: the place is this thread's own.
    let place = unsafe { libc::__errno_location() };
    assert_eq!(errno_place(), place);
    for code in [libc::EDOM, 0, libc::ERANGE] {
        // SAFETY: as above. `errno()` is `inline`: nothing of the runtime comes in between.
        unsafe { *place = code };
        assert_eq!(errno(), code);
    }
}

#[test]
fn errno_is_of_the_thread_that_asks() {
    errno_is_of_this_thread();
    let here = errno_place() as usize;
    let there = thread::spawn(|| errno_place() as usize).join().unwrap();
    assert_ne!(here, there);
}

#[cgocall::test]
fn errno_is_of_the_goroutines_thread() {
    errno_is_of_this_thread();
}

// Keeps: variables
#[test]
fn a_variable_of_each_thread_is_read_on_its_own() {
    calls_set_per_thread(5);
    thread::spawn(|| {
        assert_eq!(calls_per_thread(), 0);
        calls_set_per_thread(6);
        assert_eq!(calls_per_thread(), 6);
    })
    .join()
    .unwrap();
    assert_eq!(calls_per_thread(), 5);
}

const CHILD: &str = "CGOCALL_TESTS_EXITS";

#[test]
fn a_function_that_does_not_return_may_end_the_process() {
    if env::var_os(CHILD).is_some() {
        calls_exit(7);
        unreachable!();
    }
    let name = "a_function_that_does_not_return_may_end_the_process";
    let child = Command::new(env::current_exe().unwrap())
        .args([name, "--exact"])
        .env(CHILD, "")
        .output()
        .unwrap();
    assert_eq!(child.status.code(), Some(7), "{child:?}");
}
