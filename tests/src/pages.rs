//! A text that ends with its page, behind which nobody may read.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{cgo_export, cgo_import};
use std::ffi::{CStr, CString, c_char, c_long};

#[cgo_import(
    include = "cgocall-tests.h",
    preamble = r#"
    #include <string.h>
    #include <sys/mman.h>
    #include <unistd.h>

    /* So many bytes of text, to the end of what is mapped. */
    static char *pages_end(const char *text, long length) {
        long page = sysconf(_SC_PAGESIZE), pages = (length + page - 1) / page;
        char *place = mmap(0, (pages + 1) * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        mprotect(place + pages * page, page, PROT_NONE);
        return memcpy(place + pages * page - length, text, length);
    }
    static char *pages_text(const char *text) { return pages_end(text, strlen(text) + 1); }
    static const char *pages_lent(const char *text) { return pages_text(text); }
    static void pages_keep(void *text) { (void)text; }
    static long pages_length(const char *text) { return (long)strlen(text); }
    static long pages_export(const char *text) { return pages_count(pages_text(text)); }
    static long pages_closure(long (*f)(const char *text, void *data), void *data, const char *text) {
        return f(pages_text(text), data);
    }
"#
)]
unsafe extern "C" {
    pub safe fn pages_end(text: &[u8]) -> *mut c_char;
    fn pages_keep(text: *mut std::ffi::c_void);
    #[cgo(c = "pages_lent")]
    pub safe fn lent(text: &CStr) -> &'static CStr;
    #[cgo(c = "pages_text", free = pages_keep)]
    pub safe fn copied(text: &CStr) -> String;
    #[cgo(c = "pages_text", free = pages_keep)]
    pub safe fn copied_c(text: &CStr) -> Option<CString>;
    #[cgo(c = "pages_length")]
    pub safe fn length_of_str(text: &str) -> c_long;
    pub safe fn pages_export(text: &CStr) -> c_long;
    pub safe fn pages_closure(
        f: impl FnMut(&CStr, cgocall::UserData) -> c_long,
        _: cgocall::UserData,
        text: &CStr,
    ) -> c_long;
}

/// How long it is.
#[cgo_export]
fn pages_count(text: &CStr) -> c_long {
    text.count_bytes() as c_long
}
