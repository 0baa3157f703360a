//! What is to run: goroutines that were just made, and those that were woken.

use super::sched;
use super::schedule::start_alone;
use super::without_p::give_p_up;
use crate::g::GRef;
use crate::{sysmon, template, thread};
use std::sync::atomic::{Ordering::*, fence};

/// Queues a goroutine that was just made.
pub(crate) fn spawn(g: GRef) {
    count_spawned();
    queue(g);
}

/// Starts a goroutine on a thread of its own.
pub(crate) fn spawn_alone(g: GRef) {
    count_spawned();
    start_alone(g);
}

/// Counts a goroutine that was just made.
pub(crate) fn count_spawned() {
    match thread::current().m() {
        Some(m) => m.tally.spawned.add_one(),
        None => {
            sched().spawned_outside.fetch_add(1, Relaxed);
        }
    }
}

/// Queues a goroutine that any M may run.
pub(crate) fn queue(g: GRef) {
    let sched = sched();
    let mut g = Some(g);
    let m = thread::current().m();
    match m.and_then(|m| m.with_p(|p| g.take().map(|g| p.push(g))).flatten()) {
        // Unless who runs here parks soon, sysmon sees to it.
        Some(false) => sysmon::poke(),
        Some(true) => sched.spawned(),
        // Somebody may have been at it when the child was forked, and others wait for him there.
        None if template::is_child() => std::mem::forget(g),
        None => {
            sched.injector.push(g.take().expect("not pushed"));
            sched.spawned();
        }
    }
    if let Some(m) = m.filter(|m| m.is_asked()) {
        give_p_up(m);
    }
}

/// Queues a started goroutine that was parked: at its home, if it is bound to it.
pub(crate) fn ready(g: GRef) {
    if !g.is_bound.get() {
        return queue(g);
    }
    let home = g.home();
    if thread::current().m().is_some_and(|m| std::ptr::eq(m, home)) {
        return home.push_local(g);
    }
    if home.inbox.push(g) {
        sched().wake_sleeper(home);
    } else {
        // It may be stuck, and everybody else idle. With the fence in sysmon's `nap`.
        fence(SeqCst);
        sysmon::rouse();
    }
}
