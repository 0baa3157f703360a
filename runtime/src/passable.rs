//! What C passes to exports, and lends to imports: where in it there may be what is no value of Rust's.

use crate::__private::Enumerated;
use crate::exported::OwnedVec;
use crate::value::Value;
use std::marker::PhantomData;
use std::mem::MaybeUninit;

/// A type of which all is known that C may get wrong: nothing, a number, or those in its fields.
#[diagnostic::on_unimplemented(
    message = "C makes values of `{Self}`, and nobody knows which of them are none",
    label = "is not known to be right, whatever C passes",
    note = "write `#[cgo_export]` on it, if it is an enum or a `#[repr(C)]` struct: then they are looked at",
    note = "or let the export take an integer, a raw pointer or a function pointer written out, or be an `unsafe fn`"
)]
pub trait Passable: Sized + 'static {
    /// What has to be looked at.
    const PARTS: &'static [Part];
}

/// A place in a value.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    offset: usize,
    looks: bool,
    wrong: unsafe fn(*const u8) -> Option<Wrong>,
}

/// What is no value.
#[derive(Clone, Copy, Debug)]
pub struct Wrong {
    number: i128,
    name: &'static str,
}

impl Part {
    /// A `T`, so many bytes from the start.
    #[must_use]
    pub const fn of<T: Passable>(offset: usize) -> Part {
        Part {
            offset,
            looks: looks::<T>(),
            wrong: wrong::<T>,
        }
    }
}

const fn looks<T: Passable>() -> bool {
    let mut at = 0;
    while at < T::PARTS.len() {
        if T::PARTS[at].looks {
            return true;
        }
        at += 1;
    }
    false
}

/// # Safety
/// There are as many bytes as a `T` has, which nobody writes meanwhile.
#[inline]
unsafe fn wrong<T: Passable>(at: *const u8) -> Option<Wrong> {
    let mut parts = T::PARTS.iter().filter(|part| part.looks);
    // SAFETY: the caller's; and the parts lie within.
    parts.find_map(|part| unsafe { (part.wrong)(at.add(part.offset)) })
}

/// # Safety
/// As [`wrong`].
#[inline]
unsafe fn wrong_number<T: Enumerated>(at: *const u8) -> Option<Wrong> {
    // SAFETY: the caller's, and as large.
    let number = unsafe { Value::<T>::number_at(at.cast()) };
    (!Value::<T>::is_one(number)).then(|| Wrong {
        number: number.into(),
        name: T::NAME,
    })
}

/// # Safety
/// As [`wrong`].
unsafe fn wrong_element<T: Passable, const N: usize>(at: *const u8) -> Option<Wrong> {
    // SAFETY: the caller's.
    (0..N).find_map(|index| unsafe { wrong::<T>(at.add(index * size_of::<T>())) })
}

#[diagnostic::do_not_recommend]
impl<T: Enumerated> Passable for T {
    const PARTS: &'static [Part] = &[Part {
        offset: 0,
        looks: true,
        wrong: wrong_number::<T>,
    }];
}

#[diagnostic::do_not_recommend]
impl<T: Passable, const N: usize> Passable for [T; N] {
    const PARTS: &'static [Part] = &[Part {
        offset: 0,
        looks: N > 0 && looks::<T>(),
        wrong: wrong_element::<T, N>,
    }];
}

/// Of types of which every number is a value, or is taken for one.
macro_rules! any {
    ($($ty:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl Passable for $ty {
            const PARTS: &'static [Part] = &[];
        }
    )* };
}
any!(i8, u8, i16, u16, i32, u32, i64, u64, isize, usize, f32, f64);
any!(crate::Errno);

#[diagnostic::do_not_recommend]
impl<T: ?Sized + 'static> Passable for *const T {
    const PARTS: &'static [Part] = &[];
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized + 'static> Passable for *mut T {
    const PARTS: &'static [Part] = &[];
}

#[diagnostic::do_not_recommend]
impl<T: 'static> Passable for crate::Handle<T> {
    const PARTS: &'static [Part] = &[];
}

#[diagnostic::do_not_recommend]
impl<T: 'static> Passable for MaybeUninit<T> {
    const PARTS: &'static [Part] = &[];
}

/// A C function's address, which is not null.
pub trait FnPointer: Copy + 'static {}

#[diagnostic::do_not_recommend]
impl<T: FnPointer> Passable for Option<T> {
    const PARTS: &'static [Part] = &[];
}

macro_rules! fn_pointers {
    ($($arg:ident)*) => {
        fn_pointers!(@ $($arg)*);
        fn_pointers!(@next $($arg)*);
    };
    (@next) => {};
    (@next $first:ident $($arg:ident)*) => { fn_pointers!($($arg)*); };
    (@ $($arg:ident)*) => {
        impl<R: 'static, $($arg: 'static),*> FnPointer for extern "C" fn($($arg),*) -> R {}
        impl<R: 'static, $($arg: 'static),*> FnPointer for unsafe extern "C" fn($($arg),*) -> R {}
        #[diagnostic::do_not_recommend]
        impl<R: 'static, $($arg: 'static),*> Passable for extern "C" fn($($arg),*) -> R {
            const PARTS: &'static [Part] = &[];
        }
        #[diagnostic::do_not_recommend]
        impl<R: 'static, $($arg: 'static),*> Passable for unsafe extern "C" fn($($arg),*) -> R {
            const PARTS: &'static [Part] = &[];
        }
    };
}
fn_pointers!(A B C D E F G H I J K L);

/// What is done with a `T` of C's, found as [`Value`] is: here if it is [`Passable`], else in [`AnyLook`].
#[derive(Debug)]
pub struct Look<T: ?Sized>(PhantomData<T>);

/// Of types of which nobody knows what C may get wrong: they are Rust's own, or their declaration answers for them.
pub trait AnyLook {
    /// `T`.
    type Of: ?Sized;

    /// The argument that C has passed.
    ///
    /// # Safety
    /// It is there, and a value.
    #[inline]
    #[must_use]
    unsafe fn argument(_: &str, _: &str, argument: MaybeUninit<Self::Of>) -> Self::Of
    where
        Self::Of: Sized,
    {
        // SAFETY: the caller's.
        unsafe { argument.assume_init() }
    }

    /// So many are there.
    ///
    /// # Safety
    /// As there.
    #[inline]
    unsafe fn behind(_: *const Self::Of, _: usize, _: &str, _: &str) {}

    /// C gives back so many.
    ///
    /// # Safety
    /// As there.
    #[inline]
    unsafe fn vec(_: &mut OwnedVec<Self::Of>, _: &str, _: &str)
    where
        Self::Of: Sized,
    {
    }

    /// So many are lent.
    ///
    /// # Safety
    /// As there.
    #[inline]
    unsafe fn returned(_: *const Self::Of, _: usize, _: &str) {}
}

impl<T: ?Sized> AnyLook for Look<T> {
    type Of = T;
}

impl<T: Passable> Look<T> {
    /// The first that is no value, of so many.
    ///
    /// # Safety
    /// `place` is null, or they are there, and nobody writes them meanwhile.
    #[inline]
    unsafe fn wrong(place: *const T, count: usize) -> Option<Wrong> {
        if const { !looks::<T>() } || place.is_null() {
            return None;
        }
        // SAFETY: the caller's.
        (0..count).find_map(|at| unsafe { wrong::<T>(place.wrapping_add(at).cast()) })
    }

    /// The argument that C has passed.
    ///
    /// # Panics
    /// Where it is no value.
    ///
    /// # Safety
    /// It is there.
    #[inline]
    #[must_use]
    pub unsafe fn argument(function: &str, argument: &str, value: MaybeUninit<T>) -> T {
        // SAFETY: the caller's; and it is a value, if it is not wrong.
        unsafe {
            if let Some(wrong) = Self::wrong(value.as_ptr(), 1) {
                refuse(wrong, "for", function, argument);
            }
            value.assume_init()
        }
    }

    /// So many are there, for Rust to refer to.
    ///
    /// # Panics
    /// Where one is no value.
    ///
    /// # Safety
    /// `place` is null, or they are there, and nobody writes them meanwhile.
    #[inline]
    pub unsafe fn behind(place: *const T, count: usize, function: &str, argument: &str) {
        // SAFETY: the caller's.
        if let Some(wrong) = unsafe { Self::wrong(place, count) } {
            refuse(wrong, "in", function, argument);
        }
    }

    /// C gives back so many.
    ///
    /// # Panics
    /// Where one is no value. Then nobody drops any of them; the memory is freed.
    ///
    /// # Safety
    /// It is what an export has given to C, and C uses it no more.
    #[inline]
    pub unsafe fn vec(vec: &mut OwnedVec<T>, function: &str, argument: &str) {
        let (place, count) = vec.elements();
        // SAFETY: the caller's.
        if let Some(wrong) = unsafe { Self::wrong(place, count) } {
            vec.forget_elements();
            refuse(wrong, "in", function, argument);
        }
    }

    /// So many are lent.
    ///
    /// # Panics
    /// Where one is no value.
    ///
    /// # Safety
    /// As [`behind`](Look::behind).
    #[inline]
    pub unsafe fn returned(place: *const T, count: usize, function: &str) {
        // SAFETY: the caller's.
        if let Some(Wrong { number, name }) = unsafe { Self::wrong(place, count) } {
            panic!("`{function}` returned {number}, which is no value of `{name}`");
        }
    }
}

/// The argument that C has passed to an export that takes whatever C passes.
///
/// # Panics
/// Where it is no value.
///
/// # Safety
/// It is there.
#[inline]
#[must_use]
pub unsafe fn passable<T: Passable>(function: &str, argument: &str, value: MaybeUninit<T>) -> T {
    // SAFETY: the caller's.
    unsafe { Look::<T>::argument(function, argument, value) }
}

/// Checked for the elements of a slice in an export: C makes them.
#[inline]
pub const fn assert_passable<T: Passable>() {}

#[cold]
fn refuse(wrong: Wrong, place: &str, function: &str, argument: &str) -> ! {
    let Wrong { number, name } = wrong;
    panic!("C passed {number} {place} `{argument}` of `{function}`, which is no value of `{name}`")
}
