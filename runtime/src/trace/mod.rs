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
mod timeline;
mod writer;

use crate::config;
use crate::g::{G, Suspend};
use crate::m::M;
use crate::site::Site;
use crate::template;
use event::{Frame, What};
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

fn note(g: usize, what: What) {
    if template::is_child() {
        // Nobody writes there.
        return std::mem::forget(what);
    }
    lane::note(g, what);
}

/// A goroutine is about to run for the first time.
#[cold]
#[inline(never)]
pub(crate) fn starts(g: &G) {
    if let Some(name) = g.name() {
        note(g.id(), What::Named(name.into()));
    }
}

/// A goroutine is about to run.
#[cold]
#[inline(never)]
pub(crate) fn runs(g: &G) {
    let spawned_at = g.spawned_at();
    note(g.id(), What::Runs { spawned_at });
}

/// It has given the thread back.
#[cold]
#[inline(never)]
pub(crate) fn stops(g: &G, why: Suspend) {
    note(g.id(), What::Stops(why));
}

/// It was parked, and is about to be queued, by that goroutine if by any.
#[cold]
#[inline(never)]
pub(crate) fn woken(g: &G, by: Option<&G>) {
    note(
        g.id(),
        What::Woken {
            by: by.map_or(0, G::id),
        },
    );
}

/// sysmon has taken an M's P.
#[cold]
#[inline(never)]
pub(crate) fn retaken(m: &M, in_c: bool) {
    let site = m.site.load(Relaxed);
    // SAFETY: null or a `&'static Site`.
    let site = unsafe { site.as_ref() }.filter(|_| in_c);
    let tid = m.tid.load(Relaxed);
    note(0, What::Retaken { tid, site });
}

/// Something that takes as long as this is there. Without a trace it is nothing.
pub(crate) struct Span(Option<(usize, Frame)>);

fn span(g: Option<&G>, frame: Frame) -> Span {
    if !is_on() {
        return Span(None);
    }
    let g = g.map_or(0, G::id);
    note(g, What::Begins(frame));
    Span(Some((g, frame)))
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some((g, frame)) = self.0 {
            note(g, What::Ends(frame));
        }
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
