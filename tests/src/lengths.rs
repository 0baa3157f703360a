//! Slices whose lengths C has where it likes, of the types that it likes.

#![allow(missing_docs, reason = "what they do stands in C")]

use cgocall::{Errno, UserData, cgo_import};
use std::ffi::{c_char, c_int, c_long, c_short, c_uchar};
use std::mem::MaybeUninit;
use std::path::Path;

#[cgo_import(
    include = "errno.h",
    include = "stddef.h",
    include = "stdint.h",
    include = "string.h",
    include = "sys/socket.h",
    preamble = r#"
    /* The length in front of its pointer. */
    static double lengths_sum(int n, const double *numbers) {
        double sum = 0;
        for (int i = 0; i < n; i++) sum += numbers[i];
        return sum;
    }
    static long lengths_both(size_t n, const unsigned char *bytes, short *to, unsigned char room, long from) {
        for (size_t i = 0; i < n && i < room; i++) to[i] = bytes[i];
        return from + (long)n * 1000 + room;
    }
    static long lengths_three(
        const int *a, size_t a_len, unsigned b_len, const void *b, const char *c, long long c_len, uint64_t last
    ) {
        long sum = 0;
        for (size_t i = 0; i < a_len; i++) sum += a[i];
        return sum * 10000 + b_len * 1000 + c_len * 100 + ((const char *)b)[0] - c[0] + (long)last;
    }
    static int lengths_fails(signed char n, const int *numbers) {
        if (n < 2) { errno = ERANGE; return -1; }
        return numbers[1];
    }

    /* How much room there is, and how much has been filled. */
    static int lengths_pack(unsigned char *to, unsigned long *n, const unsigned char *from, unsigned long m) {
        if (*n < m / 2) return -5;
        *n = m / 2;
        for (unsigned long i = 0; i < *n; i++) to[i] = from[2 * i];
        return 0;
    }
    static int lengths_name(char *to, socklen_t *n) {
        if (!*n) { *n = 99; errno = ENOSPC; return -1; }
        memcpy(to, "name", *n < 4 ? *n : 4);
        *n = 4;
        return 3;
    }
    static void lengths_lies(short *to, int *n, int says) { (void)to; *n = says; }
    static void lengths_leaves(int *to, short *n) { (void)to; (void)n; }
    static void lengths_truths(_Bool *to, signed char *n, int what) { memset(to, what, *n); }
    static long lengths_two(int *a, size_t *a_len, size_t b_len, const int *b, long *c, unsigned char *c_len, long *sum) {
        long r = *a_len * 100 + b_len * 10 + *c_len;
        for (size_t i = 0; i < b_len; i++) *sum += a[i] = b[i];
        *a_len = b_len;
        c[0] = 17;
        *c_len = 1;
        return r;
    }
    #define LENGTHS_FILL(to, n) ((to)[0] = (char)*(n), *(n) = 1, 5)
    long lengths_plainly(char *to, size_t *n) { to[0] = 'p'; return (long)(*n)--; }

    static const char *lengths_letters(const char *name) { return name ? "abcdefgh" : 0; }

    /* The same of what C passes. */
    static long lengths_words(void (*f)(void *data, int argc, char **argv), void *data, int argc) {
        char *words[] = { "to", "be", "or", "not" };
        f(data, argc, argc ? words : 0);
        return words[0] == 0;
    }
    typedef long (*lengths_compare)(void *, int, const void *, unsigned long, const void *);
    static long lengths_compared(void *data, lengths_compare f) { return f(data, 3, "abc", 2, "xy") * 10; }
    static long lengths_mixed(
        long (*f)(const char *text, uint8_t text_len, size_t n, short *numbers, long from, int m, const char *bytes,
                  void *data),
        void *data
    ) {
        short numbers[3] = { 1, 2, 3 };
        long r = f("texts", 4, 3, numbers, 1000, 2, "\xff\xfe", data);
        return r + numbers[2];
    }
    "#
)]
unsafe extern "C" {
    pub safe fn lengths_sum(numbers: &[f64]) -> f64;
    #[cgo(c = "lengths_sum", blocking)]
    pub safe fn sum_blocking(numbers: &[f64]) -> f64;
    pub safe fn lengths_both(bytes: &[u8], to: &mut [c_short], from: c_long) -> c_long;
    pub safe fn lengths_three(a: &[c_int], b: &[u8], c: &[c_char], last: u64) -> c_long;
    pub safe fn lengths_fails(numbers: &[c_int]) -> Result<c_int, Errno>;

    pub safe fn lengths_pack(#[cgo(filled)] to: &mut [u8], from: &[u8]) -> Result<(), Code>;
    #[cgo(c = "lengths_pack", blocking)]
    pub safe fn pack_blocking(
        #[cgo(filled)] to: &mut [MaybeUninit<u8>],
        from: &[u8],
    ) -> Result<(), Code>;
    pub safe fn lengths_name(#[cgo(filled)] to: &mut [u8]) -> Result<c_int, Errno>;
    pub safe fn lengths_lies(#[cgo(filled)] to: &mut [c_short], says: c_int);
    pub safe fn lengths_leaves(#[cgo(filled)] to: &mut [c_int]);
    pub safe fn lengths_truths(#[cgo(filled)] to: &mut [bool], what: c_int);
    pub safe fn lengths_two(
        #[cgo(filled)] a: &mut [c_int],
        b: &[c_int],
        #[cgo(filled)] c: &mut [c_long],
        #[cgo(out)] sum: c_long,
    ) -> c_long;
    pub safe fn LENGTHS_FILL(#[cgo(filled)] to: &mut [c_char]) -> c_int;
    pub safe fn socket(domain: c_int, kind: c_int, protocol: c_int) -> Result<c_int, Errno>;
    #[cgo(fails = -1)]
    pub safe fn getsockname(
        socket: c_int,
        #[cgo(filled, c = "struct sockaddr")] address: &mut [u8],
    ) -> Result<(), Errno>;
    #[cgo(fails = -1)]
    pub safe fn bind(
        socket: c_int,
        #[cgo(c = "struct sockaddr")] address: &[u8],
    ) -> Result<(), Errno>;
    #[cgo(fails = -1)]
    pub safe fn getsockopt(
        socket: c_int,
        level: c_int,
        name: c_int,
        #[cgo(filled)] value: &mut [u8],
    ) -> Result<(), Errno>;

    #[cgo(len = name.len())]
    pub safe fn lengths_letters(name: &str) -> &'static [u8];
    #[cgo(c = "lengths_letters", len = name.len() + 1)]
    pub safe fn letters_of_string(name: String) -> Result<&'static [u8], Errno>;
    #[cgo(c = "lengths_letters", len = name.map_or(0, |name| name.as_os_str().len()))]
    pub safe fn letters_if_any(name: Option<&Path>) -> Option<&'static [u8]>;

    pub safe fn lengths_words(
        f: impl FnMut(UserData, &[*mut c_char]),
        _: UserData,
        argc: c_int,
    ) -> c_long;
    #[cgo(c = "lengths_words")]
    pub safe fn mutable_words(
        f: impl FnMut(UserData, &mut [*mut c_char]),
        _: UserData,
        argc: c_int,
    ) -> c_long;
    pub safe fn lengths_compared(
        _: UserData,
        f: impl FnMut(UserData, &[c_uchar], &str) -> c_long,
    ) -> c_long;
    pub safe fn lengths_mixed(
        f: impl FnMut(&str, &mut [c_short], c_long, &[u8], UserData) -> c_long,
        _: UserData,
    ) -> c_long;
}

#[cgo_import]
unsafe extern "C" {
    pub safe fn lengths_plainly(#[cgo(filled)] to: &mut [u8]) -> c_long;
}

/// What C says of a call that has failed.
#[derive(Debug, PartialEq)]
pub struct Code(pub c_int);

impl From<c_int> for Code {
    fn from(code: c_int) -> Code {
        Code(code)
    }
}
