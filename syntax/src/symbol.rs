//! Linker names: made here and nowhere else.

use crate::hash::{Hash, Package};

/// The C stub of the function that Rust calls `name`: `_cgo_<hash>_Cfunc_<name>`.
#[must_use]
pub fn stub(hash: &Hash, name: &str) -> String {
    format!("_cgo_{hash}_Cfunc_{name}")
}

/// The static archive of an item, without `lib` and `.a`: `cgo_<package>_<hash>`.
#[must_use]
pub fn archive(package: &Package, hash: &Hash) -> String {
    format!("cgo_{}_{hash}", package.ident())
}

/// Whether C can use `name` as an identifier; compilers take `a$b` too.
#[must_use]
pub fn is_c_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && chars.all(|rest| rest.is_ascii_alphanumeric() || rest == '_' || rest == '$')
}
