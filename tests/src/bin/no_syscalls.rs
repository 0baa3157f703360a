//! Goroutines that are spawned, run and end make no system call, once there are stacks for them.

#[path = "../syscalls.rs"]
mod syscalls;

use cgocall::{go, yield_now};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use syscalls::Syscalls;

/// Between two of them the machine may take the processor away for a while, and sysmon has to be woken now and then.
const ROUNDS: usize = 1000;

static RAN: AtomicUsize = AtomicUsize::new(0);

/// One that is joined, and some at once that nobody joins.
fn goroutines() {
    for _ in 0..20 {
        go(|| RAN.fetch_add(1, SeqCst)).join().unwrap();
    }
    let before = RAN.load(SeqCst);
    for _ in 0..20 {
        go(|| RAN.fetch_add(1, SeqCst));
    }
    while RAN.load(SeqCst) < before + 20 {
        yield_now();
    }
}

#[cgocall::main]
fn main() {
    (0..100).for_each(|_| goroutines());
    let syscalls = Syscalls::of_this_thread();
    // SAFETY: asks for a number.
    unsafe { libc::getppid() };
    assert!(syscalls.numbers().contains(&libc::SYS_getppid), "it counts");
    let mut quiet = 0;
    for _ in 0..ROUNDS {
        let before = syscalls.count();
        goroutines();
        quiet += usize::from(syscalls.count() == before);
    }
    println!(
        "{quiet} of {ROUNDS} rounds without a system call, {:?} in the others",
        syscalls.numbers()
    );
    // A round that the machine has interrupted for long may have had threads started.
    assert!(
        quiet > ROUNDS / 10,
        "{quiet} rounds without one; {:?}",
        syscalls.numbers()
    );
}
