//! Many at once: they come in, wait for all to be there, do their part, and leave.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::*};
use std::time::{Duration, Instant};

/// So many pieces of work they do all in all, but each one at least.
pub const PIECES: u32 = 100_000;

pub struct Crowd {
    size: u32,
    inside: AtomicU32,
    open: AtomicBool,
    began: OnceLock<Instant>,
    ended: OnceLock<Instant>,
}

impl Crowd {
    pub fn new(size: u32) -> Crowd {
        Crowd {
            size,
            inside: AtomicU32::new(0),
            open: AtomicBool::new(false),
            began: OnceLock::new(),
            ended: OnceLock::new(),
        }
    }

    /// How many pieces each of them does.
    pub fn share(&self) -> u32 {
        (PIECES / self.size).max(1)
    }

    pub fn enter(&self) {
        self.inside.fetch_add(1, Relaxed);
    }

    pub fn all_inside(&self) -> bool {
        self.inside.load(Relaxed) == self.size
    }

    /// From now on they may begin.
    pub fn open(&self) {
        self.began.get_or_init(Instant::now);
        self.open.store(true, Release);
    }

    pub fn is_open(&self) -> bool {
        self.open.load(Acquire)
    }

    pub fn leave(&self) {
        if self.inside.fetch_sub(1, AcqRel) == 1 {
            self.ended.get_or_init(Instant::now);
        }
    }

    /// How long it took them, once all have left.
    pub fn took(&self) -> Duration {
        let (began, ended) = (self.began.get(), self.ended.get());
        *ended.expect("left") - *began.expect("opened")
    }
}
