//! C implements traits, and exports call it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use cgocall::go;
use cgocall_tests::traits::*;

/// C counts in a variable.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let guard = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    traits_drops();
    guard
}

fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("it panics");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().unwrap()).to_owned(),
    }
}

#[test]
fn c_lends_an_object_and_rust_calls_it() {
    let _alone = alone();
    assert_eq!(traits_borrowed(), 0);
    assert_eq!(go(traits_borrowed).join().unwrap(), 0);
}

#[test]
fn values_go_both_ways() {
    assert_eq!(traits_values(), 0);
    assert_eq!(go(traits_values).join().unwrap(), 0);
}

#[test]
fn what_c_gives_away_is_dropped_once() {
    let _alone = alone();
    assert_eq!(traits_owned(), 0);
    assert_eq!(go(traits_owned).join().unwrap(), 0);
}

#[test]
fn a_thread_of_c_does_the_same() {
    let _alone = alone();
    assert_eq!(traits_on_a_thread(), 0);
}

#[test]
fn an_object_is_looked_at_when_it_comes() {
    let _alone = alone();
    assert_eq!(
        panic_of(traits_lends_without_write),
        "`log` of `tests_log` has NULL for `write`, which every `TestsLog` must have: have C set it, or give the method of \
         the trait a body"
    );
    assert_eq!(panic_of(traits_lends_null), "`log` of `tests_log` is NULL");
    assert_eq!(
        panic_of(traits_lends_unaligned),
        "`log` of `tests_log` is 0x1, which is not aligned to 8 bytes"
    );
    assert_eq!(traits_drops(), 0, "what is lent is C's");
}

#[test]
fn what_c_returns_is_looked_at() {
    assert!(panic_of(traits_lends_bad_which).contains("`TestsValues::other`"));
    assert!(panic_of(traits_lends_bad_bool).contains("`TestsValues::is_even`"));
    assert_eq!(panic_of(traits_lends_one_that_panics), "as told");
}

/// Nobody has written `unsafe` for it.
#[test]
fn what_c_makes_is_looked_at_part_by_part() {
    for how in 0..3 {
        assert_eq!([1, 2].map(|kind| traits_makes(how, kind)), [12, 22]);
        let name = ["make", "change", "change_last"][how as usize];
        let (did, to) = match how {
            0 => ("returned", ""),
            1 => ("wrote", " to `thing`"),
            _ => ("wrote", " to `things`"),
        };
        assert_eq!(
            panic_of(|| traits_makes(how, 77)),
            format!("`TestsMaker::{name}` {did} 77{to}, which is no value of `TestsKind`")
        );
        assert_eq!(
            panic_of(|| traits_makes(how, 3)),
            format!("`TestsMaker::{name}` {did} 0{to}, which is no value of `extern \"C\" fn(..)`")
        );
    }
}

#[test]
fn a_function_that_c_passes_is_one() {
    assert_eq!(
        panic_of(traits_passes_no_function),
        "C passed 0 for `function` of `tests_call`, which is no value of `extern \"C\" fn(..)`"
    );
}

#[test]
fn what_c_gives_away_is_dropped_once_whatever_panics() {
    let _alone = alone();
    for on_a_goroutine in [false, true] {
        let run = |f: fn() -> i32| match on_a_goroutine {
            false => panic_of(f),
            true => go(move || panic_of(f)).join().unwrap(),
        };
        assert!(run(traits_gives_without_put).contains("has NULL for `put`"));
        assert_eq!(traits_drops(), 1);
        assert_eq!(run(traits_gives_to_who_panics), "after 4 bytes");
        assert_eq!(traits_drops(), 1);
        assert!(run(traits_gives_beside_bad_text).contains("`text` of `tests_beside`"));
        assert_eq!(traits_drops(), 2);
        assert_eq!(run(traits_gives_after_a_panic), "as told");
        assert_eq!(traits_drops(), 2);
    }
}

#[test]
fn what_c_has_given_away_is_used_anywhere() {
    let _alone = alone();
    traits_give();
    let mut sink = sink().unwrap();
    let mut sink = thread::spawn(move || {
        assert_eq!(sink.put(b"abc"), 3);
        sink
    })
    .join()
    .unwrap();
    assert!(traits_was_elsewhere());
    let sink = go(move || {
        assert_eq!(sink.put(b"d"), 4);
        assert_eq!(sink.wait(1), 5, "a call that blocks");
        sink
    })
    .join()
    .unwrap();
    assert_eq!(traits_got(), 5);
    assert_eq!(traits_drops(), 0);
    drop(sink);
    assert_eq!(traits_drops(), 1);
}

/// In Rust it is a trait like any other.
#[test]
fn rust_implements_it_as_well() {
    struct Lines(Vec<String>);
    impl TestsLog for Lines {
        fn write(&mut self, text: &str) {
            self.0.push(text.to_owned());
        }
        fn count(&self) -> i32 {
            self.0.len() as i32
        }
    }
    let mut lines = Lines(Vec::new());
    assert_eq!(lines.twice("a"), 2);
    lines.shout("b");
    assert_eq!(lines.0, ["a", "again", "B"]);
    assert_eq!(lines.before(), 2);
}
