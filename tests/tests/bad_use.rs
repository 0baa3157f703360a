//! Bad use ends with a sentence, never with a hang: the scenarios of `src/bin/bad_use.rs`, each in a process of its own.

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// What a process left behind.
struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Outcome {
    #[track_caller]
    fn is_done(&self) {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        assert_eq!(self.stdout, "done\n");
    }

    /// The process said this on stderr, and nothing else.
    #[track_caller]
    fn said(&self, code: i32, stderr: &str) {
        assert_eq!(self.stderr, stderr);
        assert_eq!(self.code, Some(code));
    }
}

/// Runs it to its end, which must come.
#[track_caller]
fn finish(command: &mut Command) -> Outcome {
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let child = child.expect("the scenario starts");
    let id = child.id() as libc::pid_t;
    let (tx, rx) = mpsc::channel();
    let waiter = std::thread::spawn(move || tx.send(child.wait_with_output()));
    let in_time = rx.recv_timeout(Duration::from_secs(120));
    if in_time.is_err() {
        // SAFETY: nobody has waited for the child yet, so its id is its own.
        unsafe { libc::kill(id, libc::SIGKILL) };
    }
    let _ = waiter.join();
    let output = in_time.expect("it hangs").expect("it can be waited for");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn scenario(name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bad_use"));
    command.arg(name).env("RUST_BACKTRACE", "0");
    command
}

/// With 1, 2 and 16 Ps.
#[track_caller]
fn each_procs(name: &str, check: impl Fn(Outcome)) {
    for procs in ["1", "2", "16"] {
        check(finish(scenario(name).env("CGOCALL_PROCS", procs)));
    }
}

#[test]
fn go_outside_any_runtime_starts_it() {
    each_procs("go_starts_the_runtime", |outcome| outcome.is_done());
    each_procs("go_in_a_callback", |outcome| outcome.is_done());
}

#[test]
fn main_called_by_a_goroutine_runs_in_place() {
    each_procs("main_again", |outcome| outcome.is_done());
}

#[test]
fn there_is_one_runtime() {
    let outcome = finish(&mut scenario("start_twice"));
    outcome.is_done();
    outcome.said(
        0,
        "the runtime runs already: there is one per program, and the first `Builder::start`, `Builder::run`, \
         `#[cgocall::main]` or `go` starts it; configure it before that\n",
    );
    finish(&mut scenario("start_after_go")).is_done();
    for _ in 0..20 {
        finish(&mut scenario("start_everywhere_at_once")).is_done();
    }
}

#[test]
fn a_builder_is_obeyed() {
    finish(&mut scenario("settings")).is_done();
}

#[test]
fn a_bad_variable_is_one_clear_error_wherever_the_runtime_starts() {
    let bad = |name| {
        finish(
            scenario(name)
                .env("CGOCALL_PROCS", "two")
                .env("CGOCALL_IDLE", "1"),
        )
    };
    let told = "the runtime cannot start:\n  \
                CGOCALL_PROCS is `two`: it must be a number from 1 to 4096\n  \
                CGOCALL_IDLE is `1`: it must be a time with its unit, as in `500ms` or `10s`, from 1ms to 24h\n";
    for name in ["go_starts_the_runtime", "go_in_a_callback", "main_again"] {
        bad(name).said(101, &format!("cgocall: {told}"));
    }
    // As an error, which `main` returns.
    bad("start").said(1, &format!("Error: {told}"));
}

#[test]
fn a_bad_variable_is_told_in_a_test_too() {
    let outcome = finish(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_test_on_a_goroutine"])
            .env("CGOCALL_PROCS", "0"),
    );
    outcome.said(
        101,
        "cgocall: the runtime cannot start: CGOCALL_PROCS is `0`: it must be a number from 1 to 4096\n",
    );
}

#[cgocall::test]
fn a_test_on_a_goroutine() {
    assert_eq!(cgocall::go(|| 1).join().unwrap(), 1);
}

#[test]
fn a_misspelt_variable_is_a_warning() {
    let outcome = finish(scenario("go_starts_the_runtime").env("CGOCALL_PROC", "1"));
    outcome.is_done();
    outcome.said(
        0,
        "cgocall: warning: there is no variable CGOCALL_PROC, so it does nothing: did you mean CGOCALL_PROCS?\n",
    );
}

// Keeps: no-threads
#[test]
fn no_threads_is_an_error_of_the_start() {
    let outcome = finish(
        Command::new("sh")
            .args(["-c", "ulimit -v 500000; exec \"$0\" start_without_threads"])
            .arg(env!("CARGO_BIN_EXE_bad_use")),
    );
    assert_eq!(outcome.code, Some(1));
    let start = "Error: the runtime cannot start: the system gives it no thread (";
    assert!(outcome.stderr.starts_with(start), "{}", outcome.stderr);
}

#[test]
fn an_absurd_stack_size_is_refused_where_it_is_said() {
    let outcome = finish(&mut scenario("absurd_stack"));
    outcome.is_done();
    for bytes in [0, 1 << 10, usize::MAX] {
        let told = format!(
            "`GoBuilder::stack_size` was given {bytes} bytes: it must be from 32 KiB to 1 GiB\n"
        );
        assert!(outcome.stderr.contains(&told), "{}", outcome.stderr);
    }
    assert!(outcome.stderr.contains("bad_use.rs"), "{}", outcome.stderr);
}

#[test]
fn the_smallest_stack_has_room_for_a_panic() {
    for backtrace in ["0", "1", "full"] {
        let outcome = finish(scenario("smallest_stack").env("RUST_BACKTRACE", backtrace));
        outcome.is_done();
        assert!(outcome.stderr.contains("0 to say"), "{}", outcome.stderr);
    }
}

#[test]
fn a_panic_that_nobody_joins_is_printed_and_the_program_goes_on() {
    each_procs("nobody_joins", |outcome| {
        outcome.is_done();
        for told in ["nobody joins this one", "nobody wants this result"] {
            assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
        }
    });
}

#[test]
fn goroutines_in_c_do_not_keep_the_program_from_ending() {
    each_procs("end_with_goroutines_in_c", |outcome| {
        outcome.is_done();
        // At least 46, and those who have started behind a parked callback.
        let told = "cgocall: main has ended, and ";
        let (said, is_one) = (&outcome.stderr, outcome.stderr.lines().count() == 1);
        assert!(said.starts_with(told) && is_one, "{said}");
    });
    each_procs("panic_with_goroutines_in_c", |outcome| {
        assert_eq!(outcome.code, Some(101), "{}", outcome.stderr);
        assert!(
            outcome.stderr.contains("main gives up"),
            "{}",
            outcome.stderr
        );
    });
    each_procs("exit_in_a_callback", |outcome| outcome.said(3, ""));
}

#[test]
fn who_could_never_have_the_native_stack_is_told_so() {
    let outcome = finish(scenario("two_wait_for_the_native_stack").env("CGOCALL_PROCS", "1"));
    assert_eq!(outcome.code, None, "it aborts");
    let told =
        "a callback of `exclusive` calls `runs_on_thread_stack`, which is declared `native_stack`";
    assert!(outcome.stderr.contains(told), "{}", outcome.stderr);
}
