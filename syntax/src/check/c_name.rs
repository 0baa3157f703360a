//! What `c = ".."` says: names in C.

use crate::attr::Text;
use crate::cpath::CPath;
use crate::error::Errors;
use crate::import::c_spelling;
use crate::{keyword, standard, symbol};
use syn::Ident;

/// The value of `c = ".."` as the name of a function or static.
pub(crate) fn c_identifier(text: Text, errors: &mut Errors) -> String {
    if !symbol::is_c_identifier(&text.value) {
        errors.push(
            &text.literal,
            format!("{:?} is not a name in C", text.value),
        );
    }
    text.value
}

/// As [`c_type_name`], of a struct or union, which may be a member without a name: `struct s.0`.
pub(crate) fn c_aggregate_name(text: Text, errors: &mut Errors) -> String {
    match CPath::unnamed(&text.value) {
        Some(_) => text.value,
        None => c_type_name(text, errors),
    }
}

/// The value of `c = ".."` as the name of a type: `sqlite3`, `struct stat`; or the way to one, `struct s.in`.
pub(crate) fn c_type_name(text: Text, errors: &mut Errors) -> String {
    if CPath::unnamed(&text.value).is_some() {
        let message = "a member without a name is a struct or a union: let this be its name in Rust, and write \
                       `c = ..` on that";
        errors.push(&text.literal, message);
    }
    if CPath::parse(&text.value).is_some() {
        return text.value;
    }
    let words: Vec<&str> = text.value.split_whitespace().collect();
    let name = match words[..] {
        ["struct" | "union" | "enum", name] | [name] => name,
        _ => "",
    };
    if !symbol::is_c_identifier(name) || keyword::is_c(name) {
        let message = format!(
            "{:?} is not a type's name in C, such as `sqlite3` or `struct stat`, nor the way to one, `struct s.member`",
            text.value
        );
        errors.push(&text.literal, message);
    }
    text.value
}

/// The name of a type that the header defines.
pub(crate) fn type_name(ident: &Ident, errors: &mut Errors) {
    let name = c_spelling(ident);
    if let Some(owner) = standard::owner_of_type(&name) {
        let message = format!("`{name}` is {owner}; a type is called in C as in Rust: rename it");
        errors.push(ident, message);
    }
}
