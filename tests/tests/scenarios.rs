//! The scenarios of `src/bin`, each a program of its own, with 1, 2 and 16 Ps.

use cgocall_tests::{forbid, is_sanitized, run_at_once, run_with_procs};
use std::os::unix::process::CommandExt;
use std::process::Command;

fn run(scenario: &str) {
    run_with_procs(scenario, |_, _| ());
}

// Keeps: callbacks-nested
#[test]
fn nesting_100_deep_leaves_every_c_frame_intact() {
    run(env!("CARGO_BIN_EXE_nest"));
}

// Keeps: callbacks-hold-no-thread
#[test]
fn a_hundred_thousand_callbacks_of_a_parks_import_park_on_procs_plus_two_threads() {
    run_with_procs(env!("CARGO_BIN_EXE_parks"), |_, command| {
        command.env("GOROUTINES", so_many("100000"));
    });
}

/// Under a sanitizer, which has a frame of its own for each: not as many as there is memory for.
fn so_many(goroutines: &str) -> &str {
    if is_sanitized() { "2000" } else { goroutines }
}

#[test]
fn a_million_goroutines_park_in_4_5_kib_each_and_a_second_million_on_the_same_stacks() {
    run_with_procs(env!("CARGO_BIN_EXE_million"), |procs, command| {
        // Once is enough, and where frames are large a part of it.
        let all = procs == 2 && !cfg!(debug_assertions);
        command.env("GOROUTINES", if all { "1000000" } else { "100000" });
    });
}

#[test]
fn without_guard_install_there_are_as_many_stacks_as_there_are_mappings_for() {
    run_with_procs(env!("CARGO_BIN_EXE_million"), |_, command| {
        command
            .env("GOROUTINES", "30000")
            .env("CGOCALL_GUARD_INSTALL", "off");
    });
    run_with_procs(env!("CARGO_BIN_EXE_parks"), |_, command| {
        command
            .env("GOROUTINES", so_many("15000"))
            .env("CGOCALL_GUARD_INSTALL", "off");
    });
    run_with_procs(env!("CARGO_BIN_EXE_nest"), |_, command| {
        command.env("CGOCALL_GUARD_INSTALL", "off");
    });
}

/// By kernels before 6.15, and by sandboxes.
#[test]
fn where_process_madvise_is_forbidden_stacks_get_guards_and_memory_one_by_one() {
    run_with_procs(env!("CARGO_BIN_EXE_million"), |_, command| {
        command.env("GOROUTINES", "100000");
        // SAFETY: between fork and exec it makes system calls, and nothing else.
        unsafe { command.pre_exec(|| forbid(libc::SYS_process_madvise)) };
    });
}

/// As `ulimit` does.
fn limit(command: &mut Command, what: libc::__rlimit_resource_t, bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    // SAFETY: between fork and exec it makes a system call, and nothing else.
    unsafe {
        command.pre_exec(move || match libc::setrlimit(what, &raw const limit) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        });
    }
}

#[test]
fn without_address_space_for_more_stacks_who_asks_is_told_and_all_others_go_on() {
    run_with_procs(env!("CARGO_BIN_EXE_no_room"), |_, command| {
        limit(
            command.env("EXPECTED", "ulimit -v"),
            libc::RLIMIT_AS,
            2 << 30,
        );
    });
}

/// Stands for `vm.overcommit_memory=2`, which is the whole machine's: both count what could be written to.
#[test]
fn without_memory_for_more_stacks_who_asks_is_told_and_all_others_go_on() {
    run_with_procs(env!("CARGO_BIN_EXE_no_room"), |_, command| {
        let command = command.env("EXPECTED", "vm.overcommit_memory");
        limit(command, libc::RLIMIT_DATA, 512 << 20);
    });
}

#[test]
fn without_mappings_for_more_stacks_who_asks_is_told_and_all_others_go_on() {
    run_with_procs(env!("CARGO_BIN_EXE_no_room"), |_, command| {
        command
            .env("EXPECTED", "vm.max_map_count")
            .env("CGOCALL_GUARD_INSTALL", "off");
    });
}

#[test]
fn goroutines_come_and_go_without_a_system_call() {
    let output = Command::new(env!("CARGO_BIN_EXE_no_syscalls"))
        // All of them on one thread.
        .env("CGOCALL_PROCS", "1")
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

// Keeps: callbacks-below-large-frames
#[test]
fn c_has_6_mib_of_stack_where_its_goroutine_has_64_kib() {
    run(env!("CARGO_BIN_EXE_deep"));
}

#[test]
fn stacks_that_nobody_needs_give_their_memory_back() {
    run_with_procs(env!("CARGO_BIN_EXE_trimmed"), |_, command| {
        command.env("CGOCALL_IDLE", "50ms");
    });
}

// Keeps: callbacks-park, callbacks-mates-wait, callbacks-spawn
#[test]
fn without_parks_mates_feed_the_parked_callback_and_their_c_calls_wait() {
    run(env!("CARGO_BIN_EXE_strict"));
}

#[test]
fn who_is_busy_in_small_steps_starves_nobody() {
    run(env!("CARGO_BIN_EXE_starved"));
}

#[test]
fn a_blocking_call_stops_nobody() {
    run(env!("CARGO_BIN_EXE_blocking"));
}

// Keeps: nothing-is-lost
#[test]
fn no_wake_up_is_lost() {
    run(env!("CARGO_BIN_EXE_wake_ups"));
}

#[test]
fn timers_locks_and_sockets_leave_the_thread_to_others() {
    run(env!("CARGO_BIN_EXE_waiting"));
}

#[test]
fn a_lock_held_across_an_undeclared_call_is_passed_on() {
    run(env!("CARGO_BIN_EXE_mutex"));
}

// Keeps: same-thread, thread-state
#[test]
fn what_c_keeps_for_its_thread_is_there_in_the_next_call() {
    run(env!("CARGO_BIN_EXE_library_state"));
}

// Keeps: callbacks-mates-wait
#[test]
fn a_callback_parks_inside_a_recursive_mutex_and_nobody_else_gets_in() {
    run(env!("CARGO_BIN_EXE_recursive"));
}

// Keeps: blocking-nested
#[test]
fn nested_blocking_calls_need_no_more_threads_than_one_beside_the_procs() {
    run_with_procs(env!("CARGO_BIN_EXE_nested_blocking"), |procs, command| {
        command.env("CGOCALL_MAX_THREADS", (procs + 1).to_string());
    });
}

// Keeps: unstarted-start, rust-loops
#[test]
fn while_an_undeclared_call_blocks_others_run() {
    run(env!("CARGO_BIN_EXE_undeclared_sleep"));
}

// Keeps: mates-tick
#[test]
fn while_a_blocking_call_blocks_its_mates_run() {
    run(env!("CARGO_BIN_EXE_blocking_mates"));
}

// Keeps: c-threads-catch, c-threads-come-and-go
#[test]
fn nothing_stays_of_c_threads_that_called_in() {
    run_with_procs(env!("CARGO_BIN_EXE_cthreads"), |_, command| {
        command.env("CGOCALL_IDLE", "200ms");
    });
}

#[test]
fn an_idle_runtime_wakes_nobody() {
    run_at_once(env!("CARGO_BIN_EXE_idle"), |_, command| {
        command.env("CGOCALL_IDLE", "200ms");
    });
}

// Keeps: exec
#[test]
fn programs_are_started_while_threads_come_and_go() {
    run_with_procs(env!("CARGO_BIN_EXE_fork_exec"), |_, command| {
        command.env("CGOCALL_IDLE", "1ms");
    });
}

// Keeps: nothing-is-lost
#[test]
fn sixty_four_goroutines_are_called_back_from_their_sleep_in_c() {
    run(env!("CARGO_BIN_EXE_sixteen"));
}

/// `.ci/soak` goes on for ten minutes.
// Keeps: nothing-is-lost
#[test]
fn everything_at_once_is_counted_exactly() {
    run(env!("CARGO_BIN_EXE_soak"));
}

#[test]
fn everything_at_once_is_counted_exactly_where_goroutines_migrate() {
    run_with_procs(env!("CARGO_BIN_EXE_soak"), |_, command| {
        command.arg("migrate");
    });
}

#[test]
fn a_thread_local_on_both_sides_of_a_park_is_another_one_where_goroutines_migrate() {
    run(env!("CARGO_BIN_EXE_migrate_contract"));
}

// Keeps: locks-nest, mates-migrate
#[test]
fn who_migrates_is_kept_waiting_by_nobody_and_who_must_stay_stays() {
    run_with_procs(env!("CARGO_BIN_EXE_migrate"), |_, command| {
        command.env("CGOCALL_IDLE", "20ms");
    });
}

#[test]
fn who_is_cancelled_unwinds_at_a_park_point_and_not_into_c() {
    run(env!("CARGO_BIN_EXE_cancel"));
    run_with_procs(env!("CARGO_BIN_EXE_cancel"), |_, command| {
        command.arg("migrate");
    });
}

// Keeps: blocking-bounded, threads-end
#[test]
fn helpers_are_bounded_and_end() {
    run_with_procs(env!("CARGO_BIN_EXE_bounded"), |procs, command| {
        command
            .env("CGOCALL_MAX_THREADS", (procs + 10).to_string())
            .env("CGOCALL_IDLE", "20ms");
    });
}

// Keeps: blocking-bounded, threads-end
#[test]
fn ten_thousand_blocking_calls_are_done_on_64_threads() {
    run_with_procs(env!("CARGO_BIN_EXE_line"), |_, command| {
        command
            .env("CGOCALL_MAX_THREADS", "64")
            .env("CGOCALL_IDLE", "20ms");
    });
}

// Keeps: blocking-meet
#[test]
fn calls_that_wait_for_each_other_have_a_thread_each() {
    run_with_procs(env!("CARGO_BIN_EXE_meeting"), |_, command| {
        command.env("CGOCALL_IDLE", "20ms");
    });
}

// Keeps: blocking-in-order
#[test]
fn one_helper_is_enough() {
    run_with_procs(env!("CARGO_BIN_EXE_one_helper"), |procs, command| {
        command
            .env("CGOCALL_MAX_THREADS", (procs + 1).to_string())
            .env("CGOCALL_IDLE", "3600s");
    });
}

// Keeps: no-threads
#[test]
fn without_threads_blocking_calls_run_in_place_until_there_are_some_again() {
    let outputs = run_with_procs(env!("CARGO_BIN_EXE_no_threads"), |_, command| {
        command.env("CGOCALL_IDLE", "20ms");
    });
    for said in outputs {
        assert!(said.contains("no thread could be created"), "{said}");
        assert_eq!(said.matches("there is no thread for").count(), 1, "{said}");
    }
}

// Keeps: no-threads
#[test]
fn an_outage_of_threads_ends() {
    run(env!("CARGO_BIN_EXE_outage"));
}

// Keeps: fork
#[test]
fn a_forked_child_waits_for_nobody() {
    run(env!("CARGO_BIN_EXE_fork"));
}

#[test]
fn native_stack_finds_itself_on_its_threads_stack() {
    run(env!("CARGO_BIN_EXE_native_stack"));
}

// Keeps: own-thread
#[test]
fn a_thread_of_its_own_is_nobody_elses_and_ends_with_its_goroutine() {
    run(env!("CARGO_BIN_EXE_own_thread"));
}

// Keeps: no-threads
#[test]
fn without_threads_a_goroutine_that_wants_its_own_runs_on_another() {
    run(env!("CARGO_BIN_EXE_no_own_thread"));
}

#[test]
fn what_is_parked_on_the_main_thread_stays_as_it_is_when_run_returns() {
    run(env!("CARGO_BIN_EXE_left_behind"));
}

#[test]
fn where_membarrier_is_forbidden_later_fences_take_its_place() {
    run(env!("CARGO_BIN_EXE_no_membarrier"));
}
