//! Closures that C calls: a function, and a user pointer that C hands on to it.
//!
//! An import makes both of the closure that it is given. The function is the *trampoline*, an `extern "C" fn` for each
//! import and type of closure, which enters Rust as an export does. The user pointer leads it to the closure:
//!
//! ```text
//! borrowed   *const (Cell, Cell, ..)         in the frame of the import, which the C call cannot outlive
//! kept       Box<Kept<(Cell, Cell, ..)>>     C's, until it calls the destructor
//! Callback   the number of a Handle<Cell>    nowhere: it is looked up, and refused when the `Callback` is gone
//! ```
//!
//! The tuple has all closures that share the user pointer. Each is in a [cell](cells) that says who may enter it: an `Fn`
//! whoever comes, an `FnMut` one at a time.
//!
//! A kept closure may be running when C calls the destructor, even be the one that makes it do so; and a `Callback` may be
//! dropped then. So who runs it is counted, in [`Kept`] or by the handle, and the last one drops it.

mod callback;
mod cells;
mod kept;
mod passed;

pub use callback::{Callback, callback};
pub use cells::{Guarded, Lent, Shared, some};
pub use kept::{Inside, Kept, Single, destructor, enter, enter_alone, keep};
pub use passed::{passed_length, passed_text};

/// In an import, where C passes the user pointer of a closure: in its callback, and in the function that takes both.
///
/// It stands in for a `void *` in the declaration alone; neither the Rust function nor the closure has it. See
/// [`cgo_import`](crate::cgo_import#closures).
///
/// ```
/// use cgocall::{UserData, cgo_import};
/// use std::ffi::c_void;
///
/// #[cgo_import]
/// unsafe extern "C" {
///     #[cgo(c = "bsearch")]
///     safe fn search(
///         _: UserData, // C's `key`, which it passes on as it is
///         base: &[u32], // its length, in elements, comes next
///         size: usize,
///         compare: impl FnMut(UserData, &u32) -> i32,
///     ) -> *const u32;
/// }
///
/// let primes = [2, 3, 5, 7, 11];
/// let found = search(&primes, 4, |prime| 7 - *prime as i32);
/// assert_eq!(found, &raw const primes[3]);
/// ```
#[derive(Debug)]
pub enum UserData {}

/// In an import, where C takes the function that it calls when it has done with a user pointer: `void (*)(void *)`.
///
/// With it C owns the closures whose [`UserData`] it is for, which are `'static` then, and dropped by that call. See
/// [`cgo_import`](crate::cgo_import#closures).
#[derive(Debug)]
pub enum DropUserData {}
