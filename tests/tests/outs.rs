//! What C returns through pointers, as results of the Rust function.

use cgocall::{Errno, cgo_export};
use cgocall_tests::everywhere;
use cgocall_tests::outs::*;
use std::ffi::{c_int, c_void};
use std::fs::File;
use std::io::Write as _;
use std::mem::MaybeUninit;
use std::os::fd::FromRawFd as _;
use std::panic::catch_unwind;
use std::path::Path;

#[test]
fn what_c_puts_in_its_place_is_returned_behind_the_result() {
    everywhere(
        || {
            assert_eq!(div(17, 5,), (1, 3));
            assert_eq!(one(), 11);
            assert_eq!(split(-2.5), (-2, -0.5, true));
            assert_eq!(ends(), [3, 4]);
            let (fraction, exponent) = frexp(12.0);
            assert_eq!((fraction, exponent), (0.75, 4));
            assert_eq!(sleep(10), 10);
        },
        |()| {},
    );
}

#[test]
fn what_c_leaves_is_all_zeros() {
    assert_eq!(div(1, 0), (0, 0));
    let (one, pair, any) = nothing();
    assert!(any.is_null());
    let zeros = Three {
        first: 0,
        second: 0,
        third: 0,
    };
    assert_eq!((one, pair), (0, zeros));
    let (status, found, text) = find_if_any("no such");
    assert_eq!((status, found, text), (1, None, None));
    assert!(function(0).is_none() && named_function(0).is_none());
}

#[test]
fn of_a_failure_there_is_only_the_error() {
    let (seven, three) = pair(0).unwrap();
    assert_eq!(
        (seven, three.first, three.second, three.third),
        (7, 1, 2, 3)
    );
    assert_eq!(pair(1).unwrap_err(), Errno(libc::ERANGE));
    assert_eq!(length(Path::new("abc")), Ok(3));
    assert_eq!(length(Path::new("abcd")), Err(Errno(libc::EIO)));
    assert_eq!(
        length(Path::new("a\0b")),
        Err(Errno(libc::EINVAL)),
        "C was not called"
    );
}

#[test]
fn pointers_texts_and_functions_come_as_what_they_are() {
    let (status, found, text) = find("it");
    // SAFETY: C's own `int`, which nobody changes.
    assert_eq!((status, unsafe { found.cast::<c_int>().read() }), (0, 5));
    assert_eq!(text, c"five");
    assert_eq!(find_if_any("it"), (0, Some(found), Some(text)));
    // SAFETY: they take any number.
    unsafe {
        assert_eq!(function(1).unwrap()(4), 8);
        assert_eq!(named_function(1).unwrap().call(5), 10);
    }
}

#[test]
fn null_where_there_should_be_something_names_function_and_parameter() {
    let said = |panic: Box<dyn std::any::Any + Send>| *panic.downcast::<String>().unwrap();
    let panic = catch_unwind(|| find("no such")).unwrap_err();
    assert_eq!(
        said(panic),
        "`outs_find` left NULL in `found`, but its import says `NonNull`; write `Option<NonNull>` if it may"
    );
    let panic = catch_unwind(|| find_text("no such")).unwrap_err();
    assert_eq!(
        said(panic),
        "`outs_find` left NULL in `text`, but its import says `&'static CStr`; write `Option<&'static CStr>` if it may"
    );
}

#[cgo_export(private)]
fn ten_times(ctx: *mut c_void, n: c_int) -> c_int {
    assert!(!ctx.is_null(), "no context");
    10 * n
}

#[test]
fn c_may_call_back_before_it_writes() {
    everywhere(
        || {
            let mut ctx = 0;
            // SAFETY: `ten_times` only looks whether there is a context.
            unsafe {
                assert_eq!(each(ten_times::C, (&raw mut ctx).cast()), 30);
                let panic = catch_unwind(|| each(ten_times::C, std::ptr::null_mut()));
                assert!(panic.is_err(), "the callback's panic comes back");
            }
        },
        |()| {},
    );
}

#[test]
fn c_fills_a_slice_that_is_not_there_yet() {
    let mut room = [MaybeUninit::uninit(); 3];
    assert_eq!(fill(&mut room), 3);
    // SAFETY: C says that it has filled so many.
    let text = room.map(|c| unsafe { c.assume_init() } as u8);
    assert_eq!(&text, b"123");
    let mut squared = Vec::with_capacity(4);
    let count = squares(squared.spare_capacity_mut());
    // SAFETY: as above.
    unsafe { squared.set_len(count as usize) };
    assert_eq!(squared, [0, 1, 4, 9]);
    assert_eq!(fill(&mut []), 0);
}

#[test]
fn a_pipe_is_two_ends() {
    everywhere(
        || {
            let (zero, [from, to]) = pipe().unwrap();
            assert_eq!(zero, 0);
            // SAFETY: it is this end's only owner.
            let mut into = unsafe { File::from_raw_fd(to) };
            into.write_all(b"through").unwrap();
            drop(into);
            let mut room = [MaybeUninit::uninit(); 16];
            let count = read(from, &mut room).unwrap();
            // SAFETY: C says that it has filled so many.
            let text: Vec<u8> = room[..count as usize]
                .iter()
                .map(|c| unsafe { c.assume_init() })
                .collect();
            assert_eq!(text, b"through");
            close(from).unwrap();
        },
        |()| {},
    );
}
