//! The time of events: of two a call, so it is read as cheaply as the machine can.
//!
//! That is the processor's counter, where the system tells its own time by it: then it runs evenly, and is the same on all
//! processors. Elsewhere it is the system's clock.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

static HAS_COUNTER: AtomicBool = AtomicBool::new(false);
/// Ticks in a second, once that was measured.
static RATE: AtomicU64 = AtomicU64::new(0);
static START: OnceLock<Instant> = OnceLock::new();

/// Ticks, of whatever length.
#[inline]
pub(super) fn now() -> u64 {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    if HAS_COUNTER.load(Relaxed) {
        // SAFETY: each x86-64 processor has it.
        return unsafe { std::arch::x86_64::_rdtsc() };
    }
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// So long ago; now, before anything was measured.
pub(super) fn before(ago: Duration) -> u64 {
    let ticks = ago.as_secs_f64() * RATE.load(Relaxed) as f64;
    now().saturating_sub(ticks as u64)
}

/// Whether Linux goes by the counter.
fn is_the_systems() -> bool {
    let source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
    let source = std::fs::read_to_string(source).unwrap_or_default();
    ["tsc", "kvm-clock", "hyperv_clocksource_tsc_page"].contains(&source.trim())
}

/// How long ticks are.
pub(super) struct Scale {
    start: (u64, Instant),
    nanoseconds: f64,
}

impl Scale {
    /// The clock starts.
    pub(super) fn new() -> Scale {
        let counts = cfg!(all(target_arch = "x86_64", not(miri))) && is_the_systems();
        HAS_COUNTER.store(counts, Relaxed);
        START.get_or_init(Instant::now);
        Scale {
            start: (now(), Instant::now()),
            nanoseconds: 0.0,
        }
    }

    /// Measures the ticks until now, once: what is told later goes by the same.
    pub(super) fn measure(&mut self) {
        if self.nanoseconds == 0.0 {
            let ticks = (now() - self.start.0).max(1);
            self.nanoseconds = self.start.1.elapsed().as_nanos() as f64 / ticks as f64;
            RATE.store((1e9 / self.nanoseconds) as u64, Relaxed);
        }
    }

    /// Nanoseconds since the start.
    pub(super) fn since_start(&self, at: u64) -> u64 {
        (at.saturating_sub(self.start.0) as f64 * self.nanoseconds) as u64
    }
}
