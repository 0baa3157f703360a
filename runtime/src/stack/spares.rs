//! An M's system stacks that are not in use: a few, so that a C call that needs one finds it without a lock.

use super::SystemStack;
use super::slab::Slab;
use crate::spawn_error::SpawnError;
use crate::template;
use std::cell::RefCell;

/// A thread's own stack is not used meanwhile: more are for depth.
const KEPT: usize = 8;

/// Its thread's alone.
pub(crate) struct Spares {
    slab: &'static Slab,
    free: RefCell<Vec<SystemStack>>,
}

impl Spares {
    pub(super) fn new(slab: &'static Slab) -> Spares {
        Spares {
            slab,
            free: RefCell::new(Vec::with_capacity(KEPT)),
        }
    }

    pub(crate) fn take(&self) -> Result<SystemStack, SpawnError> {
        let free = self.free.borrow_mut().pop();
        match free {
            Some(stack) => Ok(stack),
            None if template::is_child() => self.slab.get_in_child().map(SystemStack::for_c),
            None => self.slab.get().map(SystemStack::for_c),
        }
    }

    pub(crate) fn give(&self, stack: SystemStack) {
        stack.is_left();
        let mut free = self.free.borrow_mut();
        if free.len() < KEPT {
            free.push(stack);
        }
    }

    /// Gives back what it keeps.
    pub(crate) fn clear(&self) {
        self.free.borrow_mut().clear();
    }
}
