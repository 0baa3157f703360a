//! A sweep finds goroutines by their stacks, and takes references to them, while they end and are freed.

use crate::g::GRef;
use crate::go::spawn;
use crate::model::{Model, Watched};
use crate::sweep::{self, Owner, Watch};
use crate::sync;
use std::sync::Arc;

fn with(membarrier: bool) -> Model {
    Model {
        procs: 1,
        membarrier,
        preemptions: 3,
    }
}

/// What an M does that ends a goroutine, while another one sweeps. What may be freed must not be touched any more.
fn one_ends(membarrier: bool, refused: bool) {
    with(membarrier).check(move || {
        sync::start(membarrier);
        sweep::start();
        if refused {
            sync::start(false);
        }
        let (waits, _handle) = spawn(|| ());
        let (g, _its_handle) = spawn(|| ());
        let owner = Arc::new(Owner::new());
        owner.set(&g);
        // Stands for the memory that the last reference frees.
        let memory = Arc::new(Watched::new());
        let (its_owner, its_memory) = (Arc::clone(&owner), Arc::clone(&memory));
        let ends = loom::thread::spawn(move || {
            its_owner.clear(&g);
            its_memory.write();
        });
        let watch = Watch::begin(&waits);
        let found = watch.sweep([&*owner].into_iter(), |g| {
            memory.write();
            GRef::new(g)
        });
        assert!(found.len() <= 1);
        ends.join().unwrap();
        if !found.is_empty() {
            assert!(
                found[0].is_noted_over() && watch.ended() == 1,
                "its end was told"
            );
        }
        drop(found);
        drop(watch);
    });
}

#[test]
pub(crate) fn one_ends_where_fences_are_light() {
    one_ends(true, false);
}

#[test]
pub(crate) fn one_ends_without_membarrier() {
    one_ends(false, false);
}

/// Somebody else has found that out, after the runtime has started.
#[test]
pub(crate) fn one_ends_where_membarrier_is_refused_later() {
    one_ends(true, true);
}
