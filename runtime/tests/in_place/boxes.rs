//! Values of Rust's that C has by their addresses.

use crate::c::in_c;
use crate::{Counted, panic_of};
use cgocall::cgo_export;
use std::ffi::c_int;
use std::ptr::{null, null_mut};
use std::sync::atomic::Ordering::SeqCst;

/// Counts for C.
pub struct ToyCounter {
    value: c_int,
    _counted: Option<Counted>,
}

#[cgo_export]
impl ToyCounter {
    /// One that begins there.
    #[must_use]
    pub fn new(start: c_int) -> Self {
        ToyCounter {
            value: start,
            _counted: None,
        }
    }

    /// One that tells when it is dropped.
    fn counted(counted: Counted) -> Self {
        ToyCounter {
            value: 1,
            _counted: Some(counted),
        }
    }

    /// What it has come to.
    #[must_use]
    pub fn value(&self) -> c_int {
        self.value
    }

    /// Adds.
    pub fn add(&mut self, more: c_int) -> c_int {
        assert_ne!(more, 0, "nothing to add");
        self.value += more;
        self.value
    }

    /// The end of it.
    #[must_use]
    pub fn end(self) -> c_int {
        self.value
    }
}

#[cgo_export]
fn toy_plant(height: c_int) -> Option<Box<ToyCounter>> {
    (height > 0).then(|| Box::new(ToyCounter::new(height)))
}

#[cgo_export]
fn toy_fell(tree: Option<Box<ToyCounter>>) -> c_int {
    tree.map_or(-1, |tree| tree.value)
}

#[test]
fn one_is_c_s_until_it_gives_it_back() {
    let (counted, drops) = Counted::new();
    let counter = Box::into_raw(Box::new(ToyCounter::counted(counted)));
    // SAFETY: it is C's until it is given back.
    unsafe {
        assert_eq!(in_c(|| ToyCounter::ADD_C(counter, 4)), 5);
        assert_eq!(in_c(|| ToyCounter::VALUE_C(counter)), 5);
        assert!(panic_of(|| in_c(|| ToyCounter::ADD_C(counter, 0))).contains("nothing to add"));
        assert_eq!(drops.load(SeqCst), 0);
        assert_eq!(in_c(|| ToyCounter::END_C(counter)), 5);
    }
    assert_eq!(drops.load(SeqCst), 1);
}

#[test]
fn null_is_refused_where_there_has_to_be_one() {
    // SAFETY: null is looked at, and no more.
    let said = panic_of(|| in_c(|| unsafe { ToyCounter::VALUE_C(null()) }));
    assert!(said.contains("NULL"), "{said}");
    // SAFETY: as above.
    let said = panic_of(|| in_c(|| unsafe { ToyCounter::END_C(null_mut()) }));
    assert!(said.contains("NULL"), "{said}");
    assert!(in_c(|| toy_plant::C(0)).is_null());
    assert_eq!(in_c(|| toy_fell::C(None)), -1);
    let tree = in_c(|| toy_plant::C(3));
    // SAFETY: it is given back.
    assert_eq!(
        // SAFETY: it is C's, or Rust's again, as above.
        in_c(|| toy_fell::C(Some(unsafe { Box::from_raw(tree) }))),
        3
    );
}
