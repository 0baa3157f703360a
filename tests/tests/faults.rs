//! The system refuses: whoever needed it is told, and all else goes on.

use cgocall_tests::run_with_procs;
use std::process::Command;

/// Each of the first calls of `function` that fail, one at a time and all from there on.
fn fails(function: &str, calls: &[u32]) {
    let mut failed = 0;
    for procs in ["1", "2", "16"] {
        for nth in calls {
            for all in [false, true] {
                let output = Command::new(env!("CARGO_BIN_EXE_faults"))
                    .args([function, &nth.to_string()])
                    .args(all.then_some("all"))
                    .env("CGOCALL_PROCS", procs)
                    .output()
                    .expect("the program starts");
                let printed = String::from_utf8_lossy(&output.stdout);
                let said = String::from_utf8_lossy(&output.stderr);
                // Where there was room and a thread a moment ago, nobody is there to be told but who runs the program.
                let gave_up = said
                    .lines()
                    .any(|line| line.starts_with("cgocall: the runtime cannot start"));
                assert_eq!(
                    output.status.code(),
                    Some(if gave_up { 101 } else { 0 }),
                    "call {nth} of {function}, all: {all}, {procs} procs:\n{printed}\n{said}"
                );
                failed += usize::from(gave_up || !printed.starts_with("0 failed"));
            }
        }
    }
    assert_ne!(failed, 0, "`{function}` is not called so often");
}

macro_rules! may_fail {
    ($($test:ident: $function:literal of $calls:expr;)*) => {$(
        #[test]
        fn $test() {
            fails($function, &$calls);
        }
    )*};
}

may_fail! {
    address_space_that_cannot_be_reserved: "mmap" of [1, 2, 3, 4, 5, 6, 8, 12, 20];
    advice_that_is_refused: "madvise" of [1, 2, 3, 4, 5, 8, 20, 50];
    memory_that_cannot_be_made_usable: "mprotect" of [1, 2, 3, 4, 5, 6, 8, 12, 20];
    alternate_stacks_that_cannot_be_set: "sigaltstack" of [1, 2, 3, 5, 9, 20];
    thread_specific_data_that_cannot_be_had: "pthread_key_create" of [1, 2, 3];
    threads_that_cannot_be_created: "pthread_create" of [1, 2, 4];
    a_barrier_that_is_refused: "membarrier" of [1, 2, 3, 5, 9, 30];
}

/// By a filter of `clone3` and `clone`, whoever calls them.
#[test]
fn threads_that_the_kernel_gives_no_more() {
    run_with_procs(env!("CARGO_BIN_EXE_faults"), |_, command| {
        command.args(["clone", "0"]);
    });
    for round in ["1", "200"] {
        let said = run_with_procs(env!("CARGO_BIN_EXE_faults"), |_, command| {
            command.args(["clone", round]);
        });
        for said in said {
            assert!(said.contains("no thread could be created"), "{said}");
        }
    }
}
