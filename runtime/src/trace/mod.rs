//! `CGOCALL_TRACE=trace.json`: what all threads and goroutines do, drawn over time.
//!
//! Each thread notes down what happens on it (`event.rs`) in a lane of its own (`lane.rs`). A thread of the trace's empties the
//! lanes, puts the events in order, makes rows of slices of them (`timeline.rs`), and writes these (`json.rs`).
//!
//! Off, it costs a branch each time that a goroutine gets or gives back its thread, and nothing for calls: who traces has no
//! site learn that its calls are short, so none goes the fast way (`cgocall.rs`), and keeps goroutines' C segments
//! upside down, so no callback does (`cstate.rs`). Go's execution tracer has rows like these.

mod clock;
mod event;
mod json;
mod lane;
mod pause;
mod timeline;
mod writer;

use crate::config;
use crate::g::{G, Suspend};
use crate::m::M;
use crate::site::Site;
use crate::template;
use event::{Frame, What};
use lane::When;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

static ON: AtomicBool = AtomicBool::new(false);

/// Whether there is a trace.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Makes the file, before the runtime starts.
///
/// # Errors
/// With what is wrong, and the cure.
pub(crate) fn create(path: &Path) -> Result<(), String> {
    writer::create(path).map_err(|error| {
        format!(
            "CGOCALL_TRACE names the file `{}`, which cannot be written: {error}; it must be in a folder that is there, \
             and may be written to",
            path.display()
        )
    })
}

/// When the runtime starts.
pub(crate) fn start() {
    if config::get().trace.file.is_some() {
        ON.store(true, Relaxed);
        writer::start();
    }
}

/// Whether it is drawn.
fn note(g: usize, what: What, when: When) -> bool {
    if template::is_child() {
        // Nobody writes there.
        std::mem::forget(what);
        return true;
    }
    lane::note(g, what, when)
}

/// A goroutine is about to run for the first time.
#[cold]
#[inline(never)]
pub(crate) fn starts(g: &G) {
    if let Some(name) = g.name() {
        note(g.id(), What::Named(name.into()), When::Always);
    }
}

/// A goroutine is about to run.
#[cold]
#[inline(never)]
pub(crate) fn runs(g: &G) {
    let spawned_at = g.spawned_at();
    note(g.id(), What::Runs { spawned_at }, When::Unpaused);
}

/// It has given the thread back.
#[cold]
#[inline(never)]
pub(crate) fn stops(g: &G, why: Suspend) {
    note(g.id(), What::Stops(why), When::Unpaused);
}

/// It was parked, and is about to be queued, by that goroutine if by any.
#[cold]
#[inline(never)]
pub(crate) fn woken(g: &G, by: Option<&G>) {
    let by = by.map_or(0, G::id);
    note(g.id(), What::Woken { by }, When::Unpaused);
}

/// sysmon has taken an M's P.
#[cold]
#[inline(never)]
pub(crate) fn retaken(m: &M, in_c: bool) {
    let site = m.site.load(Relaxed);
    // SAFETY: null or a `&'static Site`.
    let site = unsafe { site.as_ref() }.filter(|_| in_c);
    let tid = m.tid.load(Relaxed);
    note(0, What::Retaken { tid, site }, When::Always);
}

/// Something that takes as long as this is there. Without a trace it is nothing.
pub(crate) struct Span(Option<Begun>);

struct Begun {
    g: usize,
    frame: Frame,
    /// When, if that has not been noted, because of a pause.
    since: Option<u64>,
}

#[inline]
fn span(g: Option<&G>, frame: Frame) -> Span {
    match is_on() {
        false => Span(None),
        true => Span(Some(begin(g.map_or(0, G::id), frame))),
    }
}

fn begin(g: usize, frame: Frame) -> Begun {
    let when = match frame {
        Frame::Call(_) | Frame::Callback(_) => When::Unpaused,
        Frame::Offload(_) | Frame::Serve(..) => When::Always,
    };
    let is_drawn = note(g, What::Begins(frame), when);
    let since = (!is_drawn).then(clock::now);
    Begun { g, frame, since }
}

impl Drop for Span {
    #[inline]
    fn drop(&mut self) {
        if let Some(begun) = &self.0 {
            begun.end();
        }
    }
}

impl Begun {
    fn end(&self) {
        let Begun { g, frame, since } = *self;
        match since {
            None => {}
            // It may have taken long.
            Some(since) if pause::has_met(since) && !template::is_child() => {
                lane::note_late(g, What::Begins(frame), since);
            }
            Some(_) => return,
        }
        note(g, What::Ends(frame), When::Always);
    }
}

/// A C call, of a goroutine or on a thread that runs none.
#[must_use]
pub(crate) fn call(g: Option<&G>, site: &'static Site) -> Span {
    span(g, Frame::Call(site))
}

/// A C call that is lent to another thread.
#[must_use]
pub(crate) fn offload(g: &G, site: &'static Site) -> Span {
    span(Some(g), Frame::Offload(site))
}

/// The same, on that thread.
#[must_use]
pub(crate) fn serve(g: &G, site: &'static Site) -> Span {
    span(None, Frame::Serve(site, if is_on() { g.id() } else { 0 }))
}

/// A callback, of a goroutine or on a thread that runs none.
#[must_use]
pub(crate) fn callback(g: Option<&G>, name: &'static str) -> Span {
    span(g, Frame::Callback(name))
}
