//! Exports with types that C has not: what C gets it owns, and frees or gives back.

use crate::c::in_c;
use crate::{Counted, panic_of};
use cgocall::__private::{
    Zero, give_maybe, give_nullable_str, give_str, give_text, give_vec, last_error, take_maybe,
    take_text, take_vec,
};
use cgocall::cgo_export;
use std::ffi::{CStr, c_int, c_void};
use std::mem::ManuallyDrop;
use std::sync::atomic::Ordering::SeqCst;

#[cgo_export]
fn toy_greet(name: &str, title: Option<&str>) -> String {
    match title {
        Some(title) => format!("hello, {title} {name}"),
        None => format!("hello, {name}"),
    }
}

#[cgo_export]
fn toy_shout(text: Option<String>) -> Option<String> {
    text.map(|text| text.to_uppercase() + "!")
}

#[cgo_export]
fn toy_count_to(count: u32) -> Vec<u32> {
    (1..=count).collect()
}

#[cgo_export]
fn toy_sum(numbers: Vec<u32>) -> u64 {
    numbers.into_iter().map(u64::from).sum()
}

#[cgo_export]
fn toy_sum_of_some(numbers: Option<Vec<u32>>) -> u64 {
    numbers.map_or(0, toy_sum)
}

#[cgo_export]
fn toy_double(from: &[c_int], to: &mut [c_int]) -> usize {
    let pairs = from.iter().zip(to);
    pairs.map(|(from, to)| *to = 2 * from).count()
}

#[cgo_export]
fn toy_half(number: Option<c_int>) -> Option<f64> {
    number.map(|number| f64::from(number) / 2.0)
}

#[cgo_export]
fn toy_both(count: u32) -> (Vec<u32>, Option<u32>, String) {
    (toy_count_to(count), Some(count), "x".repeat(count as usize))
}

#[cgo_export]
fn toy_parse(text: &str) -> Result<c_int, std::num::ParseIntError> {
    assert_ne!(text, "panic", "as told");
    text.parse()
}

/// What C sees of an owned array: its place, its length, its capacity, and whose it is.
#[repr(C)]
struct Seen {
    data: *mut c_void,
    len: usize,
    cap: usize,
    owner: *const unsafe extern "C" fn(*mut c_void, usize, usize),
}

/// As C does: by the function that the header's `cgo_free` calls.
fn free<T>(owned: T) {
    assert_eq!(size_of::<T>(), size_of::<Seen>());
    let owned = ManuallyDrop::new(owned);
    // SAFETY: it has this layout, and is not used again.
    let seen = unsafe { (&raw const *owned).cast::<Seen>().read() };
    if !seen.owner.is_null() {
        // SAFETY: its owner frees it, once.
        in_c(|| unsafe { (*seen.owner)(seen.data, seen.len, seen.cap) });
    }
}

/// With other bytes, as C may leave it.
fn altered<T>(owned: T, alter: impl FnOnce(&mut Seen)) -> T {
    assert_eq!(size_of::<T>(), size_of::<Seen>());
    let mut owned = ManuallyDrop::new(owned);
    // SAFETY: it has this layout; what is made of it is looked at by the export that gets it.
    unsafe {
        alter(&mut *(&raw mut *owned).cast::<Seen>());
        (&raw const owned).cast::<T>().read()
    }
}

#[test]
fn a_text_that_c_gets_is_its_own_until_it_is_freed_or_given_back() {
    let name = String::from("Ada");
    // SAFETY: the texts are there during the call.
    let greet = |title| in_c(|| unsafe { toy_greet::C(give_str(&name), give_nullable_str(title)) });
    free(greet(None));
    let greeting = greet(Some("Lady"));
    // SAFETY: it is what the export has given, given back.
    let shouted = in_c(|| unsafe { toy_shout::C(greeting) });
    // SAFETY: as above.
    assert_eq!(unsafe { take_text(shouted, "", "") }, "HELLO, LADY ADA!");
    // SAFETY: there is nothing.
    free(in_c(|| unsafe { toy_shout::C(Zero::ZERO) }));
    // A `NUL` stands behind it.
    let text = altered(give_text("four".into()), |seen| {
        // SAFETY: as C reads it.
        let text = unsafe { CStr::from_ptr(seen.data.cast()) };
        assert_eq!(text, c"four");
    });
    free(text);
}

#[test]
fn an_array_that_c_gets_is_its_own_until_it_is_freed_or_given_back() {
    free(in_c(|| toy_count_to::C(0)));
    free(in_c(|| toy_count_to::C(1000)));
    let numbers = in_c(|| toy_count_to::C(4));
    let numbers = altered(numbers, |seen| {
        // SAFETY: C changes what is its own.
        unsafe { seen.data.cast::<u32>().write(40) };
        seen.len -= 1;
    });
    // SAFETY: it is what the export has given, given back.
    assert_eq!(in_c(|| unsafe { toy_sum::C(numbers) }), 45);
    // SAFETY: there is nothing.
    assert_eq!(in_c(|| unsafe { toy_sum_of_some::C(Zero::ZERO) }), 0);
}

#[test]
fn what_rust_has_not_given_is_refused_and_not_freed_as_something_else() {
    // SAFETY: as far as it is what an export has given, it is given back; the rest is refused.
    let sum = |numbers| panic_of(|| in_c(|| unsafe { toy_sum::C(numbers) }));
    assert!(sum(Zero::ZERO).contains("was not made by Rust"));
    let longer = altered(give_vec(vec![1, 2]), |seen| seen.len = seen.cap + 1);
    // SAFETY: a copy, of which one alone is freed. All of them have the same layout in C.
    let copy = unsafe { std::mem::transmute_copy(&longer) };
    assert!(sum(copy).contains("not what Rust has given"));
    free(altered(longer, |seen| seen.len = 2));
    let words = give_vec(vec![1_u64, 2]);
    // SAFETY: what is passed is there during the call, and was given by an export.
    let copy = unsafe { std::mem::transmute_copy(&words) };
    assert!(sum(copy).contains("not what Rust has given"));
    free(words);
    let spoilt = altered(give_text("abc".into()), |seen| {
        // SAFETY: C changes what is its own.
        unsafe { seen.data.cast::<u8>().add(1).write(0xff) };
    });
    // SAFETY: as above.
    let said = panic_of(|| in_c(|| unsafe { toy_shout::C(spoilt) }));
    assert!(said.contains("not UTF-8 at byte 1"), "{said}");
}

#[test]
fn elements_are_dropped_once_whoever_frees_them() {
    let (counted, drops) = Counted::new();
    let all = || vec![counted.clone(), counted.clone(), counted.clone()];
    free(give_vec(all()));
    assert_eq!(drops.load(SeqCst), 3);
    let given = give_vec(all());
    // SAFETY: it is what was given.
    let back = unsafe { take_vec(given, "", "") };
    assert_eq!(drops.load(SeqCst), 3);
    drop(back);
    assert_eq!(drops.load(SeqCst), 6);
    drop(give_vec(all()));
    assert_eq!(drops.load(SeqCst), 9);
    struct Loud(#[expect(dead_code, reason = "it counts")] Counted, bool);
    impl Drop for Loud {
        fn drop(&mut self) {
            assert!(!self.1, "dropped");
        }
    }
    let loud = give_vec(vec![
        Loud(counted.clone(), true),
        Loud(counted.clone(), false),
    ]);
    assert_eq!(panic_of(|| free(loud)), "dropped");
    assert_eq!(drops.load(SeqCst), 11);
}

#[test]
fn numbers_several_and_slices_go_both_ways() {
    // SAFETY: all is there during the call.
    let half = |number| in_c(|| unsafe { toy_half::C(give_maybe(number)) });
    // SAFETY: Rust has made it.
    let taken = |number| unsafe { take_maybe::<f64>(half(number), "", "") };
    assert_eq!((taken(Some(7)), taken(None)), (Some(3.5), None));
    let several = in_c(|| toy_both::C(3));
    free(several.r0);
    // SAFETY: as above.
    unsafe {
        assert_eq!(take_maybe(several.r1, "", ""), Some(3_u32));
        assert_eq!(take_text(several.r2, "", ""), "xxx");
    }
    let (from, mut to) = (vec![1, 2, 3], [0; 2]);
    // SAFETY: what is passed is there during the call, and was given by an export.
    let count = in_c(|| unsafe { toy_double::C(from.as_ptr(), 3, to.as_mut_ptr(), 2) });
    assert_eq!((count, to), (2, [2, 4]));
    // SAFETY: what is passed is there during the call, and was given by an export.
    let none = in_c(|| unsafe { toy_double::C(std::ptr::null(), 0, to.as_mut_ptr(), 2) });
    assert_eq!(none, 0);
}

#[test]
fn an_export_that_fails_says_why() {
    let mut number = 0;
    // SAFETY: all is there during the call; the text is there until the next failure.
    let mut parse = |text| in_c(|| unsafe { toy_parse::C(give_str(text), &raw mut number) });
    // SAFETY: what is passed is there during the call, and was given by an export.
    let why = || unsafe { CStr::from_ptr(last_error()) }.to_str().unwrap();
    assert_eq!(parse("12"), 0);
    assert!(last_error().is_null());
    assert_eq!(parse("x"), -1);
    assert_eq!(why(), "invalid digit found in string");
    assert!(panic_of(|| parse("panic")).contains("as told"));
    assert_eq!(why(), "`toy_parse` panicked");
    assert_eq!(number, 12);
    // Nobody wants the number.
    assert_eq!(
        // SAFETY: what is passed is there during the call, and was given by an export.
        in_c(|| unsafe { toy_parse::C(give_str("3"), std::ptr::null_mut()) }),
        0
    );
}
