//! Ends a scenario that hangs, and says where.

use crate::is_sanitized;
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

fn patience() -> Duration {
    Duration::from_secs(if is_sanitized() { 1200 } else { 60 })
}

static STEP: Mutex<Option<(String, Instant)>> = Mutex::new(None);

/// Says what the scenario waits for from now on. After a minute of the same it ends, with a message.
pub fn step(what: impl Into<String>) {
    static WATCH: Once = Once::new();
    *STEP.lock().unwrap_or_else(PoisonError::into_inner) = Some((what.into(), Instant::now()));
    WATCH.call_once(|| drop(std::thread::spawn(watch)));
}

/// A plain thread, which needs nothing of the runtime, and wakes only when a step could be over its time.
fn watch() {
    loop {
        let (what, since) = STEP
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
            .expect("the first step starts the watch");
        match patience().checked_sub(since.elapsed()) {
            Some(left) if !left.is_zero() => std::thread::sleep(left),
            _ => {
                eprintln!(
                    "after {} s there is still no end of: {what}",
                    patience().as_secs()
                );
                std::process::exit(2);
            }
        }
    }
}
