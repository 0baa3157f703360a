//! What protocols between threads are made of: a model checker's twins take their place in `tests/models`.

pub(crate) use std::sync::atomic::{AtomicPtr, Ordering};
pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Asks again and again, without sleeping, until there is an answer or the time is over.
pub(crate) fn spin<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() >= time {
            return answer;
        }
        std::hint::spin_loop();
    }
}
