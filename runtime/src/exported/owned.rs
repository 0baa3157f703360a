//! `cgo_string` and `cgo_vec_..`: memory of Rust's that C owns, and frees or gives back.

use super::str::utf8;
use crate::__private::Zero;
use crate::callback::{catch, crosscall2_drop};
use std::ffi::c_void;
use std::mem::{self, ManuallyDrop};
use std::ptr;

/// Whose memory it is, and what is in it: one for each type of elements.
///
/// C knows the first field alone.
#[repr(C)]
#[derive(Debug)]
struct Owner {
    /// Frees the memory, and drops what is in it: for C.
    release: unsafe extern "C" fn(data: *mut c_void, len: usize, cap: usize),
    /// Where [`LIBRARY`] is: a library that has a runtime of its own has another allocator too, perhaps.
    library: &'static u8,
    size: usize,
    align: usize,
    /// `release` for Rust.
    drop: unsafe fn(data: *mut c_void, len: usize, cap: usize),
}

static LIBRARY: u8 = 0;

/// `Vec<T>`, as C has it.
#[repr(C)]
#[derive(Debug)]
pub struct OwnedVec<T> {
    data: *mut T,
    len: usize,
    cap: usize,
    /// Null where there is nothing.
    owner: *const Owner,
}

impl<T> OwnedVec<T> {
    const OWNER: &'static Owner = &Owner {
        release: free::<T>,
        library: &LIBRARY,
        size: size_of::<T>(),
        align: align_of::<T>(),
        drop: drop_parts::<T>,
    };

    fn of(vec: Vec<T>) -> OwnedVec<T> {
        let mut vec = ManuallyDrop::new(vec);
        OwnedVec {
            data: vec.as_mut_ptr(),
            len: vec.len(),
            cap: vec.capacity(),
            owner: Self::OWNER,
        }
    }

    /// What C says is there.
    pub(crate) fn elements(&self) -> (*const T, usize) {
        match self.owner.is_null() {
            true => (ptr::null(), 0),
            false => (self.data, self.len),
        }
    }

    /// Whatever they are, they are not dropped; where they are is freed all the same.
    pub(crate) fn forget_elements(&mut self) {
        self.len = 0;
    }

    /// # Safety
    /// It is as [`of`](OwnedVec::of) has made it, in whatever library, but for the values of the elements.
    unsafe fn into_vec(self, function: &str, argument: &str) -> Vec<T> {
        // SAFETY: the caller's promise: it is null, or was made of a reference to one that is never dropped.
        let Some(owner) = (unsafe { self.owner.as_ref() }) else {
            refuse(function, argument, "empty, and was not made by Rust");
        };
        if !ptr::eq(owner.library, &LIBRARY) {
            refuse(function, argument, "another library's, whose memory it is");
        }
        let is_of_t = (owner.size, owner.align) == (size_of::<T>(), align_of::<T>());
        if !is_of_t || self.len > self.cap || self.data.is_null() {
            // Whatever it is, it is not freed as if it were something else.
            mem::forget(self);
            refuse(function, argument, "not what Rust has given to C");
        }
        let this = ManuallyDrop::new(self);
        // SAFETY: `of` has taken it apart, here, and now it is nobody else's.
        unsafe { Vec::from_raw_parts(this.data, this.len, this.cap) }
    }
}

/// The parts of a `Vec<T>`.
type Parts = (*mut c_void, usize, usize);

/// C has enough of it: the elements may have destructors, which run as exports do.
///
/// # Safety
/// The parts are those of a `Vec<T>` that is nobody else's.
unsafe extern "C" fn free<T>(data: *mut c_void, len: usize, cap: usize) {
    if !mem::needs_drop::<T>() {
        // SAFETY: the caller's promise.
        return unsafe { drop_parts::<T>(data, len, cap) };
    }
    let mut parts: Parts = (data, len, cap);
    // SAFETY: these are what it expects, and there until it returns.
    unsafe {
        crosscall2_drop(
            "the destructor of an array",
            drop_parts_for_c::<T>,
            (&raw mut parts).cast(),
        )
    };
}

/// # Safety
/// `parts` are [`Parts`], and as of [`free`].
unsafe extern "C" fn drop_parts_for_c<T>(parts: *mut c_void) -> bool {
    // SAFETY: the caller's promise.
    catch(|| unsafe {
        let (data, len, cap) = parts.cast::<Parts>().read();
        drop_parts::<T>(data, len, cap);
    })
}

/// # Safety
/// As [`free`].
unsafe fn drop_parts<T>(data: *mut c_void, len: usize, cap: usize) {
    // SAFETY: the caller's promise.
    drop(unsafe { Vec::<T>::from_raw_parts(data.cast(), len, cap) });
}

impl<T> Drop for OwnedVec<T> {
    fn drop(&mut self) {
        // SAFETY: it is null, or was made of a reference to one that is never dropped.
        if let (false, Some(owner)) = (self.data.is_null(), unsafe { self.owner.as_ref() }) {
            // SAFETY: of the library that has taken it apart, and nobody else's. Of another's C knows the first field.
            unsafe {
                match ptr::eq(owner.library, &LIBRARY) {
                    true => (owner.drop)(self.data.cast(), self.len, self.cap),
                    false => (owner.release)(self.data.cast(), self.len, self.cap),
                }
            };
        }
    }
}

impl<T> Zero for OwnedVec<T> {
    const ZERO: OwnedVec<T> = OwnedVec {
        data: ptr::null_mut(),
        len: 0,
        cap: 0,
        owner: ptr::null(),
    };
}

/// What C gets for a `Vec<T>`.
#[must_use]
pub fn give_vec<T>(vec: Vec<T>) -> OwnedVec<T> {
    OwnedVec::of(vec)
}

/// What C gets for an `Option<Vec<T>>`.
#[must_use]
pub fn give_nullable_vec<T>(vec: Option<Vec<T>>) -> OwnedVec<T> {
    vec.map_or(OwnedVec::ZERO, OwnedVec::of)
}

/// The `Vec<T>` that C has given back.
///
/// # Safety
/// It is what an export has given to C, and C uses it no more.
///
/// # Panics
/// Where it is not, as far as that can be seen.
#[must_use]
pub unsafe fn take_vec<T>(vec: OwnedVec<T>, function: &str, argument: &str) -> Vec<T> {
    // SAFETY: the caller's promise.
    unsafe { vec.into_vec(function, argument) }
}

/// The `Option<Vec<T>>` that C has given back.
///
/// # Safety
/// As [`take_vec`].
///
/// # Panics
/// As [`take_vec`].
#[must_use]
pub unsafe fn take_nullable_vec<T>(
    vec: OwnedVec<T>,
    function: &str,
    argument: &str,
) -> Option<Vec<T>> {
    // SAFETY: the caller's promise.
    (!vec.data.is_null()).then(|| unsafe { vec.into_vec(function, argument) })
}

/// `String`, as C has it: with a NUL behind it, so that it may also pass for a `char *`.
#[repr(transparent)]
#[derive(Debug)]
pub struct OwnedText(OwnedVec<u8>);

impl Zero for OwnedText {
    const ZERO: OwnedText = OwnedText(OwnedVec::ZERO);
}

/// What C gets for a `String`.
#[must_use]
pub fn give_text(text: String) -> OwnedText {
    let mut bytes = text.into_bytes();
    let len = bytes.len();
    bytes.reserve_exact(1);
    bytes.push(0);
    bytes.truncate(len);
    OwnedText(OwnedVec::of(bytes))
}

/// What C gets for an `Option<String>`.
#[must_use]
pub fn give_nullable_text(text: Option<String>) -> OwnedText {
    text.map_or(OwnedText::ZERO, give_text)
}

/// The `String` that C has given back.
///
/// # Safety
/// As [`take_vec`].
///
/// # Panics
/// As [`take_vec`], and where C has made of it what is not UTF-8.
#[must_use]
pub unsafe fn take_text(text: OwnedText, function: &str, argument: &str) -> String {
    // SAFETY: the caller's promise.
    let bytes = unsafe { text.0.into_vec(function, argument) };
    utf8(&bytes, function, argument);
    // SAFETY: it is UTF-8.
    unsafe { String::from_utf8_unchecked(bytes) }
}

/// The `Option<String>` that C has given back.
///
/// # Safety
/// As [`take_vec`].
///
/// # Panics
/// As [`take_text`].
#[must_use]
pub unsafe fn take_nullable_text(
    text: OwnedText,
    function: &str,
    argument: &str,
) -> Option<String> {
    // SAFETY: the caller's promise.
    (!text.0.data.is_null()).then(|| unsafe { take_text(text, function, argument) })
}

#[cold]
fn refuse(function: &str, argument: &str, what: &str) -> ! {
    panic!("`{argument}` of `{function}` is {what}; C gives back what an export has given to it");
}
