//! What is parked in callbacks on the main thread when `run` returns there.

use cgocall::{Builder, JoinHandle, Wait, go, yield_now};
use cgocall_tests::{
    Flag, happens_on_thread_stack, on_thread_stack_reentrant, procs, show_frame, step, thread_id,
};
use std::hint::black_box;
use std::sync::Arc;

const PAINT: i64 = 0x5a;
const FRAME: usize = 4 << 10;

fn main() {
    let shown = Builder::new()
        .run(|| {
            step("a callback that never returns");
            let shown = a_callback_stays();
            step("one that leaves the thread's own stack when main is done");
            leaves_when_main_is_done();
            shown
        })
        .unwrap();
    step("the thread goes on");
    dig(256);
    // SAFETY: the C function whose locals these are has not returned.
    let frame = unsafe { std::slice::from_raw_parts(shown as *const u8, FRAME) };
    assert!(frame.iter().all(|&byte| i64::from(byte) == PAINT));
    assert!(LEFT.is_raised());
}

static LEFT: Flag = Flag::new();

/// Uses so many times 4 KiB of the stack.
fn dig(depth: u32) {
    let mut dirt = [depth as u8; 4 << 10];
    black_box(&mut dirt);
    if depth > 0 {
        dig(depth - 1);
    }
    black_box(&mut dirt);
}

/// Starts goroutines until one has begun on this thread; the others end.
fn start_here(f: impl Fn() + Send + Sync + 'static) {
    let (f, here) = (Arc::new(f), thread_id());
    loop {
        let (tx, rx) = async_channel::bounded(1);
        let f = Arc::clone(&f);
        let started: JoinHandle<()> = go(move || {
            let it_is = thread_id() == here;
            tx.try_send(it_is).unwrap();
            if it_is {
                f();
            }
        });
        drop(started);
        if rx.recv().wait().unwrap() {
            return;
        }
    }
}

/// Where the locals of a C function are whose callback is parked for ever, on this thread.
fn a_callback_stays() -> i64 {
    let (tx, rx) = async_channel::bounded(1);
    start_here(move || {
        let never = std::future::pending::<()>;
        show_frame(PAINT, |at| {
            tx.try_send(at).unwrap();
            never().wait();
            0
        });
    });
    let shown = rx.recv().wait().unwrap();
    assert_eq!(happens_on_thread_stack(), 1, "main is not in its way");
    shown
}

/// It may, as soon as nobody but the thread itself waits for it.
fn leaves_when_main_is_done() {
    let (tx, rx) = async_channel::bounded(1);
    start_here(move || {
        let tx = tx.clone();
        let result = on_thread_stack_reentrant(1, |n| {
            tx.try_send(()).unwrap();
            for _ in 0..1000 {
                yield_now();
            }
            n + 1
        });
        assert_eq!(result, 2);
        LEFT.raise();
    });
    rx.recv().wait().unwrap();
    assert!(!LEFT.is_raised() || procs() > 1);
}
