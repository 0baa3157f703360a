//! 10,000 `blocking` calls of a millisecond, and far fewer threads to run them, which end when they have nothing to do.

use cgocall::{go, yield_now};
use cgocall_tests::{procs, step, threads, usleep_blocking};

#[cgocall::main]
fn main() {
    let max_threads: usize = std::env::var("CGOCALL_MAX_THREADS")
        .unwrap()
        .parse()
        .unwrap();
    let calls: Vec<_> = (0..10_000)
        .map(|i| {
            if i % 100 == 0 {
                // Else it would look like one that has forgotten the others.
                yield_now();
            }
            go(|| usleep_blocking(1000))
        })
        .collect();
    for (i, call) in calls.into_iter().enumerate() {
        assert_eq!(call.join().unwrap(), 0);
        if i % 100 == 0 {
            assert!(threads() <= max_threads);
        }
    }
    // Beside the runtime's own, the main goroutine's and the one that watches over this step.
    step("the end of the threads that nobody needs any more");
    while threads() > procs() + 2 + 2 {
        yield_now();
    }
}
