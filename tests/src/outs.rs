//! Functions that return through pointers.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, c_char, c_int, c_long, c_ulong, c_void};
use std::mem::MaybeUninit;
use std::path::Path;
use std::ptr::NonNull;

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stdbool.h>
    #include <stddef.h>
    #include <stdint.h>
    #include <string.h>
    #include <unistd.h>

    struct outs_pair { int first; char second; long third; };

    static int outs_div(int a, int b, int *quotient) { if (!b) return 0; *quotient = a / b; return 1; }
    static void outs_one(long *one) { *one = 11; }
    static void outs_nothing(long *one, struct outs_pair *pair, void **any) { (void)one; (void)pair; (void)any; }
    static void outs_split(double x, int32_t *whole, double *rest, bool *negative) {
        *whole = (int32_t)x; *rest = x - *whole; *negative = x < 0;
    }
    static int outs_pair(int fail, struct outs_pair *pair) {
        pair->first = 1; pair->second = 2; pair->third = 3;
        if (fail) { errno = ERANGE; return -1; }
        return 7;
    }
    static void outs_errno(const char *path, int *length) { *length = (int)strlen(path); errno = *length > 3 ? EIO : 0; }
    static int outs_find(const char *name, void **found, const char **text) {
        static int it = 5;
        if (strcmp(name, "it")) return 1;
        *found = &it; *text = "five";
        return 0;
    }
    static int outs_twice(int n) { return 2 * n; }
    static void outs_function(int (**f)(int), int which) { if (which) *f = outs_twice; }
    static void outs_pipe(int ends[2]) { ends[0] = 3; ends[1] = 4; }
    static void outs_sleep(unsigned us, unsigned long *slept) { usleep(us); *slept = us; }
    static void outs_each(int (*f)(void *, int), void *ctx, int *sum) { for (int i = 0; i < 3; i++) *sum += f(ctx, i); }
    static size_t outs_fill(char *to, size_t room) { size_t n = room < 5 ? room : 5; memcpy(to, "12345", n); return n; }
    static int outs_squares(int *to, int count) { for (int i = 0; i < count; i++) to[i] = i * i; return count; }
"#)]
unsafe extern "C" {
    #[cgo(c = "outs_div")]
    pub safe fn div(a: c_int, b: c_int, #[cgo(out)] quotient: c_int) -> c_int;
    #[cgo(c = "outs_one")]
    pub safe fn one(#[cgo(out)] one: c_long);
    #[cgo(c = "outs_nothing")]
    pub safe fn nothing(
        #[cgo(out)] one: c_long,
        #[cgo(out)] pair: Three,
        #[cgo(out)] any: *mut c_void,
    );
    #[cgo(c = "outs_split")]
    pub safe fn split(
        x: f64,
        #[cgo(out)] whole: i32,
        #[cgo(out)] rest: f64,
        #[cgo(out)] negative: bool,
    );
    #[cgo(c = "outs_pair")]
    pub safe fn pair(fail: c_int, #[cgo(out)] pair: Three) -> Result<c_int, Errno>;
    #[cgo(c = "outs_errno")]
    pub safe fn length(path: &Path, #[cgo(out)] length: c_int) -> Result<(), Errno>;
    #[cgo(c = "outs_find")]
    pub safe fn find_if_any(
        name: &str,
        #[cgo(out)] found: Option<NonNull<c_void>>,
        #[cgo(out)] text: Option<&'static CStr>,
    ) -> c_int;
    #[cgo(c = "outs_find")]
    pub safe fn find(
        name: &str,
        #[cgo(out)] found: NonNull<c_void>,
        #[cgo(out)] text: &'static CStr,
    ) -> c_int;
    #[cgo(c = "outs_find")]
    pub safe fn find_text(
        name: &str,
        #[cgo(out)] found: *mut c_void,
        #[cgo(out)] text: &'static CStr,
    ) -> c_int;
    #[cgo(c = "outs_function")]
    pub safe fn function(#[cgo(out)] f: Option<unsafe extern "C" fn(c_int) -> c_int>, which: c_int);
    #[cgo(c = "outs_function")]
    pub safe fn named_function(#[cgo(out)] f: Option<Twice>, which: c_int);
    #[cgo(c = "outs_pipe")]
    pub safe fn ends(#[cgo(out)] ends: [c_int; 2]);
    #[cgo(c = "outs_sleep", blocking)]
    pub safe fn sleep(us: u32, #[cgo(out)] slept: c_ulong);
    #[cgo(c = "outs_each")]
    pub fn each(
        f: extern "C" fn(*mut c_void, c_int) -> c_int,
        ctx: *mut c_void,
        #[cgo(out)] sum: c_int,
    );
    #[cgo(c = "outs_fill")]
    pub safe fn fill(to: &mut [MaybeUninit<c_char>]) -> usize;
    #[cgo(c = "outs_squares")]
    pub safe fn squares(to: &mut [MaybeUninit<c_int>]) -> c_int;
}

#[cgo_import(preamble = "struct outs_pair { int first; char second; long third; };")]
#[cgo(c = "struct outs_pair")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Three {
    pub first: c_int,
    pub second: c_char,
    pub third: c_long,
}

#[cgo_import]
pub type Twice = unsafe extern "C" fn(n: c_int) -> c_int;

// Without a header.
#[cgo_import]
unsafe extern "C" {
    pub safe fn frexp(x: f64, #[cgo(out)] exponent: c_int) -> f64;
    pub safe fn pipe(#[cgo(out)] ends: [c_int; 2]) -> Result<c_int, Errno>;
    #[cgo(blocking)]
    pub safe fn read(from: c_int, to: &mut [MaybeUninit<u8>]) -> Result<isize, Errno>;
    pub safe fn close(end: c_int) -> Result<c_int, Errno>;
}
