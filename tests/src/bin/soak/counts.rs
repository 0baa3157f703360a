//! What has been asked for, and what has come of it: at the end both are the same.

use cgocall_tests::{added, naps, step};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};

/// Of one kind.
pub(crate) struct Count {
    asked: AtomicI64,
    done: AtomicI64,
}

impl Count {
    pub(crate) const fn new() -> Count {
        Count {
            asked: AtomicI64::new(0),
            done: AtomicI64::new(0),
        }
    }

    pub(crate) fn ask(&self, n: i64) {
        self.asked.fetch_add(n, SeqCst);
    }

    pub(crate) fn so_far(&self) -> i64 {
        self.done.load(SeqCst)
    }

    pub(crate) fn done(&self) {
        self.done.fetch_add(1, SeqCst);
    }

    fn check(&self, of: &str) -> i64 {
        let (asked, done) = (self.asked.load(SeqCst), self.so_far());
        assert_eq!(asked, done, "{of}: asked for, and done");
        done
    }
}

pub(crate) static JOBS: Count = Count::new();
pub(crate) static GOROUTINES: Count = Count::new();
pub(crate) static CALLBACKS: Count = Count::new();
pub(crate) static PANICS: Count = Count::new();
pub(crate) static HANDLES: Count = Count::new();
pub(crate) static PROGRAMS: Count = Count::new();
pub(crate) static FORKS: Count = Count::new();
/// So many values of handles may stay: those of before the kernel began to refuse what tells whether they are in use.
pub(crate) static MAY_STAY: AtomicI64 = AtomicI64::new(0);
pub(crate) static NAPS: AtomicI64 = AtomicI64::new(0);
pub(crate) static ADDED: AtomicI64 = AtomicI64::new(0);
pub(crate) static SUM: Mutex<i64> = Mutex::new(0);

/// Prints all of them, which must be exact.
pub(crate) fn check() {
    step("the goroutines that nobody waits for");
    while GOROUTINES.so_far() < GOROUTINES.asked.load(SeqCst) {
        cgocall::yield_now();
    }
    // Whether one was asked for is known afterwards.
    let stayed = HANDLES.asked.load(SeqCst) - HANDLES.so_far();
    assert!(
        (0..=MAY_STAY.load(SeqCst)).contains(&stayed),
        "{stayed} handles are left"
    );
    (0..stayed).for_each(|_| HANDLES.done());
    println!(
        "{} jobs, {} goroutines, {} callbacks, {} panics, {} handles, {} programs, {} forks",
        JOBS.check("jobs"),
        GOROUTINES.check("goroutines"),
        CALLBACKS.check("callbacks"),
        PANICS.check("panics"),
        HANDLES.check("handles") - stayed,
        PROGRAMS.check("programs"),
        FORKS.check("forks"),
    );
    assert_eq!(naps(), NAPS.load(SeqCst));
    assert_eq!(added(), ADDED.load(SeqCst));
    assert_eq!(*SUM.lock().expect("no panic under it"), ADDED.load(SeqCst));
}
