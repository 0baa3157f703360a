//! Panics in callbacks: never into C, always to the Rust caller.

use cgocall::go;
use cgocall_tests::{call_back, each, each_calls, each_cleanups, on_new_thread};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// `each` counts for the whole program.
static COUNTED: Mutex<()> = Mutex::new(());

fn message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .unwrap_or("no message")
}

fn panic_in_the_third_call() {
    let counted = COUNTED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let (calls, cleanups) = (each_calls(), each_cleanups());
    let mut ran = 0;
    let panic = catch_unwind(AssertUnwindSafe(|| {
        each(10, |n| {
            ran += 1;
            assert!(n != 2, "the third");
            n
        })
    }))
    .unwrap_err();
    assert_eq!(message(&*panic), "the third");
    assert_eq!(ran, 3, "the callbacks after the panic return at once");
    assert_eq!(each_calls() - calls, 10, "C went on");
    assert_eq!(each_cleanups() - cleanups, 1, "and cleaned up");
    drop(counted);
}

// Keeps: panics-resume
#[test]
fn a_panic_resumes_in_the_caller_after_c_has_cleaned_up_on_a_thread() {
    panic_in_the_third_call();
}

// Keeps: panics-resume
#[test]
fn a_panic_resumes_in_the_caller_after_c_has_cleaned_up_on_a_goroutine() {
    go(panic_in_the_third_call).join().unwrap();
}

// Keeps: panics-once
#[cgocall::test]
fn each_level_sees_a_panic_once() {
    fn level(n: i64, seen: &mut Vec<i64>) -> i64 {
        let result = catch_unwind(AssertUnwindSafe(|| {
            call_back(n, |n| {
                if n == 0 {
                    panic!("innermost")
                } else {
                    level(n - 1, seen)
                }
            })
        }));
        seen.push(n);
        match result {
            Ok(n) => n,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    let mut seen = Vec::new();
    let panic = catch_unwind(AssertUnwindSafe(|| level(10, &mut seen))).unwrap_err();
    assert_eq!(message(&*panic), "innermost");
    assert!(seen.into_iter().eq(0..=10));
}

#[cgocall::test]
fn a_destructor_may_call_c_and_be_called_back_while_a_panic_unwinds() {
    struct CallsBack<'a>(&'a mut i64);
    impl Drop for CallsBack<'_> {
        fn drop(&mut self) {
            *self.0 = call_back(20, |n| n + 1);
        }
    }
    let mut dropped = 0;
    let result = catch_unwind(AssertUnwindSafe(|| {
        call_back(0, |_| {
            let _guard = CallsBack(&mut dropped);
            panic!("unwinds")
        })
    }));
    assert_eq!(message(&*result.unwrap_err()), "unwinds");
    assert_eq!(dropped, 21);
}

#[cgocall::test]
fn a_hundred_thousand_panics_leave_nothing_behind() {
    std::panic::set_hook(Box::new(|_| {}));
    for i in 0..100_000 {
        let panic = catch_unwind(|| call_back(i, |n| std::panic::panic_any(n))).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&i));
    }
    let _ = std::panic::take_hook();
}

// Keeps: c-threads-catch
#[cgocall::test]
fn a_panic_caught_inside_a_callback_is_the_callbacks_own() {
    let result = on_new_thread(1, |n| {
        catch_unwind(|| panic!("caught")).map_or(n + 1, |()| 0)
    });
    assert_eq!(result, 2);
}

#[cgocall::test]
fn a_destructor_may_yield_until_another_goroutine_has_run() {
    struct Waits;
    impl Drop for Waits {
        fn drop(&mut self) {
            let other = go(|| ());
            while !other.is_finished() {
                cgocall::yield_now();
            }
        }
    }
    let panicked = go(|| {
        let _waits = Waits;
        panic!("unwinds");
    });
    assert_eq!(message(&*panicked.join().unwrap_err()), "unwinds");
}
