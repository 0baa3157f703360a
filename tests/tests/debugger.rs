//! `runtime/gdb/cgocall.py`: goroutines, as gdb shows them.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::process::Command;

/// What gdb says, if there is one that may debug here.
fn gdb(commands: &[&str]) -> Option<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/gdb/cgocall.py");
    let source = format!("source {script}");
    let begin = [
        "set pagination off",
        "set breakpoint pending on",
        &source,
        "break debugged_stops_here",
        "run",
    ];
    let mut gdb = Command::new("gdb");
    gdb.args(["-q", "-nx", "-batch"]);
    for command in begin.iter().chain(commands) {
        gdb.args(["-ex", command]);
    }
    let output = match gdb.arg(env!("CARGO_BIN_EXE_debugged")).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("gdb is not there: what it shows is not tested ({error})");
            return None;
        }
    };
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if said.contains("ptrace: Operation not permitted") || said.contains("Could not trace") {
        eprintln!("gdb may not trace here: what it shows is not tested");
        return None;
    }
    assert!(
        said.contains("hit Breakpoint 1") || said.contains("Breakpoint 1, "),
        "{said}"
    );
    Some(said.into_owned())
}

/// The line of `info goroutines` that has this.
fn line<'a>(said: &'a str, what: &str) -> &'a str {
    let mut lines = said.lines();
    let line = lines.find(|line| line.contains("src/bin/debugged.rs:") && line.contains(what));
    line.unwrap_or_else(|| panic!("no {what}: {said}"))
}

/// The functions of a goroutine's backtrace, the innermost first, as far as they are its own.
fn stack_of(goroutine: &str) -> Vec<String> {
    let number = goroutine.split_whitespace().next().unwrap();
    let said = gdb(&[&format!("goroutine {number} backtrace")]).expect("as before");
    let frames = said.lines().filter(|line| line.starts_with('#'));
    let name = |line: &str| {
        let (_, rest) = line.split_once(' ').unwrap();
        let rest = rest.split_once(" in ").map_or(rest, |(_, rest)| rest);
        let name = rest.split(" (").next().unwrap();
        name.trim_start().to_owned()
    };
    let is_its_own = |name: &String| !name.contains("coroutine_func");
    frames.map(name).take_while(is_its_own).collect()
}

/// Whether these are among the functions, in this order.
fn are_in_order(functions: &[String], wanted: &[&str]) {
    let mut rest = functions.iter();
    for want in wanted {
        let is_there = rest.any(|name| name.contains(want));
        assert!(is_there, "{want}, in its place: {functions:#?}");
    }
}

#[test]
fn goroutines_are_listed_and_their_stacks_shown_whole() {
    let Some(said) = gdb(&["info goroutines"]) else {
        return;
    };
    if cfg!(not(debug_assertions)) {
        assert!(said.contains("Build it with `debug = true`"), "{said}");
        return;
    }
    let parked = line(&said, "`waits`");
    assert!(parked.contains(" parked "), "{said}");
    let in_callback = line(&said, "in `with_small_frame`");
    assert!(in_callback.contains(" parked "), "{said}");
    let in_c = line(&said, "in `wait_around`");
    assert!(in_c.contains(" runs on LWP "), "{said}");

    are_in_order(
        &stack_of(parked),
        &[
            "suspend",
            "debugged::wait_there",
            "debugged::main::{closure",
        ],
    );
    // Through the callback, C and the import to where the goroutine began.
    are_in_order(
        &stack_of(in_callback),
        &[
            "debugged::wait_there",
            "run_closure",
            "with_small_frame",
            "asmcgocall",
            "debugged::main::{closure",
        ],
    );
    are_in_order(
        &stack_of(in_c),
        &["wait_around", "asmcgocall", "debugged::main::{closure"],
    );
}
