//! `errno` as a value, as cgo's two-result call gives it.

use std::ffi::{c_char, c_int};
use std::ptr::NonNull;
use std::{error, fmt, io};

/// The `errno` that a C function left behind.
///
/// An import whose result is `Result<T, Errno>` runs with `errno` set to 0, reads it on the same thread right after
/// the call, and is an `Err` where the C convention for `T` says that the call failed: `-1` for signed integers,
/// null for pointers, a non-zero `errno` for everything else; or as its `#[cgo(fails = ..)]` says. (The idea is cgo's `r, err := C.f()`; unlike there, a
/// value left in `errno` by a call that succeeded is not an error.)
///
/// ```
/// use cgocall::{Errno, cgo_import};
/// use std::ffi::{CStr, c_int};
///
/// #[cgo_import]
/// unsafe extern "C" {
///     safe fn rmdir(path: &CStr) -> Result<c_int, Errno>;
/// }
///
/// let err = rmdir(c"/no/such/folder").unwrap_err();
/// assert_eq!(std::io::Error::from(err).kind(), std::io::ErrorKind::NotFound);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Errno(pub c_int);

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("the C function failed without setting errno"),
            code => io::Error::from_raw_os_error(code).fmt(f),
        }
    }
}

impl error::Error for Errno {}

impl From<Errno> for io::Error {
    fn from(errno: Errno) -> io::Error {
        match errno.0 {
            0 => io::Error::other(errno),
            code => io::Error::from_raw_os_error(code),
        }
    }
}

/// This thread's `errno`, set to 0. It is asked for once: C code stays on the thread that it was called on.
#[inline]
#[must_use]
pub fn cleared_errno() -> *mut c_int {
    // SAFETY: asks for an address, and libc's `errno` of this thread is always there to write.
    unsafe {
        let errno = location();
        *errno = 0;
        errno
    }
}

#[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
use libc::__errno as location;
#[cfg(any(target_os = "linux", target_os = "emscripten", target_os = "hurd"))]
use libc::__errno_location as location;
#[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
use libc::__error as location;

/// Whether a C result says that the call failed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no known way to say that a C call failed",
    label = "not a result that `Result<_, Errno>` can judge",
    note = "integers, floats, `bool`, `()` and raw pointers can; for others say `#[cgo(fails = errno)]`, or return the C value and judge it yourself"
)]
pub trait Failure {
    /// By the C convention for this type, given the `errno` that the call left.
    fn failed(&self, errno: c_int) -> bool;
}

macro_rules! failure {
    ($rule:expr => $($ty:ty),*) => {
        $(impl Failure for $ty {
            #[inline]
            fn failed(&self, errno: c_int) -> bool {
                let rule: fn(&$ty, c_int) -> bool = $rule;
                rule(self, errno)
            }
        })*
    };
}
failure!(|r, _| *r == -1 => i8, i16, i32, i64, isize);
failure!(|_, errno| errno != 0 => (), bool, u8, u16, u32, u64, usize, f32, f64);

impl<T> Failure for *const T {
    #[inline]
    fn failed(&self, _: c_int) -> bool {
        self.is_null()
    }
}

impl<T> Failure for *mut T {
    #[inline]
    fn failed(&self, _: c_int) -> bool {
        self.is_null()
    }
}

/// The value of an import that returns `Result<T, Errno>`.
///
/// # Errors
/// With `errno` when the result is a failure by the rule of its type.
#[inline]
pub fn errno_result<T: Failure>(result: T, errno: c_int) -> Result<T, Errno> {
    if result.failed(errno) {
        Err(Errno(errno))
    } else {
        Ok(result)
    }
}

/// The value of an import that returns `Result<Option<T>, Errno>`: null alone is `None`, as at the end of a folder.
///
/// # Errors
/// With `errno` when the result is null and there is one.
#[inline]
pub fn nullable_errno_result<T: Failure>(result: T, errno: c_int) -> Result<T, Errno> {
    if result.failed(errno) && errno != 0 {
        Err(Errno(errno))
    } else {
        Ok(result)
    }
}

/// The value of an import that returns `Option<&'static CStr>`.
///
/// # Safety
/// As of [`cstr_result`].
#[inline]
#[must_use]
pub unsafe fn nullable_cstr_result(text: *const c_char) -> Option<&'static std::ffi::CStr> {
    // SAFETY: not null where it is looked at, and the caller vouches for the rest.
    (!text.is_null()).then(|| unsafe { std::ffi::CStr::from_ptr(text) })
}

/// The value of an import that returns `NonNull<T>`.
///
/// # Panics
/// When C returned NULL.
#[inline]
#[must_use]
pub fn non_null_result<T>(function: &str, pointer: *mut T) -> NonNull<T> {
    let pointer = NonNull::new(pointer);
    pointer.unwrap_or_else(|| null_result(function, "NonNull"))
}

#[cold]
fn null_result(function: &str, declared: &str) -> ! {
    panic!(
        "`{function}` returned NULL, but its import says `{declared}`; write `Option<{declared}>` if it may"
    )
}

/// The value of an import that returns `&'static CStr`.
///
/// # Panics
/// When C returned NULL.
///
/// # Safety
/// `text` is null or a NUL-terminated string that is never freed or changed: what the import's declaration says.
#[inline]
#[must_use]
pub unsafe fn cstr_result(function: &str, text: *const c_char) -> &'static std::ffi::CStr {
    assert!(
        !text.is_null(),
        "`{function}` returned NULL, but its import says `&'static CStr`"
    );
    // SAFETY: not null, and the caller vouches for the rest.
    unsafe { std::ffi::CStr::from_ptr(text) }
}
