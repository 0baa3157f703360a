//! Stacks, and who keeps them while they are not in use.

use corosensei::stack::DefaultStack;
use std::cell::RefCell;
use std::process::abort;
use std::sync::Mutex;

/// A goroutine's own stack.
pub(crate) type GoStack = DefaultStack;
/// A stack as large as a thread's, for C.
pub(crate) type SystemStack = DefaultStack;

/// A stack costs address space; memory only as deep as it was used. Frames that are not optimised are several times as
/// large: a call and its callback take about 3 KiB there, and 0.5 KiB else.
pub(crate) const GOROUTINE: usize = if cfg!(debug_assertions) {
    1 << 20
} else {
    256 << 10
};
/// What a thread usually has: C code expects no less.
pub(crate) const SYSTEM: usize = 8 << 20;
/// What a goroutine's stack may be. The smallest has room for a panic's message with its
/// backtrace, which takes 24 KiB; beyond the largest is a slip of the hand.
pub(crate) const SMALLEST: usize = 32 << 10;
pub(crate) const LARGEST: usize = 1 << 30;
/// Signals arrive on the scheduler's stack too.
pub(crate) const SCHEDULER: usize = 256 << 10;

/// Stacks of one size, last in, first out: the last one used is the one in the cache.
pub(crate) struct Pool {
    size: usize,
    keep: usize,
    free: RefCell<Vec<DefaultStack>>,
}

impl Pool {
    pub(crate) const fn new(size: usize, keep: usize) -> Pool {
        Pool {
            size,
            keep,
            free: RefCell::new(Vec::new()),
        }
    }

    pub(crate) fn take(&self) -> DefaultStack {
        let free = self.free.borrow_mut().pop();
        free.unwrap_or_else(|| map(self.size))
    }

    /// A stack of a size that may be particular.
    pub(crate) fn take_for(&self, size: Option<usize>) -> DefaultStack {
        match size {
            Some(size) if size != self.size => map(size),
            _ => self.take(),
        }
    }

    /// What `take_for` gave for the same size.
    pub(crate) fn give_back(&self, stack: DefaultStack, size: Option<usize>) {
        if size.is_none_or(|size| size == self.size) {
            self.give(stack);
        }
    }

    pub(crate) fn give(&self, stack: DefaultStack) {
        let mut free = self.free.borrow_mut();
        if free.len() < self.keep {
            free.push(stack);
        }
    }

    /// Gives back what it keeps.
    pub(crate) fn clear(&self) {
        self.free.take();
    }
}

/// A new stack. There is nobody to tell if there is none: what is queued must run, and cannot.
pub(crate) fn map(size: usize) -> DefaultStack {
    // One at a time: the address space has one lock, and where many threads change it at once, those that only touch a new
    // page wait behind them all.
    static MAPPING: Mutex<()> = Mutex::new(());
    let _one = MAPPING.lock();
    DefaultStack::new(size).unwrap_or_else(|error| {
        eprintln!(
            "cgocall: cannot map a stack of {} KiB: {error}. Each stack takes two mappings and its size in address \
             space: see `sysctl vm.max_map_count` and `ulimit -v`, or keep fewer goroutines alive",
            size >> 10
        );
        abort()
    })
}
