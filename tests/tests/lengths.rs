//! Slices whose lengths C has where it likes.

use cgocall_tests::everywhere;
use cgocall_tests::lengths::*;
use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
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
    let message =
        "cgocall: lengths_fails: a slice of 128 elements, but its length in C is `signed char`";
    ends(
        "a_length_that_does_not_fit_ends_the_process_wherever_it_stands",
        message,
    );
}

/// That the test, in a process of its own, ends that with these words.
fn ends(test: &str, message: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env("CGOCALL_TOO_LONG", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(message), "{said}");
}

#[test]
fn how_much_c_has_filled_is_a_result() {
    everywhere(
        || {
            let mut to = [0; 4];
            assert_eq!(lengths_pack(&mut to, b"a.b.c."), Ok(3));
            assert_eq!(&to, b"abc\0");
            assert_eq!(lengths_pack(&mut to, &[0; 10]), Err(Code(-5)));
            let mut to = [MaybeUninit::uninit(); 4];
            assert_eq!(pack_blocking(&mut to, b"x.y."), Ok(2));
            // SAFETY: so many have been filled.
            let filled = unsafe { [to[0].assume_init(), to[1].assume_init()] };
            assert_eq!(&filled, b"xy");

            let (mut a, mut c) = ([0; 5], [0; 3]);
            let all = lengths_two(&mut a, &[7, 8, 9], &mut c);
            assert_eq!(all, (533, 3, 1, 24));
            assert_eq!((a, c), ([7, 8, 9, 0, 0], [17, 0, 0]));
            let mut to = [0; 6];
            assert_eq!(LENGTHS_FILL(&mut to), (5, 1));
            assert_eq!(to, [6, 0, 0, 0, 0, 0]);
            let mut to = *b"ab";
            assert_eq!(lengths_plainly(&mut to), (2, 1));
            assert_eq!(&to, b"pb");
        },
        |()| {},
    );
}

#[test]
fn what_c_leaves_is_a_number_and_no_more() {
    // C says how much there would have been, as `getsockname` does.
    let mut to = [0; 2];
    assert_eq!(lengths_name(&mut to), Ok((3, 4)));
    assert_eq!(&to, b"na");
    assert_eq!(lengths_name(&mut []).unwrap_err().0, libc::ENOSPC);
    assert_eq!(lengths_lies(&mut [0; 3], 1_000_000), 1_000_000);
    assert_eq!(lengths_lies(&mut [], 0), 0);
    assert_eq!(lengths_leaves(&mut [0; 9]), 9);
    let panic = catch_unwind(|| lengths_lies(&mut [0; 3], -1)).unwrap_err();
    assert_eq!(
        *panic.downcast::<String>().unwrap(),
        "`lengths_lies` left -1 for how much of `to` it has filled, where nothing can be so long"
    );
    let mut truths = [false; 3];
    assert_eq!(lengths_truths(&mut truths, 1), 3);
    assert_eq!(truths, [true; 3]);
    let call = AssertUnwindSafe(|| lengths_truths(&mut truths, 2));
    let panic = catch_unwind(call).unwrap_err();
    let said = panic.downcast::<String>().unwrap();
    assert!(
        said.starts_with("`lengths_truths` wrote") && said.contains("`to`"),
        "{said}"
    );
}

#[test]
fn a_length_may_be_that_of_a_text_of_which_c_has_a_copy() {
    assert_eq!(lengths_letters("one"), b"abc");
    assert_eq!(letters_of_string("four".to_owned()), Ok(&b"abcde"[..]));
    assert_eq!(letters_if_any(Some(Path::new("to"))), Some(&b"ab"[..]));
    assert_eq!(letters_if_any(None), None);
}

#[test]
fn a_socket_says_its_name() {
    let fd = socket(libc::AF_UNIX, libc::SOCK_STREAM, 0).unwrap();
    let mut address = [0xff; 128];
    assert_eq!(getsockname(fd, &mut address).unwrap(), 2);
    assert_eq!(address[..3], [1, 0, 0xff]);
    // An abstract name, of the kernel's choice.
    bind(fd, &[1, 0]).unwrap();
    let len = getsockname(fd, &mut address).unwrap();
    assert!(len > 3 && address[2] == 0 && address[len] == 0xff, "{len}");
    let mut short = [0; 4];
    assert_eq!(getsockname(fd, &mut short).unwrap(), len);
    let mut kind = [0; 8];
    assert_eq!(
        getsockopt(fd, libc::SOL_SOCKET, libc::SO_TYPE, &mut kind),
        Ok(4)
    );
    assert_eq!(kind, [1, 0, 0, 0, 0, 0, 0, 0]);
    // SAFETY: it is this test's.
    assert_eq!(unsafe { libc::close(fd) }, 0);
    assert_eq!(getsockname(fd, &mut short).unwrap_err().0, libc::EBADF);
}

#[test]
fn room_that_does_not_fit_ends_the_process() {
    if std::env::var_os("CGOCALL_TOO_LONG").is_some() {
        lengths_leaves(&mut [0; 0x8000]);
        return;
    }
    let message =
        "cgocall: lengths_leaves: a slice of 32768 elements, but its length in C is `short`";
    ends("room_that_does_not_fit_ends_the_process", message);
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
