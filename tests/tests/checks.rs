//! `CGOCALL_CHECK`: C that keeps what it has borrowed, or goes beyond it (scenarios of `src/bin/wrong.rs`), or passes what is no
//! reference, is caught and named.

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Output};

fn run(scenario: &str, level: &str) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wrong"));
    command
        .arg(scenario)
        .env("CGOCALL_CHECK", level)
        .env("CGOCALL_PROCS", "2");
    // SAFETY: between fork and exec it makes a system call, and nothing else.
    unsafe {
        command.pre_exec(|| {
            let none = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            match libc::setrlimit(libc::RLIMIT_CORE, &raw const none) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            }
        });
    }
    let output = command.output().expect("the scenario starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

/// It died of it, and said so.
#[cfg(debug_assertions)]
#[track_caller]
fn dies(scenario: &str, words: &[&str]) {
    use std::os::unix::process::ExitStatusExt as _;
    let (output, said) = run(scenario, "2");
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{said}");
    let [line] = said.lines().collect::<Vec<_>>()[..] else {
        panic!("one line, not {said}");
    };
    for word in words {
        assert!(line.contains(word), "no {word} in {line}");
    }
}

#[cfg(debug_assertions)]
mod caught {
    use super::*;

    // Keeps: kept-pointers
    #[test]
    fn what_is_kept_is_named_when_it_is_used() {
        for (scenario, argument, function) in [
            ("keeps_a_text", "text", "keep_text"),
            ("keeps_a_copy", "text", "keep_text"),
            ("keeps_a_path", "path", "keep_text"),
            ("keeps_bytes", "bytes", "keep_bytes"),
            ("keeps_bytes_of_a_plain_import", "bytes", "keep_bytes"),
            ("keeps_bytes_of_a_goroutine", "bytes", "keep_bytes"),
            ("keeps_bytes_on_a_helper", "bytes", "keep_bytes"),
            ("keeps_a_pair", "pair", "keep_pair"),
        ] {
            let used = format!("C has used `{argument}` after `{function}` had returned");
            let source = include_str!("../src/bin/wrong.rs");
            let named = format!("{scenario:?}");
            let mut lines = source
                .lines()
                .zip(1..)
                .skip_while(|(line, _)| !line.contains(&named));
            let (_, line) = lines
                .find(|(line, _)| line.contains("keep_"))
                .expect("a call");
            let place = format!("lent at tests/src/bin/wrong.rs:{line}:");
            dies(scenario, &[&used, &place, "#[cgo(keeps)]"]);
        }
    }

    // Keeps: kept-pointers
    #[test]
    fn what_is_const_is_not_written() {
        dies(
            "writes_what_is_const",
            &["C has written to `pair`, which `set_const` was lent at tests/src/bin/wrong.rs:"],
        );
    }

    // Keeps: kept-pointers
    #[test]
    fn nobody_goes_beyond() {
        for (scenario, bytes) in [("goes_far_beyond", 100), ("goes_beyond", 4095)] {
            let beyond = format!(
                "C has gone beyond the {bytes} bytes of `bytes`, which `set_behind` was lent at "
            );
            dies(scenario, &[&beyond]);
        }
        // Where nothing faults it is seen when the call is over.
        let (output, said) = run("goes_before", "2");
        assert_eq!(output.status.code(), Some(101), "{said}");
        assert!(
            said.contains("has written beside the 100 bytes of `bytes`"),
            "{said}"
        );
    }

    #[test]
    fn the_level_is_one_of_three() {
        for level in ["3", "on", "-1"] {
            let (output, said) = run("does_right", level);
            assert_eq!(output.status.code(), Some(101), "{said}");
            assert_eq!(
                said,
                format!("cgocall: CGOCALL_CHECK is `{level}`: it must be 0, 1 or 2\n")
            );
        }
    }
}

#[cfg(not(debug_assertions))]
#[test]
fn a_level_that_does_nothing_says_so() {
    let (output, said) = run("does_right", "2");
    assert!(output.status.success(), "{said}");
    assert!(
        said.contains("CGOCALL_CHECK=2 does nothing: this program was built without"),
        "{said}"
    );
}

#[test]
fn what_is_right_is_as_it_was() {
    for level in ["0", "1", "2", ""] {
        for scenario in ["does_right", "keeps_what_it_may"] {
            let (output, said) = run(scenario, level);
            assert!(output.status.success(), "{scenario} at {level}: {said}");
            assert_eq!(output.stdout, b"done\n");
        }
    }
}

#[cfg(debug_assertions)]
mod passed {
    use cgocall::cgo_export;
    use cgocall_tests::wrong::{Two, call_for, call_with};
    use std::ffi::{CStr, c_long, c_void};
    use std::hint::black_box;
    use std::mem::transmute;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::ptr::{self, NonNull};

    #[cgo_export(private)]
    fn take_reference(two: &mut Two, _: usize) -> c_long {
        two.b
    }

    #[cgo_export(private)]
    fn take_option(two: Option<&Two>, _: usize) -> c_long {
        two.map_or(-1, |two| two.b)
    }

    #[cgo_export(private)]
    fn take_text(text: &CStr, _: usize) -> c_long {
        text.count_bytes() as c_long
    }

    #[cgo_export(private)]
    fn take_address(two: NonNull<Two>, _: usize) -> c_long {
        two.addr().get() as c_long
    }

    #[cgo_export(private)]
    fn take_box(two: Box<Two>, _: usize) -> c_long {
        two.b
    }

    #[cgo_export(private)]
    fn take_slice(numbers: &[c_long]) -> c_long {
        numbers.iter().sum()
    }

    #[cgo_export(private)]
    fn return_its_own(_: *mut c_void) -> *const c_void {
        let mine = black_box(7_u64);
        black_box(&raw const mine).cast()
    }

    #[cgo_export(private)]
    fn return_what_it_got(p: *mut c_void) -> *const c_void {
        p
    }

    type With = unsafe extern "C" fn(*mut c_void, usize) -> c_long;

    /// What the panic says that C's call ends with.
    #[track_caller]
    fn refused(call: impl FnOnce() -> c_long) -> String {
        let panic = catch_unwind(AssertUnwindSafe(call)).expect_err("it is refused");
        panic.downcast_ref::<String>().expect("a text").clone()
    }

    #[cgocall::test]
    fn what_cannot_be_a_reference_is_refused_and_named() {
        let null = ptr::null_mut::<c_void>();
        let mut two = [Two { a: 1, b: 2 }; 2];
        let good = two.as_mut_ptr().cast::<c_void>();
        let odd = good.wrapping_byte_add(1);
        let mut numbers = [1, 2, 3, 4 as c_long];
        let four = numbers.as_mut_ptr().cast::<c_void>();
        // SAFETY: to C a reference is a pointer; what is none is looked at.
        let (reference, option, text, address, boxed, slice) = unsafe {
            (
                transmute::<extern "C" fn(&mut Two, usize) -> c_long, With>(take_reference::C),
                transmute::<extern "C" fn(Option<&Two>, usize) -> c_long, With>(take_option::C),
                transmute::<unsafe extern "C" fn(*const _, usize) -> c_long, With>(take_text::C),
                transmute::<extern "C" fn(NonNull<Two>, usize) -> c_long, With>(take_address::C),
                transmute::<extern "C" fn(Box<Two>, usize) -> c_long, With>(take_box::C),
                transmute::<unsafe extern "C" fn(*const c_long, usize) -> c_long, With>(
                    take_slice::C,
                ),
            )
        };
        // SAFETY: as above.
        let call = |f, p, n| unsafe { call_with(f, p, n) };
        assert_eq!(call(reference, good, 0), 2);
        assert_eq!(call(option, good, 0), 2);
        assert_eq!(call(option, null, 0), -1);
        assert_eq!(call(slice, four, 4), 10);
        assert_eq!(call(slice, null, 0), 0);

        for (f, argument, function) in [
            (reference, "two", "take_reference"),
            (text, "text", "take_text"),
            (address, "two", "take_address"),
            (boxed, "two", "take_box"),
        ] {
            let said = refused(|| call(f, null, 0));
            let wanted = format!("C has passed NULL for `{argument}` of `{function}`");
            assert!(said.starts_with(&wanted), "{said}");
        }
        for (f, argument, function) in [
            (reference, "two", "take_reference"),
            (option, "two", "take_option"),
            (boxed, "two", "take_box"),
            (slice, "numbers", "take_slice"),
        ] {
            let said = refused(|| call(f, odd, 1));
            let wanted = format!("for `{argument}` of `{function}`, where no ");
            assert!(
                said.contains(&wanted) && said.contains("no multiple of 8"),
                "{said}"
            );
        }
        let said = refused(|| call(slice, null, 3));
        let wanted = "NULL for `numbers` of `take_slice`, and says that 3 are there";
        assert!(said.contains(wanted), "{said}");
        let said = refused(|| call(slice, four, usize::MAX / 8));
        assert!(said.contains("more than there is memory"), "{said}");
    }

    // Keeps: own-variables
    #[cgocall::test]
    fn a_result_outlives_its_export() {
        // SAFETY: nobody looks behind what it returns.
        let call = |f, p| unsafe { call_for(f, p) }.cast_mut();
        let said = refused(|| call(return_its_own::C, ptr::null_mut()).addr() as c_long);
        let wanted = "`return_its_own` returns a pointer to a variable of its own";
        assert!(said.starts_with(wanted), "{said}");

        // What is older on the same stack is there for longer, and so is what is elsewhere.
        let mut mine = 7_u64;
        let older: *mut c_void = (&raw mut mine).cast();
        assert_eq!(call(return_what_it_got::C, older), older);
        let boxed = Box::new(7_u64);
        let heap: *mut c_void = ptr::from_ref(&*boxed).cast_mut().cast();
        assert_eq!(call(return_what_it_got::C, heap), heap);
    }
}
