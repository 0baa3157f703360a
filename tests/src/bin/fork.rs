//! A child has the forking thread alone: what it calls on its way to exec runs there.

use cgocall::{Wait, cgo_import, go};
use cgocall_tests::{Flag, call_back_blocking};
use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::thread::current;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn usleep(micros: c_uint) -> c_int;
}

#[cgocall::main]
fn main() {
    // There are helpers, and goroutines that wait for a P: the child has neither.
    let over = Arc::new(Flag::default());
    let until = Arc::clone(&over);
    let busy = go(move || until.wait_in_c());
    let mates: Vec<_> = (0..8).map(|_| go(cgocall::yield_now)).collect();
    assert_eq!(usleep(1), 0);

    // SAFETY: the child calls a few functions, none of which needs another thread or a lock of one, and leaves.
    match unsafe { libc::fork() } {
        0 => {
            let home = current().id();
            let in_place = call_back_blocking(0, |n| {
                async {}.wait();
                i64::from(current().id() == home) + n
            });
            // SAFETY: ends the child, and runs nothing of the parent's.
            unsafe {
                libc::_exit(if usleep(1) == 0 && in_place == 1 {
                    0
                } else {
                    1
                })
            }
        }
        child => {
            let mut status = 0;
            // SAFETY: asks about a child of this process.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            assert_eq!(status, 0);
        }
    }

    over.raise();
    busy.join().unwrap();
    for mate in mates {
        mate.join().unwrap();
    }
}
