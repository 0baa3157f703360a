//! What becomes of a thread-local on both sides of a park point where goroutines migrate, which breaks the contract of
//! `Builder::migrate`: docs/soundness.md shows the same. Only addresses are compared here; nothing is read or written.

use cgocall::{Builder, go, yield_now};
use cgocall_tests::{Flag, step, thread_id};
use std::cell::Cell;
use std::sync::Arc;

thread_local!(static OURS: Cell<u32> = const { Cell::new(0) });

fn address() -> usize {
    OURS.with(|ours| std::ptr::from_ref(ours).addr())
}

/// One function, as far as the optimiser can see.
#[inline(never)]
fn around(park: impl FnOnce()) -> [usize; 2] {
    let before = address();
    park();
    [before, address()]
}

#[inline(never)]
fn asked_of_a_function() -> usize {
    std::hint::black_box(address())
}

/// Parks while another goroutine takes the thread, as a rule, and keeps it until the flag is raised.
fn parks(flag: &Arc<Flag>) {
    let (waits, blocked) = (Arc::clone(flag), Arc::new(Flag::default()));
    let blocks = Arc::clone(&blocked);
    go(move || {
        blocks.raise();
        waits.spin();
    });
    while !blocked.is_raised() {
        yield_now();
    }
}

/// The addresses before and after, if it has come back on another thread.
fn moved(look: impl FnOnce(&dyn Fn()) -> [usize; 2]) -> Option<[usize; 2]> {
    let flag = Arc::new(Flag::default());
    let before = thread_id();
    let seen = look(&|| parks(&flag));
    let moved = thread_id() != before;
    flag.raise();
    moved.then_some(seen)
}

fn main() {
    step("a goroutine that comes back on another thread");
    // SAFETY: there is none; but all that comes of it are addresses.
    unsafe { Builder::new().migrate() }.start().unwrap();
    go(|| {
        let function = loop {
            let look = |park: &dyn Fn()| {
                let before = asked_of_a_function();
                park();
                [before, asked_of_a_function()]
            };
            if let Some(seen) = moved(look) {
                break seen;
            }
        };
        assert_ne!(function[0], function[1], "each thread has its own");

        let inlined = loop {
            if let Some(seen) = moved(|park| around(park)) {
                break seen;
            }
        };
        // If a compiler does better one day, docs/soundness.md has a table to be changed.
        let is_stale = inlined[0] == inlined[1];
        assert_eq!(is_stale, !cfg!(debug_assertions), "the optimiser asks once");
    })
    .join()
    .unwrap();
}
