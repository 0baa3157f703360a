//! A number that is no value of an enum, or of `bool`, is a panic that says so, wherever C has it from.

use cgocall::Errno;
use cgocall_tests::enums::*;
use cgocall_tests::wrong::{four, returns_with_errno, write_four, write_then_call, write_two};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `f` panics with.
fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).err().expect("it panics");
    *panic.downcast::<String>().expect("a sentence")
}

// Keeps: enums-values
#[cgocall::test]
fn a_result_is_a_value() {
    assert_eq!(as_level(5), level::HIGH);
    assert_eq!(as_level_slowly(1), level::LOW);
    assert_eq!(
        panic_of(|| as_level(2)),
        "`as_level` returned 2, which is no value of `level`"
    );
    assert!(panic_of(|| as_level_slowly(0)).contains("returned 0"));
    assert_eq!(as_side(-1), side::LEFT);
    assert_eq!(
        panic_of(|| as_side(-2)),
        "`as_side` returned -2, which is no value of `side`"
    );
    let level_of = give_level_of();
    // SAFETY: it is `as_level`.
    let level_of = |n| unsafe { level_of.call(n) };
    assert_eq!(level_of(1), level::LOW);
    assert!(panic_of(|| level_of(9)).contains("returned 9"));
    assert_eq!(plain::as_level(1), level::LOW);
    assert!(panic_of(|| plain::as_level(77)).contains("returned 77"));
}

#[cgocall::test]
fn what_has_failed_need_be_no_value() {
    assert_eq!(try_side(-1), Err(Errno(5)));
    assert_eq!(try_side_by_default(-1), Err(Errno(5)));
    assert_eq!(try_side(1), Ok(side::RIGHT));
    assert!(panic_of(|| try_side(-2)).contains("returned -2"));
    assert_eq!(side_errno(-3), Err(Errno(5)));
    assert!(panic_of(|| side_errno(3)).contains("returned 3"));
    assert_eq!(outcome_status(0), Ok(()));
    assert_eq!(outcome_status(2), Err(Failed(outcome::LOST)));
    assert!(panic_of(|| outcome_status(3)).contains("`as_outcome` returned 3"));
}

#[cgocall::test]
fn a_bool_is_one_of_two() {
    assert!(as_bool(1) && !as_bool(0));
    assert_eq!(try_bool(1), Ok(true));
    assert_eq!(
        panic_of(|| as_bool(2)),
        "`as_bool` returned 2, which is no value of `bool`"
    );
    assert!(panic_of(|| try_bool(-1)).contains("returned 255"));
}

#[cgocall::test]
fn what_c_writes_is_a_value_or_does_not_stay() {
    let mut place = level::LOW;
    write_level(&mut place, 5);
    assert_eq!(place, level::HIGH);
    let said = panic_of(|| write_level(&mut place, 6));
    assert_eq!(
        said,
        "`write_level` wrote 6 to `place`, which is no value of `level`"
    );
    assert_eq!(place, level::LOW);
    write_level_if_any(None, 6);
    assert!(panic_of(|| write_level_if_any(Some(&mut place), 6)).contains("wrote 6"));
    let mut places = [level::LOW; 3];
    assert!(panic_of(|| write_levels(&mut places, 4)).contains("wrote 4 to `places`"));
    assert_eq!(places, [level::LOW, level::HIGH, level::LOW]);
    assert_eq!(write_levels(&mut [], 4), 0);
    let mut yes = true;
    write_bool(&mut yes, 0);
    assert!(!yes);
    assert!(panic_of(|| write_bool(&mut yes, 3)).contains("wrote 3 to `place`"));
    assert!(!yes);
}

#[cgocall::test]
fn what_comes_through_a_pointer_is_a_value() {
    assert_eq!(outcome_written(2), outcome::LOST);
    assert_eq!(
        panic_of(|| outcome_written(3)),
        "`write_outcome` wrote 3 to `place`, which is no value of `outcome`"
    );
    assert_eq!(outcome_or_code(1), Ok(outcome::LATE));
    assert_eq!(
        outcome_or_code(-9),
        Err(Code(-9)),
        "what has failed has written nothing of worth"
    );
    assert!(bool_written(1) && !bool_written(0));
    assert!(panic_of(|| bool_written(2)).contains("`write_bool` wrote 2 to `place`"));
}

#[cgocall::test]
fn an_argument_of_an_export_is_a_value() {
    assert_eq!(through_a_callback(5, 1), 51);
    assert_eq!(called_by_rust(level::LOW, false), 10);
    let said = panic_of(|| through_a_callback(4, 1));
    assert_eq!(
        said,
        "C passed 4 for `l` of `on_level`, which is no value of `level`"
    );
    assert!(panic_of(|| through_a_callback(5, 2)).contains("C passed 2 for `yes` of `on_level`"));
}

#[cgocall::test]
fn nothing_that_is_no_value_stays_however_the_call_ends() {
    let (mut a, mut b) = (true, true);
    assert!(panic_of(|| write_two(&mut a, &mut b, 7)).contains("wrote 7 to `a`"));
    assert_eq!((a, b), (false, false));

    let mut c = true;
    let why = "in a callback";
    let said = panic_of(|| write_then_call(&mut c, 7, || panic!("{why}")));
    assert_eq!(said, why);
    assert!(!c);
    write_then_call(&mut c, 1, || ());
    assert!(c);

    let mut all = [false; 4];
    assert!(panic_of(|| write_four(&mut all, 7)).contains("wrote 7 to `four`"));
    assert_eq!(all, [true, true, false, true]);
    assert!(panic_of(|| four(7)).contains("wrote 7 to `four`"));
    assert_eq!(four(0), [true, true, false, true]);
}

#[cgocall::test]
fn a_bool_has_failed_if_errno_was_set() {
    assert_eq!(returns_with_errno(false, 2), Err(Errno(2)));
    assert_eq!(returns_with_errno(true, 2), Err(Errno(2)));
    assert_eq!(returns_with_errno(false, 0), Ok(false));
    assert_eq!(returns_with_errno(true, 0), Ok(true));
}
