//! Names that C's own headers have already: macros and types of C11, and those of POSIX that are no capitals.
//!
//! The generated header may stand behind any of them. (`gcc -dM` and the typedefs of glibc 2.36, without what begins with
//! an underscore or stands for itself; functions are in `clib`.)

use crate::{clib, keyword};

/// What C or C++ has a name for already, so that nothing else at file scope can have it; a word or two for a message.
#[must_use]
pub fn owner(name: &str) -> Option<&'static str> {
    if keyword::is_c(name) {
        Some("a keyword in C")
    } else if keyword::is_reserved(name) {
        Some("a keyword in C++, which reads the header too")
    } else if is_macro(name) || FUNCTIONS.binary_search(&name).is_ok() {
        Some("a macro of C's own headers")
    } else if TYPES.binary_search(&name).is_ok() {
        Some("a type of C's own headers")
    } else if is_ours(name) {
        Some("one of those that the header makes for Rust's types")
    } else {
        None
    }
}

/// The same of a type, whose name is one of a `struct` too.
#[must_use]
pub fn owner_of_type(name: &str) -> Option<&'static str> {
    match owner(name) {
        None if TAGS.binary_search(&name).is_ok() => Some("a type of C's own headers"),
        None if clib::has(name) => Some("a function of the C library"),
        owner => owner,
    }
}

/// Whether a parameter or a member cannot be called so: something else would stand there.
#[must_use]
pub fn is_taken(name: &str) -> bool {
    keyword::is_reserved(name) || is_macro(name) || is_of_the_header(name)
}

/// Whether a member called so cannot be called.
#[must_use]
pub fn is_taken_by_a_call(name: &str) -> bool {
    FUNCTIONS.binary_search(&name).is_ok()
}

fn is_macro(name: &str) -> bool {
    VALUES.binary_search(&name).is_ok()
}

/// Whether a compiler keeps it for itself, and may or may not have it: `__LINE__`, `_Pragma`.
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    name.strip_prefix('_')
        .is_some_and(|rest| rest.starts_with(|next: char| next == '_' || next.is_ascii_uppercase()))
}

/// The structs of [`Mirror`](crate::Mirror)s, with their functions.
fn is_ours(name: &str) -> bool {
    let is_family = |family: &str| {
        let rest = name.strip_prefix(family);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    };
    [
        "cgo_str",
        "cgo_string",
        "cgo_owner",
        "cgo_vec",
        "cgo_option",
    ]
    .into_iter()
    .any(is_family)
}

/// Types that the header itself uses, whatever it declares, and its own macros.
fn is_of_the_header(name: &str) -> bool {
    let is_number = |name: &str| name.starts_with("int") || name.starts_with("uint");
    matches!(name, "size_t" | "ptrdiff_t")
        || (is_number(name) && TYPES.binary_search(&name).is_ok())
        || (is_ours(name) && name.ends_with("_DEFINED"))
        || (name.starts_with("CGOCALL_") && name.ends_with("_H"))
}

/// What stands for something else wherever it is written.
#[rustfmt::skip]
static VALUES: &[&str] = &[
    "AIO_PRIO_DELTA_MAX", "ATOMIC_BOOL_LOCK_FREE", "ATOMIC_CHAR16_T_LOCK_FREE", "ATOMIC_CHAR32_T_LOCK_FREE",
    "ATOMIC_CHAR_LOCK_FREE", "ATOMIC_FLAG_INIT", "ATOMIC_INT_LOCK_FREE", "ATOMIC_LLONG_LOCK_FREE",
    "ATOMIC_LONG_LOCK_FREE", "ATOMIC_POINTER_LOCK_FREE", "ATOMIC_SHORT_LOCK_FREE", "ATOMIC_WCHAR_T_LOCK_FREE",
    "BIG_ENDIAN", "BUFSIZ", "BYTE_ORDER", "CHAR_BIT", "CHAR_MAX", "CHAR_MIN", "CLOCKS_PER_SEC", "CLOCK_MONOTONIC",
    "CLOCK_PROCESS_CPUTIME_ID", "CLOCK_REALTIME", "CLOCK_THREAD_CPUTIME_ID", "DBL_DECIMAL_DIG", "DBL_DIG",
    "DBL_EPSILON", "DBL_HAS_SUBNORM", "DBL_MANT_DIG", "DBL_MAX", "DBL_MAX_10_EXP", "DBL_MAX_EXP", "DBL_MIN",
    "DBL_MIN_10_EXP", "DBL_MIN_EXP", "DBL_TRUE_MIN", "DECIMAL_DIG", "DELAYTIMER_MAX", "E2BIG", "EACCES", "EADDRINUSE",
    "EADDRNOTAVAIL", "EADV", "EAFNOSUPPORT", "EAGAIN", "EALREADY", "EBADE", "EBADF", "EBADFD", "EBADMSG", "EBADR",
    "EBADRQC", "EBADSLT", "EBFONT", "EBUSY", "ECANCELED", "ECHILD", "ECHRNG", "ECOMM", "ECONNABORTED", "ECONNREFUSED",
    "ECONNRESET", "EDEADLK", "EDEADLOCK", "EDESTADDRREQ", "EDOM", "EDOTDOT", "EDQUOT", "EEXIST", "EFAULT", "EFBIG",
    "EHOSTDOWN", "EHOSTUNREACH", "EHWPOISON", "EIDRM", "EILSEQ", "EINPROGRESS", "EINTR", "EINVAL", "EIO", "EISCONN",
    "EISDIR", "EISNAM", "EKEYEXPIRED", "EKEYREJECTED", "EKEYREVOKED", "EL2HLT", "EL2NSYNC", "EL3HLT", "EL3RST",
    "ELIBACC", "ELIBBAD", "ELIBEXEC", "ELIBMAX", "ELIBSCN", "ELNRNG", "ELOOP", "EMEDIUMTYPE", "EMFILE", "EMLINK",
    "EMSGSIZE", "EMULTIHOP", "ENAMETOOLONG", "ENAVAIL", "ENETDOWN", "ENETRESET", "ENETUNREACH", "ENFILE", "ENOANO",
    "ENOBUFS", "ENOCSI", "ENODATA", "ENODEV", "ENOENT", "ENOEXEC", "ENOKEY", "ENOLCK", "ENOLINK", "ENOMEDIUM",
    "ENOMEM", "ENOMSG", "ENONET", "ENOPKG", "ENOPROTOOPT", "ENOSPC", "ENOSR", "ENOSTR", "ENOSYS", "ENOTBLK",
    "ENOTCONN", "ENOTDIR", "ENOTEMPTY", "ENOTNAM", "ENOTRECOVERABLE", "ENOTSOCK", "ENOTSUP", "ENOTTY", "ENOTUNIQ",
    "ENXIO", "EOF", "EOPNOTSUPP", "EOVERFLOW", "EOWNERDEAD", "EPERM", "EPFNOSUPPORT", "EPIPE", "EPROTO",
    "EPROTONOSUPPORT", "EPROTOTYPE", "ERANGE", "EREMCHG", "EREMOTE", "EREMOTEIO", "ERESTART", "ERFKILL", "EROFS",
    "ESHUTDOWN", "ESOCKTNOSUPPORT", "ESPIPE", "ESRCH", "ESRMNT", "ESTALE", "ESTRPIPE", "ETIME", "ETIMEDOUT",
    "ETOOMANYREFS", "ETXTBSY", "EUCLEAN", "EUNATCH", "EUSERS", "EWOULDBLOCK", "EXDEV", "EXFULL", "EXIT_FAILURE",
    "EXIT_SUCCESS", "EXPR_NEST_MAX", "FD_SETSIZE", "FE_ALL_EXCEPT", "FE_DFL_ENV", "FE_DIVBYZERO", "FE_DOWNWARD",
    "FE_INEXACT", "FE_INVALID", "FE_OVERFLOW", "FE_TONEAREST", "FE_TOWARDZERO", "FE_UNDERFLOW", "FE_UPWARD",
    "FILENAME_MAX", "FLT_DECIMAL_DIG", "FLT_DIG", "FLT_EPSILON", "FLT_EVAL_METHOD", "FLT_HAS_SUBNORM", "FLT_MANT_DIG",
    "FLT_MAX", "FLT_MAX_10_EXP", "FLT_MAX_EXP", "FLT_MIN", "FLT_MIN_10_EXP", "FLT_MIN_EXP", "FLT_RADIX", "FLT_ROUNDS",
    "FLT_TRUE_MIN", "FOPEN_MAX", "FP_ILOGB0", "FP_ILOGBNAN", "FP_INFINITE", "FP_NAN", "FP_NORMAL", "FP_SUBNORMAL",
    "FP_ZERO", "HOST_NAME_MAX", "HUGE_VAL", "HUGE_VALF", "HUGE_VALL", "I", "INFINITY", "INT16_MAX", "INT16_MIN",
    "INT32_MAX", "INT32_MIN", "INT64_MAX", "INT64_MIN", "INT8_MAX", "INT8_MIN", "INTMAX_MAX", "INTMAX_MIN",
    "INTPTR_MAX", "INTPTR_MIN", "INT_FAST16_MAX", "INT_FAST16_MIN", "INT_FAST32_MAX", "INT_FAST32_MIN",
    "INT_FAST64_MAX", "INT_FAST64_MIN", "INT_FAST8_MAX", "INT_FAST8_MIN", "INT_LEAST16_MAX", "INT_LEAST16_MIN",
    "INT_LEAST32_MAX", "INT_LEAST32_MIN", "INT_LEAST64_MAX", "INT_LEAST64_MIN", "INT_LEAST8_MAX", "INT_LEAST8_MIN",
    "INT_MAX", "INT_MIN", "LC_ADDRESS", "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_GLOBAL_LOCALE", "LC_IDENTIFICATION",
    "LC_MEASUREMENT", "LC_MESSAGES", "LC_MONETARY", "LC_NAME", "LC_NUMERIC", "LC_PAPER", "LC_TELEPHONE", "LC_TIME",
    "LDBL_DECIMAL_DIG", "LDBL_DIG", "LDBL_EPSILON", "LDBL_HAS_SUBNORM", "LDBL_MANT_DIG", "LDBL_MAX",
    "LDBL_MAX_10_EXP", "LDBL_MAX_EXP", "LDBL_MIN", "LDBL_MIN_10_EXP", "LDBL_MIN_EXP", "LDBL_TRUE_MIN", "LINE_MAX",
    "LITTLE_ENDIAN", "LLONG_MAX", "LLONG_MIN", "LOGIN_NAME_MAX", "LONG_MAX", "LONG_MIN", "L_tmpnam", "MATH_ERREXCEPT",
    "MATH_ERRNO", "MAX_CANON", "MAX_INPUT", "MB_CUR_MAX", "MB_LEN_MAX", "MINSIGSTKSZ", "MQ_PRIO_MAX", "M_1_PI",
    "M_2_PI", "M_2_SQRTPI", "M_E", "M_LN10", "M_LN2", "M_LOG10E", "M_LOG2E", "M_PI", "M_PI_2", "M_PI_4", "M_SQRT1_2",
    "M_SQRT2", "NAME_MAX", "NAN", "NGROUPS_MAX", "NSIG", "NULL", "ONCE_FLAG_INIT", "PATH_MAX", "PDP_ENDIAN",
    "PIPE_BUF", "PTHREAD_DESTRUCTOR_ITERATIONS", "PTHREAD_KEYS_MAX", "PTHREAD_STACK_MIN", "PTRDIFF_MAX",
    "PTRDIFF_MIN", "RAND_MAX", "RE_DUP_MAX", "RTSIG_MAX", "SCHAR_MAX", "SCHAR_MIN", "SEEK_CUR", "SEEK_END",
    "SEEK_SET", "SEM_VALUE_MAX", "SHRT_MAX", "SHRT_MIN", "SIGABRT", "SIGALRM", "SIGBUS", "SIGCHLD", "SIGCLD",
    "SIGCONT", "SIGFPE", "SIGHUP", "SIGILL", "SIGINT", "SIGIO", "SIGIOT", "SIGKILL", "SIGPIPE", "SIGPOLL", "SIGPROF",
    "SIGPWR", "SIGQUIT", "SIGRTMAX", "SIGRTMIN", "SIGSEGV", "SIGSTKFLT", "SIGSTKSZ", "SIGSTOP", "SIGSYS", "SIGTERM",
    "SIGTRAP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGWINCH", "SIGXCPU",
    "SIGXFSZ", "SIG_ATOMIC_MAX", "SIG_ATOMIC_MIN", "SIG_BLOCK", "SIG_DFL", "SIG_ERR", "SIG_IGN", "SIG_SETMASK",
    "SIG_UNBLOCK", "SIZE_MAX", "SSIZE_MAX", "TIMER_ABSTIME", "TIME_UTC", "TMP_MAX", "TSS_DTOR_ITERATIONS",
    "TTY_NAME_MAX", "UCHAR_MAX", "UINT16_MAX", "UINT32_MAX", "UINT64_MAX", "UINT8_MAX", "UINTMAX_MAX", "UINTPTR_MAX",
    "UINT_FAST16_MAX", "UINT_FAST32_MAX", "UINT_FAST64_MAX", "UINT_FAST8_MAX", "UINT_LEAST16_MAX", "UINT_LEAST32_MAX",
    "UINT_LEAST64_MAX", "UINT_LEAST8_MAX", "UINT_MAX", "ULLONG_MAX", "ULONG_MAX", "USHRT_MAX", "WCHAR_MAX",
    "WCHAR_MIN", "WCONTINUED", "WEOF", "WEXITED", "WINT_MAX", "WINT_MIN", "WNOHANG", "WNOWAIT", "WSTOPPED",
    "WUNTRACED", "basename", "complex", "d_fileno", "errno", "h_addr", "h_errno", "i386", "ifa_broadaddr",
    "ifa_dstaddr", "ifc_buf", "ifc_req", "ifr_addr", "ifr_bandwidth", "ifr_broadaddr", "ifr_data", "ifr_dstaddr",
    "ifr_flags", "ifr_hwaddr", "ifr_ifindex", "ifr_map", "ifr_metric", "ifr_mtu", "ifr_name", "ifr_netmask",
    "ifr_newname", "ifr_qlen", "ifr_slave", "imaginary", "linux", "math_errhandling", "msg_cbytes", "noreturn",
    "s6_addr", "s6_addr16", "s6_addr32", "sa_handler", "sa_sigaction", "sched_priority", "si_addr", "si_addr_lsb",
    "si_arch", "si_band", "si_call_addr", "si_fd", "si_int", "si_lower", "si_overrun", "si_pid", "si_pkey", "si_ptr",
    "si_status", "si_stime", "si_syscall", "si_timerid", "si_uid", "si_upper", "si_utime", "si_value",
    "sigev_notify_attributes", "sigev_notify_function", "st_atime", "st_ctime", "st_mtime", "stderr", "stdin",
    "stdout", "unix",
];

/// What does so with a parenthesis behind it, as in a call.
#[rustfmt::skip]
static FUNCTIONS: &[&str] = &[
    "ATOMIC_VAR_INIT", "CMPLX", "CMPLXF", "CMPLXL", "FD_CLR", "FD_ISSET", "FD_SET", "FD_ZERO", "INT16_C", "INT32_C",
    "INT64_C", "INT8_C", "INTMAX_C", "UINT16_C", "UINT32_C", "UINT64_C", "UINT8_C", "UINTMAX_C", "WEXITSTATUS",
    "WIFCONTINUED", "WIFEXITED", "WIFSIGNALED", "WIFSTOPPED", "WSTOPSIG", "WTERMSIG", "assert",
    "atomic_compare_exchange_strong", "atomic_compare_exchange_strong_explicit", "atomic_compare_exchange_weak",
    "atomic_compare_exchange_weak_explicit", "atomic_exchange", "atomic_exchange_explicit", "atomic_fetch_add",
    "atomic_fetch_add_explicit", "atomic_fetch_and", "atomic_fetch_and_explicit", "atomic_fetch_or",
    "atomic_fetch_or_explicit", "atomic_fetch_sub", "atomic_fetch_sub_explicit", "atomic_fetch_xor",
    "atomic_fetch_xor_explicit", "atomic_flag_clear", "atomic_flag_clear_explicit", "atomic_flag_test_and_set",
    "atomic_flag_test_and_set_explicit", "atomic_init", "atomic_is_lock_free", "atomic_load", "atomic_load_explicit",
    "atomic_signal_fence", "atomic_store", "atomic_store_explicit", "atomic_thread_fence", "fpclassify", "isfinite",
    "isgreater", "isgreaterequal", "isinf", "isless", "islessequal", "islessgreater", "isnan", "isnormal",
    "isunordered", "kill_dependency", "major", "makedev", "minor", "offsetof", "pthread_cleanup_pop",
    "pthread_cleanup_push", "setjmp", "sigmask", "signbit", "timeradd", "timerclear", "timercmp", "timerisset",
    "timersub", "va_arg", "va_copy", "va_end", "va_start",
];

/// What a declaration that comes later may begin with.
#[rustfmt::skip]
static TYPES: &[&str] = &[
    "DIR", "FILE", "atomic_bool", "atomic_flag", "blkcnt_t", "blksize_t", "caddr_t", "cc_t", "clock_t", "clockid_t",
    "cnd_t", "daddr_t", "dev_t", "div_t", "double_t", "fd_set", "fenv_t", "fexcept_t", "float_t", "fpos_t",
    "fsblkcnt_t", "fsfilcnt_t", "fsid_t", "gid_t", "glob_t", "iconv_t", "id_t", "idtype_t", "imaxdiv_t", "in_addr_t",
    "in_port_t", "ino_t", "int16_t", "int32_t", "int64_t", "int8_t", "int_fast16_t", "int_fast32_t", "int_fast64_t",
    "int_fast8_t", "int_least16_t", "int_least32_t", "int_least64_t", "int_least8_t", "intmax_t", "intptr_t",
    "jmp_buf", "key_t", "ldiv_t", "lldiv_t", "locale_t", "loff_t", "max_align_t", "mbstate_t", "mode_t", "mqd_t",
    "mtx_t", "nfds_t", "nl_catd", "nl_item", "nlink_t", "off_t", "once_flag", "pid_t", "posix_spawn_file_actions_t",
    "posix_spawnattr_t", "pthread_attr_t", "pthread_barrier_t", "pthread_barrierattr_t", "pthread_cond_t",
    "pthread_condattr_t", "pthread_key_t", "pthread_mutex_t", "pthread_mutexattr_t", "pthread_once_t",
    "pthread_rwlock_t", "pthread_rwlockattr_t", "pthread_spinlock_t", "pthread_t", "ptrdiff_t", "quad_t", "regex_t",
    "regmatch_t", "regoff_t", "rlim_t", "sa_family_t", "sem_t", "sig_atomic_t", "siginfo_t", "sigjmp_buf", "sigset_t",
    "size_t", "socklen_t", "speed_t", "ssize_t", "stack_t", "suseconds_t", "tcflag_t", "thrd_t", "time_t", "timer_t",
    "tss_t", "u_char", "u_int", "u_long", "u_short", "ucontext_t", "uid_t", "uint", "uint16_t", "uint32_t",
    "uint64_t", "uint8_t", "uint_fast16_t", "uint_fast32_t", "uint_fast64_t", "uint_fast8_t", "uint_least16_t",
    "uint_least32_t", "uint_least64_t", "uint_least8_t", "uintmax_t", "uintptr_t", "ulong", "useconds_t", "ushort",
    "va_list", "wctrans_t", "wctype_t", "wint_t", "wordexp_t",
];

/// What is a type with `struct` or `union` before it.
#[rustfmt::skip]
static TAGS: &[&str] = &[
    "addrinfo", "aiocb", "cmsghdr", "dirent", "flock", "group", "hostent", "ifaddrs", "iovec", "itimerspec",
    "itimerval", "lconv", "linger", "mq_attr", "msghdr", "netent", "passwd", "pollfd", "protoent", "rlimit", "rusage",
    "sched_param", "sembuf", "servent", "sigaction", "sigevent", "sigval", "sockaddr", "sockaddr_in", "sockaddr_in6",
    "sockaddr_storage", "sockaddr_un", "stat", "statvfs", "termios", "timespec", "timeval", "tm", "tms", "utimbuf",
    "utsname",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_for_the_search() {
        for table in [VALUES, FUNCTIONS, TYPES, TAGS] {
            assert!(table.is_sorted());
            assert!(table.iter().all(|name| !keyword::is_reserved(name)));
        }
    }

    #[test]
    fn who_has_a_name_is_known() {
        assert!(owner("restrict").is_some_and(|said| said.ends_with("in C")));
        assert!(owner("delete").is_some_and(|said| said.contains("C++")));
        for name in [
            "NULL",
            "errno",
            "unix",
            "isnan",
            "FILE",
            "int8_t",
            "cgo_vec_int_free",
        ] {
            assert!(owner(name).is_some(), "{name}");
        }
        for name in ["on_row", "cgo_strange", "stat", "round", "Point"] {
            assert_eq!(owner(name), None, "{name}");
        }
        assert!(owner_of_type("stat").is_some() && owner_of_type("round").is_some());
        assert_eq!(owner_of_type("Point"), None);
    }

    #[test]
    fn what_would_not_be_a_name_is_none_for_a_parameter() {
        for name in ["class", "errno", "linux", "int32_t", "NULL", "st_mtime"] {
            assert!(is_taken(name), "{name}");
        }
        assert!(is_reserved("__LINE__") && is_reserved("_Complex_I") && !is_reserved("_x"));
        // C takes them: nobody calls a parameter so and then the macro.
        for name in ["isnan", "log", "_x", "result", "DIR", "time_t"] {
            assert!(!is_taken(name), "{name}");
        }
    }
}
