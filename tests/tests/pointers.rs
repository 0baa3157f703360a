//! Pointers into C and out of it: borrowed, perhaps none, not filled yet, given away.

use cgocall::{Errno, cgo_export};
use cgocall_tests::everywhere;
use cgocall_tests::pointers::*;
use std::ffi::c_long;
use std::mem::MaybeUninit;
use std::panic::catch_unwind;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex};

fn pair(first: i32) -> Couple {
    let second = 10 * c_long::from(first);
    Couple { first, second }
}

#[test]
fn what_may_be_null_is_an_option() {
    everywhere(
        || {
            let mut some = pair(1);
            assert_eq!((sum_if_any(Some(&some)), sum_if_any(None)), (11, -1));
            assert_eq!((bump_if_any(Some(&mut some)), bump_if_any(None)), (1, 0));
            // SAFETY: they point to a pair, or are null.
            unsafe {
                assert_eq!(bump_behind(NonNull::from(&mut some)), 1);
                assert_eq!(bump_behind_if_any(Some(NonNull::from(&mut some))), 1);
                assert_eq!(bump_behind_if_any(None), 0);
                assert_eq!(sum_behind(&some), 17);
            }

            let there = NonNull::from(&mut some);
            assert_eq!((itself(Some(there)), itself(None)), (Some(there), None));
            assert_eq!(itself_there_is(Some(there)), there);
        },
        |()| {},
    );
}

#[test]
fn null_where_there_should_be_something_is_an_error_or_a_panic() {
    // SAFETY: C's own pair, which nobody changes.
    let found = find_some(1).map(|pair| unsafe { pair.read() });
    assert_eq!(
        found,
        Ok(Couple {
            first: 1,
            second: 2
        })
    );
    assert_eq!(find_some(0), Err(Errno(0)));
    assert_eq!(find_some(-1), Err(Errno(libc::EIO)));
    assert!(find(1).is_ok_and(|found| found.is_some()));
    assert_eq!(find(0), Ok(None), "null, and no error");
    assert_eq!(find(-1), Err(Errno(libc::EIO)));

    let panic = catch_unwind(|| itself_there_is(None)).unwrap_err();
    let said = panic.downcast::<String>().expect("a sentence");
    assert!(said.starts_with("`pair_itself` returned NULL"), "{said}");
}

#[test]
fn a_function_pointer_takes_them_and_gives_them_back() {
    let mut pair = pair(4);
    let there = NonNull::from(&mut pair);
    let itself = Itself::from_fn(pick_of_c());
    // SAFETY: the pair is there.
    unsafe {
        assert_eq!(itself.call(Some(there)), Some(there));
        assert_eq!(itself.call(None), None);
    }
    let take = Take::from_fn(take_of_c());
    let mut filled = MaybeUninit::uninit();
    let counted = State::new("taken");
    let count = counted.counted.clone();
    let _one_at_a_time = KEEPS.lock().unwrap();
    assert!(take.call(Box::new(counted), Some(&pair), &mut filled));
    // SAFETY: it was filled, as C says; and C was given the box.
    unsafe {
        assert_eq!(filled.assume_init(), 4);
        drop(Box::from_raw(give_back().unwrap().cast::<State>().as_ptr()));
    }
    assert_eq!(Arc::strong_count(&count), 1);
}

#[test]
fn c_fills_what_is_not_there_yet() {
    let mut place = MaybeUninit::uninit();
    pair_fill(&mut place, 3);
    // SAFETY: C has filled all of it.
    assert_eq!(unsafe { place.assume_init() }, pair(3));
}

/// C has one at a time.
static KEEPS: Mutex<()> = Mutex::new(());

#[test]
fn a_box_is_given_away_and_comes_back() {
    let _one_at_a_time = KEEPS.lock().unwrap();
    let back = || {
        let pointer = give_back()?.cast::<State>();
        // SAFETY: it is the box that C was given.
        Some(unsafe { Box::from_raw(pointer.as_ptr()) }.text)
    };
    assert_eq!(keep(Box::new(State::new("kept by C"))), 1);
    assert_eq!(back().as_deref(), Some("kept by C"));
    assert_eq!(keep_const(Some(Box::new(State::new("as const")))), 1);
    assert_eq!(back().as_deref(), Some("as const"));
    assert_eq!(keep_const(None), 1);
    assert_eq!(back(), None);
}

/// C gives the box to Rust, which drops it.
#[cgo_export(private)]
fn length(state: Box<State>) -> c_long {
    state.text.len() as c_long
}

/// What is in a box is Rust's alone.
#[cgo_export(private)]
fn holds(state: Box<Option<State>>) -> c_long {
    c_long::from(state.is_some())
}

#[cgo_export(private)]
fn last(state: Option<Box<State>>) -> c_long {
    state.map_or(-1, |state| Arc::strong_count(&state.counted) as c_long)
}

#[cgo_export(private)]
fn first_of(
    pair: Option<&mut Couple>,
    found: NonNull<Couple>,
    other: Option<NonNull<Couple>>,
) -> c_long {
    // SAFETY: C passes the address of one.
    let found = unsafe { found.as_ref() };
    let first = pair.map_or(0, |pair| pair.first);
    c_long::from(first + 100 * found.first) + 1000 * c_long::from(other.is_some())
}

#[test]
fn exports_take_them_too() {
    everywhere(
        || {
            // SAFETY: `length` takes what it is given, once.
            let length = unsafe { call_with(length::C, Box::new(State::new("given on"))) };
            assert_eq!(length, 8);
        },
        |()| {},
    );
    assert_eq!(holds::C(Box::new(None)), 0);
    assert_eq!(holds::C(Box::new(Some(State::new("held")))), 1);

    let state = State::new("counted");
    let counted = state.counted.clone();
    assert_eq!(last::C(Some(Box::new(state))), 2);
    assert_eq!(last::C(None), -1);
    assert_eq!(Arc::strong_count(&counted), 1, "the export has dropped it");

    let (mut one, mut two) = (pair(1), pair(2));
    let found = NonNull::from(&mut two);
    assert_eq!(first_of::C(Some(&mut one), found, None), 201);
    assert_eq!(first_of::C(None, found, Some(found)), 1200);
}
