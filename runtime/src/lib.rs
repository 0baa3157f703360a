//! cgocall brings Go's cgo to Rust: C functions called as if they were Rust, on goroutines that a callback does not
//! block, through declarations that the C compiler has checked.
//!
//! ```
//! use cgocall::{cgo_export, cgo_import, go};
//! use std::ffi::{CStr, c_int, c_void};
//!
//! #[cgo_import]
//! unsafe extern "C" {
//!     /// The length of a string.
//!     safe fn strlen(text: &CStr) -> usize;
//!     fn qsort(
//!         base: *mut c_void,
//!         count: usize,
//!         size: usize,
//!         compare: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
//!     );
//! }
//!
//! #[cgo_export(private)]
//! unsafe fn by_value(a: *const c_void, b: *const c_void) -> c_int {
//!     let (a, b) = unsafe { (*a.cast::<i32>(), *b.cast::<i32>()) };
//!     a.cmp(&b) as c_int
//! }
//!
//! #[cgocall::main]
//! fn main() {
//!     let length = go(|| strlen(c"on a goroutine"));
//!     assert_eq!(length.join().unwrap(), 14);
//!
//!     let mut numbers = [3, 1, 2];
//!     unsafe { qsort(numbers.as_mut_ptr().cast(), 3, 4, by_value::C) };
//!     assert_eq!(numbers, [1, 2, 3]);
//! }
//! ```
//!
//! # Calling C
//!
//! [`cgo_import`] has two forms of the same block. Plain, as above, there is nothing to check the declarations against,
//! as with any `extern` block. With `include = ".."`, `preamble = ".."` or `source = ".."`, and one line of build.rs
//! (crate `cgocall-cshim`), the C compiler compares each declaration with the real one, and a difference is a compile
//! error at the declaration.
//!
//! # Where C runs
//!
//! On a goroutine, C runs on its thread's own stack, which is as large as C expects, and callbacks run on the
//! goroutine's, where they may wait. Outside a goroutine (a test, an ordinary thread, a program that never starts one) an
//! import is a direct C call, and an export runs where C called it. So a library can use the attributes without caring
//! what its user runs.
//!
//! A goroutine stays on the thread that first ran it, so thread-locals of Rust and of C behave as on a thread. Two that
//! started on one thread take turns; a goroutine that has not started yet goes to whichever thread is free.
//!
//! # Waiting
//!
//! A goroutine waits for any [`Future`] with [`Wait::wait`], for another goroutine with [`JoinHandle::join`], and in C
//! functions imported as `#[cgo(blocking)]`. These, [`yield_now`], and a C call while another goroutine of the thread is
//! parked inside a callback, are the *park points*: the thread runs other goroutines meanwhile.
//!
//! A callback may wait too. Its C frames stay where they are; other goroutines of the thread go on in Rust, but their C
//! calls wait until those frames are gone, since C code rarely expects to be interrupted by other C code, and goroutines
//! that have yet to start do so on other threads. An import declared `#[cgo(parks)]` says that its C code does not mind:
//! then any number of callbacks may wait on one thread.
//!
//! On a stack that the runtime did not give it (a stackful coroutine of the program's own, `stacker`), a goroutine's code
//! cannot park: it blocks its thread instead, and its C calls run where they stand.
//!
//! One rule is the user's: nothing whose scope must end in the order of the stack (a `std` lock's guard, a `scoped-tls`
//! value, a lazy `thread_local!` that is being initialised) is held across a park point.
//! [Soundness](https://github.com/cgocall/cgocall/blob/main/docs/soundness.md) tells why, what else is promised, and what
//! is not.
//!
//! # Panics
//!
//! A panic never unwinds into C. It is caught in the export, C gets the value that `on_panic` says, and it goes on in the
//! Rust caller when the C call returns. On a thread that C made there is no such caller, and the process aborts.
//!
//! A panic ends its goroutine, and nothing else: whoever joins it gets it. If nobody does, the panic hook has printed it,
//! and the program goes on. [`JoinHandle::cancel`] has a goroutine unwind at its next park point without one.
//!
//! # Start and end
//!
//! There is one runtime per program. It starts with the first [`go`](go()), wherever that is, with
//! [`#[cgocall::main]`](main), or with a [`Builder`]. A `Builder` that comes later gets an error; a `main` that a goroutine
//! calls runs in place.
//!
//! When the function of the main goroutine ends, so does the runtime, unlike Go's and as tokio's: all other goroutines are
//! [cancelled](JoinHandle::cancel), what they hold is dropped, and then `main` returns. So files are flushed and temporary
//! ones removed, whatever the goroutines were waiting for. One that catches the unwinding may go on to its end.
//!
//! ```
//! use cgocall::{Wait, go};
//! use std::sync::Arc;
//!
//! let data = Arc::new("what they share");
//! let run = cgocall::Builder::new().run(|| {
//!     for _ in 0..100 {
//!         let data = Arc::clone(&data);
//!         go(move || {
//!             std::future::pending::<()>().wait();
//!             drop(data);
//!         });
//!     }
//!     cgocall::yield_now(); // some have started now, and some never will
//!     assert_eq!(Arc::strong_count(&data), 101);
//! });
//! run.unwrap();
//! assert_eq!(Arc::strong_count(&data), 1);
//! ```
//!
//! `main` waits for all whose destructors run, for a second at most, or a little longer where they are so many thousands
//! that it takes that: who computes without end does not hang the end. A destructor that waits on `main`'s thread for a mate
//! does: see [`JoinHandle::cancel`]. It does not wait for goroutines that cannot be unwound because they have C frames: in a
//! callback, in a `#[cgo(blocking)]` call, or in another call that takes longer than 10 ms; nor for those whose thread is in
//! such a call. Nor may those mates of a parked callback unwind whose destructors would have to wait for the C side. These
//! are leaked, as all of them are in Go, and said on stderr: how many, who, and why.
//!
//! `std::process::exit`, returning from the `main` of a C program, and a panic where a panic aborts drop nothing, as ever.
//! So does the end of a program that has no main goroutine: that of `go` and [`Builder::start`] alone. Where the
//! program is compiled with `panic = "abort"`, goroutines are left as they stand. With several main goroutines at a time
//! the last one's end is the runtime's. After it the runtime is there as before, and may be used again.
//!
//! # Observing
//!
//! [`metrics`] tells what the runtime has and has done, [`sites`] what each import has; `CGOCALL_TRACE=sched=1s` prints
//! both on stderr. What a figure says, and what there is to do about it:
//!
//! | figure | when it is much | |
//! |---|---|---|
//! | `goroutines`, `parked` | grow without end | Somebody waits for what never comes: a sender that is never dropped, say. |
//! | `idle_procs` | none for long | All processors have work. That is as it should be, or `procs` is too low. |
//! | `threads` | far above `procs` | Goroutines are parked in callbacks of imports that are not `#[cgo(parks)]`, have a thread of their own, or are in long C calls. |
//! | `helpers`, `waiting_calls` | calls wait | More `#[cgo(blocking)]` calls at a time than [`Builder::max_threads`] allows. |
//! | `attached` | grows without end | C makes threads that never end. |
//! | `overruns`, `handoffs` | grow fast | C calls that were short take long. [`sites`] tells which: `#[cgo(blocking)]` at those is cheaper. |
//! | `steals` | grow fast | Goroutines are spawned on one thread for all the others: nothing is wrong. |
//! | `reinforcements` | grow fast | All threads that could start goroutines are in long C calls or loops at a time, or the machine has no processor for them. The first is what `#[cgo(blocking)]` is for. |
//! | `stalls` | any | See below. |
//!
//! `CGOCALL_TRACE=trace.json` writes what happens when: see [below](#a-trace-to-look-at).
//!
//! Who makes other goroutines of its thread wait for a second is named on stderr in any case, once: the C function that it
//! is in, or the place that has spawned it. So is a callback that has parked, where the others wait to call C. The message
//! tells the cure.
//!
//! A stack that overflows ends the process with SIGSEGV. On Linux it is told on stderr whose it was (the goroutine, where it
//! was spawned, the C function and its import) and how to have a larger one. Another fault in C ends it too, and which
//! function it was that Rust has called is told:
//!
//! ```text
//! cgocall: SIGSEGV in `strlen` (imported at src/text.rs:3:1), called by goroutine 7 (spawned at src/main.rs:12:5), at address
//! 0x8, where there is nothing. A debugger shows the place in C; where C has kept a pointer that was lent to it,
//! CGOCALL_CHECK=2 in a debug build names that
//! ```
//!
//! The runtime handles SIGSEGV and SIGBUS for that when it has started, and passes them on to whoever handled them before.
//! Where that is a handler of the program's, which may mend it, only overflows are told.
//!
//! ## A trace to look at
//!
//! `CGOCALL_TRACE=trace.json` writes a file that <https://ui.perfetto.dev> opens, <https://speedscope.app>, and whatever else
//! reads Chrome's trace events: all that the threads and goroutines of the program do, drawn over time.
//!
//! | | |
//! |---|---|
//! | *threads* | a row for each: which goroutine it runs, and within that which C functions and which callbacks keep it; when it has lost its P, and in what; the helpers of `#[cgo(blocking)]` calls, and for whom they run; C's own threads |
//! | *goroutines* | a row for each, with the place that has spawned it: its C calls and callbacks, wherever they ran; where it was parked, and who has woken it; how long it was ready before it ran |
//! | curves | how many goroutines, threads, helpers and calls in line there were |
//!
//! What is empty in a goroutine's row is Rust. A C call in whose callback the goroutine has parked is one slice in its own
//! row, and on its thread pieces, between which others run.
//!
//! A C call that is drawn takes some 0.1 us longer, and the file grows by some 200 bytes for each; at a gigabyte it ends. A
//! thread that makes more than some 1,600 calls a second, for longer than a moment, has some 500 of them drawn, three times a
//! second, and the rest left out, which is a row of its own: else a busy program would do half as much. Meanwhile calls that
//! are known to be short cost what they do without a trace. What takes long is drawn all the same: each call that is there
//! when the trace is written, every 20 ms, or has lost its P; and calls on other threads. What was written is there also when
//! the program is killed, but for the last 20 ms. Without it nothing is noted, and calls cost what they do anyway. (Go's
//! `runtime/trace` is alike.)
//!
//! ## Spans
//!
//! With the feature `tracing` each C call that may take long is a span of the crate
//! [`tracing`](https://docs.rs/tracing): `c_call`, target `cgocall`, level `DEBUG`, with the fields `function`, `how` (`offloaded`,
//! `in place`), and of a goroutine's `goroutine`, `goroutine_name`, `spawned_at`. Those are `#[cgo(blocking)]` calls, and
//! calls of functions that have been found to take long; short ones have none, and cost what they do without the feature. The
//! parent is the span that the caller is in, which a goroutine leaves while its `blocking` call runs. At other waits hold no
//! entered span, as across an `.await`. The book's page on debugging tells more.
//!
//! ## A look at a program that runs
//!
//! On Linux, a program that is started with `CGOCALL_TRACE=top` answers `cgocall top PID`, the command of the crate
//! `cgocall-cshim`, which draws it anew each second:
//!
//! ```text
//! process 4711, 64 s: procs 2 (1 idle), threads 4, helpers 1, C's own 0
//! goroutines 12, 9 parked; blocking calls in line 0; stalls 0
//!
//!   THREAD NAME                   FOR P IN                       BY
//!     4719 cgocall-m            2.5 s - sqlite3_step             goroutine 7 (spawned at src/report.rs:41:9)
//!     4722 cgocall-helper       12 ms - fsync                    goroutine 3 (spawned at src/log.rs:8:5)
//!        3 idle
//!
//! C FUNCTION                 HOLDS   CALLS/S  HELPED/S LOST P/S  STALLS        CALLS  IMPORTED AT
//! sqlite3_step                1.00       120         0        2       1        51203  src/db.rs:12
//! fsync                       0.31        25        25        0       0         1600  src/log.rs:3
//! crc32                       0.01     90214         0        0       0      6120443  src/zip.rs:5
//! ```
//!
//! `HOLDS` is how many threads a function has held on average, `HELPED` the calls that another thread has run, `LOST P` those
//! that took long for once. What holds a thread that others wait for wants `#[cgo(blocking)]`. It answers to the program's own
//! user and to root, to one at a time, and looks at threads only meanwhile. Without it nothing listens.
//!
//! ## In a debugger
//!
//! gdb shows where its threads stand, through C to the goroutine that has called it. `source` the script `gdb/cgocall.py` of
//! this crate, and it shows the parked ones as well:
//!
//! ```text
//! (gdb) info goroutines
//!     1  runs on LWP 4711    src/main.rs:8
//!     2  parked              src/main.rs:12 `waits`
//!     3  parked              src/report.rs:41  in `sqlite3_exec`
//! (gdb) goroutine 3 backtrace
//! ```
//!
//! It reads the runtime's debug information, which `cargo build` has, and runs on x86-64, in a process that lives.
//!
//! ## C that does what it may not
//!
//! `CGOCALL_CHECK=2`, in a debug build, lends C a copy of whatever an import's references, slices and texts point to, and
//! takes it away when the call returns. C that keeps a pointer and uses it later faults, and stderr tells which:
//!
//! ```text
//! cgocall: C has used `path` after `set_log_file` had returned, to which it was lent at src/log.rs:41:5: it has kept the
//! pointer. If it may, say so at the import, `#[cgo(keeps)]`, and see that the memory stays
//! ```
//!
//! So does C that writes to what it was lent to read, or goes beyond its end. Where the header says that C keeps the pointer
//! `#[cgo(keeps)]` on the parameter says it too, and the memory is lent as it is.
//!
//! Level 1, which is the default of debug builds, looks at what C passes to exports: null or a misaligned pointer for a
//! reference, a length that cannot be; and at what they return, which may not point to a variable of their own. Each is a
//! panic of the export, and names it and the argument.
//!
//! The levels are those of Go's `cgocheck`: 0 looks at nothing. A build without debug assertions has no code for any of it,
//! unless the variable is set when it is built.
//!
//! ## How large stacks have to be
//!
//! `CGOCALL_TRACE=stacks` tells it on stderr when the program ends, `stacks=10s` every ten seconds besides:
//!
//! ```text
//! cgocall: stacks 2914ms: used at least so deep, in a build with optimisation
//! cgocall: stacks 2914ms: go at src/parse.rs:41:9: used=180344 own_size=1M enough=356K ended=12 live=0
//! cgocall: stacks 2914ms: go at src/serve.rs:88:5: used=9416 size=192K enough=32K ended=40212 live=31
//! cgocall: stacks 2914ms: C on goroutines' threads: used=73728 size=8M enough=192K ended=0 live=3
//! ```
//!
//! | | |
//! |---|---|
//! | `go at` | where the goroutines were spawned that went so deep; `main` is where it is declared |
//! | `used` | bytes that the deepest of them has used of its stack: of those that live, in whole pages |
//! | `size` | of such a stack; `own_size` is one that [`GoBuilder::stack_size`] has asked for |
//! | `enough` | twice what was used: a size that leaves room for what did not happen this time |
//! | `ended`, `live` | how many there were, and still are |
//!
//! C runs on the own stacks of threads: those of goroutines, and those of `blocking` calls. Where callbacks are parked there
//! it has others. All are as large as [`Builder::system_stack_size`] says, but for the main thread's.
//!
//! So here goroutines could do with `CGOCALL_STACK_SIZE=64K`, and those of `parse.rs` with `stack_size(384 << 10)`, if the
//! program has met its worst inputs meanwhile. What a mark says is true *at least*: what a frame has reserved and not
//! written is not seen, nor are zeros at the very end, nor what did not happen; and builds differ, so measure the one that is
//! to run. A stack that is too small ends the process; one that is too large costs address space alone.
//!
//! Each goroutine takes some microseconds longer with it. A program that is killed, or ends by `abort` or `_exit`, writes no
//! report at the end.
//!
//! # Configuration
//!
//! By [`Builder`], or by variables of the environment when the program runs. A variable wins over the `Builder`: the
//! program has its defaults, and who runs it has the last word.
//!
//! | variable                    | `Builder`                                   | default            | |
//! |-----------------------------|---------------------------------------------|--------------------|-|
//! | `CGOCALL_PROCS`             | [`procs`](Builder::procs)                   | the cores          | goroutines that run at the same time |
//! | `CGOCALL_MAX_THREADS`       | [`max_threads`](Builder::max_threads)       | `512`              | threads for them and for blocking C calls; more than the procs |
//! | `CGOCALL_IDLE`              | [`idle_time`](Builder::idle_time)           | `10s`              | a thread without work ends after so long, and unused stacks give their memory back |
//! | `CGOCALL_STACK_SIZE`        | [`stack_size`](Builder::stack_size)         | `192K` (debug `960K`) | of a goroutine; [`GoBuilder`] says it for one |
//! | `CGOCALL_SYSTEM_STACK_SIZE` | [`system_stack_size`](Builder::system_stack_size) | `8M`         | for C |
//! |                             | [`thread_name`](Builder::thread_name)       | `cgocall`          | what threads' names begin with |
//! |                             | [`migrate`](Builder::migrate)               | no                 | started goroutines change threads; unsafe |
//! | `CGOCALL_TRACE`             |                                             |                    | `trace.json`: [a trace](#a-trace-to-look-at), in that file; `top`: [`cgocall top`](#a-look-at-a-program-that-runs) is answered; `sched=1s`: every so often a line about the scheduler; `stacks`: at the end, [how deep stacks were used](#how-large-stacks-have-to-be); `stacks=1s`: every so often too. Several with commas |
//! | `CGOCALL_CHECK`             |                                             | `1`                | `0`, `1`, `2`: how closely C is [looked at](#c-that-does-what-it-may-not) |
//! | `CGOCALL_MEMBARRIER`        |                                             | `on`               | `off`: do without Linux's `membarrier` |
//! | `CGOCALL_GUARD_INSTALL`     |                                             | `on`               | `off`: do without Linux's `MADV_GUARD_INSTALL` |
//!
//! A size is in bytes, or has the unit `K`, `M` or `G`; a time has the unit `us`, `ms`, `s`, `m` or `h`. An empty variable
//! is one that is not set.
//!
//! All is read once, when the runtime starts. What is not a value, or out of range, is an error of
//! [`Builder::start`] and [`Builder::run`], which tells all of them. A runtime that starts by itself prints the same and
//! ends the process with exit code 101. A `CGOCALL_` variable that there is none of is a warning on stderr.

#![cfg_attr(
    not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64")
    )),
    allow(dead_code, reason = "what is known of stacks is told on Linux")
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod attach;
mod bits;
mod builder;
mod callback;
mod cancel;
mod cgocall;
mod check;
mod closure;
mod config;
mod cside;
mod cstate;
mod cwait;
mod depths;
mod end;
mod entry;
mod errno;
mod exported;
mod g;
mod go;
mod go_builder;
mod handle;
mod helpers;
mod inbox;
mod kernel;
mod local;
mod lock_os_thread;
mod m;
mod metrics;
mod offload;
mod out;
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod overflow;
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
#[path = "no_overflow.rs"]
mod overflow;
mod owner;
mod p;
mod pace;
mod passable;
mod prefetch;
mod result;
mod returned;
mod sched;
mod segment;
mod site;
#[cfg(feature = "tracing")]
mod spans;
#[cfg(not(feature = "tracing"))]
#[path = "no_spans.rs"]
mod spans;
mod spawn_error;
mod stack;
mod stall;
mod start_error;
mod sweep;
mod sync;
mod syscall;
mod sysmon;
mod template;
mod text;
mod thread;
mod time;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(target_os = "linux")]
mod top;
mod trace;
mod unreturned;
mod value;
mod variables;
mod wait;

/// ```
/// use cgocall::cgo_import;
/// use std::ffi::{CStr, c_int, c_uint};
///
/// #[cgo_import]
/// unsafe extern "C" {
///     pub safe fn strlen(text: &CStr) -> usize;
///     #[cgo(blocking)]
///     pub safe fn usleep(micros: c_uint) -> c_int;
///     #[cgo(parks, inline)]
///     pub safe fn abs(n: c_int) -> c_int;
/// }
///
/// assert_eq!(strlen(c"cgo"), 3);
/// assert_eq!(usleep(1), 0);
/// assert_eq!(abs(-3), 3);
/// ```
///
/// What C returns through pointers is returned:
///
/// ```
/// use cgocall::{Errno, cgo_import};
/// use std::ffi::c_int;
///
/// #[cgo_import]
/// unsafe extern "C" {
///     safe fn frexp(x: f64, #[cgo(out)] exponent: c_int) -> f64;
///     safe fn pipe(#[cgo(out)] ends: [c_int; 2]) -> Result<c_int, Errno>;
/// }
///
/// assert_eq!(frexp(12.0), (0.75, 4));
/// let (_, [from, to]) = pipe()?;
/// assert_ne!(from, to);
/// # Ok::<(), Errno>(())
/// ```
///
/// What C gives away closes itself:
///
/// ```
/// use cgocall::{Errno, cgo_import};
/// use std::ffi::c_int;
/// use std::path::Path;
///
/// #[cgo_import]
/// unsafe extern "C" {
///     #[cgo(c = "DIR", drop = closedir)]
///     type Folder;
///     safe fn opendir(path: &Path) -> Result<Folder, Errno>;
///     safe fn dirfd(folder: &Folder) -> c_int;
///     safe fn closedir(folder: Folder) -> c_int;
/// }
///
/// let folder = opendir(Path::new("."))?;
/// assert!(dirfd(&folder) >= 0);
/// # Ok::<(), Errno>(())
/// ```
pub use cgocall_macros::cgo_import;

/// ```
/// use cgocall::{cgo_export, cgo_import};
/// use std::ffi::{c_int, c_void};
///
/// /// `twice::C` is its C function pointer.
/// #[cgo_export(private, on_panic = -1)]
/// fn twice(n: c_int) -> c_int {
///     n.checked_mul(2).expect("fits")
/// }
///
/// assert_eq!(twice(3), 6);
/// assert_eq!(twice::C(4), 8);
/// ```
///
/// What C implements is a trait:
///
/// ```
/// use cgocall::cgo_export;
///
/// #[cgo_export]
/// pub trait Log {
///     fn write(&mut self, line: &str);
/// }
///
/// #[cgo_export(private)]
/// fn greet(log: &mut dyn Log) {
///     log.write("hello");
/// }
///
/// // Of this C fills in a struct with a user pointer, `write` and `drop`; and Rust may implement it as well.
/// impl Log for String {
///     fn write(&mut self, line: &str) {
///         self.push_str(line);
///     }
/// }
///
/// let mut lines = String::new();
/// greet(&mut lines);
/// assert_eq!(lines, "hello");
/// ```
pub use cgocall_macros::cgo_export;

/// ```
/// #[cgocall::main]
/// fn main() -> Result<(), std::num::ParseIntError> {
///     let parsed = cgocall::go(|| "42".parse::<u32>());
///     assert_eq!(parsed.join().expect("no panic")?, 42);
///     Ok(())
/// }
/// ```
///
/// ```
/// // SAFETY: no goroutine of this program uses a thread-local, nor anything that has to stay on its thread.
/// #[cgocall::main(unsafe(migrate))]
/// fn main() {
///     assert_eq!(cgocall::go(|| 1).join().unwrap(), 1);
/// }
/// ```
pub use cgocall_macros::main;

/// ```
/// #[cgocall::test]
/// fn a_goroutine_joins_another() {
///     assert_eq!(cgocall::go(|| 1).join().unwrap(), 1);
/// }
/// ```
pub use cgocall_macros::test;

#[cfg(feature = "tokio")]
pub use self::tokio::{InTokio, TokioContext};
pub use builder::Builder;
pub use cancel::Cancelled;
pub use closure::{Callback, DropUserData, UserData};
pub use errno::Errno;
pub use go::{JoinHandle, go};
pub use go_builder::GoBuilder;
pub use handle::{Handle, HandleError, HandleRef};
pub use lock_os_thread::{OsThreadGuard, lock_os_thread};
pub use metrics::{Metrics, SiteMetrics, metrics, sites};
pub use spawn_error::SpawnError;
pub use start_error::StartError;
pub use wait::{Wait, yield_now};
