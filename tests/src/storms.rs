//! Signals by the ten thousand: see `c/storm.h`.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::cgo_import;
use std::ffi::{c_int, c_long, c_void};

#[cgo_import(include = "c/storm.h", source = "c/storm.c")]
unsafe extern "C" {
    safe fn storm_begin(hertz: c_long, restart: c_int) -> c_int;
    pub safe fn storm_end();
    pub safe fn storm_signals() -> c_long;
    pub safe fn storm_signals_passed_on() -> c_long;
    pub safe fn storm_catch(signals: c_long);
    #[cgo(c = "storm_catch", blocking)]
    pub safe fn storm_catch_on_a_helper(signals: c_long);
    /// Only compares the address.
    pub safe fn storm_watch(place: *const c_void);
    pub safe fn storm_watched() -> c_long;
}

/// Ten thousand a second of each of three, from now on. What they interrupt is resumed, or cut short.
///
/// # Panics
/// If the system does not give the timers.
pub fn begin(restart: bool) {
    assert_eq!(storm_begin(10_000, restart.into()), 0, "there is no storm");
}
