//! What the macros' output names. Not an interface for people: it changes with the macros, which pin this version.

pub use crate::callback::{crosscall2, crosscall2_abort};
pub use crate::cgocall::cgocall;
pub use crate::entry::{main, test};
pub use crate::errno::{clear_errno, cstr_result, errno_result, last_errno};
pub use crate::site::{Mode, Site, Stub};

/// Checked for each argument of a `#[cgo(blocking)]` import: it is used by another thread while the call lasts.
#[inline]
pub const fn assert_send<T: Send + ?Sized>(_: &T) {}

/// Checked for the result of a `#[cgo(blocking)]` import, and for `&mut T` in an export.
#[inline]
pub const fn assert_send_type<T: Send + ?Sized>() {}

/// Checked for `&T` in an export.
#[inline]
pub const fn assert_sync_type<T: Sync + ?Sized>() {}

/// What C gets from an export that panicked and has no `on_panic`.
#[diagnostic::on_unimplemented(
    message = "an export that returns `{Self}` must say what C gets when it panics",
    label = "has no zero that C could be given",
    note = "add `#[cgo_export(on_panic = VALUE)]`, or `on_panic = abort`"
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

impl<T> Zero for Option<T> {
    const ZERO: Self = None;
}
