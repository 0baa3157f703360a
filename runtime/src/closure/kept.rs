//! Closures that are C's until it calls their destructor.

use crate::callback::{catch, crosscall2_drop};
use std::ffi::c_void;
use std::sync::Arc;

/// Gives the closures to C: the user pointer, which their [`destructor`] takes back.
#[inline]
#[must_use]
pub fn keep<T: Send + Sync + 'static>(closures: Arc<T>) -> *mut c_void {
    Arc::into_raw(closures).cast_mut().cast()
}

/// The closures that C has, which stay until what is returned is dropped.
///
/// # Safety
/// `user_data` is what [`keep`] has made of a `T`, and C has not called the destructor.
#[inline]
#[must_use]
pub unsafe fn kept<T: Send + Sync + 'static>(user_data: *mut c_void) -> Arc<T> {
    let closures = user_data.cast_const().cast::<T>();
    // SAFETY: the caller's promise: the count that C has is still there, and this is one more.
    unsafe {
        Arc::increment_strong_count(closures);
        Arc::from_raw(closures)
    }
}

/// C has done with them.
///
/// # Safety
/// As [`kept`], and it is done with from now on; but those who run may.
unsafe extern "C" fn drop_kept<T: Send + Sync + 'static>(user_data: *mut c_void) {
    unsafe extern "C" fn run<T: Send + Sync + 'static>(user_data: *mut c_void) -> bool {
        // SAFETY: the caller's promise: this is the count that C has had.
        catch(|| drop(unsafe { Arc::from_raw(user_data.cast_const().cast::<T>()) }))
    }
    if !user_data.is_null() {
        // SAFETY: the caller's promise is what `run` asks for.
        unsafe { crosscall2_drop("the destructor of a closure", run::<T>, user_data) };
    }
}

/// The destructor of such closures, for C.
#[inline]
#[must_use]
pub fn destructor<T: Send + Sync + 'static>(_: &Arc<T>) -> unsafe extern "C" fn(*mut c_void) {
    drop_kept::<T>
}
