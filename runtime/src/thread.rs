//! What the runtime knows of the thread it is on.

use crate::attach::Standing;
use crate::cstate::{CState, Payload};
use crate::g::G;
use crate::m::M;
use crate::segment::stack_pointer;
use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ptr::{NonNull, null};

/// One per thread, of any kind: an M, a helper, a C thread, a test's.
pub(crate) struct Thread {
    /// The goroutine whose code runs here now. None in the scheduler, and on threads that run no goroutines.
    g: Cell<Option<NonNull<G>>>,
    /// The M that this thread is.
    m: Cell<Option<&'static M>>,
    /// What the runtime has to do with it.
    pub(crate) standing: Cell<Standing>,
    /// An address on its own stack, as a rule: where it was when the runtime first had to do with it. 0: not yet.
    pub(crate) stands: Cell<usize>,
    /// The alternate stack that the runtime has given it. 0: none.
    pub(crate) alternate: Cell<usize>,
    /// Whether the runtime has created it.
    pub(crate) is_ours: Cell<bool>,
    /// The goroutine whose `blocking` call it runs.
    serves: Cell<Option<NonNull<G>>>,
    /// The name of the export that runs in place here, the innermost: in the frame that runs it. Null: none.
    export: Cell<*const &'static str>,
    /// What an export has panicked with, until it has returned to where C called it.
    caught: Cell<Option<Payload>>,
    /// The C calls that run in place on this thread, outside any goroutine.
    pub(crate) c: CState,
}

thread_local! {
    // Constant and without a destructor: reading it is one instruction, in `atexit` and in thread destructors too. What
    // is left in it at a thread's end is nothing but the panic of a C call that never returned.
    static THREAD: ManuallyDrop<Thread> = const {
        ManuallyDrop::new(Thread {
            g: Cell::new(None),
            m: Cell::new(None),
            standing: Cell::new(Standing::Unknown),
            stands: Cell::new(0),
            alternate: Cell::new(0),
            is_ours: Cell::new(false),
            serves: Cell::new(None),
            export: Cell::new(null()),
            caught: Cell::new(None),
            c: CState::new(),
        })
    };
}

/// The current thread's state.
///
/// The lifetime is a convenience: it ends with the thread, or when the goroutine that asked moves to another one, which
/// it may at a park point if goroutines migrate: then it must be asked for anew. So this is a function of its own, and
/// one that the optimiser cannot see through: else code before and after a park that is inlined into one function would
/// ask once.
#[inline(never)]
pub(crate) fn current<'a>() -> &'a Thread {
    #[cfg_attr(miri, expect(unused_mut, reason = "it has no assembly"))]
    let mut thread = std::ptr::from_ref::<Thread>(here());
    // SAFETY: does nothing; the compiler does not know.
    #[cfg(not(miri))]
    unsafe {
        std::arch::asm!("/* {0} */", inout(reg) thread, options(nostack, preserves_flags));
    }
    // SAFETY: what `here` gave.
    unsafe { &*thread }
}

/// The same, for code that does not park, in functions that goroutines which may migrate do not park in.
#[inline(always)]
pub(crate) fn here<'a>() -> &'a Thread {
    // SAFETY: the thread-local is constant and has no destructor, so it is there as long as the thread is; callers keep
    // the reference no longer than said above.
    THREAD.with(|thread| unsafe { &*std::ptr::from_ref::<Thread>(thread) })
}

impl Thread {
    /// The goroutine that runs here now.
    #[inline(always)]
    pub(crate) fn g(&self) -> Option<&G> {
        // SAFETY: set by `execute`, which owns a reference for as long as the goroutine runs.
        self.g.get().map(|g| unsafe { g.as_ref() })
    }

    /// The goroutine that runs here now, unless this is some other stack than its own: a signal's, that of a coroutine
    /// of C's or the user's. Those may be left and entered in any order, so nothing is noted about them.
    #[inline(always)]
    pub(crate) fn running(&self) -> Option<&G> {
        self.g().filter(|g| g.stack().contains(stack_pointer()))
    }

    /// Runs an export in place.
    #[inline(always)]
    pub(crate) fn run_in_place<R>(&self, name: &&'static str, run: impl FnOnce() -> R) -> R {
        let outer = self.export.replace(name);
        let result = run();
        self.export.set(outer);
        result
    }

    /// The export that runs in place here, the innermost.
    pub(crate) fn export(&self) -> Option<&'static str> {
        // SAFETY: `run_in_place` borrows it for as long as it is set: nothing unwinds out of an export, and C may not jump
        // over its frame.
        unsafe { self.export.get().as_ref() }.copied()
    }

    /// Keeps what an export has panicked with.
    #[cold]
    pub(crate) fn caught(&self, panic: Payload) {
        self.caught.set(Some(panic));
    }

    /// What the export that has just returned has panicked with.
    pub(crate) fn take_caught(&self) -> Payload {
        self.caught.take().expect("it has panicked")
    }

    /// Makes `g` the current goroutine.
    pub(crate) fn set_g(&self, g: Option<NonNull<G>>) {
        self.g.set(g);
    }

    /// The goroutine whose `blocking` call runs here.
    pub(crate) fn serves(&self) -> Option<&G> {
        // SAFETY: set by `offload::serve`, to a goroutine that cannot end before the call does.
        self.serves.get().map(|g| unsafe { g.as_ref() })
    }

    /// From now on it runs that goroutine's `blocking` call, or none.
    pub(crate) fn set_serves(&self, g: Option<NonNull<G>>) {
        self.serves.set(g);
    }

    /// The M that this thread is.
    #[inline(always)]
    pub(crate) fn m(&self) -> Option<&'static M> {
        self.m.get()
    }

    pub(crate) fn set_m(&self, m: Option<&'static M>) {
        self.m.set(m);
    }
}

/// The M that this thread is, for code that only runs on Ms.
#[inline]
pub(crate) fn current_m() -> &'static M {
    current().m().expect("a goroutine runs on an M")
}
