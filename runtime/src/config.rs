//! What the runtime is told before it starts: by `CGOCALL_*` variables, or by itself.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::*};
use std::time::Duration;

/// Fixed when the runtime starts.
pub(crate) struct Config {
    /// The number of Ps.
    pub(crate) procs: usize,
    /// At most so many threads for Ps and `blocking` C calls together.
    pub(crate) max_threads: usize,
    /// A thread without work ends after so long.
    pub(crate) idle: Duration,
    /// Whether `membarrier(2)` may be used.
    pub(crate) membarrier: bool,
}

/// The configuration, read when it is first asked for.
pub(crate) fn get() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| Config {
        procs: number("CGOCALL_PROCS", 1..=4096)
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        max_threads: number("CGOCALL_MAX_THREADS", 2..=100_000).unwrap_or(512),
        idle: Duration::from_secs(10),
        membarrier: std::env::var_os("CGOCALL_MEMBARRIER").is_none_or(|v| v != "off"),
    })
}

/// Relaxed: nothing is handed over by it. Whoever starts a goroutine afterwards hands that over, and this with it.
static MIGRATE: AtomicBool = AtomicBool::new(false);

/// Lets started goroutines change threads from now on.
///
/// # Safety
/// The contract of `Builder::migrate`, which is about the goroutines that run already as well.
pub(crate) unsafe fn set_migrate() {
    MIGRATE.store(true, Relaxed);
}

/// Whether started goroutines may change threads. It may become true while some are running, and stays so.
#[expect(
    dead_code,
    reason = "asked by the scheduler once it can move a started goroutine"
)]
pub(crate) fn migrates() -> bool {
    MIGRATE.load(Relaxed)
}

/// The value of a variable that is a number, if it is set.
fn number(name: &str, range: std::ops::RangeInclusive<usize>) -> Option<usize> {
    let value = std::env::var_os(name)?;
    match value.to_str().and_then(|value| value.parse().ok()) {
        Some(number) if range.contains(&number) => Some(number),
        _ => panic!(
            "{name} is {value:?}; it must be a number from {} to {}",
            range.start(),
            range.end()
        ),
    }
}
