//! Values of Rust's that C knows by their addresses: what `#[cgo_export] impl` makes functions for.

/// What C calls a method of.
///
/// # Safety
/// It is null, or an address that C got from Rust, of a value that nobody changes for as long as the result is used.
///
/// # Panics
/// Where it is null.
#[inline]
#[must_use]
pub unsafe fn take_ref<'a, T>(value: *const T, function: &str, argument: &str) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { value.as_ref() }.unwrap_or_else(|| refuse(function, argument))
}

/// The same, for a method that changes it.
///
/// # Safety
/// As [`take_ref`], of a value that nobody else uses meanwhile.
///
/// # Panics
/// Where it is null.
#[inline]
#[must_use]
pub unsafe fn take_mut<'a, T>(value: *mut T, function: &str, argument: &str) -> &'a mut T {
    // SAFETY: the caller's promise.
    unsafe { value.as_mut() }.unwrap_or_else(|| refuse(function, argument))
}

/// What C gives back.
///
/// # Safety
/// It is null, or what C got from Rust as its own, and will not use any more.
///
/// # Panics
/// Where it is null.
#[inline]
#[must_use]
pub unsafe fn take_box<T>(value: *mut T, function: &str, argument: &str) -> Box<T> {
    if value.is_null() {
        refuse(function, argument);
    }
    // SAFETY: the caller's promise: it is from `Box::into_raw`.
    unsafe { Box::from_raw(value) }
}

#[cold]
fn refuse(function: &str, argument: &str) -> ! {
    panic!("`{argument}` of `{function}` is NULL");
}
