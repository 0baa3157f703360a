//! Handles: 100,000 of them, looked up at random by two goroutines at once.

use crate::peer::{Work, timed};
use cgocall::{Handle, go};
use std::sync::OnceLock;

pub const WORKS: &[(&str, Work)] = &[("handle_get", |n| {
    let handles = handles();
    timed(|| {
        let seeds = [1, 2];
        let both = seeds.map(|seed| go(move || look_up(handles, n, seed)));
        for one in both {
            one.join().expect("no panic");
        }
    })
})];

fn handles() -> &'static [Handle<u32>] {
    static HANDLES: OnceLock<Vec<Handle<u32>>> = OnceLock::new();
    HANDLES.get_or_init(|| (0..100_000).map(Handle::new).collect())
}

/// Each value that is found is read.
fn look_up(handles: &[Handle<u32>], times: u32, seed: u32) {
    let (mut random, mut sum) = (seed, 0);
    for _ in 0..times {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let handle = handles[random as usize % handles.len()];
        sum ^= *handle.get().expect("it is there");
    }
    std::hint::black_box(sum);
}
