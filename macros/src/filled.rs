//! Slices that C fills: the place for their lengths, and how much of them C says that it has filled.

use crate::names;
use cgocall_syntax::Param;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

/// The place, which holds how long the slice is.
pub(crate) fn place(param: &Param) -> TokenStream {
    let (name, ident) = (name(param), &param.ident);
    quote!(let mut #name = #ident.len();)
}

/// What C gets.
pub(crate) fn pointer(param: &Param) -> TokenStream {
    let name = name(param);
    quote!(&raw mut #name)
}

/// What C has left there.
pub(crate) fn value(private: &TokenStream, function: &str, param: &Param) -> TokenStream {
    let (name, said) = (name(param), param.ident.unraw().to_string());
    quote!(#private::filled(#function, #said, #name))
}

/// How long the slice is of which the slots begin at `first` in the frame, before the call.
pub(crate) fn length(param: &Param, frame: &Ident, first: usize) -> TokenStream {
    match param.is_filled() {
        true => {
            let name = name(param);
            quote!(#name)
        }
        false => {
            let length = names::slot(first + 1);
            quote!(#frame.#length)
        }
    }
}

fn name(param: &Param) -> Ident {
    names::local(&format!("__filled_{}", param.ident.unraw()))
}
