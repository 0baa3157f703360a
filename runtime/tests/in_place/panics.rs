//! A panic in a callback goes on in the Rust caller, and nothing is leaked on the way.

use crate::c::pieces;
use crate::{Counted, panic_of};
use cgocall::{UserData, cgo_export, cgo_import};
use std::ffi::{c_int, c_void};
use std::sync::atomic::Ordering::SeqCst;

#[cgo_import]
unsafe extern "C" {
    fn toy_free(piece: *mut c_void);
    #[cgo(c = "toy_late", free = toy_free)]
    safe fn late(f: impl FnMut(UserData), _: UserData) -> String;
    #[cgo(c = "toy_each")]
    safe fn each(n: c_int, f: impl FnMut(UserData, c_int) -> c_int, _: UserData) -> c_int;
    #[cgo(c = "toy_each")]
    fn each_plain(
        n: c_int,
        f: extern "C" fn(*mut c_void, c_int) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

#[test]
fn the_callbacks_after_it_do_not_run_and_the_caller_gets_it() {
    let (counted, drops) = Counted::new();
    let mut calls = 0;
    let text = panic_of(|| {
        let _dropped = counted;
        each(5, |i| {
            calls += 1;
            assert!(i < 2, "at {i}");
            i
        })
    });
    assert_eq!((text.as_str(), calls, drops.load(SeqCst)), ("at 2", 3, 1));
    assert_eq!(each(3, |i| i), 3, "and that is over");
}

#[test]
fn what_c_returns_nevertheless_is_freed() {
    assert_eq!(late(|| ()), "late");
    assert_eq!(
        panic_of(|| late(|| panic!("before it is there"))),
        "before it is there"
    );
    assert_eq!(pieces(), 0);
}

#[test]
fn each_level_sees_it_once() {
    let mut seen = 0;
    let text = panic_of(|| {
        each(1, |_| {
            let inner = panic_of(|| each(1, |_| panic!("inner")));
            assert_eq!(inner, "inner");
            seen += 1;
            panic!("outer")
        })
    });
    assert_eq!((text.as_str(), seen), ("outer", 1));
}

#[cgo_export(private, on_panic = -7)]
fn fails_at_two(_: *mut c_void, i: c_int) -> c_int {
    assert_ne!(i, 2, "two");
    i
}

#[test]
fn an_export_panics_as_a_closure_does() {
    // SAFETY: C calls it, and does no more with the pointer than pass it on.
    let all = |n| unsafe { each_plain(n, fails_at_two::C, std::ptr::null_mut()) };
    assert_eq!(all(2), 1);
    assert!(panic_of(|| all(5)).contains("two"));
}
