//! Hangs, aborts and ends that docs/soundness.md tells of: the argument says which. `tests/soundness.rs` runs them.

use cgocall::{Callback, Wait, go, yield_now};
use cgocall_tests::{
    Arrivals, call_back, call_back_reentrant, closures, mates, on_new_thread, step,
};
use std::ffi::c_long;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};

#[cgocall::main]
fn main() {
    let scenario = std::env::args().nth(1).expect("the name of a scenario");
    step(&scenario[..]);
    match &scenario[..] {
        "overflow" => overflow(),
        "panic_on_a_c_thread" => panic_on_a_c_thread(),
        "unwinds_into_a_held_c_side" => unwinds_into_a_held_c_side(),
        "blocks_its_mate" => blocks_its_mate(),
        "stale_on_a_c_thread" => stale_on_a_c_thread(),
        "two_in_an_fn_mut" => two_in_an_fn_mut(),
        "aborts_on_panic" => aborts_on_panic(),
        "left_as_it_stands" => left_as_it_stands(),
        _ => panic!("no such scenario: {scenario}"),
    }
    println!("done");
}

/// Below other goroutines' stacks, which stay what they are until the end.
fn overflow() {
    #[expect(unconditional_recursion, reason = "that is the point")]
    fn deep(n: u64) -> u64 {
        black_box(deep(n + 1)) + n
    }
    let _ = go(|| deep(0)).join();
}

fn panic_on_a_c_thread() {
    go(|| on_new_thread(1, |_| panic!("nobody to tell")))
        .join()
        .unwrap();
}

/// With one P the two are mates.
fn unwinds_into_a_held_c_side() {
    struct CallsC;
    impl Drop for CallsC {
        fn drop(&mut self) {
            call_back(1, |n| n);
        }
    }
    let held = Arc::new(AtomicBool::new(false));
    let goroutines = mates(2, move |i| {
        if i == 0 {
            call_back(1, |_| {
                held.store(true, SeqCst);
                std::future::pending().wait()
            });
        } else {
            let _calls = CallsC;
            while !held.load(SeqCst) {
                yield_now();
            }
            panic!("unwinds");
        }
    });
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
}

/// With one P they are mates, unless the machine is so busy that another thread was started: then again.
fn blocks_its_mate() {
    loop {
        let (tx, rx) = mpsc::channel();
        let rx = Arc::new(Mutex::new(rx));
        let goroutines = mates(2, move |i| {
            yield_now();
            if i == 0 {
                rx.lock().unwrap().recv().unwrap();
            } else {
                yield_now();
                yield_now();
                tx.send(()).unwrap();
            }
        });
        for goroutine in goroutines {
            goroutine.join().unwrap();
        }
    }
}

fn left_as_it_stands() {
    struct Drops;
    impl Drop for Drops {
        fn drop(&mut self) {
            println!("dropped");
        }
    }
    for goroutine in 0..10 {
        go(move || {
            let _kept = Drops;
            if goroutine % 2 == 0 {
                call_back_reentrant(1, |_| std::future::pending().wait());
            }
            std::future::pending::<()>().wait();
        });
    }
    for _ in 0..100 {
        yield_now();
    }
}

/// A thread of C's calls a closure whose `Callback` is gone.
fn stale_on_a_c_thread() {
    let callback: Callback<dyn Fn(c_long) -> c_long + Send + Sync> = Callback::new(Box::new(|n| n));
    closures::listen_fn(0, Some(&callback), None);
    drop(callback);
    closures::kept_on_threads(1, 0);
}

/// Two threads of C's are in one `FnMut` at a time.
fn two_in_an_fn_mut() {
    let refused = Arrivals::of(1);
    closures::on_threads_mut(2, |_| {
        // The other one never comes in, and never gets further.
        refused.wait();
        0
    });
}

fn aborts_on_panic() {
    closures::or_abort(|_| panic!("has no value to give"));
}
