//! Results of imports that say themselves when a call has failed: `#[cgo(fails = ..)]`, and statuses.

use crate::Errno;
use std::ffi::c_int;

/// An integer of which -1 may mean that a call failed; or a pointer, as `mmap` returns.
#[diagnostic::on_unimplemented(
    message = "`fails = -1` does not fit `{Self}`",
    label = "has no -1",
    note = "integers and raw pointers have; write `fails = errno`, or return the C value and judge it yourself"
)]
pub trait HasMinusOne {
    /// Whether it is, with this number of bits.
    fn is_minus_one(&self) -> bool;
}

/// What can be null.
#[diagnostic::on_unimplemented(
    message = "`fails = null` does not fit `{Self}`",
    label = "has no null",
    note = "raw pointers have; for integers write `fails = -1`, `negative` or `nonzero`"
)]
pub trait HasNull {
    /// Whether it is.
    fn is_null(&self) -> bool;
}

/// A signed integer.
#[diagnostic::on_unimplemented(
    message = "`fails = negative` does not fit `{Self}`",
    label = "is never negative",
    note = "signed integers may be; write `fails = -1` for all ones, `nonzero`, or `null` for pointers"
)]
pub trait HasSign {
    /// Whether it is less than 0.
    fn is_negative(&self) -> bool;
}

/// An integer that may be a status.
#[diagnostic::on_unimplemented(
    message = "`fails = nonzero` does not fit `{Self}`",
    label = "is no status",
    note = "integers are; write `fails = null` for pointers, or `fails = errno`"
)]
pub trait HasZero {
    /// Whether it is not 0.
    fn is_nonzero(&self) -> bool;
}

/// What is made of C's code: whatever is `From` it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of the `{C}` that C returns",
    label = "needs `impl From<{C}> for {Self}`",
    note = "write that, or `Result<_, Errno>` for an error that is made of `errno`"
)]
pub trait FromCode<C> {
    /// The error.
    fn from_code(code: C) -> Self;
}

#[diagnostic::do_not_recommend]
impl<C, E: From<C>> FromCode<C> for E {
    #[inline]
    fn from_code(code: C) -> E {
        E::from(code)
    }
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl HasMinusOne for $ty {
            #[inline]
            fn is_minus_one(&self) -> bool {
                *self == !0
            }
        }

        impl HasZero for $ty {
            #[inline]
            fn is_nonzero(&self) -> bool {
                *self != 0
            }
        }
    )*};
}
integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! signed {
    ($($ty:ty)*) => {$(
        impl HasSign for $ty {
            #[inline]
            fn is_negative(&self) -> bool {
                *self < 0
            }
        }
    )*};
}
signed!(i8 i16 i32 i64 isize);

macro_rules! pointers {
    ($($ty:ty)*) => {$(
        impl<T> HasMinusOne for $ty {
            #[inline]
            fn is_minus_one(&self) -> bool {
                self.addr() == !0
            }
        }

        impl<T> HasNull for $ty {
            #[inline]
            fn is_null(&self) -> bool {
                (*self).is_null()
            }
        }
    )*};
}
pointers!(*const T *mut T);

/// `fails = -1`.
#[inline]
pub fn is_minus_one<T: HasMinusOne>(result: &T) -> bool {
    result.is_minus_one()
}

/// `fails = null`.
#[inline]
pub fn is_null<T: HasNull>(result: &T) -> bool {
    result.is_null()
}

/// `fails = negative`.
#[inline]
pub fn is_negative<T: HasSign>(result: &T) -> bool {
    result.is_negative()
}

/// `fails = nonzero`.
#[inline]
pub fn is_nonzero<T: HasZero>(result: &T) -> bool {
    result.is_nonzero()
}

/// The value of an import that returns `Result<T, Errno>` and `fails` by a rule of its own.
///
/// # Errors
/// With `errno` where that says so.
#[inline]
pub fn errno_result_if<T>(failed: bool, result: T, errno: c_int) -> Result<T, Errno> {
    if failed {
        Err(Errno(errno))
    } else {
        Ok(result)
    }
}

/// The same of `Result<(), Errno>`, of a C function that returns a status.
///
/// # Errors
/// As [`errno_result_if`].
#[inline]
pub fn errno_status_if(failed: bool, errno: c_int) -> Result<(), Errno> {
    errno_result_if(failed, (), errno)
}

/// The value of an import with `fails = errno`.
///
/// # Errors
/// With `errno`, if it was set.
#[inline]
pub fn errno_alone<T>(result: T, errno: c_int) -> Result<T, Errno> {
    errno_result_if(errno != 0, result, errno)
}

/// The value of an import that returns `Result<T, E>`, `E` being made of what C returned.
///
/// # Errors
/// With that, where `fails` says so.
#[inline]
pub fn code_if<T, E: FromCode<T>>(failed: bool, result: T) -> Result<T, E> {
    if failed {
        Err(E::from_code(result))
    } else {
        Ok(result)
    }
}

/// The same of `Result<(), E>`, of a C function that returns a status.
///
/// # Errors
/// As [`code_if`].
#[inline]
pub fn status_if<T, E: FromCode<T>>(failed: bool, status: T) -> Result<(), E> {
    if failed {
        Err(E::from_code(status))
    } else {
        Ok(())
    }
}
