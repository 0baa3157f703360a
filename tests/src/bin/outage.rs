//! The system gives no threads for a while. Goroutines that are spawned in a callback start on the callback's own
//! thread then, which may have to wait for them; and elsewhere again, as soon as there has been a thread.

#[path = "../refuse_threads.rs"]
mod refuse_threads;

use cgocall::{GoBuilder, go};
use cgocall_tests::{Flag, call_back, step};
use refuse_threads::{FOR_GOOD, REFUSED};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::thread::current;

/// Whether a goroutine starts on the thread of the callback that waits for it.
fn starts_in_place() -> bool {
    // Not asked in C, where it would have to wait for its turn.
    let thread = || current().id();
    call_back(0, |_| i64::from(go(thread).join().unwrap() == thread())) == 1
}

#[cgocall::main]
fn main() {
    // The runtime's own threads are there when this one is.
    GoBuilder::new().own_thread().go(|| ()).join().unwrap();

    step("no other thread");
    REFUSED.store(FOR_GOOD, SeqCst);
    assert!(starts_in_place());
    REFUSED.store(0, SeqCst);

    step("another thread, for what waits while this one is in C");
    let flag = Arc::new(Flag::default());
    let raises = Arc::clone(&flag);
    let elsewhere = go(move || {
        raises.raise();
        current().id()
    });
    flag.wait_here();
    assert_ne!(elsewhere.join().unwrap(), current().id());

    step("nothing starts here any more, where a callback waits");
    for _ in 0..100 {
        assert!(!starts_in_place());
    }
}
