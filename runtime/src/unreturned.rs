//! What C gives away with its result, where the import does not come to return it.

use crate::Errno;
use crate::owner::{Owner, owned_if_any};
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

/// Frees what C has returned, if a callback of the call has panicked: that goes on when C has returned, and nobody looks at the
/// result.
#[derive(Debug)]
pub struct Unreturned<E, P, R> {
    place: *const MaybeUninit<*mut E>,
    free: unsafe fn(*mut P) -> R,
}

impl<E, P, R> Unreturned<E, P, R> {
    /// Of what C's stub puts in `place`.
    ///
    /// # Safety
    /// The place outlives this, and has null in it until C has returned what `free` frees; or -1, which says that it failed.
    #[inline]
    #[must_use]
    pub const unsafe fn new(
        place: *const MaybeUninit<*mut E>,
        free: unsafe fn(*mut P) -> R,
    ) -> Unreturned<E, P, R> {
        Unreturned { place, free }
    }
}

impl<E, P, R> Drop for Unreturned<E, P, R> {
    #[cold]
    fn drop(&mut self) {
        // SAFETY: whoever has made this says so of the place, and that it is freed by this; nobody else has it.
        unsafe { free(self.place.read().assume_init(), self.free) };
    }
}

/// # Safety
/// `pointer` is null, or -1, or what `free` frees and nobody else.
unsafe fn free<E, P, R>(pointer: *mut E, free: unsafe fn(*mut P) -> R) {
    if !pointer.is_null() && pointer.addr() != usize::MAX {
        // SAFETY: the caller's.
        unsafe { free(pointer.cast()) };
    }
}

/// The value of an import with `fails = errno`, that C gives away: where it has failed, it is freed.
///
/// # Errors
/// With `errno`, if it was set.
///
/// # Safety
/// `pointer` is null, or -1, or what `free` frees and nobody else.
#[inline]
pub unsafe fn errno_alone_or_free<E, P, R>(
    pointer: *mut E,
    errno: c_int,
    release: unsafe fn(*mut P) -> R,
) -> Result<*mut E, Errno> {
    if errno == 0 {
        return Ok(pointer);
    }
    // SAFETY: the caller's.
    unsafe { free(pointer, release) };
    Err(Errno(errno))
}

/// What closes a `T`.
///
/// # Safety
/// As of [`owned_if_any`].
pub unsafe fn close<T: Owner>(pointer: *mut c_void) {
    // SAFETY: the caller's.
    drop(unsafe { owned_if_any::<T>(pointer) });
}
