//! How a model runs.

use crate::config::{Config, Trace};
use crate::{clock, config, sync};
use loom::cell::UnsafeCell;
use loom::model::Builder;
use std::env;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// The variable that says which mistake is made.
const MUTANT: &str = "CGOCALL_MUTANT";

/// Whether the mistake is made. Asked by the code that has it.
pub(crate) fn is_mutant(name: &str) -> bool {
    static MISTAKE: OnceLock<Option<String>> = OnceLock::new();
    let mistake = MISTAKE.get_or_init(|| env::var(MUTANT).ok());
    mistake.as_deref() == Some(name)
}

/// What a model needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Model {
    pub(crate) procs: usize,
    pub(crate) membarrier: bool,
    /// How often a thread is interrupted where it need not be, unless `LOOM_MAX_PREEMPTIONS` says it.
    pub(crate) preemptions: usize,
}

impl Model {
    /// Runs `f` in every order.
    pub(crate) fn check(self, f: impl Fn() + Send + Sync + 'static) {
        let mut builder = Builder::new();
        builder.preemption_bound.get_or_insert(self.preemptions);
        builder.max_branches = 10_000;
        let start = Instant::now();
        let times = Arc::new(AtomicUsize::new(0));
        let counted = times.clone();
        builder.check(move || {
            counted.fetch_add(1, Relaxed);
            sync::begin();
            clock::start();
            sync::start(self.membarrier);
            config::set(Config {
                procs: self.procs,
                membarrier: self.membarrier,
                migrate: false,
                idle: Duration::ZERO,
                stack_size: 0,
                system_stack_size: 0,
                trace: Trace {
                    every: None,
                    file: None,
                },
            });
            f();
        });
        let times = times.load(Relaxed);
        println!(
            "{times} executions in {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
}

/// What is not atomic, and loom watches: no access may be at the same time as a write.
pub(crate) struct Watched(UnsafeCell<u32>);

// SAFETY: loom ends the execution before an access that is not allowed.
unsafe impl Sync for Watched {}

impl Watched {
    pub(crate) fn new() -> Watched {
        Watched(UnsafeCell::new(0))
    }

    /// How often it has been written.
    pub(crate) fn read(&self) -> u32 {
        // SAFETY: loom watches it.
        self.0.with(|number| unsafe { *number })
    }

    pub(crate) fn write(&self) {
        // SAFETY: loom watches it.
        self.0.with_mut(|number| unsafe { *number += 1 });
    }
}

/// Runs a model with a mistake, which it must notice. In a process of its own: what a failed execution leaves behind is
/// not fit to be torn down.
pub(crate) fn must_fail(mutant: &str, model: &str, says: &str) {
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", model, "--nocapture"])
        .env(MUTANT, mutant)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success(),
        "`{model}` does not notice the mistake"
    );
    assert!(
        text.contains(says),
        "`{model}` fails for another reason:\n{text}"
    );
}
