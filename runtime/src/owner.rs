//! Types that close what C gave away: what `#[cgo(drop = ..)] type Db;` makes.

use std::any::type_name;
use std::ffi::c_void;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

/// A pointer that C has given away, and a `T` alone closes: whoever has this, has it alone. So it is no `Clone`, nor is
/// what has it for a field; and safe code cannot exchange it with that of another type.
#[repr(transparent)]
pub struct Owned<T>(NonNull<c_void>, PhantomData<fn(T) -> T>);

impl<T> Owned<T> {
    /// Takes over a pointer.
    ///
    /// # Safety
    /// It is not null, and nobody else closes it.
    #[inline]
    #[must_use]
    pub const unsafe fn new(pointer: *mut c_void) -> Owned<T> {
        // SAFETY: the caller vouches for it.
        Owned(unsafe { NonNull::new_unchecked(pointer) }, PhantomData)
    }

    /// The pointer.
    #[inline]
    #[must_use]
    pub const fn as_ptr(&self) -> *mut c_void {
        self.0.as_ptr()
    }
}

impl<T> fmt::Debug for Owned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A type that closes itself.
///
/// # Safety
/// It is an [`Owned`], and so are its `as_ptr` and `into_raw`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is taken for the type of that name that closes itself, and is another",
    label = "does not close itself",
    note = "give one of the two another name"
)]
pub unsafe trait Owner: Sized {
    /// Of what it is to close.
    fn own(owned: Owned<Self>) -> Self;
}

/// That `T` is one, as a signature has taken it for.
#[inline]
pub const fn is_owner<T: Owner>() {}

/// Whether `T` closes itself: an inherent constant is found before a trait's.
#[derive(Debug)]
pub struct Closes<T: ?Sized>(PhantomData<T>);

impl<T: Owner> Closes<T> {
    /// It does.
    pub const ITSELF: bool = true;
}

/// The answer for a type that does not: found where `Closes<T>` has none of its own.
pub trait Remains {
    /// It does not.
    const ITSELF: bool = false;
}

impl<T: ?Sized> Remains for Closes<T> {}

/// The value of an import that returns `Option<Db>`.
///
/// # Safety
/// `pointer` is null, or nobody else closes it.
#[inline]
#[must_use]
pub unsafe fn owned_if_any<T: Owner>(pointer: *mut c_void) -> Option<T> {
    // SAFETY: not null where it is taken over, and the caller vouches for the rest.
    (!pointer.is_null()).then(|| T::own(unsafe { Owned::new(pointer) }))
}

/// The value of an import that returns `Db`.
///
/// # Panics
/// When C returned NULL.
///
/// # Safety
/// As of [`owned_if_any`].
#[inline]
#[must_use]
pub unsafe fn owned_result<T: Owner>(function: &str, pointer: *mut c_void) -> T {
    // SAFETY: the caller vouches for it.
    unsafe { owned_if_any(pointer) }.unwrap_or_else(|| returned_null::<T>(function))
}

#[cold]
fn returned_null<T>(function: &str) -> ! {
    let path = type_name::<T>();
    let declared = path.rsplit("::").next().unwrap_or(path);
    panic!(
        "`{function}` returned NULL, but its import says `{declared}`; write `Option<{declared}>` if it may"
    )
}

/// Where C puts what it gives away. If nobody takes that, since the call has failed or a callback panicked, it is closed.
#[derive(Debug)]
pub struct OwnerPlace<T: Owner> {
    pointer: *mut c_void,
    owner: PhantomData<T>,
}

impl<T: Owner> OwnerPlace<T> {
    /// One with nothing in it.
    #[inline]
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "made by the macros' output alone"
    )]
    pub const fn new() -> OwnerPlace<T> {
        OwnerPlace {
            pointer: ptr::null_mut(),
            owner: PhantomData,
        }
    }

    /// For C. Whatever is written there is this place's to close.
    #[inline]
    #[must_use]
    pub const fn as_mut_ptr(&mut self) -> *mut *mut c_void {
        &raw mut self.pointer
    }

    /// What C has put here, if anything.
    ///
    /// # Safety
    /// C has written nothing here, null, or what nobody else closes.
    #[inline]
    #[must_use]
    pub unsafe fn take(&mut self) -> Option<T> {
        let pointer = std::mem::replace(&mut self.pointer, ptr::null_mut());
        // SAFETY: the caller vouches for it, and it is taken once.
        unsafe { owned_if_any(pointer) }
    }
}

impl<T: Owner> Drop for OwnerPlace<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: only an import makes places, whose declaration says that C gives away what it puts there.
        drop(unsafe { self.take() });
    }
}
