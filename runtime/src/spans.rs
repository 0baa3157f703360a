//! Feature `tracing`: a span of the crate `tracing` for each C call that may take long.
//!
//! Which calls those are the slow way into C knows already; on the fast way there is nothing of this.
//!
//! # Who is in a span
//!
//! A subscriber keeps the spans that a *thread* has entered, and goroutines share theirs. So nothing of a goroutine's stays
//! entered while it is parked:
//!
//! * A call on a helper is entered there, while C runs: what its callbacks tell is told within it.
//! * Meanwhile its goroutine leaves those that it is in, as a future's span is left between two polls ([`leave`]).
//! * A call in place is entered outside of goroutines alone. On a goroutine its callbacks may park. There its span is as long
//!   as the call, and nobody is in it.
//!
//! # Subscribers
//!
//! are code of the program's. When one panics, so does the call: before C is entered or after it has returned, never in
//! between. The C calls that one makes have no spans, or it would hear of itself without end.

use crate::cstate::CState;
use crate::g::G;
use crate::site::Site;
use std::cell::Cell;
use std::ptr::NonNull;
use tracing::dispatcher::{self, Dispatch};
use tracing::span::{Id, Span};

/// So many spans that a thread is in are left, at the most: some subscribers may name one that cannot be.
const NESTED: usize = 64;

/// The span of a call, or none: nobody listens.
pub(crate) struct CallSpan {
    span: Span,
    /// Of who has made the call, and drops this.
    c: NonNull<CState>,
}

/// A call of the goroutine's that another thread is to run.
pub(crate) fn offloaded(g: &G, site: &'static Site) -> CallSpan {
    new(&g.c, Some(g), site, "offloaded")
}

/// A call that is made where the caller is: a goroutine, or a thread that runs none.
pub(crate) fn in_place(c: &CState, g: Option<&G>, site: &'static Site) -> CallSpan {
    new(c, g, site, "in place")
}

/// A call that has no span.
pub(crate) fn none(c: &CState) -> CallSpan {
    CallSpan {
        span: Span::none(),
        c: NonNull::from(c),
    }
}

fn new(c: &CState, g: Option<&G>, site: &'static Site, how: &'static str) -> CallSpan {
    if c.tells.get() {
        return none(c);
    }
    let span = tell(&c.tells, || {
        tracing::debug_span!(
            target: "cgocall",
            "c_call",
            function = site.name(),
            how,
            goroutine = g.map(G::id),
            goroutine_name = g.and_then(G::name),
            spawned_at = g.map(|g| tracing::field::display(g.spawned_at())),
        )
    });
    let c = NonNull::from(c);
    CallSpan { span, c }
}

/// Runs what calls a subscriber, and says so meanwhile.
fn tell<R>(tells: &Cell<bool>, f: impl FnOnce() -> R) -> R {
    struct Told<'c>(&'c Cell<bool>, bool);
    impl Drop for Told<'_> {
        fn drop(&mut self) {
            self.0.set(self.1);
        }
    }
    let _told = Told(tells, tells.replace(true));
    f()
}

impl CallSpan {
    /// Runs the call within it, on a thread where nothing parks. `c` is that thread's.
    pub(crate) fn around<R>(&self, c: &CState, call: impl FnOnce() -> R) -> R {
        let entered = tell(&c.tells, || self.span.enter());
        let result = call();
        tell(&c.tells, || drop(entered));
        result
    }
}

impl Drop for CallSpan {
    fn drop(&mut self) {
        if !self.span.is_none() {
            // SAFETY: it is dropped where it was made, by the goroutine or thread whose this is.
            let c = unsafe { self.c.as_ref() };
            tell(&c.tells, || {
                drop(std::mem::replace(&mut self.span, Span::none()))
            });
        }
    }
}

/// Spans that a goroutine has left, until this is dropped.
pub(crate) struct Left<'g> {
    subscriber: Option<Dispatch>,
    /// The innermost first.
    spans: Vec<Id>,
    c: &'g CState,
}

/// Leaves all spans that the goroutine is in, which is about to park.
pub(crate) fn leave(g: &G) -> Left<'_> {
    let c = &g.c;
    let mut left = Left {
        subscriber: None,
        spans: Vec::new(),
        c,
    };
    // Also in a subscriber, which may have been told of a call in the midst of other spans.
    if !c.leaves.get() && dispatcher::has_been_set() {
        // What is told within `get_default` hears of no subscriber itself.
        tell(&c.leaves, || {
            left.leave(&dispatcher::get_default(Dispatch::clone))
        });
    }
    left
}

impl Left<'_> {
    fn leave(&mut self, subscriber: &Dispatch) {
        while self.spans.len() < NESTED
            && let Some(id) = subscriber.current_span().id()
        {
            self.subscriber.get_or_insert_with(|| subscriber.clone());
            // Whoever holds it may be somebody else, who lets go of it meanwhile.
            self.spans.push(subscriber.clone_span(id));
            subscriber.exit(id);
        }
    }
}

impl Drop for Left<'_> {
    fn drop(&mut self) {
        if let Some(subscriber) = &self.subscriber {
            tell(&self.c.leaves, || {
                for id in self.spans.drain(..).rev() {
                    subscriber.enter(&id);
                    subscriber.try_close(id);
                }
            });
        }
    }
}
