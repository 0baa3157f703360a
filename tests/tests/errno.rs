//! `errno` as a value: of this call, of this thread, whatever else there is in the program.

use cgocall::{Errno, go, yield_now};
use cgocall_tests::errno::*;
use cgocall_tests::{Flag, everywhere, mates, run_with_procs, thread_id};
use std::env::{current_exe, var_os};
use std::ffi::c_int;
use std::process::Command;
use std::sync::Arc;

#[test]
fn all_of_it_holds_with_1_2_and_16_procs() {
    let this = "all_of_it_holds_with_1_2_and_16_procs";
    run_with_procs(current_exe().unwrap(), |_, command| {
        command.args(["--skip", this]);
    });
}

// Keeps: errno-of-results
#[test]
fn a_function_with_a_result_gives_it_when_it_fails() {
    let all = || {
        let mut thread = 0;
        let failed = errno_of_thread(libc::EDOM, &mut thread);
        (failed, errno_slowly(libc::ERANGE, 0), errno_before())
    };
    let (domain, range) = (Err(Errno(libc::EDOM)), Err(Errno(libc::ERANGE)));
    everywhere(all, |told| assert_eq!(told, (domain, range, Ok(7))));
}

// Keeps: errno-of-void
#[test]
fn a_function_without_a_result_gives_it_too() {
    everywhere(
        || (errno_set(libc::EPERM), errno_set(0)),
        |told| assert_eq!(told, (Err(Errno(libc::EPERM)), Ok(()))),
    );
}

// Keeps: errno-zero
#[test]
fn it_is_0_before_the_call() {
    let all = || {
        let mut seen = -1;
        spoil();
        let kept = errno_kept(&mut seen);
        assert_eq!((kept, seen), (Ok(()), 0));
        let calls = [errno_before, errno_before_slowly, errno_before_inline];
        calls.map(|call| {
            spoil();
            call()
        })
    };
    everywhere(all, |told| assert_eq!(told, [Ok(7); 3]));
}

// Keeps: errno-thread
#[test]
fn it_is_read_on_the_thread_that_c_ran_on() {
    let offloaded = mates(50, |n| {
        let code = 1 + n as c_int;
        let (mut thread, home) = (0, thread_id());
        spoil();
        assert_eq!(errno_of_thread(code, &mut thread), Err(Errno(code)));
        assert_eq!(thread_id(), home);
        thread != home
    });
    let offloaded = offloaded.into_iter().map(|call| call.join().unwrap());
    assert_eq!(offloaded.filter(|offloaded| *offloaded).count(), 50);
}

// Keeps: errno-handlers
#[test]
fn a_signal_handler_that_calls_back_does_not_spoil_it() {
    let all = || {
        // On the alternate stack, which is too small for a panic.
        let mut called = Vec::with_capacity(1);
        let failed = errno_around_a_handler(libc::EDOM, || {
            spoil();
            called.push(errno_before());
        });
        assert_eq!((failed, &*called), (Err(Errno(libc::EDOM)), &[Ok(7)][..]));
    };
    all();
    go(all).join().unwrap();
}

const CHILD: &str = "CGOCALL_TESTS_ERRNO";

// Keeps: errno-handlers
#[test]
fn the_runtimes_own_handler_does_not_spoil_it() {
    if var_os(CHILD).is_some() {
        // C's is there first: the runtime's passes on to it what is no overflow.
        errno_handle_faults();
        for code in 1..20 {
            let failed = go(move || errno_around_a_fault(code)).join().unwrap();
            assert_eq!(failed, Err(Errno(code)));
        }
        return;
    }
    let this = "the_runtimes_own_handler_does_not_spoil_it";
    let mut child = Command::new(current_exe().unwrap());
    let child = child.args([this, "--exact"]).env(CHILD, "").output();
    let child = child.unwrap();
    assert!(child.status.success(), "{child:?}");
}

// Keeps: errno-runtime
#[test]
fn nothing_that_the_runtime_does_meanwhile_spoils_it() {
    let over = Arc::new(Flag::new());
    let busy: Vec<_> = (0..4)
        .map(|_| {
            let over = Arc::clone(&over);
            go(move || {
                while !over.is_raised() {
                    go(spoil).join().unwrap();
                    spoil();
                    yield_now();
                }
            })
        })
        .collect();
    // Long enough for their Ps to be taken from them.
    let calls = mates(32, |n| {
        for round in 0..20 {
            let code = 1 + n as c_int + round;
            spoil();
            assert_eq!(errno_slowly(code, 100), Err(Errno(code)));
            yield_now();
            assert_eq!(errno_slowly_on_a_helper(code, 100), Err(Errno(code)));
        }
    });
    for call in calls {
        call.join().unwrap();
    }
    over.raise();
    for goroutine in busy {
        goroutine.join().unwrap();
    }
}
