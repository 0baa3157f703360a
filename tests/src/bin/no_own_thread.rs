//! The system gives no threads: a goroutine that should have one of its own runs on one of those there are; one that no
//! thread may start, because all are locked, waits until there is another.

#[path = "../refuse_threads.rs"]
mod refuse_threads;

use cgocall::{GoBuilder, go, lock_os_thread, yield_now};
use cgocall_tests::{call_back, call_back_blocking, procs, step, thread_id};
use refuse_threads::{FOR_GOOD, REFUSED};
use std::sync::atomic::Ordering::SeqCst;
use std::thread::current;
use std::time::Duration;

#[cgocall::main]
fn main() {
    // The runtime's own threads are there when this one is.
    let alone = GoBuilder::new().own_thread().go(|| ());
    alone.join().unwrap();

    step("all that a thread of its own would have been for, on another one");
    REFUSED.store(FOR_GOOD, SeqCst);
    let alone = GoBuilder::new().own_thread().go(|| {
        assert_ne!(current().name(), Some("cgocall-own"));
        let home = thread_id();
        yield_now();
        assert_eq!(call_back_blocking(0, |_| thread_id()), home);
        call_back(1, |n| {
            yield_now();
            n + 1
        })
    });
    assert_eq!(alone.join().unwrap(), 2);
    REFUSED.store(0, SeqCst);

    if procs() == 1 {
        step("a goroutine whose spawner has locked the only thread there is");
        starts_as_soon_as_there_is_a_thread();
    }

    step("threads of their own, now that there are any");
    for _ in 0..100 {
        let alone = GoBuilder::new()
            .own_thread()
            .go(|| assert_eq!(current().name(), Some("cgocall-own")));
        alone.join().unwrap();
    }
}

/// However many requests for one have been given up until then.
fn starts_as_soon_as_there_is_a_thread() {
    let ends_the_outage = std::thread::spawn(|| {
        // A request is given up after 16 attempts.
        while REFUSED.load(SeqCst) == 0 || REFUSED.load(SeqCst) > FOR_GOOD - 40 {
            std::thread::sleep(Duration::from_millis(1));
        }
        REFUSED.store(0, SeqCst);
    });
    let _locked = lock_os_thread();
    REFUSED.store(FOR_GOOD, SeqCst);
    let here = thread_id();
    assert_ne!(go(thread_id).join().unwrap(), here);
    ends_the_outage.join().unwrap();
}
