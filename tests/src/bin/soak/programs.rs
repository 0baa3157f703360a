//! Runtimes that start and end. There is one in a program, so each is a program: this one, with a word.

use crate::counts::PROGRAMS;
use crate::jobs::{job, spawn};
use crate::random::Random;
use cgocall::{Wait, go, yield_now};
use cgocall_tests::{call_back, step};
use std::env::current_exe;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

pub(crate) const WORD: &str = "program";

/// Between two of them.
const PAUSE: Duration = Duration::from_millis(100);

/// On a thread of its own: who waits for a program keeps it.
pub(crate) fn start_until(end: Instant, mut random: Random) -> JoinHandle<()> {
    std::thread::spawn(move || {
        while Instant::now() < end {
            PROGRAMS.ask(1);
            let seed = random.next();
            let output = Command::new(current_exe().expect("Linux tells"))
                .args([WORD, &seed.to_string()])
                .stdin(Stdio::null())
                .output()
                .expect("the program starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "`{WORD} {seed}`: {said}");
            PROGRAMS.done();
            sleep(PAUSE);
        }
    })
}

/// What the next main goroutine begins with.
static SEED: AtomicU64 = AtomicU64::new(0);

/// Main goroutines that begin and end, three times: the first begins the runtime.
pub(crate) fn run(seed: u64) {
    let mut random = Random(seed);
    for _ in 0..3 {
        step("a main goroutine, and its end");
        SEED.store(random.next(), Relaxed);
        main();
    }
}

/// A few jobs, and some that main does not wait for: parked, not started, called back.
#[cgocall::main]
fn main() {
    let mut random = Random(SEED.load(Relaxed));
    let jobs: Vec<_> = (0..4)
        .map(|_| {
            let mut seeded = Random(random.next());
            spawn(move || (0..4).for_each(|_| job(&mut seeded)))
        })
        .collect();
    for goroutine in jobs {
        goroutine.join().expect("no panic");
    }
    for _ in 0..random.from(1..=20) {
        let (open, gate) = async_channel::bounded::<()>(1);
        go(move || {
            let _open = open;
            gate.recv().wait()
        });
        go(|| call_back(1, |n| n));
    }
    if random.from(0..=1) == 0 {
        yield_now();
    }
}
