//! Call sites: one static per import, which knows the C function's name, how it may be called, and how its calls went.
//!
//! # Learning
//!
//! A call that takes long must not keep its P, and giving the P up before each call would cost more than a short call
//! does. So a site learns. It changes when a call lets go of the P, never where the call runs:
//!
//! ```text
//! UNKNOWN   gives the P up before the call      ── 2 short calls in a row ──►  SHORT
//! SHORT     keeps the P; sysmon takes it after 20 us   ── 2 overruns in 1,000 calls ──►  LONG
//! LONG      gives the P up before the call      ── 8 short calls in a row, twice as many with each relapse ──►  SHORT
//! ```
//!
//! After ten relapses it gets no harder: 4,096 short calls in a row are a reason, whatever came before.
//!
//! One overrun is no reason: the kernel may have run something else in the middle of a short call. Calls that give the P
//! up are timed, from where C was entered to the next callback or the return; calls that keep it are not, since reading
//! a clock costs ten of them.
//!
//! UNKNOWN and LONG differ in how many short calls they ask for, so what is stored is that number. Calls of many threads
//! end at the same time: all that they change together is one word, `way`, and who comes too late changes nothing.
//!
//! # A trace
//!
//! Where there is one, no call goes the fast way, on which nothing is noted. But in a pause of the trace (`trace/pause.rs`)
//! nothing would be noted of a short call anyway. So a site of which pauses have left out 1,000 calls in a row is *opened*
//! by the next of these calls, and *closed*, as all are, when the pause is over. One of its calls that takes long after all
//! loses its P, which tells the trace of it. So functions that call back, whose callbacks are drawn within them, are not
//! opened, nor are `inline` ones, which keep their P.

use crate::config;
use crate::m::{self, COUNTERS};
use crate::metrics::SiteMetrics;
use crate::template;
use std::ffi::c_void;
use std::panic::Location;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, AtomicU64, Ordering::*, fence};
use std::time::Duration;

/// The C entry of an import: takes the address of the argument frame, calls the C function, stores the result.
pub type Stub = unsafe extern "C" fn(*mut c_void);

/// A call that is over sooner is short. What sysmon waits before it takes a P.
pub(crate) const SHORT: Duration = Duration::from_micros(20);
/// How many short calls make an UNKNOWN site SHORT.
const FIRST: i32 = 2;
/// How many make one SHORT again that was LONG once.
const AGAIN: i32 = 8;
/// Relapses after which it gets no harder.
const RELAPSES: u32 = 10;
/// So many calls in a row that were left out of a trace say that the next is short.
const LEFT_OUT: u32 = 1000;
/// Two overruns within so many calls make a SHORT site LONG.
const WINDOW: u64 = 1000;

/// One import, as the runtime sees it. Its `#[cgo(..)]` is spelled here word by word:
/// `Site::new("poll_events").parks().native_stack()`.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    imported_at: &'static Location<'static>,
    blocking: bool,
    parks: bool,
    inline: bool,
    native_stack: bool,
    bare: bool,
    /// Above 0: SHORT, and the place of its counter in each M. 0: SHORT, but something else keeps calls from the fast
    /// way. Below 0: not SHORT, and how many short calls in a row it takes to become so.
    way: AtomicI32,
    /// The place of its counter in each M, once it has one. 0: it has not been called.
    counter: AtomicU32,
    relapses: AtomicU32,
    /// The number of calls at the last overrun.
    overran_at: AtomicU64,
    /// Calls that were not counted in an M.
    calls: AtomicU64,
    offloads: AtomicU64,
    overruns: AtomicU64,
    stalls: AtomicU64,
    /// Nanoseconds, of calls that were timed.
    time: AtomicU64,
    /// How many calls in a row a trace's pauses have left out.
    left_out: AtomicU32,
    /// Whether the last thing that was learnt is that a call takes long.
    is_long: AtomicBool,
}

/// All sites that were called, each at the place of its counter less one.
static SITES: Mutex<Vec<&'static Site>> = Mutex::new(Vec::new());

/// The sites that have been called.
pub(crate) fn all() -> Vec<&'static Site> {
    SITES
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clone()
}

/// No call goes the fast way from now on: the trace's pause is over, and that was said before.
pub(crate) fn close_all() {
    // With the one in `open`.
    fence(SeqCst);
    SITES
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .iter()
        .for_each(|site| site.close());
}

/// How many short calls in a row it takes after so many relapses.
fn threshold(relapses: u32) -> i32 {
    match relapses {
        0 => FIRST,
        _ => AGAIN << (relapses - 1),
    }
}

impl Site {
    /// The site of the C function `name`, of which nothing is said: it runs on its goroutine's own thread.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str) -> Self {
        Site {
            name,
            imported_at: Location::caller(),
            blocking: false,
            parks: false,
            inline: false,
            native_stack: false,
            bare: false,
            way: AtomicI32::new(-FIRST),
            counter: AtomicU32::new(0),
            relapses: AtomicU32::new(0),
            overran_at: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            offloads: AtomicU64::new(0),
            overruns: AtomicU64::new(0),
            stalls: AtomicU64::new(0),
            time: AtomicU64::new(0),
            left_out: AtomicU32::new(0),
            is_long: AtomicBool::new(false),
        }
    }

    /// `#[cgo(blocking)]`: a park point; runs on a helper thread.
    #[must_use]
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// `#[cgo(parks)]`: its C code tolerates other C calls of the thread while a callback is parked.
    #[must_use]
    pub const fn parks(mut self) -> Self {
        self.parks = true;
        self
    }

    /// `#[cgo(inline)]`: keeps its P always.
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.inline = true;
        self.way = AtomicI32::new(0);
        self
    }

    /// `#[cgo(native_stack)]`: waits for the thread's native stack instead of using a pooled one.
    #[must_use]
    pub const fn native_stack(mut self) -> Self {
        self.native_stack = true;
        self
    }

    /// No import: C that was called on the goroutine's own stack, and called back.
    pub(crate) const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The C function's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Where in the program it is imported.
    pub(crate) fn imported_at(&self) -> &'static Location<'static> {
        self.imported_at
    }

    pub(crate) fn is_blocking(&self) -> bool {
        self.blocking
    }

    /// Whether its C code minds other C calls of its thread.
    pub(crate) fn is_strict(&self) -> bool {
        !self.parks
    }

    pub(crate) fn is_inline(&self) -> bool {
        self.inline
    }

    pub(crate) fn needs_native_stack(&self) -> bool {
        self.native_stack
    }

    /// Whether its C frames are on the goroutine's own stack.
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }

    /// The place of its counter in each M, if its calls keep their P and need nothing else.
    #[inline(always)]
    pub(crate) fn fast(&self) -> Option<usize> {
        let way = self.way.load(Relaxed);
        (way > 0).then_some(way as usize)
    }

    /// Whether its calls keep their P.
    pub(crate) fn is_short(&self) -> bool {
        self.way.load(Relaxed) >= 0
    }

    /// Whether its calls are known to take long.
    pub(crate) fn is_known_long(&self) -> bool {
        self.blocking || self.is_long.load(Relaxed)
    }

    /// A call that does not go the fast way, and may be the first.
    pub(crate) fn count(&'static self) {
        self.calls.fetch_add(1, Relaxed);
        self.list();
    }

    /// Has it be one of `all`.
    pub(crate) fn list(&'static self) {
        if self.counter.load(Relaxed) == 0 {
            self.register();
        }
    }

    /// A call on another thread.
    pub(crate) fn count_offload(&'static self, took: Duration) {
        self.count();
        self.offloads.fetch_add(1, Relaxed);
        self.add_time(took);
    }

    #[cold]
    fn register(&'static self) {
        if template::is_child() {
            return;
        }
        let mut sites = SITES
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.counter.load(Relaxed) == 0 {
            sites.push(self);
            // The last counter is for all who came too late for one of their own.
            let place = sites.len().min(COUNTERS - 1) as u32;
            self.counter.store(place, Relaxed);
            drop(sites);
            // It may be SHORT by declaration.
            let _ = self.way.compare_exchange(0, self.short(), Relaxed, Relaxed);
        }
    }

    /// `way`, when it is SHORT.
    fn short(&self) -> i32 {
        let is_traced = config::get().trace.file.is_some();
        if is_traced || !self.has_fast_way() {
            return 0;
        }
        self.counter.load(Relaxed) as i32
    }

    /// Whether its calls may go the fast way as far as it is concerned.
    fn has_fast_way(&self) -> bool {
        !(self.native_stack || self.blocking || config::get().migrate)
    }

    /// A call is over that the trace has left out, in a pause.
    pub(crate) fn was_left_out(&self, is_pause: impl Fn() -> bool) {
        // Of those that are counted at the same time, one may be forgotten.
        let before = self.left_out.load(Relaxed);
        if before < LEFT_OUT {
            self.left_out.store(before + 1, Relaxed);
        } else if !self.inline && self.has_fast_way() {
            self.open(is_pause);
        }
    }

    /// A call has taken long, or has called back: the trace has to know of the next ones.
    pub(crate) fn is_not_left_out(&self) {
        if self.left_out.load(Relaxed) != 0 {
            self.left_out.store(0, Relaxed);
        }
    }

    /// Lets calls go the fast way, in a pause.
    #[cold]
    fn open(&self, is_pause: impl Fn() -> bool) {
        let place = self.counter.load(Relaxed) as i32;
        let opened = self.way.compare_exchange(0, place, Relaxed, Relaxed);
        // With the one in `close_all`: either that sees it open, or this that the pause is over.
        fence(SeqCst);
        if opened.is_ok() && !is_pause() {
            self.close();
        }
    }

    fn close(&self) {
        let way = self.way.load(Relaxed);
        if way > 0 {
            // Or else it has just become LONG, or another one has closed it.
            let _ = self.way.compare_exchange(way, 0, Relaxed, Relaxed);
        }
    }

    fn add_time(&self, took: Duration) {
        self.time.fetch_add(took.as_nanos() as u64, Relaxed);
    }

    /// A call that had given its P up was in C for so long.
    pub(crate) fn took(&self, time: Duration) {
        self.add_time(time);
        let way = self.way.load(Relaxed);
        // Declared, which need not be learnt; or another thread's call has made it SHORT meanwhile.
        if self.blocking || way >= 0 {
            return;
        }
        let next = if time >= SHORT {
            self.is_long.store(true, Relaxed);
            -threshold(self.relapses.load(Relaxed))
        } else if way == -1 {
            self.overran_at.store(0, Relaxed);
            self.is_long.store(false, Relaxed);
            self.short()
        } else {
            way + 1
        };
        let _ = self.way.compare_exchange(way, next, Relaxed, Relaxed);
    }

    /// A call that had kept its P has lost it to sysmon.
    #[cold]
    pub(crate) fn overran(&self) {
        self.overruns.fetch_add(1, Relaxed);
        self.is_not_left_out();
        let now = self.calls() + 1;
        let before = self.overran_at.swap(now, Relaxed);
        let way = self.way.load(Relaxed);
        // Another thread may have counted further.
        if self.inline || before == 0 || now.saturating_sub(before) >= WINDOW || way < 0 {
            return;
        }
        let relapses = (self.relapses.load(Relaxed) + 1).min(RELAPSES);
        let long = self
            .way
            .compare_exchange(way, -threshold(relapses), Relaxed, Relaxed);
        if long.is_ok() {
            self.relapses.store(relapses, Relaxed);
            self.is_long.store(true, Relaxed);
        }
    }

    /// What is behind it waited for a second. Whether that is the first time.
    pub(crate) fn stalled(&self) -> bool {
        self.stalls.fetch_add(1, Relaxed) == 0
    }

    /// All that is counted.
    pub(crate) fn metrics(&'static self) -> SiteMetrics {
        SiteMetrics {
            name: self.name,
            calls: self.calls(),
            offloads: self.offloads.load(Relaxed),
            overruns: self.overruns.load(Relaxed),
            time: Duration::from_nanos(self.time.load(Relaxed)),
            stalls: self.stalls.load(Relaxed),
            is_short: self.is_short(),
        }
    }

    /// The number of calls.
    pub(crate) fn calls(&self) -> u64 {
        let counter = self.counter.load(Relaxed) as usize;
        let counted = match counter {
            0 => 0,
            _ if counter == COUNTERS - 1 => 0,
            _ => m::count(counter),
        };
        self.calls.load(Relaxed) + counted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// One that has learnt that its calls are short, and of which so many calls were left out.
    fn traced(site: Site, left_out: u32) -> &'static Site {
        let site: &'static Site = Box::leak(Box::new(site));
        site.count();
        site.way.store(0, Relaxed);
        (0..left_out).for_each(|_| site.was_left_out(|| true));
        site
    }

    #[test]
    fn a_site_is_open_in_a_pause_that_has_left_out_a_thousand_of_its_calls() {
        let site = traced(Site::new("short"), LEFT_OUT);
        assert_eq!(site.fast(), None);
        site.was_left_out(|| false);
        assert_eq!(site.fast(), None, "the pause is over");
        site.was_left_out(|| true);
        assert_eq!(site.fast(), Some(site.counter.load(Relaxed) as usize));
        close_all();
        assert_eq!(site.fast(), None);
        site.was_left_out(|| true);
        assert!(site.fast().is_some(), "in the next pause at once");
        site.overran();
        close_all();
        site.was_left_out(|| true);
        assert_eq!(site.fast(), None, "it has taken long");
    }

    #[test]
    fn who_needs_the_slow_way_or_keeps_its_p_is_never_open() {
        let sites = [
            Site::new("native").native_stack(),
            Site::new("blocking").blocking(),
            Site::new("inline").inline(),
        ];
        for site in sites {
            assert_eq!(traced(site, 2 * LEFT_OUT).fast(), None);
        }
    }

    #[test]
    fn whoever_opens_a_site_while_a_pause_ends_it_is_closed_then() {
        let site = traced(Site::new("contended"), LEFT_OUT);
        let is_pause = AtomicBool::new(false);
        let rounds = if cfg!(miri) { 20 } else { 2000 };
        for _ in 0..rounds {
            is_pause.store(true, Relaxed);
            thread::scope(|scope| {
                scope.spawn(|| {
                    (0..10).for_each(|_| site.was_left_out(|| is_pause.load(Relaxed)));
                });
                is_pause.store(false, Relaxed);
                close_all();
            });
            assert_eq!(site.fast(), None);
        }
    }
}
