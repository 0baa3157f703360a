//! What becomes of the other goroutines when main ends, each in a process of its own: `src/bin/end.rs`.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

/// With 1, 2 and 16 Ps, where goroutines stay and where they migrate: how it ended, what it printed, what was said.
fn run(scenario: &str, check: impl Fn(&Output, &str, &str)) {
    run_with(&[1, 2, 16], scenario, check);
}

fn run_with(procs: &[u32], scenario: &str, check: impl Fn(&Output, &str, &str)) {
    for procs in procs {
        for migrates in [false, true] {
            let output = Command::new(env!("CARGO_BIN_EXE_end"))
                .arg(scenario)
                .args(migrates.then_some("migrates"))
                .env("CGOCALL_PROCS", procs.to_string())
                .env("RUST_BACKTRACE", "0")
                .output()
                .expect("the scenario starts");
            let (printed, said) = (
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr),
            );
            eprintln!("{scenario}, {procs} procs, {migrates}: {output:?}");
            check(&output, &printed, &said);
        }
    }
}

/// Nobody is left, and nothing is said.
fn leaves_nobody(scenario: &str) {
    run(scenario, |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!((printed, said), ("0 not dropped\n", ""));
    });
}

#[test]
fn main_alone_ends_as_ever() {
    leaves_nobody("nothing");
}

#[test]
fn whoever_has_no_c_frames_is_unwound() {
    leaves_nobody("ordinary");
}

#[test]
fn thousands_leave_no_memory_behind() {
    leaves_nobody("many");
}

#[test]
fn so_many_that_it_takes_more_than_a_second_are_waited_for() {
    // One P has to do it all, two share it; each takes more than a second. It may take ten: others want the processors too.
    run_with(&[1, 2], "very_many", |output, _, said| {
        assert_eq!((output.status.code(), said), (Some(3), ""));
    });
}

#[test]
fn what_destructors_spawn_is_unwound_too() {
    leaves_nobody("spawning");
}

#[test]
fn the_program_may_go_on_and_end_again() {
    leaves_nobody("goes_on");
}

/// The one line that was said, of so many.
fn line(said: &str, goroutines: &str) -> String {
    let begin = format!("cgocall: main has ended, and {goroutines} could not be unwound");
    let lines: Vec<_> = said.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with(&begin), "{said}");
    lines[0].to_owned()
}

#[test]
fn those_in_c_are_named_and_left_and_all_others_are_not() {
    run("in_c", |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(printed, "10 not dropped\n");
        let line = line(said, "5 goroutines");
        assert!(line.contains("; and 2 more. "), "{line}");
        let reasons = [
            ("`called back`", "it is in a callback of `call_back`"),
            (
                "`called back, too`",
                "it is in a callback of `call_back_reentrant`",
            ),
            ("`blocking`", "it is in a `blocking` call of `call_back`"),
            ("`in C`", "its thread is in a call of `wait_for`"),
            ("`in C, too`", "its thread is in a call of `wait_for`"),
        ];
        let named = |(name, why): &&(&str, &str)| {
            let place = "spawned at tests/src/bin/end.rs:";
            let (_, rest) = line
                .split_once(&format!("({name}, {place}"))
                .unwrap_or_default();
            rest.split_once("): ")
                .is_some_and(|(_, rest)| rest.starts_with(why))
        };
        assert_eq!(reasons.iter().filter(named).count(), 3, "{line}");
    });
}

#[test]
fn of_many_some_are_named() {
    run("many_in_callbacks", |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(printed, "200 not dropped\n");
        let line = line(said, "100 goroutines");
        assert!(line.contains("; and 97 more. "), "{line}");
        assert_eq!(
            line.matches("in a callback of `call_back_reentrant`")
                .count(),
            3
        );
    });
}

#[test]
fn who_computes_does_not_hang_the_end() {
    run("computing", |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(printed, "2 not dropped\n");
        let line = line(said, "1 goroutine");
        assert!(line.contains("(`computes`, "), "{line}");
        assert!(
            line.contains("): it computes, or its thread is blocked. "),
            "{line}"
        );
    });
}

#[test]
fn who_goes_back_into_c_on_mains_thread_does_not_hang_it() {
    run("back_in_c", |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(printed, "2 not dropped\n");
        let line = line(said, "1 goroutine");
        assert!(line.contains("(`back in C`, "), "{line}");
    });
}

#[test]
fn who_catches_the_unwinding_again_and_again_does_not_hang_it() {
    run("catching", |output, printed, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(printed, "20 not dropped\n");
        let line = line(said, "10 goroutines");
        assert!(
            line.contains("): it has begun to unwind, and does not end"),
            "{line}"
        );
    });
}

#[test]
fn who_unwinds_for_ever_is_said_to() {
    run("unwinding_for_ever", |output, _, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        let (_, rest) = said.split_once("(`sleeps`, ").unwrap_or_default();
        let (_, why) = rest.split_once("): ").unwrap_or_default();
        let unwinds = "it has begun to unwind, and does not end";
        assert!(why.starts_with(unwinds), "{said}");
    });
}

#[test]
fn who_could_not_be_unwound_before_is_told_again_and_why() {
    run("twice", |output, _, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert_eq!(said.lines().count(), 2, "{said}");
        let why = "): it is in a callback of `call_back`";
        assert_eq!(said.matches(why).count(), 2, "{said}");
    });
}

#[test]
fn who_spawns_without_end_does_not_hang_it_either() {
    run("no_end_of_spawning", |output, _, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.is_empty() || said.starts_with("cgocall: main has ended"),
            "{said}"
        );
    });
}

#[test]
fn destructors_that_would_wait_for_c_do_not_run() {
    run("behind_the_c_side", |output, _, said| {
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.starts_with("cgocall: main has ended"), "{said}");
    });
}

#[test]
fn mains_panic_goes_on_when_the_others_are_gone() {
    run("panic", |output, printed, said| {
        assert_eq!(output.status.code(), Some(101), "{said}");
        assert_eq!((printed, said), ("0 not dropped\n", ""));
    });
}

#[test]
fn exit_drops_nothing() {
    run("exit", |output, printed, said| {
        assert_eq!(
            (output.status.code(), output.status.signal()),
            (Some(7), None)
        );
        assert_eq!((printed, said), ("", ""));
    });
}
