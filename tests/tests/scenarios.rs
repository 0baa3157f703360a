//! The scenarios of `src/bin`, each a program of its own, with 1, 2 and 16 Ps.

use cgocall_tests::run_with_procs;

fn run(scenario: &str) {
    run_with_procs(scenario, &[]);
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
fn timers_locks_and_sockets_leave_the_thread_to_others() {
    run(env!("CARGO_BIN_EXE_waiting"));
}
