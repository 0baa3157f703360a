//! Goroutines that wait inside a callback, with C between them and what started them.

use super::ffi::call_back_that_parks;
use crate::peer::{Work, timed};
use cgocall::{Wait, cgo_export, go, yield_now};
use kanal::{AsyncReceiver, bounded_async};
use std::ffi::c_int;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub const WORKS: &[(&str, Work)] = &[("parked_in_callback", parked_in_callback)];

static INSIDE: AtomicU32 = AtomicU32::new(0);
static CLOSED: Mutex<Option<AsyncReceiver<()>>> = Mutex::new(None);

fn closed() -> std::sync::MutexGuard<'static, Option<AsyncReceiver<()>>> {
    CLOSED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cgo_export(private)]
fn wait_until_closed(n: c_int) -> c_int {
    let channel = closed().clone().expect("there while goroutines are");
    INSIDE.fetch_add(1, Relaxed);
    assert!(channel.recv().wait().is_err());
    n
}

fn parked_in_callback(n: u32) -> Vec<Duration> {
    timed(|| {
        let (open, receiver) = bounded_async::<()>(1);
        *closed() = Some(receiver);
        let goroutines: Vec<_> = (0..n as c_int)
            .map(|i| go(move || call_back_that_parks(wait_until_closed::C, i)))
            .collect();
        while INSIDE.load(Relaxed) < n {
            yield_now();
        }
        drop(open);
        for goroutine in goroutines {
            goroutine.join().expect("no panic");
        }
        INSIDE.store(0, Relaxed);
    })
}
