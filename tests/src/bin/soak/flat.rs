//! What the process takes: no more at the end than at the beginning.

use crate::counts::JOBS;
use cgocall::{Wait, metrics, yield_now};
use cgocall_tests::{is_sanitized, resident, step, threads};
use std::fmt;
use std::thread::sleep;
use std::time::Duration;

/// The most of a tenth of the time.
#[derive(Clone, Copy, Default)]
pub(crate) struct Most {
    threads: usize,
    files: usize,
    kib: usize,
}

impl fmt::Display for Most {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Most {
            threads,
            files,
            kib,
        } = self;
        write!(f, "{threads} threads, {files} files, {kib} KiB")
    }
}

/// Open ones, but for the kernel's own, which the runtime reads now and then, and this does.
fn files() -> usize {
    let open = std::fs::read_dir("/proc/self/fd").expect("Linux tells");
    open.flatten()
        .filter_map(|file| std::fs::read_link(file.path()).ok())
        .filter(|file| !file.starts_with("/proc") && !file.starts_with("/sys"))
        .count()
}

/// Looks at the process a hundred times.
pub(crate) fn watch(time: Duration) -> [Most; 10] {
    let (tx, ticks) = async_channel::bounded(1);
    let ticker = std::thread::spawn(move || {
        for tick in 0..100 {
            sleep(time / 100);
            if tx.send_blocking(tick).is_err() {
                return;
            }
        }
    });
    let mut tenths = [Most::default(); 10];
    let mut jobs = 0;
    while let Ok(tick) = ticks.recv().wait() {
        let most: &mut Most = &mut tenths[tick / 10];
        most.threads = most.threads.max(threads());
        most.files = most.files.max(files());
        most.kib = most.kib.max(resident());
        if JOBS.so_far() > jobs {
            jobs = JOBS.so_far();
            step(format!(
                "the soak, after {tick} % of its time and {jobs} jobs"
            ));
        }
    }
    crate::disturb::wait_for(ticker);
    tenths
}

/// What there is before the first job.
pub(crate) struct Before {
    files: usize,
}

impl Before {
    pub(crate) fn now() -> Before {
        Before { files: files() }
    }

    /// There is nothing of the jobs any more, and while there were some it did not become more and more.
    pub(crate) fn check(&self, tenths: [Most; 10]) {
        for (tenth, most) in tenths.iter().enumerate() {
            println!("tenth {}: at most {most}", tenth + 1);
        }
        // A job that has been sent something does not wait until who has sent it is over, and counted.
        step("the end of the last goroutine");
        while metrics().goroutines != 1 {
            yield_now();
        }
        let now = metrics();
        assert_eq!((now.goroutines, now.attached, now.waiting_calls), (1, 0, 0));
        // Beside the runtime's own: the main thread, the main goroutine's where that is another one, and the one that
        // watches over the steps.
        let own = now.procs + 2 + 3;
        step("the end of the threads that have nothing to do");
        while threads() > own {
            yield_now();
        }
        assert_eq!(files(), self.files, "files are left open");
        // SAFETY: asks about children of this process.
        let child = unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) };
        assert_eq!(child, -1, "a child is left");

        let (first, last) = (tenths[0], tenths[9]);
        // How many there are at one moment is as the dice fall.
        assert!(
            last.threads <= first.threads * 3 / 2 + 16,
            "the threads grow: {first}, and {last}"
        );
        // A stack that has become deeper than all before stays so, and some of the first tenth have not been deep yet. In a
        // part of an hour, of five minutes, this is a few bytes for each job. (A sanitizer keeps what was freed for a while.)
        assert!(
            is_sanitized() || last.kib <= first.kib * 5 / 4 + (4 << 10),
            "the memory grows: {first}, and {last}"
        );
    }
}
