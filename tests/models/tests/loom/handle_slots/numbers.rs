//! Handles' numbers: what is found is there, and stays while it is used; it is taken out once, after the last use.

use super::*;
use crate::model::{Model, Watched};
use loom::thread;
use std::sync::Arc;

const MODEL: Model = Model {
    procs: 1,
    membarrier: true,
    preemptions: 3,
};

/// As `Handle`: a number stands for what was written first, and is written again when it is dropped.
#[derive(Clone, Copy)]
struct Numbers {
    slots: &'static Slots<&'static Watched>,
    /// Whether the thread counts itself in.
    cells: Option<&'static Cells>,
}

impl Numbers {
    fn new() -> Numbers {
        let slots = crate::sync::leak(Box::new(Slots::new()));
        Numbers { slots, cells: None }
    }

    /// For a thread with cells. Its first use of them may be as late as this.
    fn with_cells(self) -> Numbers {
        let cells = Some(self.slots.cells());
        Numbers { cells, ..self }
    }

    fn insert(self) -> usize {
        let value = crate::sync::leak(Box::new(Watched::new()));
        value.write();
        self.slots.insert(value).ok().expect("there is room")
    }

    fn enter(self, number: usize) -> Option<(Entered<&'static Watched>, &'static Watched)> {
        match self.slots.enter(number, self.cells) {
            Ok(entered) => {
                let value = *entered.value();
                Some((entered, value))
            }
            Err(away) => {
                let (_, orphan) = self.slots.turn_away(number, away);
                orphan.into_iter().for_each(drop_value);
                None
            }
        }
    }

    /// Whether it was found.
    fn look_up(self, number: usize) -> bool {
        let Some((entered, value)) = self.enter(number) else {
            return false;
        };
        assert_eq!(value.read(), 1, "it is there");
        self.leave(&entered);
        true
    }

    fn leave(self, entered: &Entered<&'static Watched>) {
        self.slots.leave(entered).into_iter().for_each(drop_value);
    }

    /// Whether it was removed by this call.
    fn remove(self, number: usize) -> bool {
        let Some((entered, value)) = self.enter(number) else {
            return false;
        };
        assert_eq!(value.read(), 1, "it is there");
        let removed = self.slots.retire(&entered);
        self.leave(&entered);
        removed
    }
}

fn drop_value(value: &'static Watched) {
    value.write();
    assert_eq!(value.read(), 2, "it is dropped once");
}

/// One that is dropped in the end, by whomever.
fn watched(numbers: Numbers) -> (usize, &'static Watched) {
    let number = numbers.insert();
    let (entered, value) = numbers.enter(number).expect("it is there");
    numbers.leave(&entered);
    (number, value)
}

/// With cells on both sides, on one, on none.
fn all_ways(model: fn(one: fn(Numbers) -> Numbers, other: fn(Numbers) -> Numbers)) {
    let (cells, counted): (fn(Numbers) -> Numbers, fn(Numbers) -> Numbers) =
        (Numbers::with_cells, |numbers| numbers);
    MODEL.check(move || model(cells, cells));
    MODEL.check(move || model(cells, counted));
    MODEL.check(move || model(counted, cells));
    MODEL.check(move || model(counted, counted));
}

/// C tells the number to another thread, in a way that orders nothing.
#[test]
pub(crate) fn found_or_refused() {
    all_ways(|one, other| {
        let numbers = Numbers::new();
        // Then a slot is there, whose chunk orders nothing any more.
        let first = numbers.insert();
        assert!(numbers.remove(first));
        let told = Arc::new(loom::sync::atomic::AtomicUsize::new(0));
        let tells = told.clone();
        let user = thread::spawn(move || {
            let number = told.load(Relaxed);
            // Refused, if what was told is seen before what was done.
            one(numbers).look_up(number);
        });
        tells.store(other(numbers).insert(), Relaxed);
        user.join().unwrap();
    });
}

#[test]
pub(crate) fn used_and_removed() {
    all_ways(|one, other| {
        let numbers = Numbers::new();
        let (number, value) = watched(numbers);
        let user = thread::spawn(move || {
            one(numbers).look_up(number);
        });
        let other = other(numbers);
        assert!(other.remove(number));
        assert!(!other.look_up(number), "it is refused from now on");
        user.join().unwrap();
        assert_eq!(value.read(), 2, "it is dropped");
    });
}

/// Two use it, and neither may leave it to the other.
#[test]
pub(crate) fn used_by_two_and_removed() {
    all_ways(|one, other| {
        let numbers = Numbers::new();
        let (number, value) = watched(numbers);
        let (one, other) = (one(numbers), other(numbers));
        let first = one.enter(number).expect("it is there").0;
        let second = other.enter(number).expect("it is there").0;
        assert!(one.slots.retire(&first));
        let user = thread::spawn(move || one.leave(&first));
        other.leave(&second);
        user.join().unwrap();
        assert_eq!(value.read(), 2, "it is dropped");
    });
}

#[test]
pub(crate) fn removed_by_two() {
    all_ways(|one, other| {
        let numbers = Numbers::new();
        let (number, value) = watched(numbers);
        let user = thread::spawn(move || one(numbers).remove(number));
        let removed = other(numbers).remove(number);
        assert_ne!(removed, user.join().unwrap(), "it is removed once");
        assert_eq!(value.read(), 2, "it is dropped");
    });
}

/// Who has entered leaves on another thread, while the cell's own thread goes on.
#[test]
pub(crate) fn used_elsewhere() {
    MODEL.check(|| {
        let numbers = Numbers::new().with_cells();
        let (number, value) = watched(numbers);
        let (entered, same) = numbers.enter(number).expect("it is there");
        let user = thread::spawn(move || {
            assert_eq!(same.read(), 1, "it is there");
            numbers.leave(&entered);
        });
        let next = numbers.insert();
        assert!(numbers.look_up(next));
        assert!(numbers.remove(number));
        user.join().unwrap();
        assert_eq!(value.read(), 2, "it is dropped");
    });
}

/// The slot is used again while somebody still has the old number.
#[test]
pub(crate) fn used_again() {
    all_ways(|one, other| {
        let numbers = Numbers::new();
        let first = numbers.insert();
        let user = thread::spawn(move || {
            one(numbers).look_up(first);
        });
        let other = other(numbers);
        assert!(other.remove(first));
        let second = other.insert();
        assert_ne!(first, second, "a number is good once");
        assert!(other.look_up(second));
        user.join().unwrap();
        assert!(!other.look_up(first), "a stale number is refused");
    });
}

/// The kernel has begun to refuse heavy fences, and the threads have their cells.
#[test]
pub(crate) fn given_out_after_a_refusal() {
    MODEL.check(|| {
        let numbers = Numbers::new();
        let (one, other) = (numbers.with_cells(), numbers.with_cells());
        crate::sync::refuse();
        let (number, value) = watched(one);
        let user = thread::spawn(move || {
            other.look_up(number);
        });
        assert!(one.remove(number));
        assert!(!one.look_up(number), "it is refused from now on");
        user.join().unwrap();
        assert_eq!(value.read(), 2, "it is dropped");
    });
}
