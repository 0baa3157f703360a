//! What is to run: goroutines that were just made, and those that were woken.

use super::sched;
use super::schedule::start_alone;
use super::without_p::{give_p_up, regain_idle_p};
use crate::g::GRef;
use crate::m::M;
use crate::p::P;
use crate::spawn_error::SpawnError;
use crate::{stack, sysmon, template, thread, trace};
use std::sync::atomic::{Ordering::*, fence};

/// Queues a goroutine that was just made, with a stack of the usual size promised to it. Or gives it back, for
/// `spawn_slowly`: no promise is at hand.
#[inline]
pub(crate) fn spawn(g: GRef) -> Option<GRef> {
    let mut g = Some(g);
    let m = thread::current().m();
    let promised = |p: &'static P| {
        let g = g.take_if(|_| p.stacks.promise());
        g.map(|g| p.push(g))
    };
    match (m, m.and_then(|m| m.with_p(promised)).flatten()) {
        (Some(m), Some(moved)) => {
            m.tally.spawned.add_one();
            queued(moved);
            heed(m);
        }
        _ => debug_assert!(g.is_some(), "not pushed"),
    }
    g
}

/// The same where the P has no promises left, or there is no P. Or drops it: there is no stack.
#[cold]
#[inline(never)]
pub(crate) fn spawn_slowly(g: GRef) -> Result<(), SpawnError> {
    if template::is_child() {
        // Nobody runs it there.
        std::mem::forget(g);
        return Ok(());
    }
    let m = thread::current().m();
    if let Some(m) = m {
        regain_idle_p(m);
    }
    // Outside RT: it may take a while.
    let most = if m.is_some() { stack::SOME } else { 1 };
    let tickets = promise(most)?;
    // One is the goroutine's.
    if tickets > 1
        && m.and_then(|m| m.with_p(|p| p.stacks.add_tickets(tickets - 1)))
            .is_none()
    {
        stack::return_tickets(tickets - 1);
    }
    spawn_with_stack(g);
    Ok(())
}

/// Takes tickets to stacks: one, or up to `most`.
pub(crate) fn promise(most: usize) -> Result<usize, SpawnError> {
    stack::promise(most).or_else(|_| {
        // What idle Ps have laid by is not in use.
        sched().clear_idle_ps();
        stack::promise(most)
    })
}

/// Queues a goroutine that was just made and has its stack, or a promise of one.
pub(crate) fn spawn_with_stack(g: GRef) {
    count_spawned();
    queue(g);
}

/// Starts a goroutine on a thread of its own; the same is true of it.
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
    let mut g = Some(g);
    let m = thread::current().m();
    match m.and_then(|m| m.with_p(|p| g.take().map(|g| p.push(g))).flatten()) {
        Some(moved) => queued(moved),
        // Somebody may have been at it when the child was forked, and others wait for him there.
        None if template::is_child() => std::mem::forget(g),
        None => {
            let sched = sched();
            sched.injector.push(g.take().expect("not pushed"));
            sched.spawned();
        }
    }
    if let Some(m) = m {
        heed(m);
    }
}

/// One more goroutine stands at a P, where it has moved another one to the queue or not.
#[inline]
fn queued(moved: bool) {
    if moved {
        sched().spawned();
    } else {
        // Unless who runs here parks soon, sysmon sees to it.
        sysmon::glance();
    }
}

/// Does what sysmon has asked for.
#[inline]
fn heed(m: &'static M) {
    if m.is_asked() {
        give_p_up(m);
    }
}

/// Queues a started goroutine that was parked: at its home, if it is bound to it.
pub(crate) fn ready(g: GRef) {
    if trace::is_on() {
        trace::woken(&g, thread::current().g());
    }
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
