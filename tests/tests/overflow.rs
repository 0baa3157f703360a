//! A stack that overflows says whose it was and how to have a larger one, and the process dies of the signal; whoever
//! handles other faults gets them as if the runtime were not there. Scenarios of `src/bin/overflow.rs`.

use std::ffi::c_int;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Output};

struct Outcome {
    output: Output,
    said: String,
}

impl Outcome {
    /// It died of SIGSEGV.
    #[track_caller]
    fn died(&self) -> &Outcome {
        let signal = self.output.status.signal();
        assert_eq!(signal, Some(libc::SIGSEGV), "{}", self.said);
        self
    }

    #[track_caller]
    fn is_done(&self) -> &Outcome {
        assert!(self.output.status.success(), "{}", self.said);
        assert_eq!(self.output.stdout, b"done\n");
        self
    }

    /// What it said, line by line: all these parts, in order, and nothing else.
    #[track_caller]
    fn said(&self, told: &[&[&str]]) {
        let lines: Vec<_> = self.said.lines().collect();
        assert_eq!(lines.len(), told.len(), "{}", self.said);
        for (line, told) in lines.iter().zip(told) {
            let mut rest = *line;
            for part in *told {
                let Some((_, after)) = rest.split_once(part) else {
                    panic!("no {part} here, or in another place: {line}");
                };
                rest = after;
            }
        }
    }
}

fn run(args: &[&str], change: impl FnOnce(&mut Command)) -> Outcome {
    let mut command = Command::new(env!("CARGO_BIN_EXE_overflow"));
    command
        .args(args)
        .env("CGOCALL_PROCS", "2")
        .env("CGOCALL_SYSTEM_STACK_SIZE", "512K");
    limit(&mut command, libc::RLIMIT_CORE, 0);
    limit(&mut command, libc::RLIMIT_STACK, 1 << 20);
    change(&mut command);
    let output = command.output().expect("the scenario starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Outcome { output, said }
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

/// With both kinds of guards: dies, and says this in one line.
#[track_caller]
fn overflows(scenario: &str, told: &[&str]) {
    for guard_install in ["on", "off"] {
        let outcome = run(&[scenario], |command| {
            command.env("CGOCALL_GUARD_INSTALL", guard_install);
        });
        let mut told = told.to_vec();
        told.insert(0, "cgocall: ");
        outcome.died().said(&[&told]);
    }
}

/// Where a file has this text.
fn place(file: &str, text: &str) -> String {
    let source = match file {
        "overflows.rs" => include_str!("../src/overflows.rs"),
        "ffi.rs" => include_str!("../src/ffi.rs"),
        _ => include_str!("../src/bin/overflow.rs"),
    };
    let line = source.lines().position(|line| line.contains(text));
    let line = line.expect("it is there") + 1;
    format!("tests/src/{file}:{line}:")
}

fn spawned_at(text: &str) -> String {
    format!("spawned at {}", place("bin/overflow.rs", text))
}

/// The function, and where its block is.
fn imported(name: &str, file: &str) -> String {
    format!(
        "`{name}` (imported at {}",
        place(file, "#[cgo_import(include")
    )
}

const NEEDS: &str = ". It recurses without end, or needs a larger one: ";
const FOR_C: &str = "`Builder::system_stack_size` or CGOCALL_SYSTEM_STACK_SIZE=1M";
const FOR_THREADS: &str = "who makes the thread says it, with `pthread_attr_setstacksize` or \
                           `std::thread::Builder::stack_size`";

#[test]
fn rust_on_a_goroutine() {
    let at = spawned_at("small(\"deep\", || deep(1)).join()");
    overflows(
        "in_rust",
        &[
            "goroutine ",
            " (`deep`, ",
            &at,
            ") has overflowed its stack of 64 KiB",
            NEEDS,
            "`GoBuilder::stack_size` says it for one goroutine",
        ],
    );
    // The handler of a signal finds no room first.
    let at = spawned_at("deep_in_signals(1)).join()");
    let told = &[
        " (`deep`, ",
        &at,
        ") has overflowed its stack of 64 KiB",
        NEEDS,
    ];
    overflows("in_rust_by_a_signal", told);
    let at = spawned_at("go(|| deep(1)).join()");
    let (size, more) = if cfg!(debug_assertions) {
        ("960 KiB", "1920K")
    } else {
        ("192 KiB", "384K")
    };
    let variable = format!("`Builder::stack_size` or CGOCALL_STACK_SIZE={more} for all");
    let told = ["goroutine ", " (", &at, ") has", size, NEEDS, &variable];
    overflows("in_rust_on_the_usual_stack", &told);
    let at = spawned_at("\"in_main\" =>");
    overflows("in_main", &["goroutine ", " (", &at, ") has", size, NEEDS]);
}

#[test]
fn rust_in_a_callback() {
    let at = spawned_at("small(\"called back\"");
    overflows(
        "in_a_callback",
        &[
            "goroutine ",
            " (`called back`, ",
            &at,
            ") has overflowed its stack of 64 KiB, in a callback of ",
            &imported("call_back", "ffi.rs"),
            NEEDS,
            "`GoBuilder::stack_size`",
        ],
    );
    overflows(
        "in_a_callback_on_a_helper",
        &[
            "the export `run_closure`, a callback of ",
            &imported("call_back", "ffi.rs"),
            ", called by goroutine ",
            " (`asks`, ",
            &spawned_at("small(\"asks\", || call_back_blocking(1, deep))"),
            "), has overflowed the stack of 512 KiB that C runs on",
            NEEDS,
            FOR_C,
        ],
    );
}

// Keeps: overflows
#[test]
fn c_that_a_goroutine_has_called() {
    let descend = imported("descend", "overflows.rs");
    let on_512_kib = "), has overflowed the stack of 512 KiB that C runs on";
    let by = |scenario: &str, name: &str, at: &str| {
        overflows(
            scenario,
            &[
                &descend,
                ", called by goroutine ",
                name,
                &spawned_at(at),
                on_512_kib,
                NEEDS,
                FOR_C,
            ],
        );
    };
    by("in_c", "(`calls`, ", "small(\"calls\"");
    by(
        "in_c_beside_a_parked_callback",
        "(",
        "go(beside_a_parked_callback)",
    );
    by("on_a_helper", "(`asks`, ", "small(\"asks\", || descend_b");
    // On the goroutine's own stack.
    overflows(
        "in_c_without_an_import",
        &[
            "goroutine ",
            " (`bare`, ",
            &spawned_at("small(\"bare\""),
            ") has overflowed its stack of 64 KiB",
            NEEDS,
        ],
    );
}

#[test]
fn c_on_a_thread_of_the_programs() {
    let descend = imported("descend", "overflows.rs");
    let by = ", called by goroutine ";
    overflows(
        "in_c_of_main",
        &[
            &descend,
            by,
            "), has overflowed the main thread's stack of 1 MiB",
            NEEDS,
            "`ulimit -s` says it",
        ],
    );
    overflows(
        "in_c_of_a_thread_that_runs",
        &[
            &descend,
            by,
            "), has overflowed the stack of at least ",
            " KiB of thread `runs` (",
            NEEDS,
            FOR_THREADS,
        ],
    );
}

#[test]
fn a_thread_of_cs() {
    let stack = ") has overflowed that thread's stack of at least 2";
    let on = " on thread `c-worker` (";
    let export = "the export `run_closure`";
    let descend = imported("descend", "overflows.rs");
    for (scenario, told) in [
        ("on_a_c_thread", export),
        ("in_c_on_a_c_thread", &descend),
        ("in_c_without_an_import_on_a_c_thread", export),
        ("on_a_c_thread_with_an_alternate_stack", export),
        ("on_a_c_thread_with_a_marked_guard", export),
    ] {
        overflows(scenario, &[told, on, stack, " KiB", NEEDS, FOR_THREADS]);
    }
}

#[test]
fn a_signal_handler_on_a_schedulers_stack() {
    overflows(
        "on_a_scheduler",
        &[
            "a scheduler has overflowed its stack of 192 KiB",
            "without SA_ONSTACK",
        ],
    );
}

/// Or the first ends the process before the other has said it.
#[test]
fn two_at_once_are_told_in_whole_lines() {
    for _ in 0..20 {
        let outcome = run(&["two_at_once"], |_| ());
        outcome.died();
        let lines: Vec<_> = outcome.said.lines().collect();
        assert!((1..=2).contains(&lines.len()), "{}", outcome.said);
        for line in lines {
            assert!(line.starts_with("cgocall: goroutine "), "{line}");
            assert!(line.ends_with(" for all"), "{line}");
        }
    }
}

/// The crash handler that was there before is told too.
#[test]
fn after_the_report_it_is_handled_as_before() {
    let handled: &[&str] = &["handled: signal 11, code ", "; on an alternate one"];
    for scenario in ["in_rust", "in_c", "in_c_of_main", "on_a_c_thread"] {
        let told: &[&str] = &["cgocall: ", " has overflowed ", NEEDS];
        run(&[scenario, "c"], |_| ()).died().said(&[told, handled]);
        run(&[scenario, "once"], |_| ())
            .died()
            .said(&[told, handled]);
        let simply: &[&str] = &["handled simply"];
        run(&[scenario, "simply"], |_| ())
            .died()
            .said(&[told, simply]);
        run(&[scenario, "nobody"], |_| ()).died().said(&[told]);
        run(&[scenario, "ignored"], |_| ()).died().said(&[told]);
    }
    let on_its_own: &[&str] = &["handled: ", "; on its own"];
    let told: &[&str] = &["cgocall: the export `run_closure` on thread `c-worker`"];
    run(&["on_a_c_thread_with_an_alternate_stack", "c"], |_| ())
        .died()
        .said(&[told, on_its_own]);
    // Who comes after the runtime comes first, and need not call it.
    run(&["after"], |_| ()).died().said(&[handled]);
}

/// Dies of the signal, and says this in one line.
#[track_caller]
fn c_faults(scenario: &str, signal: c_int, told: &[&str]) {
    for handler in [&[][..], &["nobody"], &["ignored"]] {
        let outcome = run(&[&[scenario], handler].concat(), |_| ());
        assert_eq!(outcome.output.status.signal(), Some(signal));
        let mut told = told.to_vec();
        told.push(". A debugger shows the place in C; ");
        outcome.said(&[&told]);
    }
    // Who may mend it is not told of it.
    let outcome = run(&[scenario, "simply"], |_| ());
    let simply: &[&str] = &["handled simply"];
    match signal {
        libc::SIGSEGV => outcome.said(&[simply]),
        _ => assert_eq!(outcome.output.status.signal(), Some(signal)),
    }
}

// Keeps: faults
#[test]
fn a_fault_in_c_names_the_function() {
    let poke = format!("cgocall: SIGSEGV in {}", imported("poke", "overflows.rs"));
    let at = "at address 0x8, where there is nothing";
    let by_a_goroutine: &[&str] = &[&poke, "), called by goroutine ", " (`pokes`, ", at];
    for scenario in [
        "null_in_c",
        "null_in_c_on_a_helper",
        "null_in_c_on_the_native_stack",
        "null_in_c_below_a_callback",
    ] {
        c_faults(scenario, libc::SIGSEGV, by_a_goroutine);
    }
    let by_main: &[&str] = &[&poke, "), called by goroutine ", at];
    c_faults("null_in_c_of_main", libc::SIGSEGV, by_main);
    let by_a_thread: &[&str] = &[&poke, "), on thread `c-worker` (", at];
    c_faults("null_in_c_on_a_c_thread", libc::SIGSEGV, by_a_thread);

    let at = "at an address that is not known";
    c_faults("no_address_in_c", libc::SIGSEGV, &[&poke, at]);
    let at = ", which is not to be used so";
    c_faults("constant_in_c", libc::SIGSEGV, &[&poke, at]);
    let poke = format!("cgocall: SIGBUS in {}", imported("poke", "overflows.rs"));
    let at = ", beyond the end of what is mapped there";
    c_faults("file_in_c", libc::SIGBUS, &[&poke, at]);
}

#[test]
fn a_fault_in_rust_is_not_cs() {
    is_none_of_the_runtimes("null_in_c_after_c");
    is_none_of_the_runtimes("null_in_a_callback");
}

/// A fault of the scenario's goes to C's handler as it came; without one it ends the process as ever.
#[track_caller]
fn is_none_of_the_runtimes(scenario: &str) {
    let writes: &[&str] = &["writes to "];
    for handler in [&[][..], &["nobody"], &["ignored"]] {
        let args = [&[scenario], handler].concat();
        run(&args, |_| ()).died().said(&[writes]);
    }
    for guard_install in ["on", "off"] {
        let outcome = run(&[scenario, "c"], |command| {
            command.env("CGOCALL_GUARD_INSTALL", guard_install);
        });
        let address = outcome.said.split_whitespace().nth(2).expect("it writes");
        let at = format!(", address {address}, ");
        // Its own signal and those of its mask are blocked, and no others.
        let told: &[&str] = &[
            "handled: signal 11, code ",
            &at,
            "; on an alternate one; blocked 1 1 0",
        ];
        outcome.died().said(&[writes, told]);
    }
    let once: &[&str] = &["handled: ", "; on an alternate one; blocked 0 1 0"];
    run(&[scenario, "once"], |_| ())
        .died()
        .said(&[writes, once]);
    let simply: &[&str] = &["handled simply"];
    let outcome = run(&[scenario, "simply"], |_| ());
    outcome.died().said(&[writes, simply]);
}

// Keeps: faults
#[test]
fn a_null_pointer_is_none_of_the_runtimes() {
    is_none_of_the_runtimes("null");
}

// Keeps: faults
#[test]
fn a_null_pointer_of_a_c_thread_is_none_of_the_runtimes() {
    is_none_of_the_runtimes("null_on_a_c_thread");
}

#[test]
fn a_wild_pointer_into_the_guard_of_the_stack_above_is_none_of_the_runtimes() {
    is_none_of_the_runtimes("anothers_guard");
}

#[test]
fn a_wild_pointer_into_the_own_guard_from_further_up_is_no_overflow() {
    is_none_of_the_runtimes("own_guard");
    let poke = imported("poke", "overflows.rs");
    let told: &[&str] = &["cgocall: SIGSEGV in ", &poke, ", at address "];
    for guard_install in ["on", "off"] {
        let outcome = run(&["own_guard_from_c"], |command| {
            command.env("CGOCALL_GUARD_INSTALL", guard_install);
        });
        outcome.died().said(&[&["writes to "], told]);
    }
}

/// Its code is that of a fault where nothing is mapped.
#[test]
fn an_access_to_a_stack_that_is_misaligned_is_no_overflow() {
    let outcome = run(&["misaligned", "nobody"], |_| ());
    assert_eq!(outcome.output.status.signal(), Some(libc::SIGBUS));
    outcome.said(&[]);
}

// Keeps: handlers-stay
#[test]
fn what_was_sent_arrives_as_it_was_sent() {
    run(&["sent", "nobody"], |_| ()).died().said(&[]);
    run(&["sent", "ignored"], |_| ()).is_done().said(&[]);
    let told: &[&str] =
        &["handled: signal 11, code -1, address 0, value 5; on an alternate one; blocked 1 1 0"];
    run(&["sent", "c"], |_| ()).is_done().said(&[told]);
}

// Keeps: masks-and-stacks
#[test]
fn c_keeps_its_alternate_stacks() {
    run(&["alternate_stacks"], |_| ()).is_done().said(&[]);
}
