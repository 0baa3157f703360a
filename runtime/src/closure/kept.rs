//! Closures that are C's until it calls their destructor.
//!
//! One word says who uses them, and one atomic operation on it enters a closure, another leaves it:
//!
//! ```text
//! users of an `Fn`  |  a bit for each `FnMut`: somebody is in it  |  OWNED: C has not called the destructor
//! ```
//!
//! Whoever makes it zero drops the closures: C, or the last who was in one of them when C did.

use crate::callback::{catch, crosscall2_drop};
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::ops::Deref;
use std::process::abort;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering::*, fence};

const OWNED: usize = 1;
/// The bit of the first `FnMut`.
const FIRST: u32 = 1;
/// How many there may be.
const MOST: u32 = 15;
const USER: usize = 1 << (FIRST + MOST);
/// As with `Arc`, so many can only be a mistake.
const TOO_MANY: usize = usize::MAX / 2;

/// Closures that C keeps, in a tuple: those that share one user pointer.
#[derive(Debug)]
pub struct Kept<T> {
    word: AtomicUsize,
    closures: T,
}

/// An `FnMut` among them: the word says whether somebody is in it.
#[derive(Debug)]
pub struct Single<F>(UnsafeCell<F>);

// SAFETY: it is entered by one at a time, on whichever thread: `F` is sent there.
unsafe impl<F: Send> Sync for Single<F> {}

/// They stay until this is dropped.
#[derive(Debug)]
pub struct Inside<T> {
    kept: NonNull<Kept<T>>,
    part: usize,
}

impl<F> Single<F> {
    /// Nobody is in it.
    #[inline]
    pub const fn new(closure: F) -> Single<F> {
        Single(UnsafeCell::new(closure))
    }

    /// As [`Lent::run`](super::Lent::run).
    ///
    /// # Safety
    /// [`enter_alone`] has let the caller into this one, and into this one alone.
    #[inline]
    pub unsafe fn run<R>(&self, _: &str, call: impl FnOnce(&mut F) -> R) -> R {
        // SAFETY: the caller's.
        call(unsafe { &mut *self.0.get() })
    }
}

impl<T: Send + Sync + 'static> Kept<T> {
    /// For [`keep`].
    #[inline]
    #[must_use]
    pub fn new(closures: T) -> Box<Kept<T>> {
        let word = AtomicUsize::new(OWNED);
        Box::new(Kept { word, closures })
    }
}

/// Of what the functions are made that C gets.
impl<T> Deref for Kept<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.closures
    }
}

/// Gives the closures to C: the user pointer.
#[inline]
#[must_use]
pub fn keep<T: Send + Sync + 'static>(kept: Box<Kept<T>>) -> *mut c_void {
    Box::into_raw(kept).cast()
}

/// Enters an `Fn` of the closures that C has.
///
/// # Safety
/// `user_data` is what [`keep`] has made of a `Kept<T>`, and C has not called the destructor.
#[inline]
#[must_use]
pub unsafe fn enter<T: Send + Sync + 'static>(user_data: *mut c_void) -> Inside<T> {
    // SAFETY: `keep` has made it of a box.
    let kept = unsafe { NonNull::new_unchecked(user_data.cast::<Kept<T>>()) };
    // SAFETY: C has it, says the caller, and so it is there. Relaxed: nobody writes what an `Fn` reads.
    let before = unsafe { kept.as_ref() }.word.fetch_add(USER, Relaxed);
    if before > TOO_MANY {
        abort();
    }
    Inside { kept, part: USER }
}

/// Enters the `at`th of the closures that C has, an `FnMut`.
///
/// # Panics
/// If somebody is in it.
///
/// # Safety
/// As [`enter`].
#[inline]
#[must_use]
pub unsafe fn enter_alone<T: Send + Sync + 'static>(
    name: &str,
    at: u32,
    user_data: *mut c_void,
) -> Inside<T> {
    // SAFETY: `keep` has made it of a box.
    let kept = unsafe { NonNull::new_unchecked(user_data.cast::<Kept<T>>()) };
    assert!(at < MOST, "C has too many closures behind one user pointer");
    let part = 1 << (FIRST + at);
    // SAFETY: as above. Acquire: with the Release of who was in it last, to see what that one has done.
    let before = unsafe { kept.as_ref() }.word.fetch_or(part, Acquire);
    if before & part != 0 {
        super::cells::refuse(name);
    }
    Inside { kept, part }
}

impl<T> Inside<T> {
    /// Takes `part` out of the word, and drops the closures if that was the last.
    ///
    /// # Safety
    /// It is the caller's, who has no use for them any more.
    #[inline]
    unsafe fn leave(kept: NonNull<Kept<T>>, part: usize) {
        // SAFETY: they are there as long as there is this part. Release: for who comes next, and for who drops them.
        if unsafe { kept.as_ref() }.word.fetch_sub(part, Release) == part {
            // Acquire: of what all the others have done with them. ThreadSanitizer knows no fences.
            if cfg!(tsan) {
                // SAFETY: nobody else is left who could drop them.
                unsafe { kept.as_ref() }.word.load(Acquire);
            } else {
                fence(Acquire);
            }
            // SAFETY: `keep` was given the box, and nobody has a part of it.
            drop(unsafe { Box::from_raw(kept.as_ptr()) });
        }
    }
}

impl<T> Deref for Inside<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: its part of the word keeps them there.
        unsafe { &self.kept.as_ref().closures }
    }
}

impl<T> Drop for Inside<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: `enter` has given it this part.
        unsafe { Inside::leave(self.kept, self.part) };
    }
}

/// C has done with them: `void (*)(void *)`.
///
/// # Safety
/// As [`enter`]; from now on C has called it. Who is inside may stay.
unsafe extern "C" fn drop_kept<T: Send + Sync + 'static>(user_data: *mut c_void) {
    unsafe extern "C" fn run<T: Send + Sync + 'static>(user_data: *mut c_void) -> bool {
        // SAFETY: the caller's: this is the part that C has had.
        catch(|| unsafe {
            Inside::leave(NonNull::new_unchecked(user_data.cast::<Kept<T>>()), OWNED)
        })
    }
    if !user_data.is_null() {
        // SAFETY: the caller's promise is what `run` asks for.
        unsafe { crosscall2_drop("the destructor of a closure", run::<T>, user_data) };
    }
}

/// The destructor of such closures, for C.
#[inline]
#[must_use]
pub fn destructor<T: Send + Sync + 'static>(_: &Kept<T>) -> unsafe extern "C" fn(*mut c_void) {
    drop_kept::<T>
}
