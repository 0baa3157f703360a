//! Everything at once, by the dice: `soak [migrate] [SECONDS [SEED]]`. At the end the counts are exact, and there are no more
//! threads and no more memory than at the beginning.
//!
//! What may wait for what is chosen so that nothing waits in a circle. A callback that parks keeps its thread's C side,
//! and an undeclared C call its thread, so both wait only for goroutines that they have spawned themselves, which make
//! their first C call before anything can come in between.

use cgocall::{Builder, JoinHandle, Wait, go, yield_now};
use cgocall_tests::{
    add_locked, added, call_back, call_back_blocking, call_back_reentrant, nap, naps,
    on_new_threads, resident, step, threads, usleep_blocking,
};
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering::SeqCst};
use std::time::{Duration, Instant};

const WORKERS: u64 = 32;

/// What has been asked for, and what has come of it.
struct Count {
    asked: AtomicI64,
    done: AtomicI64,
}

impl Count {
    const fn new() -> Count {
        Count {
            asked: AtomicI64::new(0),
            done: AtomicI64::new(0),
        }
    }

    fn ask(&self, n: i64) {
        self.asked.fetch_add(n, SeqCst);
    }

    fn done(&self) {
        self.done.fetch_add(1, SeqCst);
    }

    fn check(&self, of: &str) -> i64 {
        let (asked, done) = (self.asked.load(SeqCst), self.done.load(SeqCst));
        assert_eq!(asked, done, "{of}: asked for, and done");
        done
    }
}

static JOBS: Count = Count::new();
static GOROUTINES: Count = Count::new();
static CALLBACKS: Count = Count::new();
static PANICS: Count = Count::new();
static NAPS: AtomicI64 = AtomicI64::new(0);
static ADDED: AtomicI64 = AtomicI64::new(0);
static SUM: Mutex<i64> = Mutex::new(0);

/// What every callback does.
fn called(n: i64) -> i64 {
    CALLBACKS.done();
    n + 1
}

fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    GOROUTINES.ask(1);
    go(move || {
        let result = f();
        GOROUTINES.done();
        result
    })
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn from(&mut self, range: RangeInclusive<u32>) -> u32 {
        let choices = u64::from(range.end() - range.start()) + 1;
        range.start() + (self.next() % choices) as u32
    }
}

/// A goroutine to wait for. It makes a C call at once, and does not park before or after.
fn leaf() -> JoinHandle<i64> {
    CALLBACKS.ask(1);
    spawn(|| call_back(1, called))
}

/// Parks, as a callback may.
fn park(random: &mut Random) {
    match random.from(0..=3) {
        0 => (0..random.from(1..=5)).for_each(|_| yield_now()),
        1 => assert_eq!(leaf().join().unwrap(), 2),
        2 => drop(spawn(|| usleep_blocking(100)).join().unwrap()),
        _ => {
            let (tx, rx) = async_channel::bounded(1);
            spawn(move || tx.send(5).wait().unwrap());
            assert_eq!(rx.recv().wait(), Ok(5));
        }
    }
}

fn short_calls(_: &mut Random) {
    CALLBACKS.ask(10);
    for n in 0..10 {
        assert_eq!(call_back(n, called), n + 1);
    }
}

fn undeclared_sleep(random: &mut Random) {
    CALLBACKS.ask(1);
    NAPS.fetch_add(1, SeqCst);
    assert_eq!(nap(random.from(1..=300), 1, called), 2);
}

fn blocking_sleep(random: &mut Random) {
    assert_eq!(usleep_blocking(random.from(1..=300)), 0);
}

fn blocking_callback(random: &mut Random) {
    CALLBACKS.ask(2);
    let result = call_back_blocking(1, |n| {
        park(random);
        call_back(called(n), called)
    });
    assert_eq!(result, 3);
}

fn strict_callback(random: &mut Random) {
    CALLBACKS.ask(2);
    let result = call_back(1, |n| {
        park(random);
        let n = call_back(n, called);
        park(random);
        called(n)
    });
    assert_eq!(result, 3);
}

fn parks_callback(random: &mut Random) {
    CALLBACKS.ask(3);
    let result = call_back_reentrant(1, |n| {
        park(random);
        let strict = |n| {
            park(random);
            called(n)
        };
        called(call_back_reentrant(call_back(n, strict), called))
    });
    assert_eq!(result, 4);
}

fn c_threads(random: &mut Random) {
    let (threads, calls) = (random.from(1..=4).into(), random.from(1..=3).into());
    CALLBACKS.ask(threads * calls);
    let sum = on_new_threads(threads, calls, |n| {
        assert_eq!(leaf().join().unwrap(), 2);
        called(n)
    });
    assert_eq!(sum, (1..=threads * calls).sum());
}

fn tree(random: &mut Random) {
    fn grow(depth: u32) -> i64 {
        if depth == 0 {
            return leaf().join().unwrap();
        }
        let twigs = [(); 2].map(|()| spawn(move || grow(depth - 1)));
        twigs.map(|twig| twig.join().unwrap()).iter().sum()
    }
    let depth = random.from(0..=5);
    assert_eq!(grow(depth), 2 << depth);
}

fn channels(random: &mut Random) {
    let rounds = random.from(1..=20);
    let (there, here) = async_channel::bounded(1);
    let (back, returned) = async_channel::bounded(1);
    let echo = spawn(move || {
        while let Ok(n) = here.recv().wait() {
            back.send(n + 1).wait().unwrap();
        }
    });
    for n in 0..rounds {
        there.send(n).wait().unwrap();
        assert_eq!(returned.recv().wait(), Ok(n + 1));
    }
    drop(there);
    echo.join().unwrap();
}

fn panics(random: &mut Random) {
    CALLBACKS.ask(1);
    PANICS.ask(1);
    let (which, parks) = (random.from(0..=2), random.from(0..=1) == 0);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let callback = |n| {
            if parks {
                park(random);
            }
            // Without a line on stderr.
            resume_unwind(Box::new(called(n)))
        };
        match which {
            0 => call_back(1, callback),
            1 => call_back_reentrant(1, callback),
            _ => call_back_blocking(1, callback),
        }
    }));
    if panicked.is_err_and(|panic| panic.downcast_ref() == Some(&2_i64)) {
        PANICS.done();
    }
}

fn yields(random: &mut Random) {
    (0..random.from(1..=20)).for_each(|_| yield_now());
}

/// No C call under the lock of `std`: where a mate is parked in a callback, that would be a park point.
fn locks(random: &mut Random) {
    let micros = random.from(0..=50);
    ADDED.fetch_add(3, SeqCst);
    assert_eq!(add_locked(1, micros), 0);
    let mut sum = SUM.lock().unwrap();
    spin(micros);
    *sum += 3;
    drop(sum);
    assert_eq!(add_locked(2, 0), 0);
}

fn hog(_: &mut Random) {
    spin(15_000);
}

fn spin(micros: u32) {
    let start = Instant::now();
    while start.elapsed() < Duration::from_micros(micros.into()) {
        std::hint::spin_loop();
    }
}

/// One of all sorts, in proportion.
fn job(random: &mut Random) {
    let job = match random.from(0..=999) {
        0..200 => short_calls,
        200..300 => undeclared_sleep,
        300..400 => blocking_sleep,
        400..450 => blocking_callback,
        450..550 => strict_callback,
        550..650 => parks_callback,
        650..700 => c_threads,
        700..750 => tree,
        750..800 => channels,
        800..850 => panics,
        850..950 => yields,
        950..998 => locks,
        _ => hog,
    };
    JOBS.ask(1);
    job(random);
    JOBS.done();
}

/// Keeps one goroutine alive at a time, each for a while.
fn work(mut random: Random, end: Instant) {
    while Instant::now() < end {
        let mut seeded = Random(random.next());
        let jobs = random.from(1..=40);
        let goroutine = spawn(move || (0..jobs).for_each(|_| job(&mut seeded)));
        goroutine.join().unwrap();
    }
}

/// The most threads, and the most memory, of a tenth of the time.
#[derive(Clone, Copy, Debug, Default)]
struct Most {
    threads: usize,
    kib: usize,
}

/// Looks at the process a hundred times.
fn watch(time: Duration) -> [Most; 10] {
    let (tx, ticks) = async_channel::bounded(1);
    std::thread::spawn(move || {
        for tick in 0..100 {
            std::thread::sleep(time / 100);
            if tx.send_blocking(tick).is_err() {
                return;
            }
        }
    });
    let mut tenths = [Most::default(); 10];
    let mut jobs = 0;
    while let Ok(tick) = ticks.recv().wait() {
        let most: &mut Most = &mut tenths[tick / 10];
        most.threads = most.threads.max(threads());
        most.kib = most.kib.max(resident());
        if JOBS.done.load(SeqCst) > jobs {
            jobs = JOBS.done.load(SeqCst);
            step(format!(
                "the soak, after {tick} % of its time and {jobs} jobs"
            ));
        }
    }
    tenths
}

fn main() {
    let mut arguments = std::env::args().skip(1).peekable();
    let migrate = arguments.next_if_eq("migrate").is_some();
    let builder = if migrate {
        // SAFETY: no goroutine here keeps a thread-local, a `std` guard or a state of C's across a park point.
        unsafe { Builder::new().migrate() }
    } else {
        Builder::new()
    };
    let started = builder.run(|| soak(migrate, arguments));
    started.expect("the runtime starts");
}

fn soak(migrate: bool, mut arguments: impl Iterator<Item = String>) {
    let seconds = arguments.next().map_or(2, |s| s.parse().expect("seconds"));
    let seed = arguments.next().map_or_else(
        || std::process::id().into(),
        |seed| seed.parse().expect("a seed"),
    );
    let how = if migrate { " migrate" } else { "" };
    println!("soak{how} {seconds} {seed}");
    step("the start of the soak");
    let time = Duration::from_secs(seconds);
    let end = Instant::now() + time;
    let mut random = Random(seed);
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let seeded = Random(random.next());
            spawn(move || work(seeded, end))
        })
        .collect();
    let tenths = watch(time);
    step("the end of the last jobs");
    for worker in workers {
        worker.join().unwrap();
    }
    while GOROUTINES.done.load(SeqCst) < GOROUTINES.asked.load(SeqCst) {
        yield_now();
    }

    println!(
        "{} jobs, {} goroutines, {} callbacks, {} panics",
        JOBS.check("jobs"),
        GOROUTINES.check("goroutines"),
        CALLBACKS.check("callbacks"),
        PANICS.check("panics"),
    );
    assert_eq!(naps(), NAPS.load(SeqCst));
    assert_eq!(added(), ADDED.load(SeqCst));
    assert_eq!(*SUM.lock().unwrap(), ADDED.load(SeqCst));
    let (first, last) = (tenths[0], tenths[9]);
    println!("at most, in each tenth: {tenths:?}");
    // Room for what is new once and then kept, like a stack that has been deeper than all before.
    assert!(last.threads <= first.threads * 2 + 32, "the threads grow");
    assert!(
        last.kib <= first.kib * 3 / 2 + (16 << 10),
        "the memory grows"
    );
}
