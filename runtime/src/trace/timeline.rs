//! From events to what is drawn: a row for each thread, with the goroutines that it runs and the C functions that keep it;
//! and a row for each goroutine, with its C calls, callbacks and waits, wherever they were.
//!
//! What a row shows lies within one another or beside one another. In a goroutine's row that is so by itself: it is one line of
//! execution, which parks in a callback that is in a C call. On a thread other goroutines run meanwhile: there a call that has
//! parked is drawn in pieces.
//!
//! In a pause (`pause.rs`) it is not known who runs and who waits.
//!
//! Events may be missing, and C may `longjmp` over calls: whatever ends, ends all that was begun within it.

use super::event::{Event, Frame, What};
use super::json::{Json, Row};
use crate::g::Suspend;
use crate::kernel;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write;

#[derive(Default)]
pub(super) struct Timeline {
    goroutines: HashMap<usize, Goroutine>,
    threads: HashMap<i32, Vec<Open>>,
    has_paused: bool,
}

/// One that is not done.
#[derive(Default)]
struct Goroutine {
    name: Option<Box<str>>,
    /// Where it was spawned is said.
    is_named: bool,
    /// The thread that runs it, and since when.
    on: Option<(i32, u64)>,
    waits: Option<Wait>,
    open: Vec<Open>,
}

/// Since it has given its thread back.
struct Wait {
    since: u64,
    is_parked: bool,
    /// When, and by whom.
    woken: Option<(u64, Waker)>,
}

enum Waker {
    Goroutine(usize),
    Thread(i32),
}

/// What was begun.
struct Open {
    frame: Frame,
    since: u64,
    /// Since when its thread has been its own.
    piece: u64,
}

impl Open {
    fn new(frame: Frame, since: u64) -> Open {
        let piece = since;
        Open {
            frame,
            since,
            piece,
        }
    }

    /// Whether it keeps the thread that it was begun on.
    fn is_here(&self) -> bool {
        !matches!(self.frame, Frame::Offload(_))
    }
}

/// Takes out what `frame` ends, the innermost first.
fn ended(open: &mut Vec<Open>, frame: Frame) -> impl Iterator<Item = Open> {
    let first = open.iter().rposition(|open| open.frame.is(frame));
    open.drain(first.unwrap_or(open.len())..).rev()
}

impl Timeline {
    /// What has happened on the thread `tid`, in nanoseconds since the start.
    pub(super) fn event<W: Write>(&mut self, json: &mut Json<W>, tid: i32, at: u64, event: Event) {
        if let Entry::Vacant(new) = self.threads.entry(tid) {
            let name = kernel::name(tid).unwrap_or_else(|| "a thread".to_owned());
            json.name(Row::Thread(tid), &name);
            new.insert(Vec::new());
        }
        let g = event.g;
        match event.what {
            What::Begins(frame) if g == 0 => self.open(tid).push(Open::new(frame, at)),
            What::Begins(frame) => self.goroutine(g).open.push(Open::new(frame, at)),
            What::Ends(frame) if g == 0 => {
                for open in ended(self.open(tid), frame) {
                    piece(json, Row::Thread(tid), &open, (open.since, at));
                }
            }
            What::Ends(frame) => {
                let goroutine = self.goroutine(g);
                for open in ended(&mut goroutine.open, frame) {
                    piece(json, Row::Goroutine(g), &open, (open.since, at));
                    if let Some((tid, since)) = goroutine.on.filter(|_| open.is_here()) {
                        // It may have been begun in a pause.
                        piece(json, Row::Thread(tid), &open, (open.piece.max(since), at));
                    }
                }
            }
            What::Named(name) => self.goroutine(g).name = Some(name),
            What::Runs { spawned_at } => {
                let goroutine = self.goroutine(g);
                if !goroutine.is_named {
                    goroutine.is_named = true;
                    let place = format!("{}:{}", spawned_at.file(), spawned_at.line());
                    let name = match &goroutine.name {
                        Some(name) => format!("`{name}`, {place}"),
                        None => place,
                    };
                    json.name(Row::Goroutine(g), &name);
                }
                goroutine.runs(json, g, tid, at);
            }
            What::Stops(why) => {
                let goroutine = self.goroutine(g);
                goroutine.stops(json, g, at);
                if why == Suspend::Done {
                    self.goroutines.remove(&g);
                } else {
                    goroutine.waits = Some(Wait {
                        since: at,
                        is_parked: why == Suspend::Park,
                        woken: None,
                    });
                }
            }
            What::Woken { by } => {
                if let Some(wait) = &mut self.goroutine(g).waits {
                    let by = match by {
                        0 => Waker::Thread(tid),
                        by => Waker::Goroutine(by),
                    };
                    wait.woken = Some((at, by));
                }
            }
            What::Retaken { tid, site } => {
                let what = site.map_or("Rust", |site| site.name());
                json.instant(
                    Row::Thread(tid),
                    "retaken",
                    &format!("loses its P in {what}"),
                    at,
                );
            }
        }
    }

    fn open(&mut self, tid: i32) -> &mut Vec<Open> {
        self.threads.entry(tid).or_default()
    }

    fn goroutine(&mut self, g: usize) -> &mut Goroutine {
        self.goroutines.entry(g).or_default()
    }

    /// Threads that are gone, and may come again as others.
    pub(super) fn forget_threads(&mut self) {
        self.threads
            .retain(|tid, open| !open.is_empty() || !kernel::is_gone(*tid));
    }

    /// Between these moments what happens often was left out.
    pub(super) fn pause<W: Write>(&mut self, json: &mut Json<W>, (from, to): (u64, u64)) {
        for (g, goroutine) in &mut self.goroutines {
            goroutine.stops(json, *g, from);
            goroutine.waited(json, *g, from);
            goroutine.is_named = false;
        }
        // Who has ended meanwhile is not told of.
        self.goroutines
            .retain(|_, goroutine| goroutine.name.is_some() || !goroutine.open.is_empty());
        if !std::mem::replace(&mut self.has_paused, true) {
            json.name(Row::LEFT_OUT, "left out: too much at once");
        }
        json.slice(Row::LEFT_OUT, "pause", "left out", (from, to), None);
    }

    /// Draws what has not ended until now.
    pub(super) fn end<W: Write>(&mut self, json: &mut Json<W>, at: u64) {
        for (tid, open) in self.threads.drain() {
            for open in open.iter().rev() {
                piece(json, Row::Thread(tid), open, (open.since, at));
            }
        }
        for (g, mut goroutine) in self.goroutines.drain() {
            goroutine.stops(json, g, at);
            goroutine.waited(json, g, at);
            for open in goroutine.open.iter().rev() {
                piece(json, Row::Goroutine(g), open, (open.since, at));
            }
        }
    }
}

impl Goroutine {
    fn runs<W: Write>(&mut self, json: &mut Json<W>, g: usize, tid: i32, at: u64) {
        self.waited(json, g, at);
        self.on = Some((tid, at));
        for open in &mut self.open {
            open.piece = at;
        }
    }

    /// It has waited until now.
    fn waited<W: Write>(&mut self, json: &mut Json<W>, g: usize, at: u64) {
        let Some(wait) = self.waits.take() else {
            return;
        };
        let mut ready = wait.since;
        if wait.is_parked {
            let by = wait.woken.as_ref().map(|(_, by)| match by {
                Waker::Goroutine(g) => format!("goroutine {g}"),
                Waker::Thread(tid) => format!("thread {tid}"),
            });
            ready = wait
                .woken
                .map_or(at, |(woken, _)| woken.clamp(wait.since, at));
            let about = by.as_deref().map(|by| ("woken by", by));
            json.slice(
                Row::Goroutine(g),
                "wait",
                "parked",
                (wait.since, ready),
                about,
            );
        }
        // A nanosecond later: some viewers take what begins where another ends for a part of it.
        ready += 1;
        if ready < at {
            json.slice(Row::Goroutine(g), "wait", "ready", (ready, at), None);
        }
    }

    /// It has run until now.
    fn stops<W: Write>(&mut self, json: &mut Json<W>, g: usize, at: u64) {
        let Some((tid, since)) = self.on.take() else {
            return;
        };
        let name = match &self.name {
            Some(name) => format!("goroutine {g} `{name}`"),
            None => format!("goroutine {g}"),
        };
        json.slice(Row::Thread(tid), "goroutine", &name, (since, at), None);
        for open in self.open.iter().filter(|open| open.is_here()) {
            piece(json, Row::Thread(tid), open, (open.piece, at));
        }
    }
}

fn piece<W: Write>(json: &mut Json<W>, row: Row, open: &Open, time: (u64, u64)) {
    let (category, name) = (open.frame.category(), open.frame.name());
    match open.frame {
        Frame::Serve(_, g) => {
            let by = format!("goroutine {g}");
            json.slice(row, category, name, time, Some(("for", &by)));
        }
        _ => json.slice(row, category, name, time, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Site;
    use std::panic::Location;

    static OUTER: Site = Site::new("outer");
    static INNER: Site = Site::new("inner");
    const THREAD: i32 = 77;

    /// What is drawn of these, each as its row, its name and its time.
    fn drawn(events: impl IntoIterator<Item = (u64, usize, What)>) -> Vec<String> {
        let mut out = Vec::new();
        let mut json = Json::new(&mut out, "test");
        let mut timeline = Timeline::default();
        let mut last = 0;
        for (at, g, what) in events {
            timeline.event(&mut json, THREAD, at * 1000, Event { at, g, what });
            last = at;
        }
        timeline.end(&mut json, (last + 1) * 1000);
        let text = String::from_utf8(out).unwrap();
        let slices = text.lines().filter(|line| line.contains(r#""ph":"X""#));
        let word = |line: &str, key: &str| {
            let (_, rest) = line.split_once(&format!(r#""{key}":"#)).unwrap();
            rest.split([',', '}'])
                .next()
                .unwrap()
                .trim_matches('"')
                .to_owned()
        };
        let show = |line: &str| {
            let words = ["tid", "name", "ts", "dur"].map(|key| word(line, key));
            words.join(" ").replace(".000", "")
        };
        slices.map(show).collect()
    }

    fn runs() -> What {
        let spawned_at = Location::caller();
        What::Runs { spawned_at }
    }

    #[test]
    fn a_call_that_parks_is_whole_in_its_goroutine_and_in_pieces_on_its_thread() {
        let call = Frame::Call(&OUTER);
        let events = [
            (1, 5, runs()),
            (2, 5, What::Begins(call)),
            (4, 5, What::Stops(Suspend::Park)),
            (5, 6, runs()),
            (6, 5, What::Woken { by: 6 }),
            (7, 6, What::Stops(Suspend::Done)),
            (8, 5, runs()),
            (9, 5, What::Ends(call)),
            (10, 5, What::Stops(Suspend::Done)),
        ];
        assert_eq!(
            drawn(events),
            [
                "77 goroutine 5 1 3",
                "77 outer 2 2",
                "77 goroutine 6 5 2",
                "5 parked 4 2",
                "5 ready 6.001 1.999",
                "5 outer 2 7",
                "77 outer 8 1",
                "77 goroutine 5 8 2",
            ]
        );
    }

    #[test]
    fn what_ends_ends_all_that_was_begun_within_it() {
        // The inner one has jumped over its callback, or that event is missing.
        let (outer, inner) = (Frame::Call(&OUTER), Frame::Call(&INNER));
        let events = [
            (1, 0, What::Begins(outer)),
            (2, 0, What::Begins(Frame::Callback("back"))),
            (3, 0, What::Begins(inner)),
            (5, 0, What::Ends(outer)),
            (6, 0, What::Ends(inner)),
        ];
        assert_eq!(
            drawn(events),
            ["77 inner 3 2", "77 back 2 3", "77 outer 1 4"]
        );
    }

    #[test]
    fn what_has_not_ended_is_drawn_until_now() {
        let events = [
            (1, 5, runs()),
            (2, 5, What::Begins(Frame::Offload(&OUTER))),
            (3, 5, What::Stops(Suspend::Park)),
            (4, 0, What::Begins(Frame::Serve(&OUTER, 5))),
        ];
        let mut drawn = drawn(events);
        drawn.sort();
        assert_eq!(
            drawn,
            [
                "5 outer 2 3",
                "5 parked 3 2",
                "77 goroutine 5 1 2",
                "77 outer 4 1",
            ]
        );
    }
}
