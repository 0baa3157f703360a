//! Call sites: one static per import, which knows the C function's name and how it may be called.

use std::ffi::c_void;

/// The C entry of an import: takes the address of the argument frame, calls the C function, stores the result.
pub type Stub = unsafe extern "C" fn(*mut c_void);

/// What the import's `#[cgo(..)]` says about the C function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing said: runs on its goroutine's own thread.
    Normal,
    /// `#[cgo(parks)]`: its C code tolerates other C calls of the thread while a callback is parked.
    Parks,
    /// `#[cgo(blocking)]`: a park point; runs on a helper thread.
    Blocking,
    /// No import: C that was called on the goroutine's own stack, and called back.
    Bare,
}

/// One import, as the runtime sees it.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    mode: Mode,
}

impl Site {
    /// The site of the C function `name`.
    #[must_use]
    pub const fn new(name: &'static str, mode: Mode) -> Self {
        Site { name, mode }
    }

    /// The C function's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn mode(&self) -> Mode {
        self.mode
    }
}
