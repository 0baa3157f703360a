//! Functions that return texts and arrays, of which some have to be freed.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, cgo_import};
use std::ffi::{CStr, CString, c_int, c_long, c_uchar, c_ushort, c_void};

#[cgo_import(preamble = r#"
    #include <errno.h>
    #include <stdlib.h>
    #include <string.h>

    /* How many pieces are not freed yet. */
    static int pieces;
    static int pieces_left(void) { return pieces; }
    static void *piece(const void *bytes, size_t size) {
        pieces++;
        return memcpy(malloc(size ? size : 1), bytes, size);
    }
    static int release(void *piece) { pieces--; free(piece); return 1; }

    /* For 0 null, for 1 "text", for 2 what is no UTF-8. */
    static const char *text_of(int which) {
        const char *texts[] = { 0, "text", "a\xff" };
        if (!which) errno = ENOENT;
        return texts[which];
    }
    static char *copy_of(int which) {
        const char *text = text_of(which);
        return text ? piece(text, strlen(text) + 1) : 0;
    }

    typedef struct shelf { long books[3]; char label[8]; unsigned char bytes[4]; } shelf;
    static shelf shelves = { { 3, 1, 4 }, "label", { 1, 2, 3, 4 } };
    static shelf *shelf_get(void) { return &shelves; }
    static const char *shelf_label(const shelf *shelf) { return shelf->label; }
    static const unsigned char *shelf_label_bytes(const shelf *shelf, int some) {
        return some ? (const unsigned char *)shelf->label : 0;
    }
    static const char *shelf_find(const shelf *shelf, const char *name) {
        return strcmp(shelf->label, name) ? 0 : shelf->label;
    }
    static const char *shelf_rename(shelf *shelf, const char *name) {
        return strcpy(shelf->label, name);
    }
    static const long *shelf_book(const shelf *shelf, int at) {
        return at < 0 ? 0 : &shelf->books[at];
    }
    static int shelf_count(const shelf *shelf) { return (int)(sizeof shelf->books / sizeof *shelf->books); }
    static long *shelf_books(const shelf *shelf, int some) { return some ? (long *)shelf->books : 0; }
    static const void *shelf_bytes(const shelf *shelf, int length) { (void)length; return shelf->bytes; }
    static long *shelf_copy(const shelf *shelf, int length) {
        return length < -1 ? 0 : piece(shelf->books, sizeof shelf->books);
    }
    static const long *shelf_found(const shelf *shelf, unsigned short *count, long *last) {
        *count = 2;
        *last = shelf->books[1];
        return shelf->books;
    }
    static char *copy_late(int which) { char *copy = copy_of(which); errno = EBUSY; return copy; }
    static char *copy_with(int (*f)(int), int which) { char *copy = copy_of(which); f(which); return copy; }
    static const char *slow_tail(const char *text) { return text + 1; }
    static const char *skip(const char *text, int count) { return text + count; }
    static const int *primes(void) { static const int primes[] = { 2, 3, 5, 7 }; return primes; }
"#)]
unsafe extern "C" {
    pub safe fn pieces_left() -> c_int;
    fn release(piece: *mut c_void) -> c_int;

    #[cgo(c = "copy_of", free = release)]
    pub safe fn string(which: c_int) -> String;
    #[cgo(c = "copy_of", free = release)]
    pub safe fn string_if_any(which: c_int) -> Option<String>;
    #[cgo(c = "copy_of", free = release)]
    pub safe fn c_string(which: c_int) -> CString;
    #[cgo(c = "copy_of", free = release)]
    pub safe fn c_string_if_any(which: c_int) -> Option<CString>;
    #[cgo(c = "copy_of", free = release)]
    pub safe fn try_string(which: c_int) -> Result<String, Errno>;
    #[cgo(c = "copy_of", free = release, fails = errno)]
    pub safe fn try_string_if_any(which: c_int) -> Result<Option<String>, Errno>;
    #[cgo(c = "copy_late", free = release, fails = errno)]
    pub safe fn string_late(which: c_int) -> Result<String, Errno>;
    #[cgo(c = "copy_with", free = release)]
    pub safe fn string_with(f: extern "C" fn(c_int) -> c_int, which: c_int) -> String;
    #[cgo(c = "copy_with", free = release, blocking)]
    pub safe fn slow_string_with(f: extern "C" fn(c_int) -> c_int, which: c_int) -> Option<String>;
    #[cgo(c = "copy_of", free = self::release, blocking)]
    pub safe fn slow_string(which: c_int) -> Option<String>;

    #[cgo(c = "text_of")]
    pub safe fn forever(which: c_int) -> &'static str;
    #[cgo(c = "text_of")]
    pub safe fn forever_if_any(which: c_int) -> Option<&'static str>;
    #[cgo(c = "text_of")]
    pub safe fn try_forever(which: c_int) -> Result<&'static str, Errno>;

    /// A `char *`, in which nobody writes.
    pub safe fn getenv(name: &str) -> Option<&'static CStr>;
    #[cgo(c = "getenv")]
    pub safe fn try_getenv(name: &str) -> Result<&'static CStr, Errno>;

    pub type shelf;
    #[cgo(c = "shelf_get")]
    fn shelf_raw() -> *mut shelf;
    #[cgo(c = "shelf_get")]
    pub safe fn shelf_shared() -> &'static shelf;
    pub safe fn shelf_label(shelf: &shelf) -> &CStr;
    #[cgo(c = "shelf_label")]
    pub safe fn shelf_str(shelf: &shelf) -> &str;
    #[cgo(c = "shelf_label_bytes")]
    pub safe fn shelf_any(shelf: &shelf, some: c_int) -> Option<&str>;
    pub safe fn shelf_find(shelf: &shelf, name: &str) -> Option<&CStr>;
    pub safe fn shelf_rename(shelf: &mut shelf, name: &str) -> Result<&str, Errno>;
    pub safe fn shelf_book(shelf: &shelf, at: c_int) -> &c_long;
    #[cgo(c = "shelf_book")]
    pub safe fn shelf_book_if_any(shelf: Option<&shelf>, at: c_int) -> Option<&c_long>;
    pub safe fn shelf_count(shelf: &shelf) -> c_int;
    #[cgo(len = shelf_count(shelf))]
    pub safe fn shelf_books(shelf: &shelf, some: c_int) -> &[c_long];
    #[cgo(c = "shelf_books", len = shelf_count(shelf))]
    pub safe fn shelf_books_if_any(shelf: &shelf, some: c_int) -> Option<&[c_long]>;
    #[cgo(c = "shelf_books", len = 0_u8)]
    pub safe fn shelf_nothing(shelf: &shelf, some: c_int) -> &[c_long];
    #[cgo(len = length)]
    pub safe fn shelf_bytes(shelf: &shelf, length: c_int) -> &[u8];
    #[cgo(c = "shelf_bytes", len = isize::MAX as usize + length as usize)]
    pub safe fn shelf_all_bytes(shelf: &shelf, length: c_int) -> &[c_uchar];
    #[cgo(len = length, free = release)]
    pub safe fn shelf_copy(shelf: &shelf, length: c_int) -> Vec<c_long>;
    #[cgo(c = "shelf_copy", len = length, free = release)]
    pub safe fn shelf_copy_if_any(shelf: &shelf, length: c_int) -> Option<Vec<c_long>>;
    #[cgo(c = "shelf_copy", len = length, free = release)]
    pub safe fn try_shelf_copy(shelf: &shelf, length: c_int) -> Result<Vec<c_long>, Errno>;
    #[cgo(len = count)]
    pub safe fn shelf_found(
        shelf: &shelf,
        #[cgo(out)] count: c_ushort,
        #[cgo(out)] last: c_long,
    ) -> &[c_long];
    #[cgo(c = "shelf_found", len = usize::from(count) - 1)]
    pub fn shelf_found_but(
        shelf: &shelf,
        #[cgo(out)] count: c_ushort,
        #[cgo(out)] last: c_long,
    ) -> Result<&[c_long], Errno>;
    #[cgo(blocking)]
    pub safe fn slow_tail(text: &CStr) -> &str;
    pub safe fn skip(text: &CStr, count: c_int) -> &CStr;
    #[cgo(len = 4)]
    pub safe fn primes() -> &'static [c_int];
}

/// The one shelf that may be written.
pub fn the_shelf() -> &'static mut shelf {
    // SAFETY: the tests take it once.
    unsafe { &mut *shelf_raw() }
}

/// Without a header, through stubs of Rust's.
pub mod plain {
    use cgocall::cgo_import;
    use std::ffi::{CStr, CString, c_int, c_void};

    #[cgo_import]
    unsafe extern "C" {
        fn free(memory: *mut c_void);
        #[cgo(c = "strdup", free = free)]
        pub safe fn duplicate(text: &str) -> CString;
        pub safe fn strchr(text: &CStr, byte: c_int) -> Option<&str>;
    }
}
