//! `GoBuilder`: a goroutine that is told more than what to run.

use crate::go::{self, JoinHandle};
use crate::{config, sched, stack};

/// What a goroutine was told beside its closure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wishes {
    pub(crate) name: Option<Box<str>>,
    /// Of its stack; none: the default.
    pub(crate) stack_size: Option<usize>,
    pub(crate) own_thread: bool,
}

/// Starts a goroutine that has a name, or another stack than most.
///
/// ```
/// use cgocall::GoBuilder;
///
/// fn depth(n: u64) -> u64 {
///     if n == 0 { 0 } else { depth(n - 1) + 1 }
/// }
///
/// let deep = GoBuilder::new().name("deep").stack_size(64 << 20).go(|| depth(100_000));
/// assert_eq!(deep.name(), Some("deep"));
/// assert_eq!(deep.join().unwrap(), 100_000);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a `GoBuilder` does nothing until its `go` is called"]
pub struct GoBuilder {
    wishes: Wishes,
}

impl GoBuilder {
    /// All defaults: the same as [`go`](crate::go()).
    pub fn new() -> GoBuilder {
        GoBuilder::default()
    }

    /// A name, for reports and people. It need not be the only one of its kind.
    ///
    /// A panic's message names the thread, as always.
    pub fn name(mut self, name: impl Into<String>) -> GoBuilder {
        self.wishes.name = Some(name.into().into_boxed_str());
        self
    }

    /// The size of its stack in bytes: 32 KiB to 1 GiB, in whole pages. By default what
    /// [`Builder::stack_size`](crate::Builder::stack_size) says.
    ///
    /// Stacks of the default size are used again, others are not: that costs a few system calls for each goroutine.
    pub fn stack_size(mut self, bytes: usize) -> GoBuilder {
        self.wishes.stack_size = Some(bytes);
        self
    }

    /// A thread of its own, which runs no other goroutine and ends with this one.
    ///
    /// For C that keeps a state per thread which others must not see or end: a graphics context, a signal mask. Its
    /// `#[cgo(blocking)]` calls run on that thread too.
    ///
    /// ```
    /// use cgocall::GoBuilder;
    ///
    /// let alone = GoBuilder::new().own_thread().go(|| std::thread::current().id());
    /// assert_ne!(alone.join().unwrap(), std::thread::current().id());
    /// ```
    ///
    /// If the system gives no thread, not within a second either, it starts on one of those there are, which runs no
    /// others that have yet to start meanwhile.
    pub fn own_thread(mut self) -> GoBuilder {
        self.wishes.own_thread = true;
        self
    }

    /// Starts the goroutine, as [`go`](crate::go()) does.
    ///
    /// # Panics
    /// If the stack size is out of range.
    #[track_caller]
    pub fn go<F, T>(self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let range = stack::SMALLEST..=stack::LARGEST;
        if let Some(size) = self.wishes.stack_size.filter(|size| !range.contains(size)) {
            panic!(
                "`GoBuilder::stack_size` was given {size} bytes: it must be from 32 KiB to 1 GiB"
            );
        }
        let own_thread = self.wishes.own_thread;
        let wishes = Some(Box::new(self.wishes));
        let (g, handle) = go::spawn_with(f, wishes, config::get().migrate);
        if own_thread {
            sched::spawn_alone(g);
        } else {
            sched::spawn(g);
        }
        handle
    }
}
