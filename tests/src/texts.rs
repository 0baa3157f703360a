//! Functions that take texts, and such that return some.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, OsStr, c_int, c_long};
use std::path::Path;

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stddef.h>
    #include <string.h>
    #include <unistd.h>

    /* The sum of all bytes, times 100000, and their number; -1 for null. */
    static long sum(const char *text) {
        long sum = 0;
        if (!text) return -1;
        for (size_t i = 0; text[i]; i++) sum += (unsigned char)text[i];
        return sum * 100000 + (long)strlen(text);
    }
    static long difference(const char *a, const char *b) { return sum(a) - sum(b); }
    static long slow(const char *text) { usleep(1000); return sum(text); }
    static int fails(const char *text) { if (text) return 0; errno = ENOENT; return -1; }
    static const char *greeting(int some) { return some ? "hello" : 0; }
    static const char *next(int how) { if (how < 0) errno = EIO; return how > 0 ? "entry" : 0; }
"#)]
unsafe extern "C" {
    #[cgo(c = "sum")]
    pub safe fn sum_str(text: &str) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_string(text: String) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_path(text: &Path) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_os(text: &OsStr) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_keyword(r#type: &str) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_option(text: Option<&str>) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_option_string(text: Option<String>) -> c_long;
    #[cgo(c = "sum")]
    pub safe fn sum_option_c(text: Option<&CStr>) -> c_long;
    pub safe fn difference(a: &str, b: String) -> c_long;
    #[cgo(blocking)]
    pub safe fn slow(text: &str) -> c_long;
    pub safe fn fails(text: Option<&Path>) -> Result<c_int, Errno>;
    pub safe fn greeting(some: c_int) -> Option<&'static CStr>;
    pub safe fn next(how: c_int) -> Result<Option<&'static CStr>, Errno>;
    #[cgo(c = "next")]
    pub safe fn next_there_is(how: c_int) -> Result<&'static CStr, Errno>;
}

#[cgo_import]
unsafe extern "C" {
    #[cgo(c = "strlen")]
    pub safe fn plain_length(text: &str) -> usize;
    #[cgo(c = "strnlen", blocking)]
    pub safe fn plain_bounded_length(text: Option<&str>, at_most: usize) -> usize;
}
