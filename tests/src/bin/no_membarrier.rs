//! A program that forbids itself `membarrier(2)` while the runtime runs, as a sandbox does.

use cgocall::go;
use cgocall_tests::{Flag, forbid, step};
use std::hint::spin_loop;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn main() {
    go(|| ()).join().unwrap();
    step("a sandbox for all threads");
    forbid(libc::SYS_membarrier).unwrap();
    // Who has got its P before the runtime knew keeps it.
    for _ in 0..3 {
        while !is_taken_from_a_hog() {}
    }
}

/// A goroutine does not leave Rust, though another one waits to start: until that has, on the P that was taken away, or
/// for very long.
fn is_taken_from_a_hog() -> bool {
    let flag = Arc::new(Flag::new());
    let hog = go(move || {
        let mate = Arc::clone(&flag);
        go(move || mate.raise());
        let start = Instant::now();
        while !flag.is_raised() && start.elapsed() < Duration::from_millis(200) {
            spin_loop();
        }
        flag.is_raised()
    });
    hog.join().unwrap()
}
