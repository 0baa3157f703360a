//! Code that may block its thread: it runs without a P, which others have meanwhile.

use super::sched;
use crate::m::M;
use crate::{offload, template, thread};

/// Runs `f`, which may block the thread, without holding a P.
pub(crate) fn without_p<R>(f: impl FnOnce() -> R) -> R {
    struct Back;
    impl Drop for Back {
        fn drop(&mut self) {
            // Asked anew: `f` may have been left in the middle, by a stackful coroutine of the program's, and its goroutine
            // may have parked meanwhile.
            if let Some(m) = thread::current().m() {
                regain_p(m);
            }
        }
    }
    match thread::current().m() {
        Some(m) if give_p_up(m) => {
            m.do_without();
            let _back = Back;
            f()
        }
        _ => offload::let_others_help(f),
    }
}

/// Gives the P up, from Rust code of a goroutine's, which goes on without. False: it has none, or is elsewhere.
#[cold]
pub(crate) fn give_p_up(m: &'static M) -> bool {
    // In a child of `fork` there is nobody to have it.
    !template::is_child() && m.with_p(|_| sched().release_p(m)).is_some()
}

/// Settles a claim that was met on the way out of C. Whether the P has been kept, as far as it was not asked for: then
/// others have had their turn.
#[cold]
pub(crate) fn settle(m: &'static M) -> bool {
    let holds = m.hold.settle();
    if holds && m.is_asked() && give_p_up(m) {
        regain_p(m);
    }
    holds
}

/// Gets a P again that nobody wants, if it has gone, for Rust code of a goroutine's which spawns: one without a P would
/// spawn by way of the injector, however long it goes on, and nothing of its own would stand where it can run it.
#[cold]
pub(crate) fn regain_idle_p(m: &'static M) {
    if !m.misses_p() || !sched().any_idle() || template::is_child() {
        return;
    }
    if !(m.hold.enter_rt() || m.hold.settle()) && sched().try_acquire_p(m) {
        // A new turn.
        m.next_tick();
    }
    m.hold.leave_rt();
}

/// Gets a P again, if it has gone, for Rust code of a goroutine's. Waits for one.
#[cold]
pub(crate) fn regain_p(m: &'static M) {
    // In a child of `fork` there is nobody to give it one: what runs there on the way to exec runs without.
    if !(m.hold.enter_rt() || m.hold.settle() || template::is_child()) {
        sched().acquire_p(m);
    }
    // A new turn.
    m.next_tick();
    m.hold.leave_rt();
}
