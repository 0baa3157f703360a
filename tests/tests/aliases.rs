//! Each kind of thing by another name of C's; variables of a shared library.

use cgocall::go;
use cgocall_tests::aliases::{self, *};
use std::thread;

// Keeps: aliases
#[test]
fn a_name_that_stands_for_another_is_that_thing() {
    assert_eq!(ALIASES_FUNCTION(-7), -6);
    // SAFETY: only this test touches it.
    unsafe {
        let now = [aliases::ALIASES_VARIABLE(), aliases_variable_now()];
        assert_eq!(now, [variable; 2]);
        variable += 1;
        assert_eq!(aliases::ALIASES_VARIABLE(), now[0] + 1);
        assert_eq!(aliases::found::ALIASES_VARIABLE(), now[0] + 1);
        assert_eq!(aliases::aliases_of(&ALIASES_STRUCT { n: 8 }), 8);
    }
    assert_eq!(
        [Choice::First, Choice::Second].map(aliases::aliases_of_enum),
        [3, 9]
    );
    let constants = (ALIASES_INTEGER, ALIASES_FLOAT, ALIASES_TEXT);
    assert_eq!(constants, (42, 0.75, c"behind two names"));
    let (wide, _): (ALIASES_TYPE, _) = (7_i16, ());
    assert_eq!(wide, 7);
}

// Keeps: aliases
#[test]
fn a_name_that_stands_for_another_is_found_as_that_thing() {
    use aliases::found::*;
    // SAFETY: numbers.
    unsafe {
        assert_eq!(ALIASES_FUNCTION(1), 2);
        assert_eq!(aliases_of(&ALIASES_STRUCT { n: 8 }), 8);
        let choice = ALIASES_CHOICE as ALIASES_ENUM;
        assert_eq!(aliases_of_enum(choice), 9);
    }
    let constants = (ALIASES_INTEGER, ALIASES_FLOAT, ALIASES_TEXT);
    assert_eq!(constants, (42, 0.75, c"behind two names"));
    assert_eq!(size_of::<ALIASES_TYPE>(), 2);
}

// Keeps: macros-at-each-use
#[test]
fn a_macro_that_calls_a_function_calls_it_at_each_use() {
    // SAFETY: only this test calls it.
    let counts = [(); 3].map(|()| unsafe { ALIASES_COUNTED() });
    assert_eq!(counts, [1, 2, 3]);
}

// Keeps: shared-variables
#[test]
fn variables_of_a_shared_library_are_read_and_written() {
    // SAFETY: only this test touches them.
    unsafe {
        assert_eq!(({ optind }, optind_now()), (1, 1));
        optind = 5;
        assert_eq!(optind_now(), 5);
        set_zone();
        assert_eq!(is_first_zone(tzname[0]), 1);
    }
    assert_eq!(loopback.words.map(u32::from_be), [0, 0, 0, 1]);
}

// Keeps: shared-variables
#[test]
fn a_variable_of_each_thread_of_a_shared_library_is_its_own() {
    let own = |code| {
        set_errno(code);
        assert_eq!(aliases::errno(), code);
    };
    own(7);
    thread::spawn(move || own(8)).join().unwrap();
    assert_eq!(aliases::errno(), 7);
    go(move || own(9)).join().unwrap();
}
