//! The C code that the end-to-end tests call, with closures for its callbacks.

mod ffi;
pub mod kinds;

pub use ffi::{each_calls, each_cleanups, fail_silently_with, fail_with, keep, kept};

use cgocall::cgo_export;
use std::ffi::{c_int, c_long, c_void};
use std::sync::atomic::{AtomicI32, Ordering::SeqCst};

/// What C calls back: `ctx` is a `&mut dyn FnMut(c_long) -> c_long`.
#[cgo_export(private)]
fn run_closure(ctx: *mut c_void, n: c_long) -> c_long {
    // SAFETY: each function below passes a pointer to such a reference, which lives until C has returned, and C calls
    // it once at a time.
    let f = unsafe { &mut *ctx.cast::<&mut dyn FnMut(c_long) -> c_long>() };
    f(n)
}

macro_rules! callback_functions {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(n: c_long, mut f: impl FnMut(c_long) -> c_long) -> c_long {
            let mut f: &mut dyn FnMut(c_long) -> c_long = &mut f;
            // SAFETY: the context is what `run_closure` expects, and outlives the call.
            unsafe { ffi::$name(run_closure::C, (&raw mut f).cast(), n) }
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
    /// Calls back for 0 to n - 1, adds up, then cleans up.
    each
    /// Calls back once; -1 if entered while a callback of it is parked on its thread.
    exclusive
    /// Calls back once and leaves an inner C frame by `longjmp`.
    jump_over
}

/// Calls back from a new C thread.
pub fn on_new_thread(n: c_long, mut f: impl FnMut(c_long) -> c_long + Send) -> c_long {
    let mut f: &mut dyn FnMut(c_long) -> c_long = &mut f;
    // SAFETY: as above; the closure may run on the other thread while this one waits.
    unsafe { ffi::on_new_thread(run_closure::C, (&raw mut f).cast(), n) }
}

/// A flag that C waits for.
#[derive(Default)]
pub struct Flag(AtomicI32);

impl Flag {
    /// Lets who waits go on.
    pub fn raise(&self) {
        self.0.store(1, SeqCst);
    }

    /// Blocks in C, on a helper thread, until it is raised.
    pub fn wait_in_c(&self) {
        // SAFETY: the flag outlives the call, which only reads it, atomically.
        unsafe { ffi::wait_for(self.0.as_ptr().cast::<c_int>()) }
    }
}

/// How many threads the process has.
#[must_use]
pub fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// How many of them run `blocking` calls, or would.
#[must_use]
pub fn helpers() -> usize {
    let is_helper = |thread: &std::fs::DirEntry| {
        // One that has ended meanwhile has no name.
        std::fs::read_to_string(thread.path().join("comm"))
            .is_ok_and(|name| name.trim_end() == "cgocall-helper")
    };
    std::fs::read_dir("/proc/self/task")
        .map_or(0, |threads| threads.flatten().filter(is_helper).count())
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

/// The README's program compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
