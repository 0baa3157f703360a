//! A second attribute of ours on one item: it would be dropped without a word.
//!
//! One for each target is right, `#[cfg_attr(target_os = "linux", cgo_import(..))]` and so on; but rustc has resolved
//! only those before the attribute that it expands. Of those behind it rustc is asked: their conditions must be false.

use crate::joined::joined;
use cgocall_syntax::Errors;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

const TWICE: &str = "this item has such an attribute already, and only one of them counts: write all keys in one, or \
                     one whole attribute for each target, of which at most one is true";

/// Errors for what is behind the attribute of `item` that is being expanded.
pub(crate) fn said(item: &TokenStream) -> TokenStream {
    let attrs = |input: ParseStream<'_>| {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<TokenStream>()?;
        Ok(attrs)
    };
    let attrs = attrs.parse2(item.clone()).unwrap_or_default();
    joined(attrs.iter().map(|attr| under(&attr.meta, &[])))
}

fn under(meta: &Meta, conditions: &[Meta]) -> TokenStream {
    let ours = ["cgo_import", "cgo_export"];
    let last = meta.path().segments.last();
    if last.is_some_and(|last| ours.iter().any(|name| last.ident == name)) {
        let mut errors = Errors::new();
        errors.push(meta, TWICE);
        let error = errors.to_compile_error();
        return quote!(#[cfg(all(#(#conditions),*))] #error);
    }
    let Meta::List(list) = meta else {
        return TokenStream::new();
    };
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let Ok(parts) = list.parse_args_with(parser) else {
        return TokenStream::new();
    };
    match parts.first() {
        Some(condition) if meta.path().is_ident("cfg_attr") => {
            let conditions = [conditions, std::slice::from_ref(condition)].concat();
            let inner = parts.iter().skip(1);
            joined(inner.map(|inner| under(inner, &conditions)))
        }
        _ => TokenStream::new(),
    }
}
