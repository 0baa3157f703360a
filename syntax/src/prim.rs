//! The primitive types: what Rust calls them, and what C does.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A type that Rust and C both build in.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Prim {
    /// Rust's name: the last segment of the path that the user writes.
    pub rust: &'static str,
    /// The C type, spelled so that it needs at most `<stddef.h>`.
    pub c: &'static str,
    /// Every C type that may be the same ABI type, none of them a typedef: what `_Generic` lists. Where the platform
    /// decides (`long` has 4 or 8 bytes), [`bytes`](Prim::bytes) says which of them count.
    pub spellings: &'static [&'static str],
    /// The size a spelling must have to count; `None` where the spelling alone decides.
    pub bytes: Option<Bytes>,
}

/// How large a C spelling must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bytes {
    /// This many bytes.
    Fixed(u8),
    /// As `sizeof(void *)`.
    Pointer,
}

impl Bytes {
    /// The size as a C expression.
    #[must_use]
    pub fn c_expr(self) -> String {
        match self {
            Bytes::Fixed(bytes) => bytes.to_string(),
            Bytes::Pointer => "sizeof(void *)".to_owned(),
        }
    }
}

const fn exact(rust: &'static str, c: &'static str, spelling: &'static [&'static str]) -> Prim {
    Prim {
        rust,
        c,
        spellings: spelling,
        bytes: None,
    }
}

const fn sized(
    rust: &'static str,
    c: &'static str,
    spellings: &'static [&'static str],
    bytes: Bytes,
) -> Prim {
    Prim {
        rust,
        c,
        spellings,
        bytes: Some(bytes),
    }
}

const SIGNED: &[&str] = &["int", "long", "long long"];
const UNSIGNED: &[&str] = &["unsigned int", "unsigned long", "unsigned long long"];

/// All of them. `c_void` is not here: it is no value.
static PRIMS: &[Prim] = &[
    exact("c_char", "char", &["char"]),
    exact("c_schar", "signed char", &["signed char"]),
    exact("c_uchar", "unsigned char", &["unsigned char"]),
    exact("c_short", "short", &["short"]),
    exact("c_ushort", "unsigned short", &["unsigned short"]),
    exact("c_int", "int", &["int"]),
    exact("c_uint", "unsigned int", &["unsigned int"]),
    exact("c_long", "long", &["long"]),
    exact("c_ulong", "unsigned long", &["unsigned long"]),
    exact("c_longlong", "long long", &["long long"]),
    exact("c_ulonglong", "unsigned long long", &["unsigned long long"]),
    exact("c_float", "float", &["float"]),
    exact("c_double", "double", &["double"]),
    exact("bool", "_Bool", &["_Bool"]),
    exact("f32", "float", &["float"]),
    exact("f64", "double", &["double"]),
    exact("i8", "signed char", &["signed char", "char"]),
    exact("u8", "unsigned char", &["unsigned char"]),
    exact("i16", "short", &["short"]),
    exact("u16", "unsigned short", &["unsigned short"]),
    sized("i32", "int", SIGNED, Bytes::Fixed(4)),
    sized("u32", "unsigned int", UNSIGNED, Bytes::Fixed(4)),
    sized("i64", "long long", SIGNED, Bytes::Fixed(8)),
    sized("u64", "unsigned long long", UNSIGNED, Bytes::Fixed(8)),
    sized("isize", "ptrdiff_t", SIGNED, Bytes::Pointer),
    sized("usize", "size_t", UNSIGNED, Bytes::Pointer),
];

impl Prim {
    /// The primitive that Rust calls `name`.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Prim> {
        PRIMS.iter().find(|prim| prim.rust == name)
    }

    /// Each of them.
    pub fn all() -> impl Iterator<Item = &'static Prim> {
        PRIMS.iter()
    }

    /// The same type by a path that nobody can shadow, to check the user's name against.
    #[must_use]
    pub fn true_path(&self) -> TokenStream {
        let name = format_ident!("{}", self.rust);
        if self.rust.starts_with("c_") {
            quote!(::core::ffi::#name)
        } else {
            quote!(::core::primitive::#name)
        }
    }

    /// The C type as a header for others should spell it: by `<stdint.h>` and `<stdbool.h>`.
    #[must_use]
    pub fn portable(&self) -> String {
        let (sign, bits) = self.rust.split_at(1);
        match (self.rust, sign) {
            ("bool", _) => "bool".to_owned(),
            (_, "i") if bits.parse::<u8>().is_ok() => format!("int{bits}_t"),
            (_, "u") if bits.parse::<u8>().is_ok() => format!("uint{bits}_t"),
            _ => self.c.to_owned(),
        }
    }

    /// Whether a pointer to this may be a pointer to bytes: `const void *` or `const char *` in C.
    #[must_use]
    pub fn is_byte(&self) -> bool {
        matches!(self.rust, "u8" | "c_uchar" | "i8" | "c_schar" | "c_char")
    }
}
