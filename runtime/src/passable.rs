//! What C passes to exports, and lends to imports: where in it there may be what is no value of Rust's.

use crate::__private::Enumerated;
use crate::exported::OwnedVec;
use crate::value::{self, Value};
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};

/// A type of which all is known that C may get wrong: nothing, a number, or those in its fields.
///
/// # Safety
/// All that has to be looked at is in `PARTS`, at its place.
#[diagnostic::on_unimplemented(
    message = "C makes values of `{Self}`, and nobody knows which of them are none",
    label = "is not known to be right, whatever C passes",
    note = "write `#[cgo_export]` on it, if it is an enum or a `#[repr(C)]` struct without a union in it: then they are looked at",
    note = "or let the export take an integer, a raw pointer or a function pointer written out, or be an `unsafe fn`"
)]
pub unsafe trait Passable: Sized + 'static {
    /// What has to be looked at.
    const PARTS: &'static [Part];
    /// Whether it is a number alone, which its [`Value`] looks at.
    const IS_NUMBER: bool = false;
}

/// A place in a value.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    offset: usize,
    looks: bool,
    wrong: unsafe fn(*const u8) -> Option<Wrong>,
    mend: unsafe fn(*mut u8),
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
            mend: mend::<T>,
        }
    }

    /// The address of a function, at the start: it is not null.
    pub const FUNCTION: Part = Part {
        offset: 0,
        looks: true,
        wrong: wrong_function,
        mend: mend_function,
    };
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

/// Has a value stand wherever there is none.
///
/// # Safety
/// As [`wrong`], and they may be written.
unsafe fn mend<T: Passable>(at: *mut u8) {
    for part in T::PARTS.iter().filter(|part| part.looks) {
        // SAFETY: the caller's; and the parts lie within.
        unsafe { (part.mend)(at.add(part.offset)) };
    }
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
/// As [`mend`].
unsafe fn mend_number<T: Enumerated>(at: *mut u8) {
    // SAFETY: the caller's; of numbers one is copied.
    unsafe {
        if wrong_number::<T>(at).is_some() {
            at.cast::<T>()
                .write_unaligned((&raw const T::VALUES[0]).read());
        }
    }
}

/// # Safety
/// As [`wrong`].
unsafe fn wrong_function(at: *const u8) -> Option<Wrong> {
    // SAFETY: the caller's: there is an address.
    let address = unsafe { at.cast::<usize>().read_unaligned() };
    (address == 0).then_some(Wrong {
        number: 0,
        name: "extern \"C\" fn(..)",
    })
}

/// # Safety
/// As [`mend`].
unsafe fn mend_function(at: *mut u8) {
    extern "C" fn nowhere() {
        std::process::abort();
    }
    // SAFETY: the caller's.
    unsafe {
        if wrong_function(at).is_some() {
            at.cast::<extern "C" fn()>().write_unaligned(nowhere);
        }
    }
}

/// # Safety
/// As [`mend`].
unsafe fn mend_element<T: Passable, const N: usize>(at: *mut u8) {
    // SAFETY: the caller's.
    (0..N).for_each(|index| unsafe { mend::<T>(at.add(index * size_of::<T>())) });
}

/// # Safety
/// As [`wrong`].
unsafe fn wrong_element<T: Passable, const N: usize>(at: *const u8) -> Option<Wrong> {
    // SAFETY: the caller's.
    (0..N).find_map(|index| unsafe { wrong::<T>(at.add(index * size_of::<T>())) })
}

// SAFETY: it is that number.
#[diagnostic::do_not_recommend]
unsafe impl<T: Enumerated> Passable for T {
    const PARTS: &'static [Part] = &[Part {
        offset: 0,
        looks: true,
        wrong: wrong_number::<T>,
        mend: mend_number::<T>,
    }];
    const IS_NUMBER: bool = true;
}

// SAFETY: it is all of the elements.
#[diagnostic::do_not_recommend]
unsafe impl<T: Passable, const N: usize> Passable for [T; N] {
    const PARTS: &'static [Part] = &[Part {
        offset: 0,
        looks: N > 0 && looks::<T>(),
        wrong: wrong_element::<T, N>,
        mend: mend_element::<T, N>,
    }];
}

/// Of types of which every number is a value, or is taken for one.
macro_rules! any {
    ($($ty:ty),* $(,)?) => { $(
        // SAFETY: there is nothing.
        #[diagnostic::do_not_recommend]
        unsafe impl Passable for $ty {
            const PARTS: &'static [Part] = &[];
        }
    )* };
}
any!(i8, u8, i16, u16, i32, u32, i64, u64, isize, usize, f32, f64);
any!(crate::Errno);

// SAFETY: it is an address. One of a type without a size has more, of which not everything is a value.
#[diagnostic::do_not_recommend]
unsafe impl<T: 'static> Passable for *const T {
    const PARTS: &'static [Part] = &[];
}

// SAFETY: as above.
#[diagnostic::do_not_recommend]
unsafe impl<T: 'static> Passable for *mut T {
    const PARTS: &'static [Part] = &[];
}

// SAFETY: it is a number, which is looked up.
#[diagnostic::do_not_recommend]
unsafe impl<T: 'static> Passable for crate::Handle<T> {
    const PARTS: &'static [Part] = &[];
}

// SAFETY: it need not be a value.
#[diagnostic::do_not_recommend]
unsafe impl<T: 'static> Passable for MaybeUninit<T> {
    const PARTS: &'static [Part] = &[];
}

/// A C function's address, which is not null.
///
/// # Safety
/// It is one, and nothing else.
pub unsafe trait FnPointer: Copy + 'static {}

/// Whether `T` is a [`FnPointer`]: an inherent constant is found before a trait's.
#[derive(Debug)]
pub struct Function<T: ?Sized>(PhantomData<T>);

impl<T: FnPointer> Function<T> {
    /// It is.
    pub const IS_ONE: bool = true;
}

/// The answer for a type that is not: found where `Function<T>` has none of its own.
pub trait AnyFunction {
    /// It is not.
    const IS_ONE: bool = false;
}

impl<T: ?Sized> AnyFunction for Function<T> {}

// SAFETY: null is `None`.
#[diagnostic::do_not_recommend]
unsafe impl<T: FnPointer> Passable for Option<T> {
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
        // SAFETY: it is one.
        unsafe impl<R: 'static, $($arg: 'static),*> FnPointer for extern "C" fn($($arg),*) -> R {}
        // SAFETY: as above.
        unsafe impl<R: 'static, $($arg: 'static),*> FnPointer for unsafe extern "C" fn($($arg),*) -> R {}
        // SAFETY: it is an address.
        #[diagnostic::do_not_recommend]
        unsafe impl<R: 'static, $($arg: 'static),*> Passable for extern "C" fn($($arg),*) -> R {
            const PARTS: &'static [Part] = &[Part::FUNCTION];
        }
        // SAFETY: it is an address.
        #[diagnostic::do_not_recommend]
        unsafe impl<R: 'static, $($arg: 'static),*> Passable for unsafe extern "C" fn($($arg),*) -> R {
            const PARTS: &'static [Part] = &[Part::FUNCTION];
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

/// The same of what C may write behind references.
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

impl<T: ?Sized> AnyPlace for Look<T> {
    type Of = T;
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
pub struct Written<T: Passable> {
    place: *mut T,
    count: usize,
}

impl<T: Passable> Written<T> {
    /// The call is over.
    ///
    /// # Panics
    /// Where C has written what is none of the values.
    #[inline]
    pub fn look(self, function: &str, argument: &str) {
        if let Some(Wrong { number, name }) = ManuallyDrop::new(self).mend() {
            value::refuse(
                format_args!("`{function}` wrote {number} to `{argument}`"),
                name,
            );
        }
    }

    /// Has a value stand wherever there is none; and the first number that was none.
    #[inline]
    fn mend(&self) -> Option<Wrong> {
        // SAFETY: `Look::place` was promised that they are there, for whoever has this alone.
        unsafe {
            let wrong = Look::<T>::wrong(self.place, self.count)?;
            for at in 0..self.count {
                mend::<T>(self.place.add(at).cast());
            }
            Some(wrong)
        }
    }
}

impl<T: Passable> Drop for Written<T> {
    /// The call has panicked, or another argument has: what is wrong here is not told.
    fn drop(&mut self) {
        self.mend();
    }
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

    /// What C may write behind the argument is looked at when the call is over.
    ///
    /// # Safety
    /// `place` is null, or so many are there, for this call alone.
    #[inline]
    #[must_use]
    pub unsafe fn place(place: *mut T, count: usize) -> Written<T> {
        Written { place, count }
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

/// A function that C has passed.
///
/// # Panics
/// Where it is null.
///
/// # Safety
/// It is an address, and `T` a function pointer.
#[inline]
#[must_use]
pub unsafe fn function<T>(function: &str, argument: &str, value: MaybeUninit<T>) -> T {
    const { assert!(size_of::<T>() == size_of::<usize>()) }
    // SAFETY: the caller's; and it is not null, if that is not wrong.
    unsafe {
        if let Some(wrong) = wrong_function(value.as_ptr().cast()) {
            refuse(wrong, "for", function, argument);
        }
        value.assume_init()
    }
}

/// What C has returned where nobody has declared that it returns values. Of a number its [`Value`] sees to that.
///
/// # Panics
/// Where it is no value.
///
/// # Safety
/// It is there.
#[inline]
#[must_use]
pub unsafe fn given<'r, T: Passable>(
    function: &str,
    result: &'r MaybeUninit<T>,
) -> &'r MaybeUninit<T> {
    if const { !T::IS_NUMBER } {
        // SAFETY: the caller's.
        unsafe { Look::<T>::returned(result.as_ptr(), 1, function) };
    }
    result
}

/// Checked for the elements of a slice in an export: C makes them.
#[inline]
pub const fn assert_passable<T: Passable>() {}

#[cold]
fn refuse(wrong: Wrong, place: &str, function: &str, argument: &str) -> ! {
    let Wrong { number, name } = wrong;
    panic!("C passed {number} {place} `{argument}` of `{function}`, which is no value of `{name}`")
}
