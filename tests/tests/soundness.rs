//! The hangs and aborts of docs/soundness.md, each in a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

fn scenario(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_soundness"));
    command
        .arg(name)
        .env("RUST_BACKTRACE", "0")
        .env("CGOCALL_PROCS", "1");
    command
}

fn run(name: &str) -> (Output, String) {
    let output = scenario(name).output().expect("the scenario starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output, said)
}

#[test]
fn a_stack_that_overflows_kills_the_process() {
    let (output, said) = run("overflow");
    assert_eq!(output.status.signal(), Some(libc::SIGSEGV), "{said}");
}

// Keeps: panics-on-c-threads
#[test]
fn a_panic_on_a_thread_of_cs_aborts_with_a_message() {
    let (output, said) = run("panic_on_a_c_thread");
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{said}");
    let told = "the export `run_closure` panicked where no import is waiting for it";
    assert!(
        said.contains("nobody to tell") && said.contains(told),
        "{said}"
    );
}

/// On a thread of C's nobody waits for the panic with which a closure is refused.
#[test]
fn a_closure_that_may_not_be_called_on_a_thread_of_cs_aborts_with_a_message() {
    let cases = [
        ("stale_on_a_c_thread", "whose `Callback` is not there"),
        ("two_in_an_fn_mut", "again while it runs"),
    ];
    for (name, why) in cases {
        let (output, said) = run(name);
        assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{said}");
        let told = "panicked where no import is waiting for it";
        assert!(said.contains(why) && said.contains(told), "{said}");
        assert!(said.contains("cgocall: the closure `f` of `"), "{said}");
    }
    let (output, said) = run("aborts_on_panic");
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{said}");
    let told = "and the closure `f` of `maybe` says `on_panic = abort`";
    assert!(said.contains(told), "{said}");
}

#[test]
fn who_unwinds_into_a_c_side_that_is_held_aborts_with_a_message() {
    let (output, said) = run("unwinds_into_a_held_c_side");
    assert_eq!(output.status.signal(), Some(libc::SIGABRT), "{said}");
    let told = "cgocall: a goroutine that unwinds calls `call_back`";
    assert!(said.contains(told), "{said}");
}

#[test]
fn who_blocks_its_mates_is_named() {
    let mut child = scenario("blocks_its_mate")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the scenario starts");
    let mut said = BufReader::new(child.stderr.take().expect("piped"));
    let mut line = String::new();
    // The scenario's watchdog ends it if nothing is ever said.
    said.read_line(&mut line).expect("UTF-8");
    child.kill().expect("it is our child");
    child.wait().expect("it is our child");
    said.read_to_string(&mut line).expect("UTF-8");
    assert!(
        line.contains("has not given its thread back for a second"),
        "{line}"
    );
}

#[test]
fn goroutines_with_c_frames_are_left_as_they_stand() {
    let (output, said) = run("left_as_it_stands");
    assert!(output.status.success(), "{said}");
    let dropped = "dropped\n".repeat(5);
    assert_eq!(output.stdout, format!("done\n{dropped}").into_bytes());
    let told = "main has ended, and 5 goroutines could not be unwound";
    assert!(said.contains(told), "{said}");
}
