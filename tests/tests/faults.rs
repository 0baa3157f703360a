//! The system refuses: whoever needed it is told, and all else goes on.

use std::process::Command;

/// What it has printed, or that there is no runtime: where there was room and a thread a moment ago, nobody is there to be
/// told but who runs the program.
fn survives(procs: &str, fault: &[&str]) -> Option<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_faults"))
        .args(fault)
        .env("CGOCALL_PROCS", procs)
        .output()
        .expect("the program starts");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr);
    let gave_up = said
        .lines()
        .any(|line| line.starts_with("cgocall: the runtime cannot start"));
    assert_eq!(
        output.status.code(),
        Some(if gave_up { 101 } else { 0 }),
        "{fault:?}, {procs} procs:\n{printed}\n{said}"
    );
    (!gave_up).then_some(printed)
}

const PROCS: [&str; 3] = ["1", "2", "16"];

/// Each of the first calls of `function` that fail, one at a time and all from there on.
fn fails(function: &str, calls: &[u32]) {
    let mut failed = 0;
    for procs in PROCS {
        for nth in calls.iter().map(u32::to_string) {
            for all in [&[][..], &["all"]] {
                let fault = [&[function, &*nth], all].concat();
                let printed = survives(procs, &fault);
                failed += usize::from(printed.is_none_or(|text| !text.starts_with("0 failed")));
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
    for procs in PROCS {
        let printed = survives(procs, &["clone", "0"]).expect("it is told");
        assert!(
            printed.contains("the system gives it no thread"),
            "{printed}"
        );
        // Before those that watch and run may be there, and when they most often are.
        for round in ["1", "200"] {
            let printed = survives(procs, &["clone", round]);
            assert!(printed.is_none_or(|text| text.contains("2400 done")));
        }
    }
}
