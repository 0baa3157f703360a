//! The template: the thread that creates the runtime's threads.
//!
//! A new thread inherits from the one that creates it: its signal mask, its affinity and scheduling class, its
//! namespaces and limits. A goroutine or a callback may have changed these on its thread, for itself. So the runtime's
//! threads are all made by one that runs nobody's code, and are all as the thread was that started the runtime. Go has
//! a template thread for the same reason, which it falls back on; here it is the rule, because making a thread takes as
//! long as thousands of C calls, and who needs one mostly holds a P or a lock. sysmon does not, and runs nobody's code
//! either: those that it wants it creates itself, as long as it succeeds, since goroutines wait for them that have waited
//! already.
//!
//! Signals: no mask is changed. Who blocks a signal before the runtime starts finds it blocked in all of its threads,
//! and may wait for it; where nobody has, any thread may be interrupted, as without the runtime.
//!
//! # Requests
//!
//! [`request`] queues and returns. Requests are served in order. What cannot be created is tried again, with growing
//! pauses; meanwhile new requests are tried as they come, and as soon as one succeeds so are all that wait. A request
//! that has waited for a second is given up: its `failed` runs instead, on the template, which also says on stderr what
//! is wrong, once until a thread can be created again. Whoever failed may ask again at once.
//!
//! # fork
//!
//! A child has the forking thread alone, and may exec. It has no template: its requests are forgotten, since who makes
//! them on the way to exec only has somebody woken who is not there. A lock that another thread held has nobody to
//! unlock it: so whatever a child may do on its way, spawn, wake, call C and be called back, asks [`is_child`] before it
//! locks anything of the runtime's. It does not ask before that: where nobody is to be woken there is no lock.

use crate::stack::{self, Need};
use crate::{attach, config, thread};
use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::io;
#[cfg(not(unix))]
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;
use std::time::{Duration, Instant};

/// The first pause after a failure. Each is twice the one before, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// So long a thread is tried for.
const PATIENCE: Duration = Duration::from_secs(1);

/// A thread that somebody wants.
pub(crate) struct Request {
    pub(crate) name: String,
    pub(crate) stack: usize,
    /// What it does.
    pub(crate) run: Box<dyn FnOnce() + Send>,
    /// What happens instead, on the template, if there can be no thread: it must not wait.
    pub(crate) failed: Box<dyn FnOnce() + Send>,
}

struct Queue {
    requests: VecDeque<Request>,
    /// Whether the template must be woken.
    asleep: bool,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    requests: VecDeque::new(),
    asleep: false,
});
static WAKE: Condvar = Condvar::new();
static CHILD: AtomicBool = AtomicBool::new(false);

fn queue() -> MutexGuard<'static, Queue> {
    // No code that could panic holds the lock.
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    /// Whether this thread is as the template is.
    static IS_ANOTHER: Cell<bool> = const { Cell::new(false) };
}

/// The current thread was created by the template, and runs nobody's code: what it requests it may create itself.
pub(crate) fn is_another() {
    IS_ANOTHER.set(true);
}

/// Has a thread created, soon. Never waits: may be called from anywhere.
pub(crate) fn request(mut request: Request) {
    if is_child() {
        return std::mem::forget(request);
    }
    if IS_ANOTHER.get() {
        match create(request) {
            Ok(()) => return,
            Err((again, _)) => request = again,
        }
    }
    let mut queue = queue();
    queue.requests.push_back(request);
    let asleep = std::mem::take(&mut queue.asleep);
    drop(queue);
    if asleep {
        WAKE.notify_one();
    }
}

/// Whether this process was forked from one in which the runtime had started: none of its threads are here.
pub(crate) fn is_child() -> bool {
    CHILD.load(Relaxed)
}

/// Starts the template, when the runtime starts. Without it there is no runtime.
pub(crate) fn start() {
    extern "C" fn child() {
        CHILD.store(true, Relaxed);
        attach::is_child();
    }
    // SAFETY: the handler does nothing that a child may not do. If it cannot be registered, children do not know.
    unsafe { libc::pthread_atfork(None, None, Some(child)) };
    let mut pause = FIRST_PAUSE;
    let start = Instant::now();
    loop {
        let thread = Builder::new()
            .name(config::get().thread_name("template"))
            .stack_size(stack::SCHEDULER);
        match thread.spawn(|| Template::new().run()) {
            Ok(_) => return,
            Err(error) if start.elapsed() >= PATIENCE => {
                config::give_up(&format_args!(
                    "the runtime cannot start, because no thread can be created: {error}; {CURE}"
                ));
            }
            Err(_) => std::thread::sleep(pause),
        }
        pause = LONGEST_PAUSE.min(2 * pause);
    }
}

/// What a person can do about it.
const CURE: &str = "see `ulimit -u` and `ulimit -v`, and the `pids.max` of the control group";

/// Says it on stderr, if that can be written to: `eprintln!` would end the template else. Without the lock of `std`'s,
/// which may be held by the very goroutine that this is about.
pub(crate) fn say(what: fmt::Arguments<'_>) {
    let line = format!("cgocall: {what}\n");
    #[cfg(unix)]
    // SAFETY: writing to a descriptor that is closed, or is not what it was, does no more than fail or be read there.
    let _ = unsafe { libc::write(libc::STDERR_FILENO, line.as_ptr().cast(), line.len()) };
    #[cfg(not(unix))]
    let _ = io::stderr().write_all(line.as_bytes());
}

/// What the template knows of its failures.
struct Template {
    /// What could not be created, in order, and since when.
    pending: VecDeque<(Request, Instant)>,
    /// When to try these again.
    next: Instant,
    pause: Duration,
    /// Whether this outage has been told.
    told: bool,
}

impl Template {
    fn new() -> Template {
        Template {
            pending: VecDeque::new(),
            next: Instant::now(),
            pause: FIRST_PAUSE,
            told: false,
        }
    }

    fn run(mut self) {
        loop {
            let new = self.wait();
            self.serve(new, Instant::now());
        }
    }

    /// Tries the new ones, and the pending ones if it is time or a new one says that there is hope.
    fn serve(&mut self, new: VecDeque<Request>, now: Instant) {
        let mut retry = !self.pending.is_empty() && now >= self.next;
        if self.pending.is_empty() {
            self.next = now + self.pause;
        }
        for request in new {
            match create(request) {
                Ok(()) => {
                    self.works();
                    retry = true;
                }
                Err((request, _)) => self.pending.push_back((request, now)),
            }
        }
        if retry && !self.pending.is_empty() {
            self.retry(now);
        }
    }

    /// Waits for requests, or until it is time to try again.
    fn wait(&self) -> VecDeque<Request> {
        let mut queue = queue();
        while queue.requests.is_empty() {
            queue.asleep = true;
            queue = if self.pending.is_empty() {
                WAKE.wait(queue).unwrap_or_else(PoisonError::into_inner)
            } else {
                let left = self.next.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let woken = WAKE.wait_timeout(queue, left);
                woken.unwrap_or_else(PoisonError::into_inner).0
            };
        }
        queue.asleep = false;
        std::mem::take(&mut queue.requests)
    }

    /// A thread was created.
    fn works(&mut self) {
        self.pause = FIRST_PAUSE;
        self.told = false;
    }

    /// Tries what is pending, in order.
    fn retry(&mut self, now: Instant) {
        self.pause = LONGEST_PAUSE.min(2 * self.pause);
        for (request, since) in std::mem::take(&mut self.pending) {
            match create(request) {
                Ok(()) => self.works(),
                Err((request, error)) if now - since >= PATIENCE => {
                    self.tell(&request, &error);
                    (request.failed)();
                }
                Err((request, _)) => self.pending.push_back((request, since)),
            }
        }
        self.next = now + self.pause;
    }

    fn tell(&mut self, request: &Request, error: &io::Error) {
        if !std::mem::replace(&mut self.told, true) {
            say(format_args!(
                "for a second no thread could be created (`{}`: {error}): work that needs one waits for the threads \
                 there are; {CURE}",
                request.name
            ));
        }
    }
}

/// Creates the thread, or gives the request back.
fn create(request: Request) -> Result<(), (Request, io::Error)> {
    let Request {
        name,
        stack,
        run,
        failed,
    } = request;
    // What cannot be created drops its closure.
    let run = Arc::new(Mutex::new(Some(run)));
    let take = |run: &Mutex<Option<_>>| run.lock().unwrap_or_else(PoisonError::into_inner).take();
    let thread = Builder::new().name(name.clone()).stack_size(stack);
    let theirs = Arc::clone(&run);
    let need = Need {
        space: stack,
        memory: stack,
    };
    let body = move || {
        thread::current().is_ours.set(true);
        take(&theirs).into_iter().for_each(|run| run());
    };
    match stack::leaving_headroom(need, || thread.spawn(body)) {
        Ok(_) => Ok(()),
        Err(error) => {
            let run = take(&run).expect("a thread that was not created ran nothing");
            let request = Request {
                name,
                stack,
                run,
                failed,
            };
            Err((request, error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// The system has no room for such a stack.
    const TOO_LARGE: usize = isize::MAX as usize / 2;
    const SMALL: usize = 64 << 10;

    type Report = (&'static str, bool);

    fn wanted(name: &'static str, stack: usize, report: &Sender<Report>) -> Request {
        let (ran, failed) = (report.clone(), report.clone());
        Request {
            name: name.into(),
            stack,
            run: Box::new(move || ran.send((name, true)).unwrap()),
            failed: Box::new(move || failed.send((name, false)).unwrap()),
        }
    }

    fn reports<const N: usize>(reports: &Receiver<Report>) -> [Report; N] {
        [(); N].map(|()| reports.recv().unwrap())
    }

    #[test]
    fn what_fails_waits_its_second_in_order_and_holds_nobody_up() {
        let (tx, rx) = channel();
        let mut template = Template::new();
        let start = Instant::now();
        let stacks = [("a", TOO_LARGE), ("b", SMALL), ("c", TOO_LARGE)];
        template.serve(
            stacks.map(|(name, stack)| wanted(name, stack, &tx)).into(),
            start,
        );
        assert_eq!(reports(&rx), [("b", true)]);
        template.serve([wanted("d", TOO_LARGE, &tx)].into(), start + PATIENCE / 2);
        assert_eq!(template.pending.len(), 3);
        template.serve([].into(), start + PATIENCE);
        assert_eq!(reports(&rx), [("a", false), ("c", false)]);
        assert!(template.told);
        template.serve([].into(), start + 2 * PATIENCE);
        assert_eq!(reports(&rx), [("d", false)]);
        assert!(template.pending.is_empty());
    }

    #[test]
    fn one_success_ends_the_outage_for_all() {
        let (tx, rx) = channel();
        let mut template = Template::new();
        let now = Instant::now();
        template.serve([wanted("a", TOO_LARGE, &tx)].into(), now);
        template.pending[0].0.stack = SMALL;
        template.told = true;
        template.serve([wanted("b", SMALL, &tx)].into(), now);
        let mut ran: [Report; 2] = reports(&rx);
        ran.sort_unstable();
        assert_eq!(ran, [("a", true), ("b", true)]);
        assert!(template.pending.is_empty() && !template.told);
        assert_eq!(template.pause, FIRST_PAUSE);
    }

    #[test]
    fn the_pauses_grow_up_to_their_longest() {
        let (tx, _rx) = channel();
        let mut template = Template::new();
        let start = Instant::now();
        template.serve([wanted("a", TOO_LARGE, &tx)].into(), start);
        let mut pauses = Vec::new();
        let mut now = start;
        while now - start < PATIENCE / 2 {
            pauses.push((template.next - now).as_millis());
            now = template.next;
            template.serve([].into(), now);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 100, 100, 100, 100]);
    }
}
