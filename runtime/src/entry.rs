//! `#[cgocall::main]` and `#[cgocall::test]`.

use crate::attach::catch_unwind;
use crate::builder::Builder;
use crate::sched::Stacks;
use crate::spawn_error::SpawnError;
use crate::start_error::StartError;
use crate::{config, end, go, offload, sched, stack, thread};
use std::panic::resume_unwind;
use std::process::{ExitCode, Termination};

/// Runs `f` as the main goroutine, on the thread that calls this; where goroutines migrate, on any.
///
/// When `f` has ended all other goroutines are cancelled, and waited for if they can be unwound: see `end`.
#[track_caller]
pub fn main<T>(f: impl FnOnce() -> T) -> T {
    if thread::current().m().is_some() {
        // `main` called by the program itself.
        return f();
    }
    end::begin_main();
    let f = || {
        let result = catch_unwind(f);
        end::end_main();
        result.unwrap_or_else(|panic| resume_unwind(panic))
    };
    // `f` and its result stay within this call, which waits for the goroutine.
    let handle = if config::get().migrate {
        // `Builder::migrate` was promised that they may leave this thread. It is no M then: it could not return while
        // another goroutine runs on it.
        let (g, handle) = go::spawn_with(f, None, true);
        let queued = sched::spawn(g).map_or(Ok(()), sched::spawn_slowly);
        queued.unwrap_or_else(|error| no_stack(error));
        handle
    } else {
        // They stay on this thread: the goroutine is started here, at its home, and ends before `run_as_m` returns.
        let (g, handle) = go::spawn(f);
        // The runtime starts before there is a stack.
        sched::count_spawned();
        let stacks = stack::promise(1).and_then(|_| Stacks::new());
        let stacks = stacks.unwrap_or_else(|error| no_stack(error));
        // A callback of a `blocking` call may be what calls this.
        offload::let_others_help(|| sched::run_as_m(stacks, g, || handle.is_finished()));
        handle
    };
    handle.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// There is no room for the first goroutine.
#[cold]
fn no_stack(error: SpawnError) -> ! {
    config::give_up(&StartError::Stack(error))
}

/// As [`main`], for `unsafe(migrate)`: goroutines that have started may change threads.
///
/// # Safety
/// The contract of `Builder::migrate`, in the whole program.
#[track_caller]
pub unsafe fn main_migrating<T>(f: impl FnOnce() -> T) -> T {
    if thread::current().m().is_none() {
        // SAFETY: the caller's promise.
        let builder = unsafe { Builder::new().migrate() };
        if let Err(error) = builder.start() {
            config::give_up(&error);
        }
    }
    main(f)
}

/// Runs a test on a goroutine, while its own thread waits.
#[track_caller]
pub fn test<T: Termination>(f: impl FnOnce() -> T + Send + 'static) -> ExitCode {
    go::go(|| f().report())
        .join()
        .unwrap_or_else(|panic| resume_unwind(panic))
}
