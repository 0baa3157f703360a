//! `faults FUNCTION N [all]`: the N-th call of this function of libc fails, and the later ones too. `faults clone N`: the
//! kernel gives no thread from the start on, which is 0, or from the N-th round on. Whoever needed it is told; all else is
//! done.

#[path = "../fail_calls.rs"]
mod fail_calls;

use cgocall::{Builder, GoBuilder, JoinHandle, Wait, yield_now};
use cgocall_tests::{Refused, call_back, call_back_blocking, call_back_reentrant, refuse, step};
use std::any::Any;
use std::panic::{set_hook, take_hook};
use std::process::ExitCode;
use std::time::Duration;

/// Of each kind.
const MANY: i64 = 400;

/// What who needed it is told.
const TOLD: [&str; 2] = ["there is no room for one more stack", "no thread"];

fn is_told(payload: &(dyn Any + Send)) -> bool {
    let text = payload.downcast_ref::<String>();
    text.is_some_and(|text| TOLD.iter().any(|told| text.contains(told)))
}

fn kinds(n: i64, gate: &async_channel::Receiver<()>) -> [Box<dyn FnOnce() -> i64 + Send>; 6] {
    let (one, other) = (gate.clone(), gate.clone());
    [
        Box::new(move || {
            yield_now();
            n + 1
        }),
        Box::new(move || n + i64::from(one.recv().wait().is_err())),
        Box::new(move || {
            call_back(n, |n| {
                yield_now();
                n + 1
            })
        }),
        Box::new(move || call_back_reentrant(n, |n| n + i64::from(other.recv().wait().is_err()))),
        Box::new(move || call_back_blocking(n, |n| n + 1)),
        Box::new(move || {
            // As deep as stacks are.
            let deep = std::hint::black_box([n; 2000]);
            deep[1999] + 1
        }),
    ]
}

/// What was done, and what was refused.
fn everything(last_thread: Option<i64>) -> (i64, i64) {
    let (open, gate) = async_channel::bounded::<()>(1);
    let (mut done, mut refused) = (0, 0);
    let mut goroutines: Vec<(i64, JoinHandle<i64>)> = Vec::new();
    step("goroutines of all kinds");
    for n in 0..MANY {
        if last_thread == Some(n) {
            refuse_threads();
        }
        for (kind, f) in kinds(n, &gate).into_iter().enumerate() {
            let builder = match (kind, n % 50) {
                (0, 0) => GoBuilder::new().own_thread(),
                (1, 0) => GoBuilder::new().stack_size(3 << 20),
                _ => GoBuilder::new(),
            };
            match builder.try_go(f) {
                Ok(goroutine) => goroutines.push((n + 1, goroutine)),
                Err(error) => {
                    let error = error.to_string();
                    assert!(TOLD.iter().any(|told| error.contains(told)), "{error}");
                    refused += 1;
                }
            }
        }
        if n % 20 == 0 {
            yield_now();
        }
    }
    step("all of them, once those that wait may go on");
    drop(open);
    for (expected, goroutine) in goroutines {
        match goroutine.join() {
            Ok(result) => {
                assert_eq!(result, expected);
                done += 1;
            }
            Err(panic) => {
                assert!(is_told(&*panic), "{panic:?}");
                refused += 1;
            }
        }
    }
    (done, refused)
}

fn refuse_threads() {
    for call in [libc::SYS_clone3, libc::SYS_clone] {
        let refused = Refused {
            call,
            only: None,
            error: libc::EAGAIN,
        };
        refuse(refused).expect("the kernel has filters");
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let said = take_hook();
    set_hook(Box::new(move |panic| {
        if !is_told(panic.payload()) {
            said(panic);
        }
    }));
    let [function, nth, all @ ..] = &args[..] else {
        panic!("usage: faults FUNCTION N [all]");
    };
    let nth = nth.parse().expect("a number");
    let fault = match &**function {
        "clone" => &fail_calls::NONE,
        "mmap" => &fail_calls::MMAP,
        "madvise" => &fail_calls::MADVISE,
        "mprotect" => &fail_calls::MPROTECT,
        "sigaltstack" => &fail_calls::SIGALTSTACK,
        "pthread_key_create" => &fail_calls::PTHREAD_KEY_CREATE,
        "pthread_create" => &fail_calls::PTHREAD_CREATE,
        "membarrier" => &fail_calls::MEMBARRIER,
        _ => panic!("no such function: {function}"),
    };
    // What `std` needs for the watch and for threads is there before.
    step("the runtime's start");
    std::thread::spawn(|| ()).join().expect("no panic");
    fault.arm(nth, !all.is_empty());
    let last_thread = (function == "clone").then_some(nth as i64);
    if last_thread == Some(0) {
        refuse_threads();
    }
    // Short, so that threads come and go.
    let run = Builder::new()
        .idle_time(Duration::from_millis(1))
        .run(|| everything(last_thread));
    match run {
        Ok((done, refused)) => {
            assert_eq!(done + refused, MANY * 6);
            println!("{} failed: {done} done, {refused} refused", fault.failed());
        }
        Err(error) => println!("{} failed: not started: {error}", fault.failed()),
    }
    ExitCode::SUCCESS
}
