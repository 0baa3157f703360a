//! Work of all kinds goes on, and is counted exactly, whatever comes in between: the soak (`src/bin/soak`), disturbed.
//! `.ci/soak` goes on for longer, and `.ci/storms` has the whole suite in storms.

use cgocall::go;
use cgocall_tests::{call_back, run_with_procs, step, storms};
use std::env::{current_exe, var_os};
use std::ffi::c_int;
use std::hint::spin_loop;
use std::process::{Command, Stdio};
use std::ptr::null;
use std::thread::sleep;
use std::time::Duration;

/// For a second each, with 1, 2 and 16 Ps.
fn work(words: &[&str]) {
    run_with_procs(env!("CARGO_BIN_EXE_soak"), |_, command| {
        command.args(words).arg("1");
    });
}

// Keeps: storms
#[test]
fn signals_in_storms_are_none_of_its_business() {
    work(&["storm"]);
}

// Keeps: storms
#[test]
fn nor_are_such_that_cut_system_calls_short() {
    work(&["cut"]);
    work(&["cut", "migrate"]);
}

const CHILD: &str = "CGOCALL_TESTS_DISTURBED";

/// What the storms above are worth.
// Keeps: storms
#[test]
fn a_storm_finds_c_helpers_and_goroutines_on_their_stacks() {
    if var_os(CHILD).is_none() {
        // A process of its own: all that it does is in the storm.
        let this = "a_storm_finds_c_helpers_and_goroutines_on_their_stacks";
        run_with_procs(current_exe().unwrap(), |_, command| {
            command.args([this, "--exact"]).env(CHILD, "");
        });
        return;
    }
    step("a storm that finds everybody");
    storms::begin(true);
    let goroutine = go(|| {
        storms::storm_catch(10);
        storms::storm_catch_on_a_helper(10);
        let place = 0_u8;
        storms::storm_watch((&raw const place).cast());
        watched(10);
        call_back(0, |n| {
            watched(20);
            n
        });
        storms::storm_watch(null());
    });
    goroutine.join().unwrap();
    storms::storm_end();
}

/// Computes in Rust until so many have come.
fn watched(signals: i64) {
    while storms::storm_watched() < signals {
        (0..10_000).for_each(|_| spin_loop());
    }
}

// Keeps: stopped
#[test]
fn who_is_stopped_goes_on_when_it_is_continued() {
    for procs in ["1", "2", "16"] {
        let child = Command::new(env!("CARGO_BIN_EXE_soak"))
            .arg("1")
            .env("CGOCALL_PROCS", procs)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the soak starts");
        let id = child.id() as libc::pid_t;
        let mut stops = 0;
        while stop(id) {
            // Longer than whatever the runtime waits for before it does something about it.
            sleep(Duration::from_millis([1, 15, 120][stops % 3]));
            // SAFETY: nobody has waited for the child yet, so its id is its own.
            unsafe { libc::kill(id, libc::SIGCONT) };
            sleep(Duration::from_millis(10));
            stops += 1;
        }
        let output = child.wait_with_output().expect("it can be waited for");
        assert!(
            output.status.success(),
            "with {procs} procs, stopped {stops} times: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(stops > 5, "{stops}");
    }
}

/// Stops a child of this process, and waits until it has. False: it has ended.
fn stop(id: libc::pid_t) -> bool {
    // SAFETY: numbers and nothing else, for which zero is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let what: c_int = libc::WSTOPPED | libc::WEXITED | libc::WNOWAIT;
    // SAFETY: who has ended is still there until it is waited for, which this does not; the kernel fills in what became
    // of it.
    let stopped = unsafe {
        libc::kill(id, libc::SIGSTOP);
        libc::waitid(libc::P_PID, id as libc::id_t, &raw mut info, what)
    };
    assert_eq!(stopped, 0, "{}", std::io::Error::last_os_error());
    info.si_code == libc::CLD_STOPPED
}

// Keeps: affinity
#[test]
fn who_is_moved_from_processor_to_processor_goes_on() {
    work(&["affinity"]);
    work(&["affinity", "migrate"]);
}

// Keeps: fork
#[test]
fn children_are_forked_in_the_midst_of_it() {
    work(&["forks"]);
    work(&["forks", "migrate"]);
}

#[test]
fn where_membarrier_is_refused_nothing_is_lost() {
    for error in ["ENOSYS", "EPERM", "EINVAL"] {
        work(&[&format!("refuse=membarrier={error}")]);
        work(&[&format!("later=membarrier={error}")]);
    }
}

// Keeps: guards-refused
#[test]
fn where_guards_are_refused_stacks_get_them_otherwise() {
    for error in ["ENOSYS", "EPERM", "EINVAL"] {
        work(&[&format!("refuse=guards={error}")]);
        work(&[&format!("later=guards={error}")]);
    }
}

#[test]
fn all_of_it_at_once() {
    work(&["cut", "affinity", "forks", "later=guards=EPERM"]);
}
