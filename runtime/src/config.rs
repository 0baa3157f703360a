//! What the runtime is told before it starts: by `CGOCALL_*` variables, or by itself.

use std::sync::OnceLock;
use std::time::Duration;

/// Fixed when the runtime starts.
pub(crate) struct Config {
    /// The number of Ps.
    pub(crate) procs: usize,
    /// At most so many threads for Ps and `blocking` C calls together.
    pub(crate) max_threads: usize,
    /// A thread without work ends after so long.
    pub(crate) idle: Duration,
}

/// The configuration, read when it is first asked for.
pub(crate) fn get() -> &'static Config {
    static CONFIG: OnceLock<Config> = OnceLock::new();
    CONFIG.get_or_init(|| Config {
        procs: number("CGOCALL_PROCS", 1..=4096)
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        max_threads: number("CGOCALL_MAX_THREADS", 2..=100_000).unwrap_or(512),
        idle: duration("CGOCALL_IDLE").unwrap_or(Duration::from_secs(10)),
    })
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

/// The value of a variable that is a time, if it is set.
fn duration(name: &str) -> Option<Duration> {
    let value = std::env::var_os(name)?;
    let parse = |value: &str| match value.strip_suffix("ms") {
        Some(number) => number.parse().ok().map(Duration::from_millis),
        None => value
            .strip_suffix('s')?
            .parse()
            .ok()
            .map(Duration::from_secs),
    };
    let duration = value.to_str().and_then(parse);
    Some(duration.unwrap_or_else(|| {
        panic!("{name} is {value:?}; it must be a time with its unit, as in `500ms` or `10s`")
    }))
}
