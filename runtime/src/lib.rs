//! cgocall brings Go's cgo to Rust: C functions called as if they were Rust, on goroutines that a callback does not
//! block, through declarations that the C compiler has checked.
//!
//! ```
//! use cgocall::{cgo_export, cgo_import, go};
//! use std::ffi::{CStr, c_int, c_void};
//!
//! #[cgo_import]
//! unsafe extern "C" {
//!     /// The length of a string.
//!     safe fn strlen(text: &CStr) -> usize;
//!     fn qsort(
//!         base: *mut c_void,
//!         count: usize,
//!         size: usize,
//!         compare: unsafe extern "C" fn(*const c_void, *const c_void) -> c_int,
//!     );
//! }
//!
//! #[cgo_export(private)]
//! unsafe fn by_value(a: *const c_void, b: *const c_void) -> c_int {
//!     let (a, b) = unsafe { (*a.cast::<i32>(), *b.cast::<i32>()) };
//!     a.cmp(&b) as c_int
//! }
//!
//! #[cgocall::main]
//! fn main() {
//!     let length = go(|| strlen(c"on a goroutine"));
//!     assert_eq!(length.join().unwrap(), 14);
//!
//!     let mut numbers = [3, 1, 2];
//!     unsafe { qsort(numbers.as_mut_ptr().cast(), 3, 4, by_value::C) };
//!     assert_eq!(numbers, [1, 2, 3]);
//! }
//! ```
//!
//! # Calling C
//!
//! [`cgo_import`] has two forms of the same block. Plain, as above, there is nothing to check the declarations against,
//! as with any `extern` block. With `include = ".."`, `preamble = ".."` or `source = ".."`, and one line of build.rs
//! (crate `cgocall-cshim`), the C compiler compares each declaration with the real one, and a difference is a compile
//! error at the declaration.
//!
//! # Where C runs
//!
//! On a goroutine, C runs on its thread's own stack, which is as large as C expects, and callbacks run on the
//! goroutine's, where they may wait. Outside a goroutine (a test, an ordinary thread, a program that never starts one) an
//! import is a direct C call, and an export runs where C called it. So a library can use the attributes without caring
//! what its user runs.
//!
//! A goroutine stays on the thread that first ran it, so thread-locals of Rust and of C behave as on a thread. Two that
//! started on one thread take turns; a goroutine that has not started yet goes to whichever thread is free.
//!
//! # Waiting
//!
//! A goroutine waits for any [`Future`] with [`Wait::wait`], for another goroutine with [`JoinHandle::join`], and in C
//! functions imported as `#[cgo(blocking)]`. These, [`yield_now`], and a C call while another goroutine of the thread is
//! parked inside a callback, are the *park points*: the thread runs other goroutines meanwhile.
//!
//! A callback may wait too. Its C frames stay where they are; other goroutines of the thread go on in Rust, but their C
//! calls wait until those frames are gone, since C code rarely expects to be interrupted by other C code, and goroutines
//! that have yet to start do so on other threads. An import declared `#[cgo(parks)]` says that its C code does not mind:
//! then any number of callbacks may wait on one thread.
//!
//! On a stack that the runtime did not give it (a stackful coroutine of the program's own, `stacker`), a goroutine's code
//! cannot park: it blocks its thread instead, and its C calls run where they stand.
//!
//! One rule is the user's: nothing whose scope must end in the order of the stack (a `std` lock's guard, a `scoped-tls`
//! value) is held across a park point.
//!
//! # Panics
//!
//! A panic never unwinds into C. It is caught in the export, C gets the value that `on_panic` says, and it goes on in the
//! Rust caller when the C call returns. On a thread that C made there is no such caller, and the process aborts.
//!
//! # Configuration
//!
//! `CGOCALL_PROCS` is the number of goroutines that run at the same time; by default, the number of cores.

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod callback;
mod cgocall;
mod config;
mod cside;
mod cstate;
mod entry;
mod errno;
mod g;
mod go;
mod helpers;
mod inbox;
mod m;
mod offload;
mod p;
mod sched;
mod schedule;
mod segment;
mod site;
mod stack;
mod sync;
mod template;
mod thread;
mod wait;

/// ```
/// use cgocall::cgo_import;
/// use std::ffi::{CStr, c_int, c_uint};
///
/// #[cgo_import]
/// unsafe extern "C" {
///     pub safe fn strlen(text: &CStr) -> usize;
///     #[cgo(blocking)]
///     pub safe fn usleep(micros: c_uint) -> c_int;
/// }
///
/// assert_eq!(strlen(c"cgo"), 3);
/// assert_eq!(usleep(1), 0);
/// ```
pub use cgocall_macros::cgo_import;

/// ```
/// use cgocall::{cgo_export, cgo_import};
/// use std::ffi::{c_int, c_void};
///
/// /// `twice::C` is its C function pointer.
/// #[cgo_export(private, on_panic = -1)]
/// fn twice(n: c_int) -> c_int {
///     n.checked_mul(2).expect("fits")
/// }
///
/// assert_eq!(twice(3), 6);
/// assert_eq!(twice::C(4), 8);
/// ```
pub use cgocall_macros::cgo_export;

/// ```
/// #[cgocall::main]
/// fn main() -> Result<(), std::num::ParseIntError> {
///     let parsed = cgocall::go(|| "42".parse::<u32>());
///     assert_eq!(parsed.join().expect("no panic")?, 42);
///     Ok(())
/// }
/// ```
pub use cgocall_macros::main;

/// ```
/// #[cgocall::test]
/// fn a_goroutine_joins_another() {
///     assert_eq!(cgocall::go(|| 1).join().unwrap(), 1);
/// }
/// ```
pub use cgocall_macros::test;

pub use errno::Errno;
pub use go::{JoinHandle, go};
pub use wait::{Wait, yield_now};
