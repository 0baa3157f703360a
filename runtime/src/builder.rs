//! `Builder`: the runtime, configured and started by the program.

use crate::config::{self, Config, Program};
use crate::spawn_error::SpawnError;
use crate::start_error::StartError;
use crate::{entry, sched, stack};
use std::time::Duration;

/// Configures the runtime, and starts it.
///
/// There is one runtime per program. Without a `Builder` it starts by itself, with the first [`go`](crate::go()) or with
/// [`#[cgocall::main]`](crate::main); a `Builder` must come before that. Once started it is there as long as the program.
///
/// ```
/// use cgocall::{Builder, StartError, go};
/// use std::time::Duration;
///
/// fn main() -> Result<(), StartError> {
///     let sum = Builder::new()
///         .procs(2)
///         .max_threads(64)
///         .idle_time(Duration::from_secs(1))
///         .thread_name("sums")
///         .run(|| go(|| (1..=4).sum::<i32>()).join().unwrap())?;
///     assert_eq!(sum, 10);
///     Ok(())
/// }
/// ```
///
/// What is not set has a default, and `CGOCALL_*` variables win over what is set: see
/// [Configuration](crate#configuration). Values are checked when the runtime starts, all at once.
#[derive(Clone, Debug, Default)]
#[must_use = "a `Builder` does nothing until its `start` or `run` is called"]
pub struct Builder {
    program: Program,
}

impl Builder {
    /// All defaults.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// How many goroutines run at the same time: 1 to 4,096. By default the number of cores that the program may use.
    pub fn procs(mut self, procs: usize) -> Builder {
        self.program.procs = Some(procs);
        self
    }

    /// How many threads there are at most for running goroutines and for `#[cgo(blocking)]` C calls together: 2 to
    /// 100,000, and more than `procs`. By default 512. Calls beyond it wait, in order.
    ///
    /// Threads that hold goroutines which have started and are not done are not counted: they have to be there.
    pub fn max_threads(mut self, threads: usize) -> Builder {
        self.program.max_threads = Some(threads);
        self
    }

    /// A thread of the runtime's that has had nothing to do for so long ends: a millisecond to 24 hours. By default 10
    /// seconds.
    pub fn idle_time(mut self, time: Duration) -> Builder {
        self.program.idle = Some(time);
        self
    }

    /// The size of a goroutine's stack in bytes: 32 KiB to 1 GiB, in whole pages. By default 192 KiB, and 960 KiB in
    /// builds without optimisation, whose frames are several times as large.
    ///
    /// C does not run on it, unless it is called without an import. Beside it lies a guard of 64 KiB, so by default a stack
    /// takes 256 KiB of address space. It takes memory only as deep as it was used.
    /// [`GoBuilder::stack_size`](crate::GoBuilder::stack_size) says it for one goroutine.
    pub fn stack_size(mut self, bytes: usize) -> Builder {
        self.program.stack_size = Some(bytes);
        self
    }

    /// The size in bytes of the stacks that C runs on: 64 KiB to 1 GiB, in whole pages. By default 8 MiB.
    ///
    /// The main thread's is not the runtime's to say: `ulimit -s` does.
    pub fn system_stack_size(mut self, bytes: usize) -> Builder {
        self.program.system_stack_size = Some(bytes);
        self
    }

    /// What the names of the runtime's threads begin with; by default `cgocall`, as in `cgocall-m`. Linux shows the
    /// first 15 bytes of a name.
    pub fn thread_name(mut self, name: impl Into<String>) -> Builder {
        self.program.thread_name = Some(name.into());
        self
    }

    /// Lets started goroutines change threads, as Go's do: whenever a goroutine parks, another thread may be the one
    /// that runs it on. So a goroutine is never kept waiting by what its thread is doing, in Rust or in C.
    ///
    /// One with live C frames stays on their thread, and so does one that has locked its own: these are kept waiting. The
    /// main goroutine moves as well. [`run`](Self::run)'s caller only waits for it: a program that needs its main thread
    /// for something keeps it, with [`start`](Self::start).
    ///
    /// ```
    /// use cgocall::{Builder, go, yield_now};
    /// use std::sync::mpsc;
    ///
    /// // SAFETY: no goroutine here has anything to do with its thread.
    /// unsafe { Builder::new().procs(1).migrate() }.start().unwrap();
    /// let waits = go(|| {
    ///     let (tx, rx) = mpsc::channel();
    ///     go(move || {
    ///         yield_now(); // starts on the same thread, and parks there
    ///         tx.send("went on elsewhere")
    ///     });
    ///     yield_now();
    ///     rx.recv().unwrap() // blocks the thread: without `migrate` this would hang
    /// });
    /// assert_eq!(waits.join().unwrap(), "went on elsewhere");
    /// ```
    ///
    /// # Safety
    /// No code that runs on a goroutine may rely on being on the same thread before and after a
    /// [park point](crate#waiting). The compiler takes for granted that a function stays on its thread, and nothing warns
    /// of the following, in your code or in that of a dependency:
    ///
    /// * A thread-local is not used on both sides of a park point by code that the optimiser may see as one function. It
    ///   may look the address up once: after the park this is another thread's variable, used by both at once. Code that
    ///   reaches it through a call that is not inlined is not safe for that, because what is inlined is not yours to say;
    ///   with LTO, it includes `std`. Some of `std` is always inlined: `HashMap::new` uses a thread-local.
    /// * No value that is not `Send` lives across a park point: an `Rc`, a `std` lock's guard. Nor is one given to
    ///   [`run`](Self::run), or returned from it.
    /// * No C library is left between two calls in a state that belongs to the thread: `errno`, `dlerror`, an error queue,
    ///   a current context.
    ///
    /// [Soundness](https://github.com/cgocall/cgocall/blob/main/docs/soundness.md#unsafe-migrate) has an example that
    /// breaks it, and what comes of that.
    pub unsafe fn migrate(mut self) -> Builder {
        self.program.migrate = true;
        self
    }

    /// Starts the runtime. Goroutines may be started from then on as before; the thread that calls this does not become
    /// one of the runtime's.
    ///
    /// ```
    /// use cgocall::{Builder, StartError, go};
    ///
    /// Builder::new().procs(2).start()?;
    /// assert_eq!(go(|| "running").join().unwrap(), "running");
    ///
    /// let again = Builder::new().start();
    /// assert!(matches!(again, Err(StartError::AlreadyStarted)));
    /// # Ok::<(), StartError>(())
    /// ```
    ///
    /// # Errors
    /// If the runtime runs already, if a value of the `Builder` or of a `CGOCALL_*` variable is none, or if the system
    /// gives the program no thread, or no room for stacks. Then nothing was started, and another `start` may do better.
    pub fn start(self) -> Result<(), StartError> {
        config::set(self.program, |config| {
            has_room_for_stacks(config)?;
            can_start_threads(config)
        })?;
        sched::sched();
        Ok(())
    }

    /// Starts the runtime and runs `f` as the main goroutine on the thread that calls this, as
    /// [`#[cgocall::main]`](crate::main) does; where goroutines [`migrate`](Self::migrate), on any thread. When `f` has ended
    /// it cancels all other goroutines, and returns when those are gone that can be unwound: see
    /// [Start and end](crate#start-and-end). A callback of a `#[cgo(native_stack)]` import has to be over whose C frames are on
    /// this thread's stack.
    ///
    /// # Errors
    /// As [`start`](Self::start); `f` is not called then.
    ///
    /// # Panics
    /// If `f` does.
    #[track_caller]
    pub fn run<T>(self, f: impl FnOnce() -> T) -> Result<T, StartError> {
        self.start()?;
        Ok(entry::main(f))
    }
}

/// Nor is there anybody to tell that there is no room for the first stacks.
fn has_room_for_stacks(config: &Config) -> Result<(), StartError> {
    [stack::SCHEDULER, config.stack_size]
        .into_iter()
        .try_for_each(|size| {
            stack::try_out(size).map_err(|error| StartError::Stack(SpawnError::new(size, 0, error)))
        })
}

/// Threads are started when they are needed, where there is nobody to tell that there is none. So one is started now.
fn can_start_threads(config: &Config) -> Result<(), StartError> {
    let thread = std::thread::Builder::new()
        .name(config.thread_name("start"))
        .stack_size(config.system_stack_size)
        .spawn(|| ());
    // It does nothing that could fail.
    thread
        .map(|thread| drop(thread.join()))
        .map_err(StartError::Thread)
}
