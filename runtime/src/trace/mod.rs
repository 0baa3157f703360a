//! `CGOCALL_TRACE=trace.json`: what all threads and goroutines do, drawn over time.
//!
//! Each thread notes down what happens on it (`event.rs`) in a lane of its own (`lane.rs`). A thread of the trace's empties the
//! lanes, puts the events in order, makes rows of slices of them (`timeline.rs`), and writes these (`json.rs`).
//!
//! Off, it costs a branch each time that a goroutine gets or gives back its thread, and nothing for calls: who traces has no
//! site learn that its calls are short, so none goes the fast way (`cgocall.rs`) but in pauses, and keeps goroutines' C
//! segments upside down, so no callback does (`cstate.rs`). Go's execution tracer has rows like these.

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
use std::cell::Cell;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
pub(crate) use writer::ROUND;

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

/// sysmon is about to take the P of an M that has been where it is for so long.
#[cold]
pub(crate) fn about_to_retake(m: &M, time: Duration) {
    m.in_c_since.store(clock::before(time), Relaxed);
}

/// A C call of the goroutine's has lost its P, and is over, or calls back. In a pause nothing else may know of it.
pub(crate) fn overran(m: &M, g: &G, site: &'static Site) {
    if is_on() && !g.c.is_traced.get() && !template::is_child() {
        let frame = Frame::Call(site);
        lane::note_late(g.id(), What::Begins(frame), m.in_c_since.load(Relaxed));
        note(g.id(), What::Ends(frame), When::Always);
    }
}

/// Something that takes as long as this is there. Without a trace it is nothing.
pub(crate) struct Span<'g>(Option<Begun<'g>>);

struct Begun<'g> {
    g: usize,
    frame: Frame,
    /// When, if that has not been noted, because of a pause.
    since: Option<u64>,
    /// Of a goroutine's: whether it is in a C call that is traced, and was before.
    is_traced: Option<(&'g Cell<bool>, bool)>,
}

#[inline]
fn span(g: Option<&G>, frame: Frame) -> Span<'_> {
    match is_on() {
        false => Span(None),
        true => Span(Some(begin(g, frame))),
    }
}

// Out of the way of calls and callbacks where there is no trace.
#[cold]
#[inline(never)]
fn begin(g: Option<&G>, frame: Frame) -> Begun<'_> {
    let when = match frame {
        Frame::Call(_) | Frame::Callback(_) => When::Unpaused,
        Frame::Offload(_) | Frame::Serve(..) => When::Always,
    };
    let is_traced = g.map(|g| {
        let is_call = matches!(frame, Frame::Call(_));
        (&g.c.is_traced, g.c.is_traced.replace(is_call))
    });
    let g = g.map_or(0, G::id);
    let is_drawn = note(g, What::Begins(frame), when);
    let since = (!is_drawn).then(clock::now);
    Begun {
        g,
        frame,
        since,
        is_traced,
    }
}

impl Drop for Span<'_> {
    #[inline]
    fn drop(&mut self) {
        if let Some(begun) = &self.0 {
            begun.end();
        }
    }
}

impl Begun<'_> {
    #[cold]
    #[inline(never)]
    fn end(&self) {
        let Begun {
            g,
            frame,
            since,
            is_traced,
        } = *self;
        if let Some((is_traced, before)) = is_traced {
            is_traced.set(before);
        }
        let site = match frame {
            Frame::Call(site) => Some(site),
            _ => None,
        };
        match since {
            None => {}
            // It may have taken long.
            Some(since) if pause::has_met(since) && !template::is_child() => {
                site.inspect(|site| site.is_not_left_out());
                lane::note_late(g, What::Begins(frame), since);
            }
            Some(_) => {
                site.inspect(|site| site.was_left_out(|| pause::since().is_some()));
                return;
            }
        }
        note(g, What::Ends(frame), When::Always);
    }
}

/// A C call, of a goroutine or on a thread that runs none.
#[must_use]
pub(crate) fn call<'g>(g: Option<&'g G>, site: &'static Site) -> Span<'g> {
    span(g, Frame::Call(site))
}

/// A C call that is lent to another thread.
#[must_use]
pub(crate) fn offload<'g>(g: &'g G, site: &'static Site) -> Span<'g> {
    span(Some(g), Frame::Offload(site))
}

/// The same, on that thread.
#[must_use]
pub(crate) fn serve(g: &G, site: &'static Site) -> Span<'static> {
    span(None, Frame::Serve(site, if is_on() { g.id() } else { 0 }))
}

/// A callback, of a goroutine or on a thread that runs none.
#[must_use]
pub(crate) fn callback<'g>(g: Option<&'g G>, name: &'static str) -> Span<'g> {
    span(g, Frame::Callback(name))
}

/// The same, from where C was called by an import: that is shown around its callbacks.
#[must_use]
pub(crate) fn callback_of_import<'g>(g: &'g G, name: &'static str) -> Span<'g> {
    if is_on()
        && let Some(site) = g.c.sites().next()
    {
        site.is_not_left_out();
    }
    callback(Some(g), name)
}
