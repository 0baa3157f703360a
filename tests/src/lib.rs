//! The C code that the end-to-end tests call, with closures for its callbacks.

pub mod aliases;
pub mod callbacks;
pub mod calls;
pub mod closures;
pub mod ends;
pub mod enums;
pub mod errno;
pub mod exported;
pub mod exported_enums;
mod ffi;
pub mod fields;
mod forbid;
pub mod found;
pub mod given;
pub mod kinds;
pub mod layouts;
pub mod lengths;
mod locks;
pub mod outs;
pub mod overflows;
pub mod owners;
pub mod pages;
pub mod pointers;
pub mod results;
pub mod returned;
pub mod signals;
pub mod sqlite;
mod stacks;
pub mod statements;
pub mod storms;
pub mod texts;
mod toy;
pub mod traits;
mod waits;
mod watchdog;
pub mod wrong;

pub use ffi::{each_calls, each_cleanups, fail_silently_with, fail_with, keep, kept};
pub use forbid::{Refused, forbid, refuse};
pub use locks::{
    add_locked, added, call_back_inside, lock_checked, unlock_checked, visit, visit_blocking,
    visits,
};
pub use stacks::{
    happens_on_thread_stack, on_thread_stack, on_thread_stack_reentrant, runs_on_thread_stack,
    with_deep_frame, with_small_frame,
};
pub use toy::{toy_close, toy_error, toy_fail, toy_open};
pub use waits::{
    nap, naps, on_new_threads, thread_id, thread_id_around, usleep, usleep_blocking, wait_around,
};
pub use watchdog::step;

use cgocall::{JoinHandle, cgo_export, go};
use std::ffi::{OsStr, c_int, c_long, c_void};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};
use std::sync::mpsc;
use std::{io, thread};

/// What C calls back: `ctx` is a `&mut dyn FnMut(c_long) -> c_long`.
#[cgo_export(private)]
fn run_closure(ctx: *mut c_void, n: c_long) -> c_long {
    // SAFETY: each function below passes a pointer to such a reference, which lives until C has returned, and C calls
    // it once at a time.
    let f = unsafe { &mut *ctx.cast::<&mut dyn FnMut(c_long) -> c_long>() };
    f(n)
}

/// The same for C that calls back from several threads at once: `ctx` is a `&(dyn Fn(c_long) -> c_long + Sync)`.
#[cgo_export(private)]
fn run_shared(ctx: *mut c_void, n: c_long) -> c_long {
    // SAFETY: `lend_shared` passes a pointer to such a reference, which lives until C has returned.
    let f = unsafe { *ctx.cast::<&(dyn Fn(c_long) -> c_long + Sync)>() };
    f(n)
}

type Callback = extern "C" fn(*mut c_void, c_long) -> c_long;

/// Lends a closure to a C function that calls it once at a time, until it returns.
fn lend(
    mut f: impl FnMut(c_long) -> c_long,
    call: impl FnOnce(Callback, *mut c_void) -> c_long,
) -> c_long {
    let mut f: &mut dyn FnMut(c_long) -> c_long = &mut f;
    call(run_closure::C, (&raw mut f).cast())
}

/// Lends a closure to a C function that calls it from any threads, until it returns.
fn lend_shared(
    f: &(dyn Fn(c_long) -> c_long + Sync),
    call: impl FnOnce(Callback, *mut c_void) -> c_long,
) -> c_long {
    call(run_shared::C, (&raw const f).cast_mut().cast())
}

macro_rules! callback_functions {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(n: c_long, f: impl FnMut(c_long) -> c_long) -> c_long {
            // SAFETY: C calls back once at a time, while the call lasts.
            lend(f, |cb, ctx| unsafe { ffi::$name(cb, ctx, n) })
        }
    )*};
}

callback_functions! {
    /// Calls back once.
    call_back
    /// Calls back once; its import is declared `parks`.
    call_back_reentrant
    /// Calls back once, on a helper thread: its import is declared `blocking`.
    call_back_blocking
    /// Calls back below 16 KiB of C locals; -1 if they have changed.
    with_frame
    /// Calls back once, with the address of 4 KiB of C locals that are all `n`; its import is declared `parks`.
    show_frame
    /// Calls back for 0 to n - 1, adds up, then cleans up.
    each
    /// Calls back once; -1 if entered while a callback of it is parked on its thread.
    exclusive
    /// Calls back once and leaves an inner C frame by `longjmp`.
    jump_over
}

/// Calls back from a new C thread.
pub fn on_new_thread(n: c_long, f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    // SAFETY: as above; the closure may run on the other thread while this one waits.
    lend(f, |cb, ctx| unsafe { ffi::on_new_thread(cb, ctx, n) })
}

/// A flag that C waits for.
#[derive(Default)]
pub struct Flag(AtomicI32);

impl Flag {
    /// Not raised.
    pub const fn new() -> Flag {
        Flag(AtomicI32::new(0))
    }

    /// Lets who waits go on.
    pub fn raise(&self) {
        self.0.store(1, SeqCst);
    }

    /// Whether it is raised.
    pub fn is_raised(&self) -> bool {
        self.0.load(SeqCst) != 0
    }

    /// Blocks in C, on a helper thread, until it is raised.
    pub fn wait_in_c(&self) {
        // SAFETY: the flag outlives the call, which only reads it, atomically.
        unsafe { ffi::wait_for(self.as_ptr()) }
    }

    /// Blocks in C, on the thread itself, until it is raised: an undeclared call.
    pub fn wait_here(&self) {
        // SAFETY: as above.
        unsafe { ffi::wait_for_here(self.as_ptr()) }
    }

    /// Never leaves Rust until it is raised.
    pub fn spin(&self) {
        while !self.is_raised() {
            std::hint::spin_loop();
        }
    }

    /// What C reads.
    pub fn as_ptr(&self) -> *const c_int {
        self.0.as_ptr()
    }
}

/// Runs `f` wherever code may wait: on a thread, a goroutine and a C thread, and in callbacks on the first two.
pub fn everywhere<T: Send + 'static>(
    f: impl Fn() -> T + Clone + Send + 'static,
    check: impl Fn(T),
) {
    let (sender, results) = mpsc::channel();
    let run = move || sender.send(f()).expect("the results are collected");
    let run_in_c = {
        let run = run.clone();
        move |n| {
            run();
            n
        }
    };
    run();
    go(run).join().expect("no panic");
    on_new_thread(0, run_in_c.clone());
    call_back(0, run_in_c.clone());
    go(move || call_back(0, run_in_c)).join().expect("no panic");
    let results: Vec<T> = results.iter().collect();
    assert_eq!(results.len(), 5);
    results.into_iter().for_each(check);
}

/// How many threads the process has.
#[must_use]
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// Whether a sanitizer looks on (`.ci/asan`, `.ci/valgrind`), which takes time and memory of its own.
#[must_use]
pub fn is_sanitized() -> bool {
    std::env::var_os("SANITIZED").is_some()
}

/// Runs a program with 1, 2 and 16 Ps, which may change its command. What each has said on stderr.
pub fn run_with_procs(
    program: impl AsRef<OsStr>,
    command: impl Fn(usize, &mut Command),
) -> [String; 3] {
    PROCS.map(|procs| said(procs, with_procs(&program, procs, &command).output()))
}

/// The same of a program that mostly waits: all three at once.
pub fn run_at_once(program: impl AsRef<OsStr>, command: impl Fn(usize, &mut Command)) {
    let output = thread::scope(|threads| {
        PROCS
            .map(|procs| {
                let mut run = with_procs(&program, procs, &command);
                threads.spawn(move || run.output())
            })
            .map(|run| run.join().expect("no panic"))
    });
    for (procs, output) in PROCS.into_iter().zip(output) {
        said(procs, output);
    }
}

const PROCS: [usize; 3] = [1, 2, 16];

fn with_procs(
    program: impl AsRef<OsStr>,
    procs: usize,
    command: impl Fn(usize, &mut Command),
) -> Command {
    let mut run = Command::new(program);
    command(procs, run.env("CGOCALL_PROCS", procs.to_string()));
    run
}

fn said(procs: usize, output: io::Result<Output>) -> String {
    let output = output.expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "with {procs} procs: {}\n{}\n{said}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
    );
    said.into_owned()
}

/// Waits for a child of this process, whatever signals come: its status.
///
/// # Panics
/// If there is no such child.
#[must_use]
pub fn wait_for_child(child: c_int) -> c_int {
    let mut status = 0;
    loop {
        // SAFETY: asks about a child.
        match unsafe { libc::waitpid(child, &raw mut status, 0) } {
            -1 => assert_eq!(
                io::Error::last_os_error().kind(),
                io::ErrorKind::Interrupted
            ),
            _ => return status,
        }
    }
}

/// The memory that the process has in use, in KiB.
#[must_use]
pub fn resident() -> usize {
    status("VmRSS:")
}

/// What the kernel needs to know where that is, in KiB.
#[must_use]
pub fn page_tables() -> usize {
    status("VmPTE:")
}

fn status(what: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    let figure = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    figure.expect("in kB")
}

/// How many mappings the process has.
#[must_use]
pub fn mappings() -> usize {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux tells");
    maps.lines().count()
}

/// The number of goroutines that the scenario is about.
#[must_use]
pub fn count() -> usize {
    std::env::var("GOROUTINES")
        .ok()
        .and_then(|count| count.parse().ok())
        .expect("run with GOROUTINES")
}

/// How many threads are called so.
#[must_use]
pub fn threads_named(name: &str) -> usize {
    let is_called = |thread: &std::fs::DirEntry| {
        // One that has ended meanwhile has no name.
        std::fs::read_to_string(thread.path().join("comm"))
            .is_ok_and(|comm| comm.trim_end() == name)
    };
    std::fs::read_dir("/proc/self/task")
        .map_or(0, |threads| threads.flatten().filter(is_called).count())
}

/// How many of them run `blocking` calls, or would.
#[must_use]
pub fn helpers() -> usize {
    threads_named("cgocall-helper")
}

/// Whether `MADV_GUARD_INSTALL` is refused, so that each stack takes two mappings.
#[must_use]
pub fn guards_are_mappings() -> bool {
    std::env::var("CGOCALL_GUARD_INSTALL").is_ok_and(|value| value == "off")
}

/// The number of Ps the scenario runs with.
#[must_use]
pub fn procs() -> usize {
    std::env::var("CGOCALL_PROCS")
        .ok()
        .and_then(|procs| procs.parse().ok())
        .expect("run with CGOCALL_PROCS")
}

/// Counts down, parked, until everybody has arrived.
pub struct Arrivals(AtomicI32);

impl Arrivals {
    /// For so many.
    #[must_use]
    pub fn of(n: i32) -> Arrivals {
        Arrivals(AtomicI32::new(n))
    }

    /// One is here.
    pub fn arrive(&self) {
        self.0.fetch_sub(1, SeqCst);
    }

    /// Waits for all of them.
    pub fn wait(&self) {
        while self.0.load(SeqCst) > 0 {
            cgocall::yield_now();
        }
    }
}

/// Goroutines that have all started before the first of them goes on: mates, on as few threads as there are Ps.
pub fn mates<T: Send + 'static>(
    n: i64,
    f: impl Fn(i64) -> T + Clone + Send + 'static,
) -> Vec<JoinHandle<T>> {
    let arrivals = Arc::new(Arrivals::of(n as i32));
    let mate = |i| {
        let (arrivals, f) = (Arc::clone(&arrivals), f.clone());
        go(move || {
            arrivals.arrive();
            arrivals.wait();
            f(i)
        })
    };
    (0..n).map(mate).collect()
}

/// The README's program compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// So does what the page on soundness promises; what it says does not compile does not.
#[cfg(doctest)]
#[doc = include_str!("../../docs/soundness.md")]
struct Soundness;
