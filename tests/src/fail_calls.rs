//! Functions of libc that fail when they are told to, in the whole program. For a program that needs it: no part of the
//! library.

use std::ffi::{CStr, c_int, c_long, c_void};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering::SeqCst};

/// Calls of one function, of which one fails, or all from that one on.
pub(crate) struct Fault {
    /// How many there are until then; 0: it never fails.
    left: AtomicU64,
    all: AtomicU64,
    failed: AtomicU64,
}

impl Fault {
    const fn new() -> Fault {
        Fault {
            left: AtomicU64::new(0),
            all: AtomicU64::new(0),
            failed: AtomicU64::new(0),
        }
    }

    pub(crate) fn arm(&self, nth: u64, all: bool) {
        self.all.store(all.into(), SeqCst);
        self.left.store(nth, SeqCst);
    }

    /// How often it has failed.
    pub(crate) fn failed(&self) -> u64 {
        self.failed.load(SeqCst)
    }

    fn fails(&self) -> bool {
        let fails = match self.left.load(SeqCst) {
            0 => false,
            1 if self.all.load(SeqCst) == 1 => true,
            _ => self.left.fetch_sub(1, SeqCst) == 1,
        };
        self.failed.fetch_add(fails.into(), SeqCst);
        fails
    }
}

pub(crate) static MMAP: Fault = Fault::new();
pub(crate) static MADVISE: Fault = Fault::new();
pub(crate) static MPROTECT: Fault = Fault::new();
pub(crate) static PTHREAD_CREATE: Fault = Fault::new();
pub(crate) static SIGALTSTACK: Fault = Fault::new();
pub(crate) static PTHREAD_KEY_CREATE: Fault = Fault::new();
pub(crate) static MEMBARRIER: Fault = Fault::new();
/// What the kernel itself refuses is not counted here.
pub(crate) static NONE: Fault = Fault::new();

/// libc's own.
fn next(name: &CStr, known: &AtomicPtr<c_void>) -> *mut c_void {
    let real = known.load(SeqCst);
    if !real.is_null() {
        return real;
    }
    // SAFETY: asks for an address.
    let real = unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr()) };
    assert!(!real.is_null(), "libc has {name:?}");
    known.store(real, SeqCst);
    real
}

fn errno(error: c_int) {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = error };
}

macro_rules! takes_the_place {
    ($($name:ident($($arg:ident: $ty:ty),*) -> $result:ty: $fault:ident if $counts:expr, fails $fails:expr;)*) => {$(
        /// Takes the place of libc's for the whole program.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $ty),*) -> $result {
            if $counts && $fault.fails() {
                return $fails;
            }
            static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
            let name = const { CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) };
            let real = next(name.expect("no NUL within"), &REAL);
            // SAFETY: the next function of this name after this program's is libc's, which has this type; and the caller's
            // promise.
            unsafe {
                let real: unsafe extern "C" fn($($ty),*) -> $result = std::mem::transmute(real);
                real($($arg),*)
            }
        }
    )*};
}

takes_the_place! {
    // `std` does not reserve.
    mmap(at: *mut c_void, len: usize, access: c_int, flags: c_int, file: c_int, offset: libc::off_t) -> *mut c_void:
        MMAP if flags & libc::MAP_NORESERVE != 0, fails { errno(libc::ENOMEM); libc::MAP_FAILED };
    madvise(at: *mut c_void, len: usize, advice: c_int) -> c_int:
        MADVISE if true, fails { errno(libc::ENOMEM); -1 };
    // What `std` protects are its guards.
    mprotect(at: *mut c_void, len: usize, access: c_int) -> c_int:
        MPROTECT if access != libc::PROT_NONE, fails { errno(libc::ENOMEM); -1 };
    sigaltstack(new: *const libc::stack_t, old: *mut libc::stack_t) -> c_int:
        SIGALTSTACK if true, fails { errno(libc::EPERM); -1 };
    pthread_key_create(key: *mut libc::pthread_key_t, end: *mut c_void) -> c_int:
        PTHREAD_KEY_CREATE if true, fails libc::EAGAIN;
    pthread_create(thread: *mut c_void, attributes: *const c_void, start: *mut c_void, arg: *mut c_void) -> c_int:
        PTHREAD_CREATE if true, fails libc::EAGAIN;
    // All that are passed are in registers, whether there are that many or not.
    syscall(call: c_long, a: c_long, b: c_long, c: c_long, d: c_long, e: c_long, f: c_long) -> c_long:
        MEMBARRIER if call == libc::SYS_membarrier, fails { errno(libc::EPERM); -1 };
}
