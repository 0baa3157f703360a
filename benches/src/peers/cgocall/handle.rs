//! Handles: 100,000 of them, looked up at random by two goroutines at once.

use crate::peer::{Work, timed};
use cgocall::{Handle, go};
use std::sync::OnceLock;

pub const WORKS: &[(&str, Work)] = &[("handle_get", |n| {
    let handles = handles();
    // In between, the other peers' work was done on these caches.
    look_up_by_two(handles, handles.len() as u32);
    timed(|| look_up_by_two(handles, n))
})];

fn handles() -> &'static [Handle<u32>] {
    static HANDLES: OnceLock<Vec<Handle<u32>>> = OnceLock::new();
    HANDLES.get_or_init(|| (0..100_000).map(Handle::new).collect())
}

fn look_up_by_two(handles: &'static [Handle<u32>], times: u32) {
    let both = [1, 2].map(|seed| go(move || look_up(handles, times, seed)));
    for one in both {
        one.join().expect("no panic");
    }
}

/// Each value that is found is read.
fn look_up(handles: &[Handle<u32>], times: u32, seed: u32) {
    let (mut random, mut sum) = (seed, 0);
    for _ in 0..times {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let at = (u64::from(random) * handles.len() as u64) >> 32;
        sum ^= *handles[at as usize].get().expect("it is there");
    }
    std::hint::black_box(sum);
}
