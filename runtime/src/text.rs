//! Texts as C wants them: copied, with a NUL at the end, for as long as a call lasts.

use crate::Errno;
use std::ffi::{OsStr, c_char};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr;

/// What can be passed as a `const char *`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text that C could be given",
    note = "`&str`, `String`, `&Path` and `&OsStr` are, and `Option` of these; write `*const T` for a pointer to a type of C's"
)]
pub trait Text {
    /// Its bytes, which may not have a NUL among them; none where C gets null.
    fn bytes(&self) -> Option<&[u8]>;
}

impl Text for &str {
    #[inline]
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.as_bytes())
    }
}

impl Text for String {
    #[inline]
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.as_bytes())
    }
}

impl Text for &OsStr {
    #[inline]
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.as_encoded_bytes())
    }
}

impl Text for &Path {
    #[inline]
    fn bytes(&self) -> Option<&[u8]> {
        Some(self.as_os_str().as_encoded_bytes())
    }
}

impl<T: Text> Text for Option<T> {
    #[inline]
    fn bytes(&self) -> Option<&[u8]> {
        self.as_ref().and_then(T::bytes)
    }
}

/// So many bytes are copied to the stack; more are allocated.
const SHORT: usize = 256;

/// Where an argument's copy stands while C has it.
#[derive(Debug)]
pub struct TextBuffer {
    short: MaybeUninit<[u8; SHORT + 1]>,
    long: Vec<u8>,
}

/// The place of a text's first NUL, where C would think that it ends.
struct InnerNul(usize);

impl TextBuffer {
    /// An empty one.
    #[inline]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "made by the macros' output alone"
    )]
    pub const fn new() -> TextBuffer {
        TextBuffer {
            short: MaybeUninit::uninit(),
            long: Vec::new(),
        }
    }

    #[inline]
    fn copy<T: Text>(&mut self, text: &T) -> Result<*const c_char, InnerNul> {
        let Some(bytes) = text.bytes() else {
            return Ok(ptr::null());
        };
        if bytes.contains(&0) {
            return Err(InnerNul::of(bytes));
        }
        if bytes.len() > SHORT {
            return Ok(self.copy_long(bytes));
        }
        let short = self.short.as_mut_ptr().cast::<u8>();
        // SAFETY: there is room for them and the NUL, and nobody else has a reference to it.
        unsafe {
            short.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            short.add(bytes.len()).write(0);
        }
        Ok(short.cast_const().cast())
    }

    #[cold]
    fn copy_long(&mut self, bytes: &[u8]) -> *const c_char {
        self.long.reserve_exact(bytes.len() + 1);
        self.long.extend_from_slice(bytes);
        self.long.push(0);
        self.long.as_ptr().cast()
    }

    /// What C is given for an argument of an import that cannot fail.
    ///
    /// # Panics
    /// Where the text has a NUL in it.
    #[inline]
    #[track_caller]
    pub fn hold<T: Text>(&mut self, text: &T, function: &str, argument: &str) -> *const c_char {
        match self.copy(text) {
            Ok(text) => text,
            Err(nul) => nul.refuse(function, argument),
        }
    }

    /// The same for one that returns a `Result`.
    ///
    /// # Errors
    /// With `EINVAL` where the text has a NUL in it.
    #[inline]
    pub fn try_hold<T: Text>(&mut self, text: &T) -> Result<*const c_char, Errno> {
        self.copy(text).map_err(|_| Errno(libc::EINVAL))
    }
}

impl InnerNul {
    #[cold]
    fn of(bytes: &[u8]) -> InnerNul {
        InnerNul(
            bytes
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(bytes.len()),
        )
    }

    #[cold]
    #[track_caller]
    fn refuse(self, function: &str, argument: &str) -> ! {
        panic!(
            "`{argument}` of `{function}` has a NUL at byte {}, where C would think that it ends; leave it out, or have the \
             import return a `Result`, which is then an error",
            self.0
        );
    }
}
