//! The thread that writes the trace.
//!
//! Events are written in the order in which they have happened, whatever thread they were noted on: what is noted later
//! than the moment at which the lanes are about to be emptied waits for the next round.

use super::ON;
use super::clock::{self, Scale};
use super::event::Event;
use super::json::Json;
use super::lane::{self, Lanes};
use super::pause;
use super::timeline::Timeline;
use crate::variables::{Bytes, Value as _};
use crate::{config, metrics, stack, template};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// How often lanes are emptied, unless one is half full before.
pub(crate) const ROUND: Duration = Duration::from_millis(20);
/// Rounds between two looks for threads that are gone.
const RECLAIM: u32 = 50;
/// No viewer opens more.
const LARGEST: u64 = 1 << 30;
/// So long the end of the program waits for a round.
const PATIENCE: Duration = Duration::from_secs(5);

static WRITER: Mutex<Option<Writer>> = Mutex::new(None);
static THREAD: OnceLock<Thread> = OnceLock::new();

struct Writer {
    json: Json<BufWriter<File>>,
    lanes: Lanes,
    scale: Scale,
    timeline: Timeline,
    /// Each with its thread.
    waiting: Vec<(i32, Event)>,
    /// Until then it was drawn that something was left out, in nanoseconds since the start.
    left_out: u64,
    rounds: u32,
}

/// A lane is half full.
pub(super) fn hurry() {
    if let Some(thread) = THREAD.get() {
        thread.unpark();
    }
}

/// Makes the file.
///
/// # Errors
/// The system's.
pub(super) fn create(path: &Path) -> std::io::Result<()> {
    let file = BufWriter::with_capacity(1 << 18, File::create(path)?);
    let program = std::env::args_os().next().unwrap_or_default();
    let program = Path::new(&program).file_name().unwrap_or_default();
    *WRITER
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(Writer {
        json: Json::new(file, &program.to_string_lossy()),
        lanes: Lanes::new(),
        scale: Scale::new(),
        timeline: Timeline::default(),
        waiting: Vec::new(),
        left_out: 0,
        rounds: 0,
    });
    Ok(())
}

/// Starts the thread.
pub(super) fn start() {
    extern "C" fn end() {
        if !template::is_child()
            && let Some(mut writer) = lock_within(PATIENCE)
        {
            end_of(&mut writer);
        }
    }
    template::request(template::Request {
        name: config::get().thread_name("trace"),
        stack: stack::SCHEDULER,
        run: Box::new(run),
        failed: Box::new(|| {
            ON.store(false, Relaxed);
        }),
    });
    // SAFETY: the handler may be called at any time, on any thread, and does not unwind. If there is no place for it, the file
    // is not closed, which it need not be.
    unsafe { libc::atexit(end) };
}

fn run() {
    let _ = THREAD.set(thread::current());
    loop {
        thread::park_timeout(ROUND);
        let Some(mut writer) = lock_within(PATIENCE) else {
            return;
        };
        match &mut *writer {
            Some(it) => it.round(),
            None => return,
        }
        let full = writer.as_ref().is_some_and(|it| it.json.len() >= LARGEST);
        let failed = writer.as_mut().and_then(|it| it.json.failed());
        if let Some(error) = failed {
            end_of(&mut writer);
            template::say(format_args!(
                "the trace ends here, it cannot be written: {error}"
            ));
        } else if full {
            end_of(&mut writer);
            template::say(format_args!(
                "the trace ends here, it has {}, and no viewer opens more",
                Bytes(LARGEST as usize).show()
            ));
        }
    }
}

/// Who ends the process may have interrupted the one that holds the lock.
fn lock_within(patience: Duration) -> Option<MutexGuard<'static, Option<Writer>>> {
    let end = Instant::now() + patience;
    loop {
        match WRITER.try_lock() {
            Ok(writer) => return Some(writer),
            Err(TryLockError::Poisoned(writer)) => return Some(writer.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() >= end => return None,
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// The last round.
fn end_of(writer: &mut Option<Writer>) {
    ON.store(false, Relaxed);
    if let Some(mut writer) = writer.take() {
        writer.round();
        let now = writer.scale.since_start(clock::now());
        writer.timeline.end(&mut writer.json, now);
        writer.json.close();
        let lost = lane::lost();
        if lost != 0 {
            template::say(format_args!(
                "{lost} events are missing from the trace: threads noted them faster than they could be written"
            ));
        }
    }
}

impl Writer {
    fn round(&mut self) {
        let paused = pause::since();
        let now = clock::now();
        pause::round(now);
        self.scale.measure();
        let waiting = &mut self.waiting;
        let have_room = self.lanes.drain(|tid, event| waiting.push((tid, event)));
        self.lanes.lay_by();
        self.waiting.sort_by_key(|(_, event)| event.at);
        let due = self.waiting.partition_point(|(_, event)| event.at <= now);
        // Of a pause that has not ended, the last round has drawn what there was until then.
        let mut last = self.scale.since_start(paused.unwrap_or(0));
        last = last.max(self.left_out);
        for (tid, event) in self.waiting.drain(..due) {
            let at = self.scale.since_start(event.at);
            last = last.max(at);
            self.timeline.event(&mut self.json, tid, at, event);
        }
        if paused.is_some() {
            let end = self.scale.since_start(clock::now());
            self.timeline.pause(&mut self.json, (last, end));
            self.left_out = end;
            // Who is about to end the process may have interrupted what this locks.
            if have_room && super::is_on() {
                pause::end();
            }
        }
        self.count(self.scale.since_start(now));
        self.rounds += 1;
        if self.rounds.is_multiple_of(RECLAIM) {
            self.lanes.reclaim();
            self.timeline.forget_threads();
        }
        self.json.flush();
    }

    /// How many there are of everything.
    fn count(&mut self, at: u64) {
        let now = metrics::metrics();
        let busy = (now.procs - now.idle_procs) as u64;
        let goroutines = [("goroutines", now.goroutines), ("parked", now.parked)];
        let threads = [
            ("busy procs", busy),
            ("threads", now.threads as u64),
            ("helpers", now.helpers as u64),
            ("C's", now.attached as u64),
            ("calls in line", now.waiting_calls as u64),
        ];
        self.json.counts("goroutines", at, &goroutines);
        self.json.counts("threads", at, &threads);
    }
}
