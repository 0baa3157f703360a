//! A million goroutines parked at once, and a second million on the stacks of the first.

use cgocall::{Wait, go, metrics, yield_now};
use cgocall_tests::{Arrivals, count, guards_are_mappings, mappings, resident, step};
use std::sync::Arc;

/// In use: a page of the stack, the goroutine itself, and its place among those who wait for the channel.
const MOST_EACH: usize = 4608;
/// What the program has besides, in KiB: the stacks that 16 Ps lay by are a part of it.
const ROOM: usize = 4 << 10;
/// Stacks that Ps lay by, and the last ones that were carved.
const SPARE_STACKS: usize = 16 * 128 + 64;

/// Parks so many goroutines. What they take meanwhile: bytes each, and mappings in all.
fn park(n: usize) -> (usize, usize) {
    let before = resident();
    let (gate, closed) = async_channel::bounded::<()>(1);
    let arrivals = Arc::new(Arrivals::of(n as i32));
    let goroutines: Vec<_> = (0..n)
        .map(|i| {
            if i % 100 == 0 {
                // Else it would look like one that has forgotten the others.
                yield_now();
            }
            let (closed, arrivals) = (closed.clone(), Arc::clone(&arrivals));
            go(move || {
                arrivals.arrive();
                closed.recv().wait().is_err()
            })
        })
        .collect();
    arrivals.wait();
    while metrics().parked < n as u64 {
        yield_now();
    }
    let each = (resident().saturating_sub(before)) * 1024 / n;
    let mappings = mappings();
    drop(gate);
    for goroutine in goroutines {
        assert!(goroutine.join().unwrap());
    }
    (each, mappings)
}

#[cgocall::main]
fn main() {
    let n = count();
    step("so many goroutines, parked at once");
    let (each, mappings) = park(n);
    let (stacks, size) = (metrics().stacks, resident());
    println!("{n} parked goroutines: {each} bytes each, {mappings} mappings, {stacks} stacks");
    assert!(each <= MOST_EACH + ROOM * 1024 / n, "{each} bytes each");
    assert!(stacks <= n + SPARE_STACKS, "{stacks} stacks");
    assert!(
        mappings < 200 || guards_are_mappings(),
        "{mappings} mappings"
    );

    step("as many again");
    let (_, again) = park(n);
    assert!(
        metrics().stacks <= stacks + SPARE_STACKS,
        "{} stacks after {stacks}",
        metrics().stacks
    );
    assert!(again < 200 || guards_are_mappings(), "{again} mappings");
    let grown = resident().saturating_sub(size);
    assert!(grown < size / 20 + ROOM, "{grown} KiB more than {size} KiB");
}
