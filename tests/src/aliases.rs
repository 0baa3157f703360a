//! Names of C that stand for others by `#define`, and variables of a shared library.

#![allow(missing_docs, nonstandard_style, reason = "what they are stands in C")]

use cgocall::cgo_import;
use std::ffi::{CStr, c_char, c_int};

/// Found.
#[cgo_import(include = "c/aliases.h", source = "c/aliases.c")]
pub mod found {
    use C::{ALIASES_CHOICE, ALIASES_ENUM, ALIASES_FLOAT, ALIASES_FUNCTION, ALIASES_INTEGER};
    use C::{ALIASES_STRUCT, ALIASES_TEXT, ALIASES_TYPE, ALIASES_VARIABLE};
    use C::{aliases_of, aliases_of_enum};
}

/// Declared.
#[cgo_import(include = "c/aliases.h")]
pub const ALIASES_INTEGER: c_int = 42;
#[cgo_import(include = "c/aliases.h")]
pub const ALIASES_FLOAT: f64 = 0.75;
#[cgo_import(include = "c/aliases.h")]
pub const ALIASES_TEXT: &CStr = c"behind two names";
#[cgo_import(include = "c/aliases.h")]
pub type ALIASES_TYPE = i16;
#[cgo_import(include = "c/aliases.h")]
#[repr(C)]
pub struct ALIASES_STRUCT {
    pub n: c_int,
}
#[cgo_import(include = "c/aliases.h")]
#[cgo(c = "ALIASES_ENUM")]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    #[cgo(c = "ALIASES_FIRST")]
    First = 3,
    #[cgo(c = "ALIASES_SECOND")]
    Second = 9,
}

#[cgo_import(include = "c/aliases.h", source = "c/aliases.c")]
unsafe extern "C" {
    pub safe fn ALIASES_FUNCTION(x: ALIASES_TYPE) -> c_int;
    /// A static needs a symbol of its name.
    pub fn ALIASES_VARIABLE() -> c_int;
    #[cgo(c = "aliases_variable")]
    pub static mut variable: c_int;
    pub fn aliases_variable_now() -> c_int;
    pub fn aliases_of(s: &ALIASES_STRUCT) -> c_int;
    pub safe fn aliases_of_enum(e: Choice) -> c_int;
    /// Counts, at each use.
    pub fn ALIASES_COUNTED() -> c_int;
}

/// Of the C library, which is a shared one.
#[cgo_import(include = "netinet/in.h")]
#[cgo(c = "struct in6_addr")]
#[repr(C)]
#[derive(Clone, Copy)]
pub struct In6 {
    #[cgo(c = "__in6_u", opaque)]
    pub words: [u32; 4],
}

#[cgo_import(
    include = "getopt.h",
    include = "netinet/in.h",
    include = "time.h",
    include = "stdlib.h",
    include = "errno.h",
    preamble = r#"
    /* As the library sees it. */
    static int optind_now(void) { return optind; }
    static int is_first_zone(char *name) { return tzname[0] == name; }
    static void set_zone(void) { setenv("TZ", "CGO-1", 1); tzset(); }
    static void set_errno(int code) { errno = code; }
"#
)]
unsafe extern "C" {
    pub static mut optind: c_int;
    pub fn optind_now() -> c_int;
    pub fn set_zone();
    pub static tzname: [*mut c_char; 2];
    pub fn is_first_zone(name: *mut c_char) -> c_int;
    #[cgo(c = "in6addr_loopback")]
    pub safe static loopback: In6;
    #[cgo(inline)]
    pub safe fn errno() -> c_int;
    #[cgo(inline)]
    pub safe fn set_errno(code: c_int);
}
