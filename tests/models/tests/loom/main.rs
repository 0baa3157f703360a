//! Models of the runtime's protocols, run by loom in every order that the memory model allows, up to a number of
//! preemptions.
//!
//! # How a model is read
//!
//! The modules below are the runtime's own files, with loom's atomics and locks in the place of `std`'s (`build.rs`
//! says what else differs: nothing that matters). `stubs.rs` stands for the rest: nobody parks in C, and C itself is
//! nothing. A model, one per function of `hold.rs` and the others, makes a few threads do what Ms, sysmon and strangers
//! do, by calling the runtime. What may not be is an assertion there, or loom's own: two threads touch a cell that is
//! the owner's of a P, or all of them sleep.
//!
//! A mutant (`mutants/`) is the same code with one mistake in it, which its model must notice.
//!
//! # How long it takes
//!
//! Each runs for seconds. `LOOM_MAX_PREEMPTIONS=4` looks further, for minutes; loom's other variables work too.

#![allow(dead_code, reason = "a model does not use all of a file")]

macro_rules! runtime {
    ($($file:ident $([$($part:ident)*])? $({ mod $model:ident; })?)*) => {
        $(#[allow(clippy::all, clippy::undocumented_unsafe_blocks, unused, reason = "checked where it lives")]
        mod $file {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($file), ".rs"));
            $($(mod $part {
                include!(concat!(env!("OUT_DIR"), "/", stringify!($file), "_", stringify!($part), ".rs"));
            })*)?
            $(pub(crate) mod $model;)?
        })*
    };
}
runtime! {
    g go inbox local m p pace sweep syscall
    handle_slots { mod numbers; }
    helpers { mod line; }
    sched [idle ready schedule startm without_p]
    site { mod learning; }
    sysmon { mod nap; }
}

mod asked;
mod clock;
mod hold;
mod join;
mod look;
mod migrate;
mod model;
mod stubs;
mod sweeps;
mod sync;
mod wake;

use model::is_mutant;
use stubs::{
    attach, cancel, config, cside, cstate, depths, go_builder, kernel, metrics, offload, overflow,
    prefetch, segment, spawn_error, stack, stall, template, thread, top, trace, wait,
};

mod mutants {
    include!(concat!(env!("OUT_DIR"), "/mutants.rs"));
}
