//! Values that C made, of types of which not every number is one: enums, and `bool`.

use crate::passable::Look;
use std::fmt::Display;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A type of which some numbers are no value: an enum that is imported, or `bool`.
///
/// # Safety
/// It has no padding, and each of the numbers of `VALUES` is a value.
pub unsafe trait Enumerated: Sized + 'static {
    /// Its integer, signed as C's `-1` is.
    type Number: Number;
    /// As the program calls it.
    const NAME: &'static str;
    /// All that there are.
    const VALUES: &'static [Self];
}

/// An integer of C's.
pub trait Number: Copy + Eq + Display + Into<i128> + 'static {}

/// The integer of so many bytes.
pub trait Width {
    /// It.
    type Number: Number;
}

/// So many bytes.
#[derive(Debug)]
pub struct Bytes<const N: usize>;

/// The integer of `N` bytes.
pub type NumberOf<const N: usize> = <Bytes<N> as Width>::Number;

macro_rules! widths {
    ($($bytes:literal $ty:ty),*) => {$(
        impl Number for $ty {}
        impl Width for Bytes<$bytes> {
            type Number = $ty;
        }
    )*};
}
widths!(1 i8, 2 i16, 4 i32, 8 i64);

impl Number for u8 {}

// SAFETY: it is a byte.
unsafe impl Enumerated for bool {
    /// No number of its fails, as no `bool` does.
    type Number = u8;
    const NAME: &'static str = "bool";
    const VALUES: &'static [bool] = &[false, true];
}

/// What is done with a `T` of C's, found as [`Class`](crate::__private::Class) is: here if it is [`Enumerated`], else in
/// [`AnyValue`].
#[derive(Debug)]
pub struct Value<T: ?Sized>(PhantomData<T>);

/// Of types of which C can make nothing but values.
pub trait AnyValue {
    /// `T`.
    type Of;
    /// Whether it is known to be an enum.
    const IS_ENUM: bool = false;

    /// The result as it came.
    ///
    /// # Safety
    /// It is there, and nobody looks at it again.
    #[inline]
    #[must_use]
    unsafe fn raw(result: &MaybeUninit<Self::Of>) -> Self::Of {
        // SAFETY: the caller's.
        unsafe { result.assume_init_read() }
    }

    /// The result.
    #[inline]
    #[must_use]
    fn result(_: &str, raw: Self::Of) -> Self::Of {
        raw
    }

    /// The argument that C has passed.
    ///
    /// # Safety
    /// It is there.
    #[inline]
    #[must_use]
    unsafe fn argument(_: &str, _: &str, argument: MaybeUninit<Self::Of>) -> Self::Of {
        // SAFETY: the caller's.
        unsafe { argument.assume_init() }
    }

    /// What C has put in a place for a result.
    ///
    /// # Safety
    /// It is there.
    #[inline]
    #[must_use]
    unsafe fn wrote(_: &str, _: &str, place: MaybeUninit<Self::Of>) -> Self::Of {
        // SAFETY: the caller's.
        unsafe { place.assume_init() }
    }
}

impl<T> AnyValue for Value<T> {
    type Of = T;
}

impl<T: Enumerated> Value<T> {
    /// Whether it is known to be an enum.
    pub const IS_ENUM: bool = true;

    /// So that a value is its number, which may be copied.
    const IS_A_NUMBER: () = {
        assert!(size_of::<T>() == size_of::<T::Number>());
        assert!(!std::mem::needs_drop::<T>() && !T::VALUES.is_empty());
    };

    /// The result as it came.
    ///
    /// # Safety
    /// It is there, and nobody looks at it again.
    #[inline]
    #[must_use]
    pub unsafe fn raw(result: &MaybeUninit<T>) -> T::Number {
        // SAFETY: the caller's, and as large.
        unsafe { Self::number_at(result.as_ptr()) }
    }

    /// What is there, which need not be a value, nor aligned.
    ///
    /// # Safety
    /// So many bytes are.
    #[inline]
    pub(crate) unsafe fn number_at(place: *const T) -> T::Number {
        const { Self::IS_A_NUMBER }
        // SAFETY: the caller's, and as large.
        unsafe { place.cast::<T::Number>().read_unaligned() }
    }

    #[inline]
    fn of(number: T::Number) -> Option<T> {
        const { Self::IS_A_NUMBER }
        // SAFETY: as large, and the number of one of the values.
        Self::is_one(number).then(|| unsafe { (&raw const number).cast::<T>().read_unaligned() })
    }

    #[inline]
    pub(crate) fn is_one(number: T::Number) -> bool {
        let mut values = T::VALUES.iter();
        values.any(|value| Self::number(value) == number)
    }

    #[inline]
    fn number(value: &T) -> T::Number {
        // SAFETY: as large, without padding.
        unsafe { (&raw const *value).cast::<T::Number>().read_unaligned() }
    }

    /// The result.
    ///
    /// # Panics
    /// Where it is none of the values.
    #[inline]
    #[must_use]
    pub fn result(function: &str, raw: T::Number) -> T {
        Self::of(raw)
            .unwrap_or_else(|| refuse(format_args!("`{function}` returned {raw}"), T::NAME))
    }

    /// The argument that C has passed.
    ///
    /// # Panics
    /// Where it is none of the values.
    ///
    /// # Safety
    /// It is there.
    #[inline]
    #[must_use]
    pub unsafe fn argument(function: &str, argument: &str, value: MaybeUninit<T>) -> T {
        // SAFETY: the caller's.
        let raw = unsafe { Self::raw(&value) };
        Self::of(raw).unwrap_or_else(|| {
            refuse(
                format_args!("C passed {raw} for `{argument}` of `{function}`"),
                T::NAME,
            )
        })
    }

    /// What C has put in a place for a result.
    ///
    /// # Panics
    /// Where it is none of the values.
    ///
    /// # Safety
    /// It is there.
    #[inline]
    #[must_use]
    pub unsafe fn wrote(function: &str, argument: &str, place: MaybeUninit<T>) -> T {
        // SAFETY: the caller's.
        let raw = unsafe { Self::raw(&place) };
        Self::of(raw).unwrap_or_else(|| {
            refuse(
                format_args!("`{function}` wrote {raw} to `{argument}`"),
                T::NAME,
            )
        })
    }
}

impl<T: Enumerated, const N: usize> Value<[T; N]> {
    /// What C has put in a place for a result.
    ///
    /// # Panics
    /// Where one is none of the values.
    ///
    /// # Safety
    /// All of them are there.
    #[inline]
    #[must_use]
    pub unsafe fn wrote(function: &str, argument: &str, mut place: MaybeUninit<[T; N]>) -> [T; N] {
        // SAFETY: the caller's; what is none of the values does not stay.
        unsafe {
            Look::<[T; N]>::place(place.as_mut_ptr(), 1).look(function, argument);
            place.assume_init()
        }
    }
}

#[cold]
pub(crate) fn refuse(what: std::fmt::Arguments<'_>, name: &str) -> ! {
    panic!("{what}, which is no value of `{name}`")
}
