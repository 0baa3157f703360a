//! Feature `tracing`: the spans of C calls that may take long, as a subscriber hears of them.

use cgocall::{GoBuilder, go};
use cgocall_tests::{Flag, call_back_blocking, run_with_procs, thread_id, usleep, usleep_blocking};
use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Span, Subscriber, info_span};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// What was told of a span.
#[derive(Clone, Debug, Default)]
struct Told {
    name: &'static str,
    target: String,
    fields: HashMap<&'static str, String>,
    /// Its number among all.
    parent: Option<usize>,
    /// By which threads it was entered and left.
    entered: Vec<ThreadId>,
    left: Vec<ThreadId>,
    closed: usize,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.fields.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.fields.insert(field.name(), value.to_owned());
    }
}

/// All spans, and the numbers of those that are there.
type All = (Vec<Told>, HashMap<Id, usize>);

static ALL: LazyLock<Mutex<All>> = LazyLock::new(Mutex::default);

fn all() -> MutexGuard<'static, All> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Recorder;

impl Recorder {
    fn note(id: &Id, what: impl FnOnce(&mut Told)) {
        let mut all = all();
        let n = all.1[id];
        what(&mut all.0[n]);
    }

    /// Those below some spans of the tests' are not to its taste.
    fn refuses<S: Subscriber + for<'a> LookupSpan<'a>>(
        at: &'static str,
        id: &Id,
        context: &Context<'_, S>,
    ) {
        let parent = context.span(id).and_then(|span| span.parent());
        if parent.is_some_and(|parent| parent.name() == at) {
            panic!("as it should: {at}");
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Recorder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let metadata = attributes.metadata();
        if metadata.target() == "cgocall" {
            // One that calls C itself, and parks: of that it hears nothing.
            assert_eq!(usleep_blocking(1), 0);
        }
        let mut told = Told {
            name: metadata.name(),
            target: metadata.target().to_owned(),
            ..Told::default()
        };
        attributes.record(&mut told);
        let parent = context.span(id).and_then(|span| span.parent());
        let mut all = all();
        told.parent = parent.map(|parent| all.1[&parent.id()]);
        let n = all.0.len();
        all.0.push(told);
        all.1.insert(id.clone(), n);
        drop(all);
        Recorder::refuses("refuses to make", id, &context);
    }

    fn on_enter(&self, id: &Id, context: Context<'_, S>) {
        Recorder::note(id, |told| told.entered.push(thread::current().id()));
        Recorder::refuses("refuses to enter", id, &context);
    }

    fn on_exit(&self, id: &Id, _: Context<'_, S>) {
        Recorder::note(id, |told| told.left.push(thread::current().id()));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        Recorder::note(&id, |told| told.closed += 1);
    }
}

/// Runs `f` in a span of that name: what was told of that, and of those that were made in it.
fn within<R>(name: &'static str, f: impl FnOnce() -> R) -> (R, Told, Vec<Told>) {
    static LISTENS: LazyLock<()> = LazyLock::new(|| {
        let subscriber = Registry::default().with(Recorder);
        tracing::subscriber::set_global_default(subscriber).expect("it is the only one");
    });
    LazyLock::force(&LISTENS);
    let root = match name {
        "refuses to make" => info_span!("refuses to make"),
        "refuses to enter" => info_span!("refuses to enter"),
        _ => info_span!("root", name),
    };
    let number = all().1[&root.id().expect("somebody listens")];
    let result = root.in_scope(f);
    drop(root);
    let all = all();
    let below = all.0.iter().filter(|told| told.parent == Some(number));
    (result, all.0[number].clone(), below.cloned().collect())
}

#[test]
fn all_of_it_holds_with_1_2_and_16_procs() {
    let this = "all_of_it_holds_with_1_2_and_16_procs";
    run_with_procs(std::env::current_exe().unwrap(), |_, command| {
        command.args(["--skip", this]);
    });
}

#[test]
fn an_offloaded_call_is_a_span_of_its_callers_that_c_is_in_on_the_helper() {
    let caller = GoBuilder::new().name("caller").go(|| {
        let here = thread::current().id();
        let told = within("offloaded", || usleep_blocking(1000));
        (here, told)
    });
    let (here, (result, root, calls)) = caller.join().unwrap();
    assert_eq!(result, 0);
    let [call] = &calls[..] else {
        panic!("one call: {calls:?}");
    };
    assert_eq!((call.name, &call.target[..]), ("c_call", "cgocall"));
    assert_eq!(call.fields["function"], "rest");
    assert_eq!(call.fields["how"], "offloaded");
    assert_ne!(call.fields["goroutine"].parse::<usize>().unwrap(), 0);
    assert_eq!(call.fields["goroutine_name"], "caller");
    assert!(call.fields["spawned_at"].contains("spans.rs:"), "{call:?}");
    assert_eq!((call.entered.len(), call.closed), (1, 1), "{call:?}");
    assert_eq!(call.entered, call.left);
    assert_ne!(call.entered[0], here);
    // It is left for the time of the call, and of the one that the subscriber makes.
    assert_eq!(root.entered, [here, here, here]);
    assert_eq!((root.left, root.closed), (root.entered, 1));
}

#[test]
fn while_a_call_is_offloaded_nobody_else_is_in_its_callers_spans() {
    go(|| {
        let flag = Arc::new(Flag::new());
        let mate = go({
            let flag = Arc::clone(&flag);
            move || {
                let span = Span::current();
                flag.raise();
                assert!(span.is_none(), "{span:?}");
            }
        });
        let (inner, ..) = within("outer", || {
            let span = info_span!("inner");
            span.in_scope(|| flag.wait_in_c());
            assert_eq!(
                Span::current().metadata().map(|of| of.name()),
                Some("root"),
                "it goes on where it was"
            );
            span
        });
        drop(inner);
        mate.join().unwrap();
    })
    .join()
    .unwrap();
}

#[test]
fn callbacks_of_an_offloaded_call_are_within_its_span() {
    let current = || Span::current().metadata().map(|of| of.name());
    let call = move || {
        call_back_blocking(1, |n| {
            assert_eq!(current(), Some("c_call"));
            n
        })
    };
    let (result, _, calls) = go(move || within("callbacks", call)).join().unwrap();
    assert_eq!((result, calls.len()), (1, 1));
}

#[test]
fn a_call_that_is_known_to_take_long_is_a_span_in_place_that_nobody_is_in() {
    let call = || {
        let mut calls = Vec::new();
        // Unless it got no chance to give its P up, the second one.
        while calls.is_empty() {
            calls = within("in place", || assert_eq!(usleep(1000), 0)).2;
        }
        calls
    };
    let calls = go(call).join().unwrap();
    let [call] = &calls[..] else {
        panic!("one call: {calls:?}");
    };
    assert_eq!(call.fields["function"], "rest");
    assert_eq!(call.fields["how"], "in place");
    assert!(call.fields.contains_key("goroutine"));
    assert!(call.entered.is_empty() && call.left.is_empty());
    assert_eq!(call.closed, 1);
}

#[test]
fn short_calls_have_no_spans() {
    let call = || {
        within("short", || {
            (0..1000).for_each(|_| assert_ne!(thread_id(), 0))
        })
    };
    // One of the first may seem long, where processors are busy.
    let is_silent = move |_| go(call).join().unwrap().2.is_empty();
    assert!((0..100).any(is_silent));
}

#[test]
fn outside_of_goroutines_a_blocking_call_is_a_span_that_its_thread_is_in() {
    let here = thread::current().id();
    let (result, _, calls) = within("thread", || usleep_blocking(1));
    assert_eq!(result, 0);
    let [call] = &calls[..] else {
        panic!("one call: {calls:?}");
    };
    assert_eq!(call.fields["how"], "in place");
    assert!(!call.fields.contains_key("goroutine"), "{call:?}");
    assert_eq!(
        (&call.entered[..], &call.left[..]),
        (&[here][..], &[here][..])
    );
    assert_eq!(call.closed, 1);
}

#[test]
fn a_subscriber_that_panics_panics_in_the_caller_and_the_next_call_is_as_ever() {
    let call = || {
        for refuses in ["refuses to make", "refuses to enter"] {
            let call = || catch_unwind(AssertUnwindSafe(|| usleep_blocking(1)));
            let (result, root, calls) = within(refuses, call);
            let panic = result.expect_err("it panics");
            let message = panic.downcast_ref::<String>().expect("a text");
            assert_eq!(*message, format!("as it should: {refuses}"));
            assert_eq!(calls.len(), 1);
            // It is left and entered again, whatever becomes of the call.
            assert_eq!(root.entered, root.left);
        }
        let (result, _, calls) = within("afterwards", || usleep_blocking(1));
        assert_eq!((result, calls.len(), calls[0].closed), (0, 1, 1));
    };
    go(call).join().unwrap();
}
