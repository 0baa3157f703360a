//! Programs are started, by goroutines and by threads, while threads come and go.

use cgocall::{go, yield_now};
use cgocall_tests::{Flag, mates, on_new_threads, step, usleep_blocking};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

const EACH: usize = 125;

fn start_programs() {
    for i in 0..EACH {
        let mut program = Command::new("/bin/true");
        program.stdin(Stdio::null());
        if i % 2 == 0 {
            // SAFETY: it does nothing in the child. With it the child is forked; else it may be spawned by other means.
            unsafe { program.pre_exec(|| Ok(())) };
        }
        assert!(program.status().unwrap().success());
    }
}

#[cgocall::main]
fn main() {
    step("a thousand programs, while blocking calls and C threads make threads");
    let over = Arc::new(Flag::default());
    let until = Arc::clone(&over);
    let blocking = mates(32, move |i| {
        // Now many at once, now none: helpers come and go.
        while !until.is_raised() {
            usleep_blocking(100);
            usleep_blocking(if i == 0 { 5000 } else { 20_000 });
        }
    });
    let until = Arc::clone(&over);
    let c_threads = go(move || {
        while !until.is_raised() {
            assert_eq!(on_new_threads(4, 1, |n| go(move || n).join().unwrap()), 6);
            yield_now();
        }
    });
    let goroutines: Vec<_> = (0..4).map(|_| go(start_programs)).collect();
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(start_programs)).collect();
    for goroutine in goroutines {
        goroutine.join().unwrap();
    }
    for thread in threads {
        thread.join().unwrap();
    }
    over.raise();
    step("the end of those who made threads");
    c_threads.join().unwrap();
    for goroutine in blocking {
        goroutine.join().unwrap();
    }
}
