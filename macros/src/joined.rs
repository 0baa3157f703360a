//! Tokens behind each other.

use proc_macro2::TokenStream;

/// As `collect` has it. That is compiled once more, some fifty functions of it, for each kind of iterator, and whoever
/// imports one function waits for it.
pub(crate) fn joined(streams: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let mut all = Vec::new();
    for stream in streams {
        all.push(stream);
    }
    all.into_iter().collect()
}
