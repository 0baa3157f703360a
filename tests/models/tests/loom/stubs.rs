//! In the place of those modules of the runtime's that are not modelled.

pub(crate) mod config {
    use crate::clock::Duration;
    use std::cell::Cell;

    pub(crate) fn give_up(error: &dyn std::fmt::Display) -> ! {
        panic!("{error}");
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Config {
        pub(crate) procs: usize,
        pub(crate) membarrier: bool,
        pub(crate) migrate: bool,
        pub(crate) idle: Duration,
        pub(crate) stack_size: usize,
        pub(crate) system_stack_size: usize,
        pub(crate) trace: Trace,
    }

    #[derive(Clone, Copy)]
    pub(crate) struct Trace {
        pub(crate) every: Option<Duration>,
        pub(crate) file: Option<&'static str>,
    }

    impl Trace {
        pub(crate) fn pace(&self) -> Option<Duration> {
            self.every
        }
    }

    thread_local! {
        static CONFIG: Cell<Option<&'static Config>> = const { Cell::new(None) };
    }

    pub(crate) fn set(config: Config) {
        CONFIG.set(Some(crate::sync::leak(Box::new(config))));
    }

    pub(crate) fn get() -> &'static Config {
        CONFIG.get().expect("a model says it")
    }

    impl Config {
        pub(crate) fn thread_name(&self, role: &str) -> String {
            role.into()
        }
    }
}

pub(crate) mod prefetch {
    pub(crate) fn object<T>(_: *const T) {}

    pub(crate) fn stack(_: usize) {}
}

pub(crate) mod attach {
    use std::panic::{AssertUnwindSafe, catch_unwind as catch};

    /// C ends no threads here.
    pub(crate) fn own<R>(f: impl FnOnce() -> R) -> R {
        f()
    }

    pub(crate) fn catch_unwind<R>(f: impl FnOnce() -> R) -> std::thread::Result<R> {
        catch(AssertUnwindSafe(f))
    }

    pub(crate) fn discard(payload: Box<dyn std::any::Any + Send>) {
        drop(payload);
    }
}

pub(crate) mod cancel {
    use crate::cstate::Payload;

    pub(crate) const NO_ERA: u16 = 0;
    pub(crate) const STAYS: u16 = 1;
    pub(crate) const OVER: u16 = 2;
    pub(crate) const UNWINDS: u16 = 3;
    pub(crate) const FIRST: u16 = 4;

    /// There is but one.
    pub(crate) fn era() -> u16 {
        4
    }

    pub(crate) fn payload() -> Payload {
        Box::new(())
    }

    /// Nobody is cancelled.
    pub(crate) fn joined(_: &Payload) {}
}

pub(crate) mod cside {
    use crate::g::G;
    use crate::segment::Segment;

    /// Nobody parks in C here.
    pub(crate) struct CSide {
        pub(crate) watch: Watch,
    }

    pub(crate) struct Watch;

    impl Watch {
        pub(crate) fn is_untold(&self) -> bool {
            false
        }
    }

    impl CSide {
        pub(crate) fn new() -> CSide {
            CSide { watch: Watch }
        }

        pub(crate) fn clear(&self) {}

        pub(crate) fn set_native(&self, _: Segment) {}

        pub(crate) fn lend(&self, (): ()) {}

        pub(crate) fn is_vacant(&self) -> bool {
            true
        }

        pub(crate) fn taken_in(&self, _: &G) {}

        pub(crate) fn resuming(&self, _: &G) {}

        pub(crate) fn suspended(&self, _: &G) {}

        pub(crate) fn is_held(&self) -> bool {
            false
        }
    }
}

pub(crate) mod cstate {
    use std::any::Any;
    use std::cell::Cell;
    use std::ptr::null;

    pub(crate) type Payload = Box<dyn Any + Send>;

    pub(crate) struct CState {
        pub(crate) call: Cell<*const ()>,
    }

    impl CState {
        pub(crate) fn new() -> CState {
            CState {
                call: Cell::new(null()),
            }
        }

        /// No C calls.
        pub(crate) fn sites(&self) -> impl Iterator<Item = &'static crate::site::Site> {
            std::iter::empty()
        }
    }
}

pub(crate) mod metrics {
    use crate::clock::{Duration, Instant};
    use crate::config::Trace;

    pub(crate) struct SiteMetrics {
        pub(crate) name: &'static str,
        pub(crate) calls: u64,
        pub(crate) offloads: u64,
        pub(crate) overruns: u64,
        pub(crate) time: Duration,
        pub(crate) stalls: u64,
        pub(crate) is_short: bool,
    }

    /// Nobody asks for a trace.
    pub(crate) struct Tracer;

    impl Tracer {
        pub(crate) fn new() -> Tracer {
            Tracer
        }

        pub(crate) fn tell(&mut self, _: Instant, _: &Trace) {}
    }
}

/// Nothing is drawn.
pub(crate) mod trace {
    use crate::g::{G, Suspend};
    use crate::m::M;
    use std::time::Duration;

    pub(crate) fn start() {}

    pub(crate) fn is_on() -> bool {
        false
    }

    pub(crate) fn starts(_: &G) {}
    pub(crate) fn runs(_: &G) {}
    pub(crate) fn stops(_: &G, _: Suspend) {}
    pub(crate) fn woken(_: &G, _: Option<&G>) {}
    pub(crate) fn about_to_retake(_: &M, _: Duration) {}
    pub(crate) fn retaken(_: &M, _: bool) {}

    pub(crate) const ROUND: Duration = Duration::from_millis(20);
}

/// Nobody looks on.
pub(crate) mod top {
    pub(crate) fn start() {}
}

/// Stacks are not measured.
pub(crate) mod depths {
    use crate::g::G;
    use crate::stack::GoStack;

    pub(crate) enum Who {
        Thread,
    }

    pub(crate) fn start() {}

    pub(crate) fn is_on() -> bool {
        false
    }

    pub(crate) fn empty(_: &GoStack) {}

    pub(crate) fn of_goroutine(_: &G, run: impl FnOnce()) {
        run();
    }

    pub(crate) fn of_thread(_: Who) {}
}

pub(crate) mod go_builder {
    use crate::stack::GoStack;
    use std::cell::Cell;

    pub(crate) struct Wishes {
        pub(crate) name: Option<Box<str>>,
        pub(crate) stack: Cell<Option<GoStack>>,
        pub(crate) own_thread: bool,
    }
}

pub(crate) mod kernel {
    use crate::clock::Duration;

    #[expect(dead_code, reason = "nothing is to be found out here")]
    pub(crate) enum Activity {
        Sleeps,
        Faults,
        Runs(Duration),
    }

    pub(crate) fn activity(_: i32) -> Option<Activity> {
        None
    }

    pub(crate) fn current_thread() -> i32 {
        0
    }
}

pub(crate) mod offload {
    use crate::clock::Instant;
    use crate::helpers::Helpers;
    use std::cell::Cell;

    thread_local! {
        static HELPERS: Cell<Option<&'static Helpers<()>>> = const { Cell::new(None) };
    }

    pub(crate) fn set(helpers: Option<&'static Helpers<()>>) {
        HELPERS.set(helpers);
    }

    pub(crate) fn is_held_back() -> bool {
        HELPERS.get().is_some_and(Helpers::is_held_back)
    }

    /// In `sysmon::run`, which no model runs.
    pub(crate) fn look(_: Instant) {
        unreachable!();
    }

    pub(crate) fn let_others_help<R>(f: impl FnOnce() -> R) -> R {
        f()
    }
}

pub(crate) mod overflow {
    pub(crate) fn start() {}
}

pub(crate) mod segment {
    use std::cell::Cell;

    #[derive(Clone, Copy)]
    pub(crate) struct Segment {
        pub(crate) base: usize,
        pub(crate) limit: usize,
    }

    impl Segment {
        pub(crate) fn of<T>(_: &T) -> Segment {
            Segment { base: 0, limit: 0 }
        }

        pub(crate) fn contains(self, _: usize) -> bool {
            true
        }
    }

    pub(crate) fn stack_pointer() -> usize {
        0
    }

    pub(crate) struct Leave<'a> {
        #[expect(dead_code, reason = "there is no other stack")]
        pub(crate) to: Segment,
        #[expect(dead_code, reason = "there is no other stack")]
        pub(crate) free: &'a Cell<usize>,
    }

    /// The scheduler runs on its thread's own stack.
    pub(crate) fn on_stack<R>(_: Leave<'_>, f: impl FnOnce() -> R) -> R {
        f()
    }

    pub(crate) fn native_stack_limit() -> usize {
        0
    }
}

pub(crate) mod spawn_error {
    use std::fmt;

    /// There is always room here.
    pub(crate) struct SpawnError;

    impl fmt::Display for SpawnError {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Ok(())
        }
    }
}

pub(crate) mod stack {
    use crate::clock::{Duration, Instant};
    use crate::g::G;
    use crate::spawn_error::SpawnError;
    use corosensei::stack::DefaultStack;
    use loom::cell::Cell;
    use std::cell::RefCell;

    pub(crate) type GoStack = DefaultStack;
    pub(crate) type SystemStack = ();

    pub(crate) const SCHEDULER: usize = 0;
    pub(crate) const SOME: usize = 1;

    thread_local! {
        // Of all Ms, and of all executions.
        static FREE: RefCell<Vec<GoStack>> = const { RefCell::new(Vec::new()) };
    }

    pub(crate) fn scheduler() -> Result<SystemStack, SpawnError> {
        Ok(())
    }

    pub(crate) fn system() -> Result<SystemStack, SpawnError> {
        Ok(())
    }

    pub(crate) fn promise(most: usize) -> Result<usize, SpawnError> {
        Ok(most)
    }

    pub(crate) fn return_tickets(_: usize) {}

    /// `sweeps.rs` has owners of its own.
    pub(crate) fn own(_: &GoStack, _: &G) {}

    pub(crate) fn disown(_: &GoStack, _: &G) {}

    pub(crate) fn leave() {}

    pub(crate) fn magazine() -> Magazine {
        Magazine { uses: Cell::new(0) }
    }

    /// Notices when two threads use it at once.
    pub(crate) struct Magazine {
        uses: Cell<usize>,
    }

    // SAFETY: what the models are to find out.
    unsafe impl Sync for Magazine {}

    impl Magazine {
        fn used(&self) {
            self.uses.set(self.uses.get() + 1);
        }

        pub(crate) fn promise(&self) -> bool {
            self.used();
            true
        }

        pub(crate) fn add_tickets(&self, _: usize) {
            self.used();
        }

        pub(crate) fn clear(&self) {
            self.used();
        }

        pub(crate) fn take(&self) -> GoStack {
            self.used();
            take()
        }

        pub(crate) fn give(&self, stack: GoStack) {
            self.used();
            give(stack);
        }
    }

    pub(crate) fn take() -> GoStack {
        let free = FREE.with_borrow_mut(Vec::pop);
        free.unwrap_or_else(|| GoStack::new(256 << 10).expect("a stack"))
    }

    pub(crate) fn give(stack: GoStack) {
        FREE.with_borrow_mut(|free| free.push(stack));
    }

    /// Nothing is trimmed.
    pub(crate) struct Trimmer;

    impl Trimmer {
        pub(crate) fn new() -> Trimmer {
            Trimmer
        }

        pub(crate) fn trim(&mut self, _: Instant) {}

        pub(crate) fn due(&self, _: Instant) -> Option<Duration> {
            None
        }
    }
}

pub(crate) mod stall {
    use crate::clock::Instant;
    use crate::sched::Sched;

    /// Who waits is not named here.
    pub(crate) struct Stalls;

    impl Stalls {
        pub(crate) fn new(_: &'static Sched) -> Stalls {
            Stalls
        }

        pub(crate) fn is_empty(&self) -> bool {
            true
        }

        pub(crate) fn look(&mut self, _: Instant) {}
    }
}

pub(crate) mod template {
    use crate::sync::Over;
    use loom::thread::JoinHandle;
    use std::cell::{Cell, RefCell};
    use std::fmt;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    pub(crate) struct Request {
        pub(crate) name: String,
        pub(crate) stack: usize,
        pub(crate) run: Box<dyn FnOnce() + Send>,
        pub(crate) failed: Box<dyn FnOnce() + Send>,
    }

    thread_local! {
        static THREADS: RefCell<Vec<JoinHandle<()>>> = const { RefCell::new(Vec::new()) };
        static REFUSED: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn is_another() {}

    /// So many threads more cannot be created.
    pub(crate) fn refuse(threads: usize) {
        REFUSED.set(threads);
    }

    /// Creates it at once, whose time comes whenever loom likes, or its failure's.
    pub(crate) fn request(request: Request) {
        if request.name == "sysmon" {
            // A model runs sysmon's parts itself.
            return;
        }
        let left = REFUSED.get().checked_sub(1);
        REFUSED.set(left.unwrap_or(0));
        let what = if left.is_some() {
            request.failed
        } else {
            request.run
        };
        let thread = loom::thread::spawn(|| {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(what))
                && !panic.is::<Over>()
            {
                resume_unwind(panic);
            }
        });
        THREADS.with_borrow_mut(|threads| threads.push(thread));
    }

    /// Waits for all threads.
    pub(crate) fn join() {
        while let Some(thread) = THREADS.with_borrow_mut(Vec::pop) {
            thread.join().unwrap();
        }
    }

    /// Before an execution.
    pub(crate) fn start() {
        THREADS.take();
        REFUSED.set(0);
    }

    pub(crate) fn is_child() -> bool {
        false
    }

    pub(crate) fn say(what: fmt::Arguments<'_>) {
        panic!("{what}");
    }
}

pub(crate) mod thread {
    use crate::g::G;
    use crate::m::M;
    use std::cell::Cell;
    use std::ptr::NonNull;

    pub(crate) struct Thread {
        g: Cell<Option<NonNull<G>>>,
        m: Cell<Option<&'static M>>,
    }

    loom::thread_local! {
        static THREAD: Thread = Thread { g: Cell::new(None), m: Cell::new(None) };
    }

    pub(crate) fn current<'a>() -> &'a Thread {
        // SAFETY: it lives as long as the thread, and is not kept longer.
        THREAD.with(|thread| unsafe { &*std::ptr::from_ref(thread) })
    }

    pub(crate) fn here<'a>() -> &'a Thread {
        current()
    }

    impl Thread {
        pub(crate) fn g(&self) -> Option<&G> {
            // SAFETY: set by `execute`, which owns a reference for as long as the goroutine runs.
            self.g.get().map(|g| unsafe { g.as_ref() })
        }

        pub(crate) fn set_g(&self, g: Option<NonNull<G>>) {
            self.g.set(g);
        }

        pub(crate) fn m(&self) -> Option<&'static M> {
            self.m.get()
        }

        pub(crate) fn set_m(&self, m: Option<&'static M>) {
            self.m.set(m);
        }
    }
}

pub(crate) mod wait {
    use crate::thread;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll};

    pub(crate) trait Wait: Future + Sized {
        /// On a goroutine.
        fn wait(self) -> Self::Output {
            let g = thread::current().g().expect("a goroutine");
            let waker = g.waker();
            let mut this = pin!(self);
            loop {
                if let Poll::Ready(output) = this.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return output;
                }
                g.park();
            }
        }
    }

    impl<F: Future> Wait for F {}
}
