//! Closures that C calls until their owner drops them.

use super::cells::Guarded;
use crate::handle::{Handle, HandleRef};
use std::ffi::c_void;
use std::fmt;

/// A closure that C may keep, and call until this is dropped.
///
/// An import takes it as `&Callback<dyn FnMut(..) -> R + Send>`, or `&Callback<dyn Fn(..) -> R + Send + Sync>` where C may
/// call from several threads at a time. What C gets for its user pointer is the number of a [`Handle`], and no address: if
/// it calls when this has been dropped, it is refused with a panic, and no memory is touched. So have C forget it first.
///
/// Whoever runs the closure while this is dropped, on another thread or by the closure itself, goes on to its end; it is
/// dropped then.
///
/// ```
/// use cgocall::{Callback, UserData, cgo_import};
/// use std::ffi::{c_int, c_void};
/// use std::sync::{Arc, Mutex};
/// # type Listener = Option<unsafe extern "C" fn(*mut c_void, c_int)>;
/// # static LISTENER: Mutex<(Listener, usize)> = Mutex::new((None, 0));
/// # #[unsafe(no_mangle)]
/// # extern "C" fn toy_listen(listener: Listener, data: *mut c_void) {
/// #     *LISTENER.lock().unwrap() = (listener, data.addr());
/// # }
/// # #[unsafe(no_mangle)]
/// # extern "C" fn toy_tell(n: c_int) {
/// #     let (listener, data) = *LISTENER.lock().unwrap();
/// #     unsafe { listener.unwrap()(std::ptr::without_provenance_mut(data), n) };
/// # }
///
/// #[cgo_import]
/// unsafe extern "C" {
///     #[cgo(c = "toy_listen")]
///     safe fn listen(listener: &Callback<dyn FnMut(UserData, c_int) + Send>, _: UserData);
///     #[cgo(c = "toy_tell")]
///     safe fn tell(n: c_int);
/// }
///
/// let heard = Arc::new(Mutex::new(Vec::new()));
/// let listener: Callback<dyn FnMut(c_int) + Send> = {
///     let heard = Arc::clone(&heard);
///     Callback::new(Box::new(move |n| heard.lock().unwrap().push(n)))
/// };
/// listen(&listener);
/// tell(7);
/// tell(8);
/// assert_eq!(*heard.lock().unwrap(), [7, 8]);
///
/// drop(listener); // and C has not forgotten it
/// let refused = std::panic::catch_unwind(|| tell(9)).unwrap_err();
/// assert!(refused.downcast_ref::<String>().unwrap().contains("was removed before"));
/// ```
pub struct Callback<F: ?Sized + Send + 'static> {
    handle: Handle<Guarded<Box<F>>>,
}

impl<F: ?Sized + Send + 'static> Callback<F> {
    /// Of a closure in a box, which becomes a `Box<dyn FnMut(..) + Send>` where such a `Callback` is wanted.
    ///
    /// # Panics
    ///
    /// As [`Handle::new`].
    #[must_use = "when it is dropped, C may not call it"]
    pub fn new(closure: Box<F>) -> Callback<F> {
        Callback {
            handle: Handle::new(Guarded::new(closure)),
        }
    }

    /// For C.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn user_data(&self) -> *mut c_void {
        self.handle.as_ptr()
    }
}

impl<F: ?Sized + Send + 'static> Drop for Callback<F> {
    fn drop(&mut self) {
        let removed = self.handle.remove();
        debug_assert!(removed.is_ok(), "nobody else removes it");
    }
}

impl<F: ?Sized + Send + 'static> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Callback").field(&self.handle).finish()
    }
}

/// The closure that C calls, if its [`Callback`] is still there.
///
/// # Panics
/// If it is not.
#[inline]
#[must_use]
pub fn callback<F: ?Sized + Send + 'static>(
    name: &str,
    user_data: *mut c_void,
) -> HandleRef<Guarded<Box<F>>> {
    #[cold]
    #[inline(never)]
    fn refuse(name: &str, error: crate::HandleError) -> ! {
        panic!("C has called {name}, whose `Callback` is not there: {error}")
    }
    match Handle::from_ptr(user_data).get() {
        Ok(closure) => closure,
        Err(error) => refuse(name, error.of("Callback")),
    }
}
