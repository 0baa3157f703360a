//! Call sites: one static per import, which knows the C function's name and how it may be called.

use std::ffi::c_void;

/// The C entry of an import: takes the address of the argument frame, calls the C function, stores the result.
pub type Stub = unsafe extern "C" fn(*mut c_void);

/// One import, as the runtime sees it. Its `#[cgo(..)]` is spelled here word by word:
/// `Site::new("poll_events").parks().native_stack()`.
#[derive(Debug)]
pub struct Site {
    name: &'static str,
    blocking: bool,
    parks: bool,
    inline: bool,
    native_stack: bool,
    bare: bool,
}

impl Site {
    /// The site of the C function `name`, of which nothing is said: it runs on its goroutine's own thread.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Site {
            name,
            blocking: false,
            parks: false,
            inline: false,
            native_stack: false,
            bare: false,
        }
    }

    /// `#[cgo(blocking)]`: a park point; runs on a helper thread.
    #[must_use]
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// `#[cgo(parks)]`: its C code tolerates other C calls of the thread while a callback is parked.
    #[must_use]
    pub const fn parks(mut self) -> Self {
        self.parks = true;
        self
    }

    /// `#[cgo(inline)]`: keeps its P always.
    #[must_use]
    pub const fn inline(mut self) -> Self {
        self.inline = true;
        self
    }

    /// `#[cgo(native_stack)]`: waits for the thread's native stack instead of using a pooled one.
    #[must_use]
    pub const fn native_stack(mut self) -> Self {
        self.native_stack = true;
        self
    }

    /// No import: C that was called on the goroutine's own stack, and called back.
    pub(crate) const fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// The C function's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn is_blocking(&self) -> bool {
        self.blocking
    }

    /// Whether its C code minds other C calls of its thread.
    pub(crate) fn is_strict(&self) -> bool {
        !self.parks
    }

    #[expect(
        dead_code,
        reason = "every undeclared call keeps its P until sites learn"
    )]
    pub(crate) fn is_inline(&self) -> bool {
        self.inline
    }

    #[expect(
        dead_code,
        reason = "asked where a C call is given its stack, once it can wait for one"
    )]
    pub(crate) fn needs_native_stack(&self) -> bool {
        self.native_stack
    }

    /// Whether its C frames are on the goroutine's own stack.
    pub(crate) fn is_bare(&self) -> bool {
        self.bare
    }
}
