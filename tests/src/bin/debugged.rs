//! Goroutines in each state, for a debugger, which this calls when they are there.

use cgocall::{GoBuilder, Wait, go, metrics, yield_now};
use cgocall_tests::{Flag, step, wait_around, with_small_frame};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Where they park.
#[inline(never)]
fn wait_there(gate: &async_channel::Receiver<()>) -> bool {
    gate.recv().wait().is_err()
}

#[cgocall::main]
fn main() {
    let (open, gate) = async_channel::bounded::<()>(1);
    let flag = Arc::new(Flag::new());
    step("one that is parked, one in a callback, one in a `blocking` call");
    let parked = GoBuilder::new().name("waits").go({
        let gate = gate.clone();
        move || wait_there(&gate)
    });
    let in_callback = go(move || with_small_frame(1, |n| n + i64::from(wait_there(&gate))));
    let blocking = go({
        let flag = flag.clone();
        move || flag.wait_in_c()
    });
    step("one in C, on a thread of its own");
    let is_in_c = Arc::new(AtomicBool::new(false));
    let in_c = GoBuilder::new().own_thread().go({
        let (flag, is_in_c) = (flag.clone(), is_in_c.clone());
        let now = Flag::new();
        now.raise();
        move || {
            wait_around(&now, &flag, 1, |n| {
                is_in_c.store(true, SeqCst);
                n
            })
        }
    });
    while metrics().parked < 3 || !is_in_c.load(SeqCst) {
        yield_now();
    }
    debugged_stops_here();
    flag.raise();
    drop(open);
    assert!(parked.join().unwrap());
    assert_eq!(in_callback.join().unwrap(), 2);
    blocking.join().unwrap();
    assert_eq!(in_c.join().unwrap(), 1);
    println!("done");
}

/// Where the debugger stops it.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn debugged_stops_here() {
    std::hint::black_box(());
}
