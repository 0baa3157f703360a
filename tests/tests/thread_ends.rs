//! Threads that C ends, and exports that are called before and after `main`.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

fn run(scenario: &str, change: impl FnOnce(&mut Command)) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_thread_ends"));
    command
        .arg(scenario)
        .env("RUST_BACKTRACE", "0")
        .env("CGOCALL_PROCS", "2");
    change(&mut command);
    let output = command.output().expect("the scenario starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

// Keeps: thread-ends, in-handlers
#[test]
fn c_threads_end_as_they_like_and_nothing_of_them_stays() {
    let (output, said) = run("all", |_| ());
    assert!(output.status.success(), "{said}");
}

// Keeps: out-of-main
#[test]
fn exports_are_called_before_main_at_exit_and_after_it() {
    let (output, said) = run("in_main", |command| {
        command.env("CGOCALL_TESTS_ENDS", "1");
    });
    assert!(output.status.success(), "{said}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let told = [
        "out of main: 1",
        "before main: 2",
        "done",
        "out of main: 2",
        "out of main: 3",
    ];
    assert_eq!(lines.lines().collect::<Vec<_>>(), told, "{said}");
}

// Keeps: thread-ends-below-rust
#[test]
fn a_thread_that_c_ends_below_rust_code_aborts_with_a_message() {
    for scenario in [
        "in_a_callback",
        "in_a_call",
        "in_a_call_of_a_callback",
        "in_a_blocking_call",
        "in_rust",
    ] {
        let (output, said) = run(scenario, |_| ());
        assert_eq!(
            output.status.signal(),
            Some(libc::SIGABRT),
            "{scenario}: {said}"
        );
        assert!(said.contains("cgocall: "), "{scenario}: {said}");
    }
}
