//! Who waits for C on a thread, as its M leaves word for sysmon: the M may be asleep when that wants to know.

use crate::g::G;
use crate::site::Site;
use crate::template;
use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Goroutines wait for C, which is another one's.
pub(crate) struct Wait {
    /// Changes when it becomes another one's.
    pub(crate) turn: u64,
    /// Whose it is.
    pub(crate) owner: NonNull<G>,
    /// The C function that has called it back, and has not returned.
    pub(crate) call: Option<&'static Site>,
    /// The first of those who wait, and the C function that it waits for.
    pub(crate) first: NonNull<G>,
    pub(crate) function: &'static Site,
    /// Whether they wait for the native stack, and not for their turn in C.
    pub(crate) is_for_the_stack: bool,
}

// SAFETY: of the goroutines another thread looks at no more than a `GRef` shows. They are there: see `Watch::leave`.
unsafe impl Send for Wait {}

/// One that others wait for.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) number: u64,
    pub(crate) owner: NonNull<G>,
    pub(crate) has_called_back: bool,
}

/// What an M has left word of.
pub(crate) struct Watch {
    wait: Mutex<Option<Wait>>,
    /// Whether there is a wait.
    is_any: AtomicBool,
    /// Whether there is one that sysmon has not told of.
    is_untold: AtomicBool,
}

impl Watch {
    pub(crate) fn new() -> Watch {
        Watch {
            wait: Mutex::new(None),
            is_any: AtomicBool::new(false),
            is_untold: AtomicBool::new(false),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Wait>> {
        // What is done under the lock does not leave it half done.
        self.wait.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves word. The M's.
    ///
    /// # Safety
    /// The goroutines are unfinished until other word is left.
    pub(crate) unsafe fn leave(&self, wait: Option<Wait>) {
        // sysmon is not there to read it, and may have had the lock.
        if template::is_child() {
            return;
        }
        let is_any = wait.is_some();
        if is_any || self.is_any.load(Relaxed) {
            let mut place = self.lock();
            *place = wait;
            self.is_any.store(is_any, Relaxed);
            // sysmon sees it before it sleeps: the M has a P still, or is about to get one.
            self.is_untold.store(is_any, Relaxed);
        }
    }

    /// Whose turn it is, if others wait.
    pub(crate) fn turn(&self) -> Option<Turn> {
        if !self.is_any.load(Relaxed) {
            return None;
        }
        self.lock().as_ref().map(|wait| Turn {
            number: wait.turn,
            owner: wait.owner,
            has_called_back: wait.call.is_some(),
        })
    }

    /// Lets `f` tell of the wait, if it is still that turn.
    pub(crate) fn tell<R>(&self, turn: Turn, f: impl FnOnce(&Wait, &Site) -> R) -> Option<R> {
        let place = self.lock();
        let wait = place.as_ref().filter(|wait| wait.turn == turn.number)?;
        Some(f(wait, wait.call?))
    }

    /// sysmon has counted this wait among the stalls. Another one may have begun since.
    pub(crate) fn is_told(&self, turn: Turn) {
        let place = self.lock();
        if place.as_ref().is_some_and(|wait| wait.turn == turn.number) {
            self.is_untold.store(false, Relaxed);
        }
    }

    /// Whether goroutines wait, and sysmon may have to tell of it.
    pub(crate) fn is_untold(&self) -> bool {
        self.is_untold.load(Relaxed)
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: while there is word of a goroutine it is unfinished, so the scheduler's reference keeps it alive, and
        // the lock keeps the word.
        let (owner, first) = unsafe { (self.owner.as_ref(), self.first.as_ref()) };
        let call = self.call.map_or("C", Site::name);
        let function = self.function.name();
        if self.is_for_the_stack {
            write!(
                f,
                "{first} has waited for a second to call `{function}`, which is declared `native_stack`: {owner} is \
                 in a callback of `{call}`, whose C frames are on that stack. If it waits for others of its \
                 thread, it waits for ever. Let the callback of `{call}` return sooner"
            )
        } else {
            write!(
                f,
                "{first} has waited for a second to go on in C, in `{function}`: {owner} is in a callback of \
                 `{call}`, and has the C side of their thread until `{call}` returns. If it waits for others of its \
                 thread, it waits for ever. Declare `{call}` `#[cgo(parks)]`, if it tolerates other C calls meanwhile, or \
                 let its callback return sooner"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sched::sched;

    /// sysmon had the lock when the child was forked.
    #[test]
    fn a_child_leaves_no_word() {
        // From when it has started, children are known as such.
        sched();
        let watch = Watch::new();
        watch.is_any.store(true, Relaxed);
        let _held = watch.lock();
        // SAFETY: the child takes no lock but the one in question.
        match unsafe { libc::fork() } {
            0 => {
                // SAFETY: the child is ended by the alarm, or by itself.
                unsafe {
                    libc::alarm(20);
                    watch.leave(None);
                    libc::_exit(0)
                }
            }
            child => {
                let mut status = 0;
                // SAFETY: asks about a child of this process. A signal may come in between.
                while unsafe { libc::waitpid(child, &raw mut status, 0) } != child {}
                assert_eq!(status, 0, "the child hangs");
            }
        }
    }
}
