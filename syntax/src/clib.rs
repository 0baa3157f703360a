//! Names that an export may not take: C's keywords, and the functions of the C library.
//!
//! A symbol of the program wins over the library's of the same name, silently and everywhere: a program that exports
//! `write` prints nothing and exits with 0. The table holds C11 and the common names of POSIX and Linux.

/// Whether C reserves `name` for itself.
pub(crate) fn is_c_keyword(name: &str) -> bool {
    KEYWORDS.binary_search(&name).is_ok()
}

/// Whether the C library has a function or a variable called `name`.
pub(crate) fn has(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

#[rustfmt::skip]
static KEYWORDS: &[&str] = &[
    "_Alignas", "_Alignof", "_Atomic", "_Bool", "_Complex", "_Generic", "_Imaginary", "_Noreturn",
    "_Static_assert", "_Thread_local", "alignas", "alignof", "auto", "bool", "break", "case",
    "char", "const", "constexpr", "continue", "default", "do", "double", "else", "enum", "extern",
    "false", "float", "for", "goto", "if", "inline", "int", "long", "nullptr", "register",
    "restrict", "return", "short", "signed", "sizeof", "static", "static_assert", "struct",
    "switch", "thread_local", "true", "typedef", "typeof", "union", "unsigned", "void", "volatile",
    "while",
];

#[rustfmt::skip]
static NAMES: &[&str] = &[
    "abort", "abs", "accept", "access", "acos", "acosf", "acosh", "acoshf", "acoshl", "acosl",
    "aio_cancel", "aio_error", "aio_read", "aio_return", "aio_suspend", "aio_write", "alarm",
    "aligned_alloc", "alphasort", "arc4random", "arc4random_buf", "asctime", "asctime_r", "asin",
    "asinf", "asinh", "asinhf", "asinhl", "asinl", "asprintf", "at_quick_exit", "atan", "atan2",
    "atan2f", "atan2l", "atanf", "atanh", "atanhf", "atanhl", "atanl", "atexit", "atof", "atoi",
    "atol", "atoll", "backtrace", "backtrace_symbols", "basename", "bcmp", "bcopy", "bind",
    "bindresvport", "brk", "bsd_signal", "bsearch", "btowc", "bzero", "c16rtomb", "c32rtomb",
    "cabs", "cacos", "call_once", "calloc", "carg", "catclose", "catgets", "catopen", "cbrt",
    "cbrtf", "cbrtl", "ccos", "ceil", "ceilf", "ceill", "cexp", "cfgetispeed", "cfgetospeed",
    "cfsetispeed", "cfsetospeed", "chdir", "chmod", "chown", "chroot", "clearenv", "clearerr",
    "clock", "clock_getres", "clock_gettime", "clock_nanosleep", "clock_settime", "clone", "close",
    "close_range", "closedir", "closefrom", "closelog", "cnd_broadcast", "cnd_destroy", "cnd_init",
    "cnd_signal", "cnd_timedwait", "cnd_wait", "confstr", "connect", "copy_file_range", "copysign",
    "copysignf", "copysignl", "cos", "cosf", "cosh", "coshf", "coshl", "cosl", "cpow", "creal",
    "creat", "crypt", "csin", "csqrt", "ctermid", "ctgamma", "ctime", "ctime_r", "daemon",
    "dcgettext", "dgettext", "difftime", "dirfd", "dirname", "div", "dladdr", "dlclose", "dlerror",
    "dlopen", "dlsym", "dprintf", "drand48", "dup", "dup2", "dup3", "endgrent", "endhostent",
    "endnetent", "endpwent", "endservent", "environ", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "erand48", "erf", "erfc", "erfcf", "erff", "err", "error", "errx", "eventfd",
    "execl", "execle", "execlp", "execv", "execve", "execvp", "execvpe", "exit", "exp", "exp2",
    "exp2f", "exp2l", "expf", "expl", "explicit_bzero", "expm1", "expm1f", "fabs", "fabsf", "fabsl",
    "faccessat", "fallocate", "fchdir", "fchmod", "fchmodat", "fchown", "fchownat", "fclose",
    "fcntl", "fdatasync", "fdim", "fdopen", "fdopendir", "feclearexcept", "fegetenv", "fegetround",
    "feof", "feraiseexcept", "ferror", "fesetenv", "fesetround", "fexecve", "fflush", "ffs",
    "fgetc", "fgetpos", "fgets", "fgetwc", "fgetws", "fileno", "flock", "flockfile", "floor",
    "floorf", "floorl", "fma", "fmax", "fmaxf", "fmemopen", "fmin", "fminf", "fmod", "fmodf",
    "fmodl", "fnmatch", "fopen", "fork", "fpathconf", "fprintf", "fputc", "fputs", "fputs_unlocked",
    "fputwc", "fputws", "fread", "free", "freeaddrinfo", "freopen", "frexp", "fscanf", "fseek",
    "fseeko", "fsetpos", "fstat", "fstat64", "fstatat", "fstatvfs", "fsync", "ftell", "ftello",
    "ftok", "ftruncate", "ftrylockfile", "ftw", "funlockfile", "futimens", "futimes", "fwide",
    "fwprintf", "fwrite", "fwrite_unlocked", "fwscanf", "gai_strerror", "getaddrinfo", "getauxval",
    "getc", "getc_unlocked", "getchar", "getchar_unlocked", "getcwd", "getdelim", "getdents",
    "getegid", "getentropy", "getenv", "geteuid", "getgid", "getgrent", "getgrgid", "getgrgid_r",
    "getgrnam", "getgrnam_r", "getgroups", "gethostbyaddr", "gethostbyname", "gethostname",
    "getifaddrs", "getitimer", "getline", "getlogin", "getlogin_r", "getnameinfo", "getopt",
    "getopt_long", "getpagesize", "getpeername", "getpgid", "getpgrp", "getpid", "getppid",
    "getpriority", "getprotobyname", "getpwent", "getpwnam", "getpwnam_r", "getpwuid", "getpwuid_r",
    "getrandom", "getrlimit", "getrusage", "gets", "getservbyname", "getservbyport", "getsid",
    "getsockname", "getsockopt", "gettext", "gettid", "gettimeofday", "getuid", "getwc", "getwchar",
    "glob", "globfree", "gmtime", "gmtime_r", "grantpt", "hcreate", "hdestroy", "herror", "hsearch",
    "htonl", "htons", "hypot", "hypotf", "iconv", "iconv_close", "iconv_open", "if_indextoname",
    "if_nametoindex", "ilogb", "imaxabs", "imaxdiv", "index", "inet_addr", "inet_aton", "inet_ntoa",
    "inet_ntop", "inet_pton", "initgroups", "initstate", "inotify_add_watch", "inotify_init",
    "inotify_rm_watch", "insque", "ioctl", "isalnum", "isalpha", "isatty", "isblank", "iscntrl",
    "isdigit", "isgraph", "islower", "isprint", "ispunct", "isspace", "isupper", "iswalnum",
    "iswalpha", "iswdigit", "iswspace", "isxdigit", "j0", "j1", "jn", "jrand48", "kill", "killpg",
    "labs", "lchown", "lcong48", "ldexp", "ldiv", "lfind", "lgamma", "lgammaf", "link", "linkat",
    "listen", "listxattr", "llabs", "lldiv", "llrint", "llround", "localeconv", "localtime",
    "localtime_r", "lockf", "log", "log10", "log10f", "log1p", "log2", "log2f", "logb", "logf",
    "logl", "longjmp", "lrand48", "lrint", "lround", "lsearch", "lseek", "lseek64", "lstat",
    "madvise", "main", "makecontext", "malloc", "malloc_usable_size", "mblen", "mbrlen", "mbrtowc",
    "mbsinit", "mbsnrtowcs", "mbsrtowcs", "mbstowcs", "mbtowc", "memalign", "memccpy", "memchr",
    "memcmp", "memcpy", "memfd_create", "memfrob", "memmem", "memmove", "mempcpy", "memrchr",
    "memset", "mincore", "mkdir", "mkdirat", "mkdtemp", "mkfifo", "mkfifoat", "mknod", "mknodat",
    "mkostemp", "mkstemp", "mktemp", "mktime", "mlock", "mlockall", "mmap", "mmap64", "modf",
    "modff", "mount", "mprotect", "mq_close", "mq_open", "mq_receive", "mq_send", "mrand48",
    "mremap", "msgctl", "msgget", "msgrcv", "msgsnd", "msync", "mtx_destroy", "mtx_init",
    "mtx_lock", "mtx_trylock", "mtx_unlock", "munlock", "munlockall", "munmap", "nan", "nanf",
    "nanosleep", "nearbyint", "nextafter", "nexttoward", "nftw", "nice", "nl_langinfo", "nrand48",
    "ntohl", "ntohs", "open", "open64", "open_memstream", "openat", "opendir", "openlog", "openpty",
    "optarg", "opterr", "optind", "optopt", "pathconf", "pause", "pclose", "perror", "personality",
    "pipe", "pipe2", "poll", "popen", "posix_fadvise", "posix_fallocate", "posix_memalign",
    "posix_openpt", "posix_spawn", "posix_spawnp", "pow", "powf", "powl", "ppoll", "prctl", "pread",
    "pread64", "preadv", "printf", "prlimit", "process_vm_readv", "psignal", "pthread_atfork",
    "pthread_attr_destroy", "pthread_attr_getstack", "pthread_attr_init",
    "pthread_attr_setdetachstate", "pthread_attr_setstacksize", "pthread_barrier_init",
    "pthread_barrier_wait", "pthread_cancel", "pthread_cond_broadcast", "pthread_cond_destroy",
    "pthread_cond_init", "pthread_cond_signal", "pthread_cond_timedwait", "pthread_cond_wait",
    "pthread_create", "pthread_detach", "pthread_equal", "pthread_exit", "pthread_getattr_np",
    "pthread_getspecific", "pthread_join", "pthread_key_create", "pthread_key_delete",
    "pthread_kill", "pthread_mutex_destroy", "pthread_mutex_init", "pthread_mutex_lock",
    "pthread_mutex_trylock", "pthread_mutex_unlock", "pthread_once", "pthread_rwlock_rdlock",
    "pthread_rwlock_unlock", "pthread_rwlock_wrlock", "pthread_self", "pthread_setname_np",
    "pthread_setspecific", "pthread_sigmask", "pthread_spin_lock", "pthread_spin_unlock", "ptrace",
    "ptsname", "putc", "putchar", "putenv", "puts", "putwc", "putwchar", "pwrite", "pwrite64",
    "pwritev", "qsort", "qsort_r", "quick_exit", "raise", "rand", "rand_r", "random", "read",
    "readahead", "readdir", "readdir64", "readdir_r", "readlink", "readlinkat", "readv", "realloc",
    "reallocarray", "realpath", "reboot", "recv", "recvfrom", "recvmmsg", "recvmsg", "regcomp",
    "regerror", "regexec", "regfree", "remainder", "remove", "remque", "remquo", "rename",
    "renameat", "renameat2", "rewind", "rewinddir", "rindex", "rint", "rintf", "rmdir", "round",
    "roundf", "roundl", "sbrk", "scalb", "scalbln", "scalbn", "scandir", "scanf",
    "sched_getaffinity", "sched_getparam", "sched_setaffinity", "sched_setscheduler", "sched_yield",
    "secure_getenv", "seed48", "seekdir", "select", "sem_close", "sem_destroy", "sem_getvalue",
    "sem_init", "sem_open", "sem_post", "sem_timedwait", "sem_trywait", "sem_unlink", "sem_wait",
    "semctl", "semget", "semop", "send", "sendfile", "sendmmsg", "sendmsg", "sendto", "setbuf",
    "setegid", "setenv", "seteuid", "setgid", "setgrent", "setgroups", "sethostname", "setitimer",
    "setjmp", "setlinebuf", "setlocale", "setlogmask", "setns", "setpgid", "setpriority",
    "setpwent", "setregid", "setreuid", "setrlimit", "setsid", "setsockopt", "setstate",
    "settimeofday", "setuid", "setvbuf", "shm_open", "shm_unlink", "shmat", "shmctl", "shmdt",
    "shmget", "shutdown", "sigaction", "sigaddset", "sigaltstack", "sigdelset", "sigemptyset",
    "sigfillset", "siginterrupt", "sigismember", "siglongjmp", "signal", "signalfd", "signbit",
    "sigpending", "sigprocmask", "sigqueue", "sigsetjmp", "sigsuspend", "sigtimedwait", "sigwait",
    "sigwaitinfo", "sin", "sincos", "sinf", "sinh", "sinhf", "sinl", "sleep", "snprintf", "socket",
    "socketpair", "splice", "sprintf", "sqrt", "sqrtf", "sqrtl", "srand", "srand48", "srandom",
    "sscanf", "stat", "stat64", "statfs", "statvfs", "statx", "stderr", "stdin", "stdout", "stime",
    "stpcpy", "stpncpy", "strcasecmp", "strcat", "strchr", "strchrnul", "strcmp", "strcoll",
    "strcpy", "strcspn", "strdup", "strerror", "strerror_r", "strfmon", "strftime", "strlcat",
    "strlcpy", "strlen", "strncasecmp", "strncat", "strncmp", "strncpy", "strndup", "strnlen",
    "strpbrk", "strptime", "strrchr", "strsep", "strsignal", "strspn", "strstr", "strtod", "strtof",
    "strtoimax", "strtok", "strtok_r", "strtol", "strtold", "strtoll", "strtoul", "strtoull",
    "strtoumax", "strverscmp", "strxfrm", "swab", "swapcontext", "swapoff", "swapon", "swprintf",
    "swscanf", "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "syscall", "sysconf",
    "sysctl", "sysinfo", "syslog", "system", "tan", "tanf", "tanh", "tanhf", "tanl", "tcdrain",
    "tcflow", "tcflush", "tcgetattr", "tcgetpgrp", "tcsendbreak", "tcsetattr", "tcsetpgrp",
    "tdelete", "tee", "telldir", "tempnam", "textdomain", "tfind", "tgamma", "tgammaf", "tgkill",
    "thrd_create", "thrd_current", "thrd_detach", "thrd_equal", "thrd_exit", "thrd_join",
    "thrd_sleep", "thrd_yield", "time", "timegm", "timelocal", "timer_create", "timer_delete",
    "timer_gettime", "timer_settime", "timerfd_create", "timerfd_settime", "times", "timespec_get",
    "tmpfile", "tmpnam", "toascii", "tolower", "toupper", "towlower", "towupper", "trunc",
    "truncate", "truncf", "tsearch", "tss_create", "tss_delete", "tss_get", "tss_set", "ttyname",
    "ttyname_r", "twalk", "tzset", "ucontext", "ulimit", "umask", "umount", "umount2", "uname",
    "ungetc", "ungetwc", "unlink", "unlinkat", "unlockpt", "unsetenv", "unshare", "uselocale",
    "usleep", "utime", "utimensat", "utimes", "valloc", "vasprintf", "vdprintf", "verr", "vfork",
    "vfprintf", "vfscanf", "vfwprintf", "vmsplice", "vprintf", "vscanf", "vsnprintf", "vsprintf",
    "vsscanf", "vswprintf", "vsyslog", "vwarn", "vwprintf", "wait", "wait3", "wait4", "waitid",
    "waitpid", "warn", "warnx", "wcpcpy", "wcrtomb", "wcscasecmp", "wcscat", "wcschr", "wcscmp",
    "wcscoll", "wcscpy", "wcscspn", "wcsdup", "wcsftime", "wcslen", "wcsncat", "wcsncmp", "wcsncpy",
    "wcsnlen", "wcspbrk", "wcsrchr", "wcsrtombs", "wcsspn", "wcsstr", "wcstod", "wcstof", "wcstok",
    "wcstol", "wcstold", "wcstoll", "wcstombs", "wcstoul", "wcstoull", "wcswidth", "wcsxfrm",
    "wctob", "wctomb", "wctype", "wcwidth", "wmemchr", "wmemcmp", "wmemcpy", "wmemmove", "wmemset",
    "wordexp", "wordfree", "wprintf", "write", "writev", "wscanf", "y0", "y1", "yn",
];

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, NAMES};

    #[test]
    fn the_tables_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted() && NAMES.is_sorted());
        assert!(super::has("write") && super::has("memcpy") && !super::has("on_row"));
    }
}
