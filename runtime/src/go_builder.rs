//! `GoBuilder`: a goroutine that is told more than what to run.

use crate::go::{self, JoinHandle};
use crate::spawn_error::SpawnError;
use crate::stack::{self, GoStack};
use crate::{config, sched};
use std::cell::Cell;

/// What a goroutine was told beside its closure.
pub(crate) struct Wishes {
    pub(crate) name: Option<Box<str>>,
    /// A stack of another size than most, until it starts.
    pub(crate) stack: Cell<Option<GoStack>>,
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
    name: Option<Box<str>>,
    stack_size: Option<usize>,
    own_thread: bool,
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
        self.name = Some(name.into().into_boxed_str());
        self
    }

    /// The size of its stack in bytes: 32 KiB to 1 GiB, in whole pages. By default what
    /// [`Builder::stack_size`](crate::Builder::stack_size) says.
    ///
    /// Its guard of 64 KiB comes on top. A stack of another size than most is taken when the goroutine is spawned.
    pub fn stack_size(mut self, bytes: usize) -> GoBuilder {
        self.stack_size = Some(bytes);
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
        self.own_thread = true;
        self
    }

    /// Starts the goroutine, as [`go`](crate::go()) does.
    ///
    /// # Panics
    /// If the stack size is out of range, or there is no room for the stack.
    #[track_caller]
    pub fn go<F, T>(self, f: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.try_go(f)
            .unwrap_or_else(|error| go::panic_with(&error))
    }

    /// Starts the goroutine if there is room for its stack, and drops the closure if not.
    ///
    /// ```
    /// use cgocall::GoBuilder;
    ///
    /// match GoBuilder::new().try_go(|| "served") {
    ///     Ok(goroutine) => assert_eq!(goroutine.join().unwrap(), "served"),
    ///     Err(full) => eprintln!("later: {full}"),
    /// }
    /// ```
    ///
    /// # Errors
    /// If there is no room for one more stack: of address space (`ulimit -v`), of mappings (`vm.max_map_count`, without
    /// `MADV_GUARD_INSTALL`), or of memory where it must not be overcommitted (`vm.overcommit_memory=2`). Some dozens of
    /// stacks may still be free then, which each P that runs goroutines has laid by. What runs goes on.
    ///
    /// # Panics
    /// If the stack size is out of range.
    #[track_caller]
    pub fn try_go<F, T>(self, f: F) -> Result<JoinHandle<T>, SpawnError>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let range = stack::SMALLEST..=stack::LARGEST;
        if let Some(size) = self.stack_size.filter(|size| !range.contains(size)) {
            panic!(
                "`GoBuilder::stack_size` was given {size} bytes: it must be from 32 KiB to 1 GiB"
            );
        }
        let GoBuilder {
            name,
            stack_size,
            own_thread,
        } = self;
        let own_stack = match stack_size {
            Some(size) => stack::particular(size)?,
            None => None,
        };
        let has_stack = own_stack.is_some();
        if own_thread && !has_stack {
            sched::promise(1)?;
        }
        let wishes = Some(Box::new(Wishes {
            name,
            stack: Cell::new(own_stack),
            own_thread,
        }));
        let (g, handle) = go::spawn_with(f, wishes, config::get().migrate);
        if own_thread {
            sched::spawn_alone(g);
        } else if has_stack {
            sched::spawn_with_stack(g);
        } else {
            sched::spawn(g).map_or(Ok(()), sched::spawn_slowly)?;
        }
        Ok(handle)
    }
}
