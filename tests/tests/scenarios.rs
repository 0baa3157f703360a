//! The scenarios of `src/bin`, each a program of its own, with 1, 2 and 16 Ps.

use std::process::Command;

fn run(scenario: &str) {
    run_with(scenario, |_| vec![], |_| {});
}

/// With `CGOCALL_*` variables that depend on the number of Ps, and with a look at what it has said on stderr.
fn run_with(
    scenario: &str,
    variables: impl Fn(usize) -> Vec<(&'static str, String)>,
    look: impl Fn(&str),
) {
    for procs in [1, 2, 16] {
        let output = Command::new(scenario)
            .env("CGOCALL_PROCS", procs.to_string())
            .envs(variables(procs))
            .output()
            .expect("the scenario starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "with {procs} procs: {}\n{said}",
            output.status,
        );
        look(&said);
    }
}

fn max_threads(n: usize) -> (&'static str, String) {
    ("CGOCALL_MAX_THREADS", n.to_string())
}

fn idle(time: &str) -> (&'static str, String) {
    ("CGOCALL_IDLE", time.into())
}

#[test]
fn nesting_100_deep_leaves_every_c_frame_intact() {
    run(env!("CARGO_BIN_EXE_nest"));
}

#[test]
fn ten_thousand_callbacks_of_a_parks_import_park_on_procs_plus_two_threads() {
    run(env!("CARGO_BIN_EXE_parks"));
}

#[test]
fn without_parks_mates_feed_the_parked_callback_and_their_c_calls_wait() {
    run(env!("CARGO_BIN_EXE_strict"));
}

#[test]
fn a_blocking_call_stops_nobody() {
    run(env!("CARGO_BIN_EXE_blocking"));
}

#[test]
fn no_wake_up_is_lost() {
    run(env!("CARGO_BIN_EXE_stress"));
}

#[test]
fn helpers_are_bounded_and_end() {
    let variables = |procs| vec![max_threads(procs + 10), idle("20ms")];
    run_with(env!("CARGO_BIN_EXE_bounded"), variables, |_| {});
}

#[test]
fn ten_thousand_blocking_calls_are_done_on_64_threads() {
    let variables = |_| vec![max_threads(64)];
    run_with(env!("CARGO_BIN_EXE_line"), variables, |_| {});
}

#[test]
fn one_helper_is_enough() {
    let variables = |procs| vec![max_threads(procs + 1), idle("3600s")];
    run_with(env!("CARGO_BIN_EXE_one_helper"), variables, |_| {});
}

#[test]
fn without_threads_blocking_calls_run_in_place_until_there_are_some_again() {
    let look = |said: &str| {
        assert!(said.contains("no thread could be created"), "{said}");
        assert_eq!(said.matches("there is no thread for").count(), 1, "{said}");
    };
    let variables = |_| vec![idle("20ms")];
    run_with(env!("CARGO_BIN_EXE_no_threads"), variables, look);
}

#[test]
fn a_forked_child_runs_its_blocking_calls_itself() {
    run(env!("CARGO_BIN_EXE_fork"));
}
