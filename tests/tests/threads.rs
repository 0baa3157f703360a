//! Threads that the runtime did not make, and goroutines seen from them.

use cgocall::{GoBuilder, Wait, go, yield_now};
use cgocall_tests::{
    call_back, fail_silently_with, fail_with, jump_over, on_new_thread, with_frame,
};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[test]
fn outside_a_goroutine_c_is_called_in_place() {
    let thread = std::thread::current().id();
    let result = call_back(1, |n| {
        assert_eq!(std::thread::current().id(), thread);
        call_back(n, |n| n + 1)
    });
    assert_eq!(result, 2);
}

// Keeps: callbacks-spawn
#[cgocall::test]
fn a_c_thread_may_call_in_spawn_and_wait() {
    let home = std::thread::current().id();
    let result = on_new_thread(1, |n| {
        assert_ne!(std::thread::current().id(), home);
        let sum: i64 = (0..10)
            .map(|i| go(move || i))
            .map(|job| job.join().unwrap())
            .sum();
        call_back(n, |n| n + sum)
    });
    assert_eq!(result, 46);
}

#[test]
fn a_thread_blocks_for_a_goroutine() {
    let (tx, rx) = async_channel::bounded(1);
    let job = go(move || rx.recv().wait().unwrap() + 1);
    tx.send(41).wait().unwrap();
    assert_eq!(job.join().unwrap(), 42);
}

#[test]
fn a_join_handle_is_a_future() {
    let sum = futures_lite::future::block_on(async {
        let mut sum = 0;
        for i in 0..100 {
            sum += go(move || i).await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 4950);
}

#[test]
fn a_handle_tells_where_its_goroutine_was_spawned() {
    let line = line!();
    let plain = go(|| ());
    let named = GoBuilder::new().name("named").go(|| ());
    for (handle, line) in [(plain, line + 1), (named, line + 2)] {
        let told = format!("{handle:?}");
        let place = format!("{}:{line}:", file!());
        assert!(told.contains(&place), "{told} does not tell {place}");
        handle.join().unwrap();
    }
}

#[test]
fn a_detached_result_is_dropped_once() {
    struct Counted(Arc<AtomicUsize>);
    impl Drop for Counted {
        fn drop(&mut self) {
            self.0.fetch_add(1, SeqCst);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    for i in 0..1000 {
        let counted = Counted(Arc::clone(&dropped));
        let handle = go(move || counted);
        if i % 2 == 0 {
            drop(handle);
        } else {
            let _ = handle.join();
        }
    }
    while Arc::strong_count(&dropped) > 1 {
        std::thread::yield_now();
    }
    assert_eq!(dropped.load(SeqCst), 1000);
}

// Keeps: errno-of-results, errno-of-void
#[cgocall::test]
fn errno_comes_back_as_a_value() {
    assert_eq!(fail_with(0), Ok(7));
    assert_eq!(fail_with(libc::ENOENT).unwrap_err().0, libc::ENOENT);
    assert_eq!(fail_silently_with(libc::EPERM).unwrap_err().0, libc::EPERM);
    assert_eq!(fail_silently_with(0), Ok(()), "errno is 0 before the call");
}

#[cgocall::test]
fn c_may_longjmp_over_its_own_frames() {
    for n in 0..100 {
        assert_eq!(jump_over(n, |n| call_back(n, |n| n)), n);
        assert_eq!(call_back(n, |n| n + 1), n + 1);
    }
}

/// What is woken while a future's own `poll` parks is polled again.
#[cgocall::test]
fn a_park_inside_a_poll_does_not_take_the_wake_up_of_the_wait_around_it() {
    let (tx, rx) = async_channel::bounded::<u32>(1);
    let sender = go(move || tx.send(7).wait());
    let mut received = pin!(rx.recv());
    let polls_and_parks = std::future::poll_fn(|cx| {
        let polled = received.as_mut().poll(cx);
        if polled.is_pending() {
            for _ in 0..10 {
                go(|| ()).join().unwrap();
                yield_now();
            }
        }
        polled
    });
    assert_eq!(polls_and_parks.wait(), Ok(7));
    sender.join().unwrap().unwrap();
}

/// Functions whose frames stay: neither inlined nor left by a tail call.
mod frames {
    use std::hint::black_box;

    #[inline(never)]
    pub fn the_callback(n: i64, trace: &mut String) -> i64 {
        *trace = std::backtrace::Backtrace::force_capture().to_string();
        black_box(n)
    }

    #[inline(never)]
    pub fn the_caller(trace: &mut String) {
        black_box(super::with_frame(0, |n| the_callback(n, trace)));
    }

    #[inline(never)]
    pub fn the_entry() -> String {
        let mut trace = String::new();
        the_caller(&mut trace);
        black_box(trace)
    }
}

// Keeps: backtraces
#[cgocall::test]
fn a_backtrace_shows_both_sides() {
    let trace = frames::the_entry();
    let at = |name: &str| {
        trace
            .find(name)
            .unwrap_or_else(|| panic!("no {name} in\n{trace}"))
    };
    let (callback, c) = (at("the_callback"), at(" with_frame\n"));
    // Inlined it has no path, but a place; so has its stub, `_cgo_.._with_frame`.
    let is_import = |at: usize| {
        let place = trace[at..].lines().nth(1);
        !trace[..at].ends_with('_') && place.is_some_and(|place| place.contains("/ffi.rs:"))
    };
    let mut frames = trace.match_indices("with_frame\n").map(|(at, _)| at);
    let import = frames.find(|at| is_import(*at));
    let import = import.unwrap_or_else(|| panic!("no import in\n{trace}"));
    let caller = trace.rfind("the_caller").expect("the caller");
    let entry = at("the_entry");
    let places = [callback, c, import, caller, entry];
    assert!(places.is_sorted_by(|inner, outer| inner < outer), "{trace}");
}
