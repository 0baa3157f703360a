//! What can be seen of the work: a bar on a terminal, else a line for each batch.
//!
//! Both show what is committed, and nothing else: whoever kills the program finds at least that in the index.

use crate::writer::Tally;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The progress of one run.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
    /// That are to be read.
    files: Arc<AtomicUsize>,
}

impl Progress {
    /// Of a run that begins now.
    pub fn new() -> Progress {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = "{bar:32} {msg} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left";
        let style = ProgressStyle::with_template(style).expect("a well-formed template");
        bar.set_style(style.progress_chars("━╸─"));
        if !bar.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        let files = Arc::default();
        Progress { bar, files }
    }

    /// So many files are to be read.
    pub fn found(&self, files: usize, bytes: u64) {
        self.files.store(files, Ordering::Relaxed);
        self.bar.set_length(bytes);
    }

    /// A batch is committed; `tally` is of all of them.
    pub fn committed(&self, tally: &Tally) {
        self.bar.set_position(tally.bytes);
        let files = self.files.load(Ordering::Relaxed);
        self.bar
            .set_message(format!("{}/{files} files", tally.files));
        if self.bar.is_hidden() {
            // Nobody may be reading.
            let _ = writeln!(
                std::io::stderr(),
                "committed: {} files, {} bytes, {} tokens",
                tally.files,
                tally.bytes,
                tally.tokens
            );
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
