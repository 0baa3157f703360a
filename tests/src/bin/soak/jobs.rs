//! What is done, and how often.
//!
//! What may wait for what is chosen so that nothing waits in a circle. A callback that parks keeps its thread's C side,
//! and an undeclared C call its thread, so both wait only for goroutines that they have spawned themselves, which make
//! their first C call before anything can come in between.

use crate::counts::{ADDED, CALLBACKS, GOROUTINES, HANDLES, JOBS, MAY_STAY, NAPS, PANICS, SUM};
use crate::random::Random;
use cgocall::{Handle, JoinHandle, Wait, go, yield_now};
use cgocall_tests::{
    add_locked, call_back, call_back_blocking, call_back_reentrant, nap, on_new_threads,
    usleep_blocking,
};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering::SeqCst;
use std::time::{Duration, Instant};

/// What every callback does.
fn called(n: i64) -> i64 {
    CALLBACKS.done();
    n + 1
}

pub(crate) fn spawn<T: Send + 'static>(f: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    GOROUTINES.ask(1);
    go(move || {
        let result = f();
        GOROUTINES.done();
        result
    })
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

/// Counts itself when it is dropped.
struct Kept(i64);

impl Drop for Kept {
    fn drop(&mut self) {
        HANDLES.done();
    }
}

/// A value that C knows the number of: used there, while its owner parks, and given up.
fn handles(random: &mut Random) {
    CALLBACKS.ask(2);
    HANDLES.ask(1);
    let (value, removes) = (random.from(1..=1000).into(), random.from(0..=1) == 0);
    let handle = Handle::new(Kept(value));
    let found = |n: i64| {
        let kept = Handle::<Kept>::from_raw(n as usize).get().unwrap();
        park(random);
        called(kept.0)
    };
    assert_eq!(
        call_back_reentrant(handle.as_raw() as i64, found),
        value + 1
    );
    if removes {
        handle.remove().unwrap();
    } else {
        match handle.take().unwrap() {
            Some(kept) => assert_eq!(kept.0, value),
            None => assert_ne!(MAY_STAY.load(SeqCst), 0, "nobody uses it"),
        }
    }
    let is_refused = |n: i64| {
        CALLBACKS.done();
        Handle::<Kept>::from_raw(n as usize).get().is_err().into()
    };
    assert_eq!(call_back(handle.as_raw() as i64, is_refused), 1);
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
pub(crate) fn job(random: &mut Random) {
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
        850..900 => handles,
        900..950 => yields,
        950..998 => locks,
        _ => hog,
    };
    JOBS.ask(1);
    job(random);
    JOBS.done();
}
