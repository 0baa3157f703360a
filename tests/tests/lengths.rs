//! Slices whose lengths C has where it likes.

use cgocall_tests::everywhere;
use cgocall_tests::lengths::*;
use std::ffi::{CStr, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;

#[test]
fn a_length_may_stand_before_its_pointer() {
    everywhere(
        || {
            assert_eq!(lengths_sum(&[1.5, 2.5, 4.0]), 8.0);
            assert_eq!(lengths_sum(&[]), 0.0);
            assert_eq!(sum_blocking(&[1.0, 2.0]), 3.0);
            let mut to = [0; 2];
            assert_eq!(lengths_both(&[7, 8, 9], &mut to, 20), 3022);
            assert_eq!(to, [7, 8]);
            assert_eq!(lengths_fails(&[1, 5]), Ok(5));
            assert_eq!(lengths_fails(&[1]).unwrap_err().0, libc::ERANGE);
        },
        |()| {},
    );
}

#[test]
fn each_length_of_a_function_is_where_it_is() {
    let c = [b'a' as c_char; 3];
    assert_eq!(lengths_three(&[1, 2, 3], b"ccccc", &c, 7), 65309);
}

#[test]
fn a_length_that_does_not_fit_ends_the_process_wherever_it_stands() {
    if std::env::var_os("CGOCALL_TOO_LONG").is_some() {
        let _ = lengths_fails(&[0; 128]);
        return;
    }
    let test = "a_length_that_does_not_fit_ends_the_process_wherever_it_stands";
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env("CGOCALL_TOO_LONG", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let message =
        "cgocall: lengths_fails: a slice of 128 elements, but its length in C is `signed char`";
    assert!(!output.status.success() && said.contains(message), "{said}");
}

#[test]
fn what_c_passes_has_its_length_where_c_says() {
    let mut seen = Vec::new();
    let mut see = |words: &[*mut c_char]| {
        // SAFETY: they are texts of C's, that are never freed.
        seen.extend(words.iter().map(|word| unsafe { CStr::from_ptr(*word) }))
    };
    assert_eq!(lengths_words(&mut see, 3), 0);
    assert_eq!(lengths_words(&mut see, 0), 0);
    assert_eq!(seen, [c"to", c"be", c"or"]);
    assert_eq!(mutable_words(|words| words[0] = std::ptr::null_mut(), 4), 1);
    let sum = lengths_compared(|a, b| {
        assert_eq!((a, b), (&b"abc"[..], "xy"));
        4
    });
    assert_eq!(sum, 40);
    let sum = lengths_mixed(|text, numbers, from, bytes| {
        assert_eq!(
            (text, &*numbers, bytes),
            ("text", &[1, 2, 3][..], &b"\xff\xfe"[..])
        );
        numbers[2] = 30;
        from + 4
    });
    assert_eq!(sum, 1034);
}

#[test]
fn what_is_no_length_is_refused_wherever_it_stands() {
    let call = AssertUnwindSafe(|| lengths_words(|_| unreachable!(), -2));
    let panic = catch_unwind(call).unwrap_err();
    assert_eq!(
        *panic.downcast::<String>().unwrap(),
        "C has passed a length of -2 for argument 1 of the closure `f` of `lengths_words`, where nothing can be so long"
    );
}
