//! Hangs, aborts and ends that docs/soundness.md tells of: the argument says which. `tests/soundness.rs` runs them.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{call_back, call_back_reentrant, mates, on_new_thread, step};
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
