//! Types that close themselves: whoever has one has it alone, and it is closed once.

use crate::c::pieces;
use crate::panic_of;
use cgocall::cgo_import;
use std::ffi::c_int;

struct Failed;

impl From<c_int> for Failed {
    fn from(_: c_int) -> Failed {
        Failed
    }
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(drop = toy_free)]
    type Thing;
    fn toy_free(thing: Thing);
    #[cgo(c = "toy_open")]
    safe fn open(value: c_int) -> Thing;
    #[cgo(c = "toy_open")]
    safe fn open_if_any(value: c_int) -> Option<Thing>;
    #[cgo(c = "toy_open_at")]
    safe fn open_at(value: c_int, fails: c_int, #[cgo(out)] thing: Thing) -> Result<(), Failed>;
    #[cgo(c = "toy_open_at")]
    safe fn open_at_if_any(value: c_int, fails: c_int, #[cgo(out)] thing: Option<Thing>) -> c_int;
    #[cgo(c = "toy_value")]
    safe fn value(thing: &Thing) -> c_int;
    #[cgo(c = "toy_value")]
    safe fn value_if_any(thing: Option<&Thing>) -> c_int;
}

#[test]
fn what_c_gives_away_is_closed_once_by_whoever_has_it() {
    let thing = open(7);
    assert_eq!((value(&thing), value_if_any(None), pieces()), (7, -1, 1));
    let moved = Some(thing);
    assert_eq!(value_if_any(moved.as_ref()), 7);
    drop(moved);
    assert_eq!(pieces(), 0);
    // SAFETY: it is the only one, and it is closed.
    unsafe { toy_free(open(1)) };
    assert!(open_if_any(-1).is_none());
    assert!(panic_of(|| open(-1)).contains("returned NULL"));
    assert_eq!(pieces(), 0);
}

#[test]
fn a_pointer_that_is_taken_out_is_taken_over_again() {
    let raw = open(5).into_raw();
    assert_eq!(pieces(), 1);
    // SAFETY: it was just taken out.
    let thing = unsafe { Thing::from_raw(raw) };
    assert_eq!(value(&thing), 5);
    drop(thing);
    assert_eq!(pieces(), 0);
}

#[test]
fn what_a_failed_call_leaves_in_its_place_is_closed() {
    let thing = open_at(3, 0).ok().unwrap();
    assert_eq!(value(&thing), 3);
    assert!(open_at(4, 1).is_err());
    assert_eq!(pieces(), 1, "the first");
    let (failed, none) = open_at_if_any(-1, 0);
    assert!(failed == 0 && none.is_none());
    assert!(panic_of(|| open_at(-1, 0)).contains("left NULL"));
    drop(thing);
    assert_eq!(pieces(), 0);
}
