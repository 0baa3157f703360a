//! Signals are the program's: its handlers, its masks, its alternate stacks; and none is sent by the runtime.

use cgocall::{Errno, GoBuilder, go, yield_now};
use cgocall_tests::signals::*;
use cgocall_tests::{
    Flag, call_back, call_back_blocking, everywhere, mates, on_new_threads, run_with_procs,
};
use std::env::{current_exe, var};
use std::ffi::c_int;
use std::sync::Arc;
use std::thread;

#[test]
fn signals_are_the_programs_with_1_2_and_16_procs() {
    let this = "signals_are_the_programs_with_1_2_and_16_procs";
    run_with_procs(current_exe().unwrap(), |_, command| {
        // The handlers are in processes of their own as it is.
        command
            .args(["--skip", this, "--skip", HANDLERS])
            .env("CGOCALL_IDLE", "1ms");
    });
}

/// What makes threads come and go, wait and be overtaken.
fn work() {
    let callbacks = mates(16, |n| {
        for _ in 0..10 {
            let called = call_back(n, |n| {
                yield_now();
                n + go(|| 1).join().unwrap()
            });
            assert_eq!(called, n + 1);
            assert_eq!(call_back_blocking(n, |n| go(move || n).join().unwrap()), n);
        }
    });
    assert_eq!(on_new_threads(4, 2, |n| go(move || n).join().unwrap()), 28);
    for goroutine in callbacks {
        goroutine.join().unwrap();
    }
}

const CHILD: &str = "CGOCALL_TESTS_SIGNALS";
const HANDLERS: &str = "handlers_that_c_has_installed_before_and_after_the_start_stay";

// Keeps: handlers-stay
#[test]
fn handlers_that_c_has_installed_before_and_after_the_start_stay() {
    let Ok(first) = var(CHILD) else {
        // Each signal once before, and once after.
        for first in ["1", "2"] {
            run_with_procs(current_exe().unwrap(), |_, command| {
                command.args([HANDLERS, "--exact"]).env(CHILD, first);
            });
        }
        return;
    };
    let before: c_int = first.parse().unwrap();
    let after = 3 - before;
    signals_handle(before);
    go(|| ()).join().unwrap();
    signals_handle(after);
    let check = move || {
        // Two the runtime handles itself, and passes on.
        let replaced = signals_replaced(before, libc::SIGSEGV, libc::SIGBUS);
        assert_eq!((replaced, signals_replaced(after, 0, 0)), (0, 0));
        assert_eq!(signals_raise(), 0, "each is handled, once");
    };
    check();
    work();
    check();
    go(check).join().unwrap();
    assert_eq!(
        call_back(1, |n| {
            check();
            n
        }),
        1
    );
}

// Keeps: sigpipe
#[test]
fn a_broken_pipe_is_an_error_as_in_any_rust_program() {
    let all = || {
        assert_eq!(signals_pipe_is_ignored(), 1);
        [signals_break_a_pipe(), signals_break_a_pipe_on_a_helper()]
    };
    everywhere(all, |told| assert_eq!(told, [Err(Errno(libc::EPIPE)); 2]));
}

// Keeps: masks-and-stacks
#[test]
fn c_finds_mask_and_alternate_stack_of_its_thread_after_a_callback() {
    let around = || {
        signals_around(libc::SIGUSR1, || {
            yield_now();
            assert_eq!(go(|| 1).join().unwrap(), 1);
            assert_eq!(call_back_blocking(1, |n| n), 1);
        })
    };
    everywhere(around, |changed| assert_eq!(changed, 0));
    let goroutines = mates(32, move |_| (0..10).map(|_| around()).max());
    for goroutine in goroutines {
        assert_eq!(goroutine.join().unwrap(), Some(0));
    }
}

// Keeps: masks-and-stacks
#[test]
fn c_finds_mask_and_alternate_stack_of_its_own_thread_in_the_next_call() {
    let all = |signal| {
        signals_change(signal);
        for n in 0..20 {
            yield_now();
            assert_eq!(call_back(n, |n| go(move || n).join().unwrap()), n);
            assert_eq!(call_back_blocking(n, |n| n), n);
            assert_eq!(signals_changed(), 0);
        }
        signals_change_back();
    };
    let signals = [libc::SIGUSR1, libc::SIGUSR2, libc::SIGALRM, libc::SIGCHLD];
    let alone = signals.map(|signal| GoBuilder::new().own_thread().go(move || all(signal)));
    let threads = signals.map(|signal| thread::spawn(move || all(signal)));
    for goroutine in alone {
        goroutine.join().unwrap();
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

// Keeps: no-eintr
#[test]
fn nothing_of_the_runtime_interrupts_c_that_waits() {
    let over = Arc::new(Flag::new());
    let busy: Vec<_> = (0..4)
        .map(|n| {
            let over = Arc::clone(&over);
            go(move || {
                while !over.is_raised() {
                    work();
                    // Its P is taken, if it is the only one.
                    let lets_go = Arc::new(Flag::new());
                    let raises = Arc::clone(&lets_go);
                    go(move || raises.raise());
                    if n == 0 {
                        lets_go.spin();
                    }
                    yield_now();
                }
            })
        })
        .collect();
    let waits = mates(8, |n| {
        let millis = 1 + n as u32 % 3;
        (0..4)
            .map(|_| {
                yield_now();
                signals_interrupted(millis) + signals_interrupted_on_a_helper(millis)
            })
            .sum::<c_int>()
    });
    let thread = thread::spawn(|| signals_interrupted(50));
    for goroutine in waits {
        assert_eq!(goroutine.join().unwrap(), 0);
    }
    assert_eq!(thread.join().unwrap(), 0);
    over.raise();
    for goroutine in busy {
        goroutine.join().unwrap();
    }
}
