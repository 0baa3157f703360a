//! The join state (`go.rs`): a goroutine that ends, and a handle that polls, gives up, or both.

use crate::go::spawn;
use crate::m::M;
use crate::model::Model;
use loom::cell::UnsafeCell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Wake, Waker};

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
struct Outcome(Arc<UnsafeCell<u32>>, Arc<()>);

/// Polls so often, and drops the handle. What is not handed out is dropped at once: a goroutine's allocation may outlive
/// it for long, because wakers refer to it.
#[test]
pub(crate) fn a_poll_and_a_drop() {
    for polls in 0..3 {
        MODEL.check(move || {
            let cell = Arc::new(UnsafeCell::new(0));
            let is_kept = Arc::new(());
            let (written, kept) = (cell, is_kept.clone());
            let (g, mut handle) = spawn(move || {
                // SAFETY: loom checks it.
                written.with_mut(|cell| unsafe { *cell = 1 });
                Outcome(written, kept)
            });
            let keeps_the_allocation = g.clone();
            let m = M::new();
            let home = loom::thread::spawn(move || {
                // SAFETY: this thread stands for its home, and runs it once.
                unsafe {
                    g.start(m, m.stacks.take_for(None));
                    g.resume();
                    m.stacks.give_back(g.take_stack(), None);
                }
            });
            let wakers: Vec<Arc<Woken>> = (0..polls).map(|_| Arc::default()).collect();
            let mut result = None;
            for waker in &wakers {
                let waker = Waker::from(waker.clone());
                let poll = Pin::new(&mut handle).poll(&mut Context::from_waker(&waker));
                if poll.is_ready() {
                    result = Some(poll);
                    break;
                }
            }
            let was_ready = result.is_some();
            if let Some(std::task::Poll::Ready(Ok(Outcome(cell, _)))) = &result {
                // SAFETY: loom checks it.
                cell.with(|cell| assert_eq!(unsafe { *cell }, 1));
            }
            drop(result);
            drop(handle);
            home.join().unwrap();
            for waker in &wakers {
                assert_eq!(Arc::strong_count(waker), 1, "a waker is left");
            }
            assert_eq!(Arc::strong_count(&is_kept), 1, "a result is left");
            let woken: usize = wakers.iter().map(|waker| waker.0.load(Relaxed)).sum();
            assert!(woken <= 1, "only the last waker is woken");
            assert!(!was_ready || woken <= 1);
            drop(keeps_the_allocation);
        });
    }
}

/// A handle that waits is woken.
#[test]
pub(crate) fn a_joiner_is_woken() {
    MODEL.check(|| {
        let (g, mut handle) = spawn(|| ());
        let m = M::new();
        let home = loom::thread::spawn(move || {
            // SAFETY: this thread stands for its home, and runs it once.
            unsafe {
                g.start(m, m.stacks.take_for(None));
                g.resume();
                m.stacks.give_back(g.take_stack(), None);
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
