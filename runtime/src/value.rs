//! Values that C made, of types of which not every number is one: enums, and `bool`.

use std::fmt::Display;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};

/// A type of which some numbers are no value: an enum that is imported, or `bool`. It has no padding.
pub trait Enumerated: Sized + 'static {
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

impl Enumerated for bool {
    /// No number of its fails, as no `bool` does.
    type Number = u8;
    const NAME: &'static str = "bool";
    const VALUES: &'static [bool] = &[false, true];
}

/// What is done with a `T` of C's, found as [`Class`](crate::__private::Class) is: here if it is [`Enumerated`], else in
/// [`AnyValue`] or [`AnyPlace`].
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

/// The same behind references.
pub trait AnyPlace {
    /// `T`.
    type Of: ?Sized;

    /// What C may write behind the argument is looked at when the call is over.
    ///
    /// # Safety
    /// `place` is null, or so many are there, for this call alone.
    #[inline]
    #[must_use]
    unsafe fn place(_place: *mut Self::Of, _count: usize) -> AnyWritten {
        AnyWritten
    }
}

/// A place where C can write nothing but values.
#[derive(Debug)]
pub struct AnyWritten;

impl AnyWritten {
    /// There is nothing to look at.
    #[inline]
    pub fn look(self, _: &str, _: &str) {}
}

/// A place where C may write what is no value. That does not stay, whatever becomes of the call.
#[derive(Debug)]
pub struct Written<T: Enumerated> {
    place: *mut T,
    count: usize,
}

impl<T: Enumerated> Written<T> {
    /// The call is over.
    ///
    /// # Panics
    /// Where C has written what is none of the values.
    #[inline]
    pub fn look(self, function: &str, argument: &str) {
        if let Some(number) = ManuallyDrop::new(self).mend() {
            refuse(
                format_args!("`{function}` wrote {number} to `{argument}`"),
                T::NAME,
            );
        }
    }

    /// Has a value stand wherever there is none; and the first number that was none.
    #[inline]
    fn mend(&self) -> Option<T::Number> {
        if self.place.is_null() {
            return None;
        }
        let mut wrong = None;
        for at in 0..self.count {
            // SAFETY: `Value::place` was promised that it is there, and it is as large.
            unsafe {
                let place = self.place.add(at).cast::<T::Number>();
                let number = place.read();
                if !Value::<T>::is_one(number) {
                    wrong = wrong.or(Some(number));
                    place.write(Value::<T>::number(&T::VALUES[0]));
                }
            }
        }
        wrong
    }
}

impl<T: Enumerated> Drop for Written<T> {
    /// The call has panicked, or another argument has: what is wrong here is not told.
    fn drop(&mut self) {
        self.mend();
    }
}

impl<T: ?Sized> AnyPlace for Value<T> {
    type Of = T;
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

    /// What C may write behind the argument is looked at when the call is over.
    ///
    /// # Safety
    /// `place` is null, or so many are there, for this call alone.
    #[inline]
    #[must_use]
    pub unsafe fn place(place: *mut T, count: usize) -> Written<T> {
        const { Self::IS_A_NUMBER }
        Written { place, count }
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
            Self::place(place.as_mut_ptr(), 1).look(function, argument);
            place.assume_init()
        }
    }

    /// As of one.
    ///
    /// # Safety
    /// As there.
    #[inline]
    #[must_use]
    pub unsafe fn place(place: *mut [T; N], count: usize) -> Written<T> {
        // SAFETY: the caller's.
        unsafe { Value::<T>::place(place.cast(), count * N) }
    }
}

#[cold]
fn refuse(what: std::fmt::Arguments<'_>, name: &str) -> ! {
    panic!("{what}, which is no value of `{name}`")
}
