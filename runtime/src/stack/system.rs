//! A stack as large as a thread's, for C, or a scheduler's.

use super::slab::{OWNER, Stack};
use crate::depths::{self, Watch};
use corosensei::stack::{Stack as StackTrait, StackPointer};

pub(crate) struct SystemStack {
    /// Dropped before the stack is anybody else's.
    _watch: Option<Watch>,
    stack: Stack,
}

impl SystemStack {
    pub(super) fn of_scheduler(stack: Stack) -> SystemStack {
        SystemStack {
            _watch: None,
            stack,
        }
    }

    pub(super) fn for_c(stack: Stack) -> SystemStack {
        if depths::is_on() {
            // A goroutine may have had it: there is one slab of each size.
            stack.empty();
        }
        SystemStack {
            _watch: depths::of_system(stack.bottom(), stack.base().get() + OWNER),
            stack,
        }
    }

    /// Nobody is on it, nor comes back to it.
    #[inline]
    pub(super) fn is_left(&self) {
        self.stack.is_left();
    }
}

// SAFETY: it is that stack.
unsafe impl StackTrait for SystemStack {
    #[inline]
    fn base(&self) -> StackPointer {
        self.stack.base()
    }

    #[inline]
    fn limit(&self) -> StackPointer {
        self.stack.limit()
    }
}
