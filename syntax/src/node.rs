//! Addresses of the model's parts, by which the build script's findings find their place again.
//!
//! Never positions: a line and a column depend on who read the file.

use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned as _;

/// A part of an import: where a finding may point.
#[derive(Clone, Debug)]
pub struct Node {
    /// `attr/include/0`, `crc32`, `crc32/param/1/type`, `crc32/result`, `log/format`, `environ/type`,
    /// `z_stream/member/next_in/type`.
    pub address: String,
    /// Its tokens.
    pub tokens: TokenStream,
}

impl Node {
    /// Where it stands; with a line and a column when it was parsed from a file.
    #[must_use]
    pub fn span(&self) -> Span {
        self.tokens.span()
    }
}

/// The `index`th value of an attribute key that may be repeated.
#[must_use]
pub fn attr(key: &str, index: usize) -> String {
    format!("attr/{key}/{index}")
}

/// The value of an attribute key that may not.
#[must_use]
pub fn attr_single(key: &str) -> String {
    format!("attr/{key}")
}

/// The name of what is imported.
#[must_use]
pub fn item(name: &str) -> String {
    name.to_owned()
}

/// The type of a function's parameter, counted in Rust parameters (a slice is one).
#[must_use]
pub fn param_type(function: &str, index: usize) -> String {
    format!("{function}/param/{index}/type")
}

/// The result of a function.
#[must_use]
pub fn result(function: &str) -> String {
    format!("{function}/result")
}

/// The format that a function passes.
#[must_use]
pub fn format(function: &str) -> String {
    format!("{function}/format")
}

/// The type of a static, alias or constant, or of a field.
#[must_use]
pub fn ty(address: &str) -> String {
    format!("{address}/type")
}

/// A field of a struct, or a variant of an enum.
#[must_use]
pub fn member(item: &str, member: &str) -> String {
    format!("{item}/member/{member}")
}

/// What holds of a member while its conditions do not.
#[must_use]
pub fn absent(address: &str) -> String {
    format!("{address}{ABSENT}")
}

/// Whether the address is one of [`absent`].
#[must_use]
pub fn is_absent(address: &str) -> bool {
    address.ends_with(ABSENT)
}

const ABSENT: &str = "/absent";

/// A bitfield in the storage that the field at `member` is. Its [`value`] is its width.
#[must_use]
pub fn bitfield(member: &str, name: &str) -> String {
    format!("{member}/bits/{name}")
}

/// The name of a module.
#[must_use]
pub fn module(name: &str) -> String {
    format!("mod {name}")
}

/// The value of a constant, or of a variant.
#[must_use]
pub fn value(address: &str) -> String {
    format!("{address}/value")
}

/// Of an exported `impl` block: the function that frees, where another block of the type has it.
pub const FREED_ELSEWHERE: &str = "free/elsewhere";
