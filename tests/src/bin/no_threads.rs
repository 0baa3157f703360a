//! The system gives no threads, for a moment and then for good: `blocking` calls are late, and none is lost.

#[path = "../refuse_threads.rs"]
mod refuse_threads;

use cgocall::{go, yield_now};
use cgocall_tests::{call_back_blocking, helpers};
use refuse_threads::{FOR_GOOD, REFUSED};
use std::sync::atomic::Ordering::SeqCst;
use std::thread::current;

/// Whether a `blocking` call runs on another thread.
fn is_offloaded() -> bool {
    let home = current().id();
    call_back_blocking(0, |_| (current().id() != home).into()) == 1
}

/// Does it when there are no helpers. One that was only about to start is none yet: then it is done again.
fn without_helpers(is_done: impl Fn() -> bool) {
    loop {
        while helpers() > 0 {
            yield_now();
        }
        if is_done() {
            return;
        }
    }
}

#[cgocall::main]
fn main() {
    // All the Ps' threads are there before anything fails.
    let here: Vec<_> = (0..64).map(|_| go(|| assert!(is_offloaded()))).collect();
    for goroutine in here {
        goroutine.join().unwrap();
    }

    // For a moment: the call waits for the thread, and nobody is told.
    let moment = || {
        REFUSED.store(5, SeqCst);
        assert!(is_offloaded());
        REFUSED.swap(0, SeqCst) == 0
    };
    without_helpers(moment);

    // For good, while there is a helper: those in line come to it.
    let waiting: Vec<_> = {
        let (come, came) = async_channel::unbounded();
        let mut waiting = Vec::new();
        call_back_blocking(0, |_| {
            REFUSED.store(FOR_GOOD, SeqCst);
            waiting = (0..100)
                .map(|n| {
                    let come = come.clone();
                    go(move || {
                        come.try_send(()).unwrap();
                        call_back_blocking(n, |n| n)
                    })
                })
                .collect();
            (0..100).for_each(|_| came.recv_blocking().unwrap());
            0
        });
        waiting
    };
    for (n, call) in (0..).zip(waiting) {
        assert_eq!(call.join().unwrap(), n);
    }
    REFUSED.store(0, SeqCst);

    // For good, with no helper: all calls are made in place.
    without_helpers(|| {
        REFUSED.store(FOR_GOOD, SeqCst);
        let calls: Vec<_> = (0..100).map(|_| go(is_offloaded)).collect();
        let offloaded: Vec<_> = calls.into_iter().map(|call| call.join().unwrap()).collect();
        let all_in_place = !offloaded.contains(&true);
        if !all_in_place {
            REFUSED.store(0, SeqCst);
        }
        all_in_place
    });

    // There are threads again.
    REFUSED.store(0, SeqCst);
    while !is_offloaded() {
        yield_now();
    }
}
