//! Ctrl-C, and the polite `kill`: the first one asks to stop, the second one ends the program.

use crate::error::{Error, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether the program was asked to stop.
#[derive(Clone, Default)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Listens from now on.
    pub fn listen() -> Result<Interrupt> {
        let interrupt = Interrupt::default();
        for signal in [SIGINT, SIGTERM] {
            let asked = Arc::new(AtomicBool::new(false));
            // In this order: what the first signal sets, the second one finds.
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&asked))
                .and_then(|_| flag::register(signal, asked))
                .and_then(|_| {
                    let place = Arc::clone(&interrupt.signal);
                    flag::register_usize(signal, place, signal as usize)
                })
                .map_err(|error| Error::Other(format!("cannot listen to Ctrl-C: {error}")))?;
        }
        Ok(interrupt)
    }

    /// The signal that asked to stop.
    pub fn signal(&self) -> Option<c_int> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(signal as c_int),
        }
    }
}
