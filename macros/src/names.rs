//! Names in the output.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

/// The path of the runtime's `__private`, below whatever `crate = ..` says.
pub(crate) fn private(krate: Option<&syn::Path>) -> TokenStream {
    match krate {
        Some(path) => quote!(#path::__private),
        None => quote!(::cgocall::__private),
    }
}

/// A local variable that no parameter of the user can meet.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// The frame's field of the `index`th slot.
pub(crate) fn slot(index: usize) -> Ident {
    format_ident!("p{index}", span = Span::mixed_site())
}

/// Whether Rust would call a function or a variable so.
pub(crate) fn is_snake_case(ident: &Ident) -> bool {
    let name = ident.to_string();
    let name = name.trim_matches('_');
    !name.contains("__") && !name.contains(char::is_uppercase)
}

/// A place in the user's text, of what is not the user's: lints that speak of text pass over it.
pub(crate) fn ours(at: Span) -> Span {
    Span::call_site().located_at(at)
}

/// What is made under a name that the user wrote, at that name.
pub(crate) fn made(ident: &Ident) -> Ident {
    let mut made = ident.clone();
    made.set_span(ours(ident.span()));
    made
}

/// The same tokens at a place in the user's text, where what is wrong with them is the user's to mend.
pub(crate) fn located(tokens: &TokenStream, at: Span) -> TokenStream {
    let located = tokens.clone().into_iter().map(|mut token| {
        token.set_span(token.span().located_at(at));
        token
    });
    located.collect()
}
