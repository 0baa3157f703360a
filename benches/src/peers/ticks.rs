//! How long one waits for its next turn while another is busy.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

#[derive(Default)]
pub struct Ticks {
    /// Nanoseconds from one tick to the next, at most.
    longest: AtomicU64,
    stop: AtomicBool,
}

impl Ticks {
    /// It ticked now, and before at `last`.
    pub fn tick(&self, last: &mut Instant) {
        let now = Instant::now();
        let wait = now.duration_since(*last).as_nanos() as u64;
        self.longest.fetch_max(wait.max(1), Relaxed);
        *last = now;
    }

    /// What it was since the last time that this was asked.
    pub fn take(&self) -> Duration {
        Duration::from_nanos(self.longest.swap(0, Relaxed))
    }

    pub fn ticked(&self) -> bool {
        self.longest.load(Relaxed) != 0
    }

    pub fn stop(&self) {
        self.stop.store(true, Relaxed);
    }

    pub fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}
