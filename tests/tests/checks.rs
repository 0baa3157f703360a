//! `CGOCALL_CHECK=2`: C that keeps what it has borrowed, or goes beyond it, is caught and named. Scenarios of
//! `src/bin/wrong.rs`.

use std::os::unix::process::{CommandExt, ExitStatusExt};
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

    #[test]
    fn what_is_const_is_not_written() {
        dies(
            "writes_what_is_const",
            &["C has written to `pair`, which `set_const` was lent at tests/src/bin/wrong.rs:"],
        );
    }

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
