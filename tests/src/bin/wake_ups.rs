//! Wake-ups from everywhere, for a while: none is lost, and the counts are exact.

use cgocall::{Wait, go, yield_now};
use cgocall_tests::{Flag, call_back, keep, kept};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

#[cgocall::main]
fn main() {
    let done = Arc::new(AtomicU64::new(0));
    let workers: Vec<_> = (0..64)
        .map(|worker| {
            let done = Arc::clone(&done);
            go(move || {
                for round in 0..200 {
                    let (tx, rx) = async_channel::bounded::<u64>(1);
                    // From another goroutine, from a thread, from a helper.
                    match round % 3 {
                        0 => drop(go(move || tx.send(round).wait())),
                        1 => drop(std::thread::spawn(move || tx.send_blocking(round))),
                        _ => {
                            let flag = Flag::default();
                            flag.raise();
                            flag.wait_in_c();
                            tx.send(round).wait().unwrap();
                        }
                    }
                    assert_eq!(rx.recv().wait().unwrap(), round);
                    let thread = std::thread::current().id();
                    keep(worker);
                    // Neither Rust's idea of its thread nor C's changes while the goroutine does not park.
                    assert_eq!(call_back(worker, |n| n + kept()), 2 * worker);
                    yield_now();
                    assert_eq!(
                        std::thread::current().id(),
                        thread,
                        "a started goroutine stays on its thread"
                    );
                    done.fetch_add(1, SeqCst);
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    assert_eq!(done.load(SeqCst), 64 * 200);
}
