//! How a model runs.

use crate::config::Config;
use crate::{clock, config, sync};
use loom::model::Builder;
use std::cell::Cell;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

thread_local! {
    static MUTANT: Cell<&'static str> = const { Cell::new("") };
}

/// Whether the mistake is made. Asked by the code that has it.
pub(crate) fn is_mutant(name: &str) -> bool {
    MUTANT.get() == name
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
            sync::free_leaked();
            clock::start();
            sync::start(self.membarrier);
            config::set(Config {
                procs: self.procs,
                membarrier: self.membarrier,
                idle: Duration::ZERO,
                stack_size: 0,
            });
            f();
        });
        let times = times.load(Relaxed);
        println!("{times} executions in {:.1} s", start.elapsed().as_secs_f64());
    }
}

/// Runs a model with a mistake, which it must notice.
pub(crate) fn must_fail(mutant: &'static str, model: fn(), says: &str) {
    MUTANT.set(mutant);
    let result = catch_unwind(model);
    MUTANT.set("");
    let Err(panic) = result else {
        panic!("the model does not notice the mistake");
    };
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    assert!(
        text.is_some_and(|text| text.contains(says)),
        "it failed with {text:?}"
    );
}
