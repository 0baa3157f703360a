//! What the macros' output names. Not an interface for people: it changes with the macros, which pin this version.

pub use crate::bits::{Bits, Storage, get_bits, set_bits};
pub use crate::callback::{catch, crosscall2, crosscall2_abort, crosscall2_drop};
pub use crate::cgocall::cgocall;
pub use crate::check::{Argument, Loans, checked, level, passed};
pub use crate::closure::{
    DropUserData, Guarded, Inside, Kept, Lent, Shared, Single, UserData, callback, destructor,
    enter, enter_alone, keep, passed_length, passed_text, some,
};
pub use crate::entry::{main, main_migrating, test};
pub use crate::errno::{
    cleared_errno, cstr_result, errno_result, non_null_result, nullable_cstr_result,
    nullable_errno_result,
};
pub use crate::exported::{
    AnyObject, Borrowed, CObject, Destructor, Functions, Implemented, KeptObject, Maybe, NoObject,
    Objects, OwnedText, OwnedVec, Reason, Results2, Results3, Results4, Results5, Results6,
    Results7, Results8, Str, Untaken, failed, give_maybe, give_nullable_str, give_nullable_text,
    give_nullable_vec, give_str, give_text, give_vec, is_implemented, last_error, panicked, store,
    take_box, take_maybe, take_mut, take_nullable_object, take_nullable_str, take_nullable_text,
    take_nullable_vec, take_object, take_ref, take_str, take_text, take_vec, untaken,
};
pub use crate::out::{Zeroes, filled, out_there};
pub use crate::owner::{
    Closes, Owned, Owner, OwnerPlace, Remains, is_owner, owned_if_any, owned_result,
};
pub use crate::passable::{
    AnyFunction, AnyLook, AnyPlace, FnPointer, Function, Look, Part, Passable, Written,
    assert_passable, function, given, passable,
};
pub use crate::result::{
    code_if, errno_alone, errno_result_if, errno_status_if, is_minus_one, is_negative, is_nonzero,
    is_null, status_if,
};
pub use crate::returned::{
    Length, Looked, Several, copied_result, length, nullable_reference_result,
    nullable_slice_result, nullable_vec_result, reference_result, slice_result, text_result,
    try_copied_result, try_text_result, vec_result,
};
pub use crate::site::{Site, Stub};
pub use crate::text::{Text, TextBuffer};
pub use crate::time::{Time, TimeBuffer};
pub use crate::unreturned::{Unreturned, close, errno_alone_or_free, freeing};
pub use crate::value::{AnyValue, Enumerated, NumberOf, Value};

/// The number of a handle: what is not ours has none.
#[must_use]
pub const fn number_of<T>(handle: crate::Handle<T>) -> usize {
    handle.as_raw()
}

/// Checked for each argument of a `#[cgo(blocking)]` import: it is used by another thread while the call lasts.
#[inline]
pub const fn assert_send<T: Send + ?Sized>(_: &T) {}

/// Checked for the result of a `#[cgo(blocking)]` import, and for `&mut T` in an export.
#[inline]
pub const fn assert_send_type<T: Send + ?Sized>() {}

/// Checked for `&T` in an export.
#[inline]
pub const fn assert_sync_type<T: Sync + ?Sized>() {}

/// Tells built-in types apart, whatever they are called: each has a `CODE` of its own, and every other type has 0.
///
/// An inherent constant is found before a trait's, so that nothing is asked of the program's types.
#[derive(Debug)]
pub struct Class<T: ?Sized>(std::marker::PhantomData<T>);

/// The code of a type that is not built in: found where `Class<T>` has none of its own.
pub trait AnyClass {
    /// The code.
    const CODE: u8 = 0;
}

impl<T: ?Sized> AnyClass for Class<T> {}

macro_rules! class {
    ($($ty:ty = $code:literal),*) => { $(impl Class<$ty> {
        /// The code.
        pub const CODE: u8 = $code;
    })* };
}
class!(
    i8 = 1,
    u8 = 2,
    i16 = 3,
    u16 = 4,
    i32 = 5,
    u32 = 6,
    i64 = 7,
    u64 = 8,
    f32 = 9,
    f64 = 10,
    bool = 11
);
#[cfg(target_pointer_width = "32")]
class!(isize = 5, usize = 6);
#[cfg(target_pointer_width = "64")]
class!(isize = 7, usize = 8);

impl<T: ?Sized> Class<*mut T> {
    /// The code.
    pub const CODE: u8 = 12;
}
impl<T: ?Sized> Class<*const T> {
    /// The code.
    pub const CODE: u8 = 12;
}

macro_rules! pointer_class {
    ($($ty:ty),*) => { $(
        // Where `T` has no size, it is two words.
        impl<T> Class<$ty> {
            /// The code.
            pub const CODE: u8 = Class::<*mut T>::CODE;
        }
    )* };
}
pointer_class!(
    std::ptr::NonNull<T>,
    Option<std::ptr::NonNull<T>>,
    Box<T>,
    Option<Box<T>>,
    Option<&T>,
    Option<&mut T>
);

/// What C gets from an export, or a closure, that panicked and has no `on_panic`.
#[diagnostic::on_unimplemented(
    message = "an export or a closure that returns `{Self}` must say what C gets when it panics",
    label = "has no zero that C could be given",
    note = "add `#[cgo_export(on_panic = VALUE)]`, or `#[cgo(on_panic = VALUE)]` on the closure's parameter; or `on_panic = abort`"
)]
pub trait Zero {
    /// The zero of this type.
    const ZERO: Self;
}

/// The zero of `T`.
#[inline]
#[must_use]
pub const fn zero<T: Zero>() -> T {
    T::ZERO
}

macro_rules! zero {
    ($($ty:ty = $zero:expr),*) => { $(impl Zero for $ty { const ZERO: Self = $zero; })* };
}
zero!(() = (), bool = false, f32 = 0.0, f64 = 0.0);
zero!(
    i8 = 0,
    i16 = 0,
    i32 = 0,
    i64 = 0,
    isize = 0,
    u8 = 0,
    u16 = 0,
    u32 = 0,
    u64 = 0,
    usize = 0
);

impl<T> Zero for *const T {
    const ZERO: Self = std::ptr::null();
}

impl<T> Zero for *mut T {
    const ZERO: Self = std::ptr::null_mut();
}

impl<T> Zero for crate::Handle<T> {
    const ZERO: Self = crate::Handle::from_raw(0);
}

impl<T> Zero for Option<T> {
    const ZERO: Self = None;
}

/// Whether two texts are the same, where `==` cannot be: in a constant.
#[must_use]
pub const fn same_bytes(ours: &[u8], theirs: &[u8]) -> bool {
    let mut at = 0;
    while at < ours.len() && at < theirs.len() && ours[at] == theirs[at] {
        at += 1;
    }
    at == ours.len() && at == theirs.len()
}
