//! A `pthread_create` that fails when it is told to. For programs that need it: no part of the library.

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

/// So many threads more cannot be created.
pub(crate) static REFUSED: AtomicUsize = AtomicUsize::new(0);
pub(crate) const FOR_GOOD: usize = usize::MAX / 2;

type Create = unsafe extern "C" fn(
    *mut libc::pthread_t,
    *const libc::pthread_attr_t,
    extern "C" fn(*mut c_void) -> *mut c_void,
    *mut c_void,
) -> c_int;

/// Takes the place of libc's for the whole program.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_create(
    thread: *mut libc::pthread_t,
    attributes: *const libc::pthread_attr_t,
    start: extern "C" fn(*mut c_void) -> *mut c_void,
    arg: *mut c_void,
) -> c_int {
    let refuse = REFUSED.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
    if refuse.is_ok() {
        return libc::EAGAIN;
    }
    static REAL: OnceLock<Create> = OnceLock::new();
    let real = REAL.get_or_init(|| {
        // SAFETY: the next `pthread_create` after this program's is libc's, which has this type.
        unsafe {
            let real = libc::dlsym(libc::RTLD_NEXT, c"pthread_create".as_ptr());
            assert!(!real.is_null(), "libc has threads");
            std::mem::transmute::<*mut c_void, Create>(real)
        }
    });
    // SAFETY: what the caller promised.
    unsafe { real(thread, attributes, start, arg) }
}
