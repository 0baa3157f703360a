//! A child has the forking thread alone: what it calls on its way to exec runs there.

use cgocall::{Wait, cgo_import, go};
use cgocall_tests::{call_back, call_back_blocking};
use std::ffi::{c_int, c_uint};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread::current;

#[cgo_import]
unsafe extern "C" {
    #[cgo(blocking)]
    safe fn usleep(micros: c_uint) -> c_int;
    fn fork() -> c_int;
}

#[cgocall::main]
fn main() {
    // There are helpers, and a thread that wants a P: the child has neither.
    let over = Arc::new(AtomicBool::new(false));
    let (started, has_started) = async_channel::bounded(1);
    let mut busy = None;
    // While this thread's C side is held, another thread starts it.
    call_back(0, |n| {
        let (over, started) = (Arc::clone(&over), started.clone());
        busy = Some(go(move || {
            started.try_send(()).unwrap();
            while !over.load(SeqCst) {
                // Has no P in between, and takes one for the inner callback.
                call_back(0, |n| call_back_blocking(n, |n| n));
            }
        }));
        has_started.recv().wait().unwrap();
        n
    });
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

    // The same in a C call that has given its P up, which the other thread has got meanwhile.
    // SAFETY: as above.
    match unsafe { fork() } {
        // SAFETY: as above.
        0 => unsafe { libc::_exit(usleep(1)) },
        child => {
            let mut status = 0;
            // SAFETY: as above.
            assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
            assert_eq!(status, 0);
        }
    }

    over.store(true, SeqCst);
    busy.expect("it was started").join().unwrap();
}
