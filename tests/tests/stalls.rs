//! Who makes others of its thread wait is named on stderr: which goroutine, which C function, and what to do.

use std::process::Command;

/// Where the scenario has this text.
fn place_of(text: &str) -> String {
    let lines = include_str!("../src/bin/stalls.rs").lines();
    let line = lines.into_iter().position(|line| line.contains(text));
    format!(
        "spawned at tests/src/bin/stalls.rs:{}:",
        line.expect("it is there") + 1
    )
}

// Keeps: stalls-named
#[test]
fn who_makes_others_wait_is_named_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_stalls"))
        .env("CGOCALL_PROCS", "1")
        .output()
        .expect("the scenario starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let of = |name: &str| format!("(`{name}`, {}", place_of(&format!("mate({name:?}")));
    let run = place_of("go(run)");
    let told: [&[&str]; 6] = [
        &[&of("blocks"), "has not given its thread back for a second"],
        &[&of("blocks, too"), "has not given its thread back"],
        &[
            "`wait_for`, called by goroutine",
            &of("in C"),
            "`#[cgo(blocking)]`",
        ],
        &[
            &run,
            "to go on in C, in `call_back`",
            &of("has C"),
            "`#[cgo(parks)]`",
        ],
        &[
            &run,
            "to call `on_thread_stack`",
            &of("has the stack"),
            "a callback of `call_back_reentrant`",
        ],
        &[&run, "has not given its thread back"],
    ];
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), told.len(), "{said}");
    for (line, told) in lines.iter().zip(told) {
        for part in told {
            assert!(line.contains(part), "no {part} in {line}");
        }
    }
}
