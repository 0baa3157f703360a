//! C functions that tell what they find in `errno`, or leave something there.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, UserData, cgo_import};
use std::ffi::{c_int, c_long, c_uint};

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <signal.h>
    #include <sys/mman.h>
    #include <sys/syscall.h>
    #include <time.h>
    #include <unistd.h>

    /* Fails with what errno is; never, if that is 0. */
    static int errno_before(void) { return errno ? -1 : 7; }
    /* Leaves it as it is. */
    static void errno_kept(int *seen) { *seen = errno; }
    static void errno_set(int code) { errno = code; }

    static int errno_of_thread(int code, long *thread) {
        *thread = syscall(SYS_gettid);
        errno = code;
        return -1;
    }

    /* Sets it, and takes its time before it returns. */
    static int errno_slowly(int code, unsigned micros) {
        struct timespec left = {0, micros * 1000l};
        errno = code;
        /* A signal of the program's may end it. */
        while (nanosleep(&left, &left) != 0)
            errno = code;
        return -1;
    }

    static void (*called)(void *);
    static void *context;
    static void call(int signal) {
        int before = errno;
        (void)signal;
        called(context);
        errno = before;
    }
    /* A signal comes, whose handler calls back, and leaves errno as it was. */
    static int errno_around_a_handler(int code, void (*f)(void *), void *data) {
        struct sigaction action = {.sa_handler = call, .sa_flags = SA_ONSTACK}, old;
        called = f, context = data;
        sigaction(SIGUSR2, &action, &old);
        errno = code;
        raise(SIGUSR2);
        sigaction(SIGUSR2, &old, 0);
        return -1;
    }

    static char *volatile page;
    /* mmap and mprotect leave errno alone if they succeed. */
    static void open_page(int signal) {
        (void)signal;
        if (mprotect(page, 4096, PROT_READ | PROT_WRITE) != 0)
            _exit(3);
    }
    static void errno_handle_faults(void) {
        sigaction(SIGSEGV, &(struct sigaction){.sa_handler = open_page}, 0);
    }
    /* Faults, which the handler mends. */
    static int errno_around_a_fault(int code) {
        page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        errno = code;
        *(volatile char *)page = 1;
        munmap(page, 4096);
        return -1;
    }
"#)]
unsafe extern "C" {
    pub safe fn errno_before() -> Result<c_int, Errno>;
    #[cgo(c = "errno_before", blocking)]
    pub safe fn errno_before_slowly() -> Result<c_int, Errno>;
    #[cgo(c = "errno_before", inline)]
    pub safe fn errno_before_inline() -> Result<c_int, Errno>;
    pub safe fn errno_kept(seen: &mut c_int) -> Result<(), Errno>;
    pub safe fn errno_set(code: c_int) -> Result<(), Errno>;
    #[cgo(blocking)]
    pub safe fn errno_of_thread(code: c_int, thread: &mut c_long) -> Result<c_int, Errno>;
    pub safe fn errno_slowly(code: c_int, micros: c_uint) -> Result<c_int, Errno>;
    #[cgo(c = "errno_slowly", blocking)]
    pub safe fn errno_slowly_on_a_helper(code: c_int, micros: c_uint) -> Result<c_int, Errno>;
    pub safe fn errno_around_a_handler(
        code: c_int,
        f: impl FnMut(UserData),
        _: UserData,
    ) -> Result<c_int, Errno>;
    pub safe fn errno_handle_faults();
    pub safe fn errno_around_a_fault(code: c_int) -> Result<c_int, Errno>;
}

/// Leaves something in this thread's `errno`, as any system call does that fails.
pub fn spoil() {
    // SAFETY: there is no such file descriptor.
    assert_eq!(unsafe { libc::close(-1) }, -1);
    assert_eq!(here(), libc::EBADF);
}

/// This thread's `errno`.
#[must_use]
pub fn here() -> c_int {
    // SAFETY: the place is this thread's own.
    unsafe { *libc::__errno_location() }
}
