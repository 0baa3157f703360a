//! Handles' numbers: what is found is there, and stays while it is used; it is taken out once, after the last use.

use super::*;
use crate::model::{Model, Watched};
use loom::thread;
use std::sync::Arc;

const MODEL: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 4,
};

/// As `Handle`: a number stands for what was written first, and is written again when it is dropped.
#[derive(Clone, Copy)]
struct Numbers(&'static Slots<&'static Watched>);

impl Numbers {
    fn new() -> Numbers {
        Numbers(crate::sync::leak(Box::new(Slots::new())))
    }

    fn insert(self) -> usize {
        let value = crate::sync::leak(Box::new(Watched::new()));
        value.write();
        self.0.insert(value).expect("there is room")
    }

    /// Whether it was found.
    fn look_up(self, number: usize) -> bool {
        let Ok((slot, value)) = self.0.enter(number) else {
            return false;
        };
        assert_eq!(value.read(), 1, "it is there");
        self.leave(number, slot);
        true
    }

    fn leave(self, number: usize, slot: &'static Slot<&'static Watched>) {
        if let Some(value) = self.0.leave(number, slot) {
            value.write();
            assert_eq!(value.read(), 2, "dropped once");
        }
    }

    /// Whether it was removed by this call.
    fn remove(self, number: usize) -> bool {
        let Ok((slot, value)) = self.0.enter(number) else {
            return false;
        };
        assert_eq!(value.read(), 1, "it is there");
        let removed = self.0.retire(number, slot);
        self.leave(number, slot);
        removed
    }

    fn take(self, number: usize) -> bool {
        let Ok((slot, _)) = self.0.enter(number) else {
            return false;
        };
        if let Some(value) = self.0.retire_alone(number, slot) {
            value.write();
            assert_eq!(value.read(), 2, "dropped once");
            return true;
        }
        self.leave(number, slot);
        false
    }
}

/// C tells the number to another thread, in a way that orders nothing.
#[test]
pub(crate) fn found_or_refused() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        // Then a slot is there, whose chunk orders nothing any more.
        let first = numbers.insert();
        assert!(numbers.remove(first));
        let told = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let tells = told.clone();
        let user = thread::spawn(move || {
            let number = told.load(Relaxed);
            // Refused, if what was told is seen before what was done.
            numbers.look_up(number);
        });
        tells.store(numbers.insert(), Relaxed);
        user.join().unwrap();
    });
}

#[test]
pub(crate) fn used_and_removed() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        let number = numbers.insert();
        let user = thread::spawn(move || {
            numbers.look_up(number);
            numbers.look_up(number);
        });
        assert!(numbers.remove(number));
        assert!(!numbers.look_up(number), "it is refused from now on");
        user.join().unwrap();
    });
}

#[test]
pub(crate) fn removed_by_two() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        let number = numbers.insert();
        let other = thread::spawn(move || numbers.remove(number));
        let removed = numbers.remove(number);
        assert_ne!(removed, other.join().unwrap(), "it is removed once");
    });
}

#[test]
pub(crate) fn used_and_taken() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        let number = numbers.insert();
        let user = thread::spawn(move || {
            numbers.look_up(number);
        });
        let taken = numbers.take(number);
        user.join().unwrap();
        assert_eq!(numbers.look_up(number), !taken);
    });
}

/// The slot is used again while somebody still has the old number.
#[test]
pub(crate) fn used_again() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        let first = numbers.insert();
        let user = thread::spawn(move || {
            numbers.look_up(first);
        });
        assert!(numbers.remove(first));
        let second = numbers.insert();
        assert_ne!(first, second, "a number is good once");
        assert!(numbers.look_up(second));
        user.join().unwrap();
        assert!(!numbers.look_up(first), "a stale number is refused");
    });
}
