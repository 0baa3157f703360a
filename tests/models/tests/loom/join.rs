//! The join state (`go.rs`): a goroutine that ends, and a handle that polls, gives up, or both.

use crate::go::spawn;
use crate::model::{Model, Watched};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

const MODEL: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 4,
};

/// Counts how often it wakes. That is not part of the model: `std`'s atomics.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// A result that knows when it is dropped, and that loom sees.
struct Outcome(Arc<Watched>);

/// Polls so often, and drops the handle. What is not handed out is dropped at once: a goroutine's allocation may outlive
/// it for long, because wakers refer to it.
#[test]
pub(crate) fn a_poll_and_a_drop() {
    for polls in 0..3 {
        MODEL.check(move || {
            let result = Arc::new(Watched::new());
            let written = result.clone();
            let (g, mut handle) = spawn(move || {
                written.write();
                Outcome(written)
            });
            let keeps_the_allocation = g.clone();
            let home = loom::thread::spawn(move || {
                // SAFETY: this thread stands for its home, and runs it once.
                unsafe {
                    g.start(crate::stack::take());
                    g.resume();
                    crate::stack::give(g.take_stack());
                }
            });
            let wakers: Vec<Arc<Woken>> = (0..polls).map(|_| Arc::default()).collect();
            for waker in &wakers {
                let waker = Waker::from(waker.clone());
                let poll = Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
                if let Poll::Ready(Ok(Outcome(result))) = poll {
                    assert_eq!(result.read(), 1);
                    break;
                }
            }
            drop(handle);
            home.join().unwrap();
            for waker in &wakers {
                assert_eq!(Arc::strong_count(waker), 1, "a waker is left");
            }
            assert_eq!(Arc::strong_count(&result), 1, "a result is left");
            let woken: usize = wakers.iter().map(|waker| waker.0.load(Relaxed)).sum();
            assert!(woken <= 1, "only the last waker is woken");
            drop(keeps_the_allocation);
        });
    }
}

/// A handle that waits is woken.
#[test]
pub(crate) fn a_joiner_is_woken() {
    MODEL.check(|| {
        let (g, mut handle) = spawn(|| ());
        let home = loom::thread::spawn(move || {
            // SAFETY: this thread stands for its home, and runs it once.
            unsafe {
                g.start(crate::stack::take());
                g.resume();
                crate::stack::give(g.take_stack());
            }
        });
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut context = Context::from_waker(&waker);
        let waits = Pin::new(&mut handle).poll(&mut context).is_pending();
        home.join().unwrap();
        assert_eq!(
            woken.0.load(Relaxed),
            usize::from(waits),
            "a joiner sleeps on"
        );
        if waits {
            assert!(Pin::new(&mut handle).poll(&mut context).is_ready());
        }
    });
}
