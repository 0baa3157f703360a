//! In the place of `std::time`: a millisecond goes by whenever somebody looks at the clock.

use std::cell::Cell;
use std::ops::{Add, Sub};

pub(crate) use std::time::Duration;

thread_local! {
    static NOW: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(Duration);

impl Instant {
    pub(crate) fn now() -> Instant {
        NOW.set(NOW.get() + Duration::from_millis(1));
        Instant(NOW.get())
    }

    pub(crate) fn elapsed(self) -> Duration {
        Instant::now() - self
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, time: Duration) -> Instant {
        Instant(self.0 + time)
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.0 - earlier.0
    }
}

/// Each execution begins at the same time.
pub(crate) fn start() {
    NOW.set(Duration::ZERO);
}

pub(crate) fn sleep(_: Duration) {
    loom::thread::yield_now();
}
