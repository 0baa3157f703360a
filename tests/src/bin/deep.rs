//! C that needs 6 MiB of stack, called from goroutines that have 64 KiB themselves.

use cgocall::{GoBuilder, yield_now};
use cgocall_tests::{happens_on_thread_stack, procs, with_deep_frame};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

#[cgocall::main]
fn main() {
    // While one of them is in its callback, those that started on its thread have other stacks.
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let goroutines: Vec<_> = (0..20)
        .map(|i| {
            let elsewhere = Arc::clone(&elsewhere);
            GoBuilder::new().stack_size(64 << 10).go(move || {
                let result = with_deep_frame(i, |n| {
                    if happens_on_thread_stack() == 0 {
                        elsewhere.fetch_add(1, SeqCst);
                    }
                    (0..100).for_each(|_| yield_now());
                    n + 1
                });
                assert_eq!(result, i + 1);
            })
        })
        .collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    if procs() == 1 {
        assert!(elsewhere.load(SeqCst) > 0, "some had a stack of their own");
    }
}
