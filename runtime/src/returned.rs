//! What imports make of the pointers that C returns: texts, references and slices, lent or given away.

use crate::Errno;
use std::ffi::{CStr, CString, c_char};
use std::slice;

/// What the characters that C returned can be read as.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text that C could return",
    note = "`&CStr` and `&str` are, `CString` and `String` with `#[cgo(free = ..)]`, and `Option` of these"
)]
pub trait Text<'a>: Sized {
    /// As its import says it.
    const DECLARED: &'static str;

    /// The text.
    ///
    /// # Errors
    /// Where it is null, or no UTF-8.
    ///
    /// # Safety
    /// `text` is null, or characters up to a NUL that nobody changes while `'a` lasts.
    unsafe fn of(text: *const c_char) -> Result<Self, NoText>;
}

/// A text of which nothing is C's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no copy of what C has to free",
    note = "`CString` and `String` are, and `Option` of these"
)]
pub trait Copied: Text<'static> {}

/// Why there is none.
#[derive(Debug)]
pub enum NoText {
    /// C returned NULL.
    Null,
    /// Behind so many bytes that are.
    NoUtf8(usize),
}

impl NoText {
    #[cold]
    fn refuse(&self, function: &str, declared: &str) -> ! {
        match self {
            NoText::Null => null(function, declared),
            NoText::NoUtf8(at) => {
                let instead = declared.replace("String", "CString").replace("str", "CStr");
                panic!(
                    "`{function}` returned a text that is no UTF-8 at byte {at}, but its import says `{declared}`; write \
                     `{instead}`, or `Result<{declared}, Errno>`, which is then `EILSEQ`"
                )
            }
        }
    }
}

#[cold]
fn null(function: &str, declared: &str) -> ! {
    panic!(
        "`{function}` returned NULL, but its import says `{declared}`; write `Option<{declared}>` if it may"
    )
}

impl<'a> Text<'a> for &'a CStr {
    const DECLARED: &'static str = "&CStr";

    #[inline]
    unsafe fn of(text: *const c_char) -> Result<Self, NoText> {
        if text.is_null() {
            return Err(NoText::Null);
        }
        // SAFETY: it is not null, and the rest is the caller's.
        Ok(unsafe { CStr::from_ptr(text) })
    }
}

impl<'a> Text<'a> for &'a str {
    const DECLARED: &'static str = "&str";

    #[inline]
    unsafe fn of(text: *const c_char) -> Result<Self, NoText> {
        // SAFETY: the caller's.
        let text = unsafe { <&'a CStr>::of(text) }?;
        text.to_str()
            .map_err(|error| NoText::NoUtf8(error.valid_up_to()))
    }
}

impl Text<'_> for CString {
    const DECLARED: &'static str = "CString";

    #[inline]
    unsafe fn of(text: *const c_char) -> Result<Self, NoText> {
        // SAFETY: the caller's.
        unsafe { <&CStr>::of(text) }.map(CStr::to_owned)
    }
}

impl Text<'_> for String {
    const DECLARED: &'static str = "String";

    #[inline]
    unsafe fn of(text: *const c_char) -> Result<Self, NoText> {
        // SAFETY: the caller's.
        unsafe { <&str>::of(text) }.map(str::to_owned)
    }
}

impl<'a, T: Text<'a>> Text<'a> for Option<T> {
    const DECLARED: &'static str = T::DECLARED;

    #[inline]
    unsafe fn of(text: *const c_char) -> Result<Self, NoText> {
        if text.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's.
        unsafe { T::of(text) }.map(Some)
    }
}

impl Copied for CString {}
impl Copied for String {}
impl<T: Copied> Copied for Option<T> {}

/// The value of an import that returns a text that C lends.
///
/// # Panics
/// Where that is null or no UTF-8, and may not be.
///
/// # Safety
/// It is null, or ends with a NUL and stays as it is for as long as what is returned lives.
#[inline]
#[must_use]
pub unsafe fn text_result<'a, T: Text<'a>>(function: &str, text: *const c_char) -> T {
    // SAFETY: the caller's.
    match unsafe { T::of(text) } {
        Ok(text) => text,
        Err(why) => why.refuse(function, T::DECLARED),
    }
}

/// The same of a `Result<_, Errno>`.
///
/// # Errors
/// With `EILSEQ` where it is no UTF-8.
///
/// # Panics
/// Where it is null, and may not be.
///
/// # Safety
/// It is null, or ends with a NUL and stays as it is for as long as what is returned lives.
#[inline]
pub unsafe fn try_text_result<'a, T: Text<'a>>(
    function: &str,
    text: *const c_char,
) -> Result<T, Errno> {
    // SAFETY: the caller's.
    match unsafe { T::of(text) } {
        Ok(text) => Ok(text),
        Err(NoText::NoUtf8(_)) => Err(Errno(libc::EILSEQ)),
        Err(why) => why.refuse(function, T::DECLARED),
    }
}

/// What C has given away, and an import of the program's frees. Null is nothing to free.
struct Given<E, P, R> {
    pointer: *mut E,
    free: unsafe fn(*mut P) -> R,
}

impl<E, P, R> Drop for Given<E, P, R> {
    #[inline]
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: whoever made this has vouched that it frees such memory, which nobody uses from now on.
            unsafe { (self.free)(self.pointer.cast()) };
        }
    }
}

/// The value of an import that returns a copy of a text, which `free` frees: whatever becomes of it.
///
/// # Panics
/// As [`text_result`].
///
/// # Safety
/// `text` is null, or characters up to a NUL that are given to `free`, which takes such.
#[inline]
pub unsafe fn copied_result<T: Copied, P, R>(
    function: &str,
    text: *mut c_char,
    free: unsafe fn(*mut P) -> R,
) -> T {
    let given = Given {
        pointer: text,
        free,
    };
    // SAFETY: it is there until `given` is dropped, and nobody else's.
    unsafe { text_result(function, given.pointer) }
}

/// The same of a `Result<_, Errno>`.
///
/// # Errors
/// As [`try_text_result`].
///
/// # Panics
/// As [`try_text_result`].
///
/// # Safety
/// As [`copied_result`].
#[inline]
pub unsafe fn try_copied_result<T: Copied, P, R>(
    function: &str,
    text: *mut c_char,
    free: unsafe fn(*mut P) -> R,
) -> Result<T, Errno> {
    let given = Given {
        pointer: text,
        free,
    };
    // SAFETY: as in `copied_result`.
    unsafe { try_text_result(function, given.pointer) }
}

/// The value of an import that returns `&T`.
///
/// # Panics
/// When C returned NULL.
///
/// # Safety
/// `pointer` is null, or to a value that nobody changes while `'a` lasts.
#[inline]
#[must_use]
pub unsafe fn reference_result<'a, T>(function: &str, pointer: *const T) -> &'a T {
    // SAFETY: the caller's.
    match unsafe { pointer.as_ref() } {
        Some(value) => value,
        None => null(function, "&T"),
    }
}

/// The value of an import that returns `Option<&T>`.
///
/// # Safety
/// As [`reference_result`].
#[inline]
#[must_use]
pub unsafe fn nullable_reference_result<'a, T>(pointer: *const T) -> Option<&'a T> {
    // SAFETY: the caller's.
    unsafe { pointer.as_ref() }
}

/// What the length of a slice may be said with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no number of elements",
    label = "the length is an integer"
)]
pub trait Length: Copy {
    /// As a number of elements, if it can be one; as a number.
    ///
    /// # Errors
    /// With the number.
    fn elements(self) -> Result<usize, i128>;
}

macro_rules! lengths {
    ($($ty:ty)*) => {$(
        impl Length for $ty {
            #[inline]
            fn elements(self) -> Result<usize, i128> {
                usize::try_from(self).map_err(|_| self as i128)
            }
        }
    )*};
}
lengths!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

/// What an import says of the length of its result.
#[inline]
pub fn length<L: Length>(length: L) -> L {
    length
}

/// A pointer that C returns to several values.
pub trait Several {
    /// Their type.
    type Elem;

    /// Where they are.
    fn place(&self) -> *mut Self::Elem;

    /// Refuses what is none.
    ///
    /// # Safety
    /// There are so many, which nobody writes meanwhile.
    #[inline]
    unsafe fn look(&self, _count: usize, _function: &str) {}
}

impl<T> Several for *const T {
    type Elem = T;

    #[inline]
    fn place(&self) -> *mut T {
        self.cast_mut()
    }
}

impl<T> Several for *mut T {
    type Elem = T;

    #[inline]
    fn place(&self) -> *mut T {
        *self
    }
}

/// One to values that C may get wrong, and what refuses these.
#[derive(Debug)]
pub struct Looked<T> {
    place: *mut T,
    look: unsafe fn(*const T, usize, &str),
}

impl<T> Looked<T> {
    /// What is at `place`, and [`Look::returned`](crate::__private::Look).
    #[inline]
    pub fn new(place: *const T, look: unsafe fn(*const T, usize, &str)) -> Looked<T> {
        let place = place.cast_mut();
        Looked { place, look }
    }
}

impl<T> Several for Looked<T> {
    type Elem = T;

    #[inline]
    fn place(&self) -> *mut T {
        self.place
    }

    #[inline]
    unsafe fn look(&self, count: usize, function: &str) {
        // SAFETY: the caller's.
        unsafe { (self.look)(self.place, count, function) };
    }
}

/// The number of elements behind `pointer`, none behind null.
///
/// # Panics
/// Where there cannot be so many.
#[inline]
fn elements<T>(function: &str, pointer: *const T, length: impl Length) -> usize {
    let most = isize::MAX as usize / size_of::<T>().max(1);
    match length.elements() {
        Ok(0) => 0,
        Ok(length) if pointer.is_null() => null_slice(function, length),
        Ok(length) if length <= most => length,
        Ok(length) => no_length(function, length as i128),
        Err(length) => no_length(function, length),
    }
}

#[cold]
fn null_slice(function: &str, length: usize) -> ! {
    panic!(
        "`{function}` returned NULL, and its import says that {length} elements are there; write an `Option` if it may"
    )
}

#[cold]
fn no_length(function: &str, length: i128) -> ! {
    panic!(
        "`{function}` returned a pointer to {length} elements, as its import says: so many cannot be there"
    )
}

/// The value of an import that returns `&[T]`. Null is the empty one.
///
/// # Panics
/// Where there cannot be so many elements, or one is no value.
///
/// # Safety
/// `pointer` is null, or to as many elements, that nobody changes while `'a` lasts.
#[inline]
#[must_use]
pub unsafe fn slice_result<'a, P: Several, L: Length>(
    function: &str,
    pointer: P,
    length: impl FnOnce() -> L,
) -> &'a [P::Elem] {
    match elements(function, pointer.place(), length()) {
        0 => &[],
        // SAFETY: it is not null, and the rest is the caller's.
        length => unsafe {
            pointer.look(length, function);
            slice::from_raw_parts(pointer.place(), length)
        },
    }
}

/// The value of an import that returns `Option<&[T]>`. Null is none, and has no length.
///
/// # Panics
/// As [`slice_result`].
///
/// # Safety
/// As [`slice_result`].
#[inline]
#[must_use]
pub unsafe fn nullable_slice_result<'a, P: Several, L: Length>(
    function: &str,
    pointer: P,
    length: impl FnOnce() -> L,
) -> Option<&'a [P::Elem]> {
    let is_there = !pointer.place().is_null();
    // SAFETY: the caller's.
    is_there.then(|| unsafe { slice_result(function, pointer, length) })
}

/// The value of an import that returns a `Vec<T>` of what `free` frees: whatever becomes of it.
///
/// # Panics
/// As [`slice_result`].
///
/// # Safety
/// `pointer` is null, or to as many elements, which are moved out of what is then given to `free`; that takes such.
#[inline]
pub unsafe fn vec_result<Q: Several, P, R, L: Length>(
    function: &str,
    pointer: Q,
    length: impl FnOnce() -> L,
    free: unsafe fn(*mut P) -> R,
) -> Vec<Q::Elem> {
    let given = Given {
        pointer: pointer.place(),
        free,
    };
    let length = elements(function, given.pointer, length());
    let mut copy = Vec::<Q::Elem>::with_capacity(length);
    // SAFETY: so many are there, which nobody uses again, and there is room for them. Null may be copied none from.
    unsafe {
        if length > 0 {
            pointer.look(length, function);
        }
        copy.as_mut_ptr()
            .copy_from_nonoverlapping(given.pointer, length);
        copy.set_len(length);
    }
    copy
}

/// The same of `Option<Vec<T>>`. Null is none, and has no length.
///
/// # Panics
/// As [`slice_result`].
///
/// # Safety
/// As [`vec_result`].
#[inline]
pub unsafe fn nullable_vec_result<Q: Several, P, R, L: Length>(
    function: &str,
    pointer: Q,
    length: impl FnOnce() -> L,
    free: unsafe fn(*mut P) -> R,
) -> Option<Vec<Q::Elem>> {
    let is_there = !pointer.place().is_null();
    // SAFETY: the caller's.
    is_there.then(|| unsafe { vec_result(function, pointer, length, free) })
}
