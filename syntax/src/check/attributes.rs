//! The attributes that stand beside ours: what may stay, what is taken out, what has to be there.

use crate::error::Errors;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident};

/// The item's attributes but for ours, which a parser of files leaves on it.
pub(crate) fn without_ours(mut attrs: Vec<Attribute>) -> Vec<Attribute> {
    attrs.retain(|attr| {
        !is_ours(attr.path()) && !conditional(attr).any(|meta| is_ours(meta.path()))
    });
    attrs
}

fn is_ours(path: &syn::Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == "cgo_import" || last.ident == "cgo_export")
}

/// The attributes of an import, for all that is made of it.
pub(crate) fn outer_attrs(attrs: Vec<Attribute>, errors: &mut Errors) -> Vec<Attribute> {
    let mut attrs = without_ours(attrs);
    // A condition on the item itself is rustc's to evaluate: nothing of it is in the model.
    let conditions: Vec<Attribute> = attrs
        .extract_if(.., |attr| attr.path().is_ident("cfg_attr"))
        .collect();
    inner_attrs(&mut attrs, errors);
    attrs.extend(conditions);
    attrs
}

/// Takes out the attributes that would change what is imported behind the model's back.
pub(crate) fn inner_attrs(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    for attr in attrs.extract_if(.., |attr| refusal(attr).is_some()) {
        errors.push(&attr, refusal(&attr).unwrap_or_default());
    }
}

fn refusal(attr: &Attribute) -> Option<&'static str> {
    let path = attr.path();
    if path.is_ident("cfg_attr") && !is_doc_only(attr) {
        Some(
            "build.rs cannot evaluate `cfg_attr` here as rustc would; write two items under `#[cfg(..)]`",
        )
    } else if path.is_ident("link_name") {
        Some("write `#[cgo(c = \"name\")]` for the name in C")
    } else if path.is_ident("link") {
        Some("write `#[cgo_import(link = \"name\")]`: the stubs must come before the library")
    } else if path.is_ident("cgo") {
        Some("`#[cgo(..)]` means nothing here; it goes on the functions in the block")
    } else {
        None
    }
}

fn is_doc_only(attr: &Attribute) -> bool {
    conditional(attr).all(|meta| meta.path().is_ident("doc"))
}

/// The attributes that a `cfg_attr` may stand for; none of any other.
fn conditional(attr: &Attribute) -> impl Iterator<Item = syn::Meta> {
    let parser = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
    let is_conditional = attr.path().is_ident("cfg_attr");
    let metas = is_conditional
        .then(|| attr.parse_args_with(parser).ok())
        .flatten();
    metas.into_iter().flatten().skip(1)
}

/// What stands on a parameter is in no output of the macro.
pub(crate) fn param_attrs(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| !attr.path().is_ident("cgo")) {
        errors.push(
            attr,
            "no attributes but `#[cgo(c = ..)]` and `#[cgo(out)]` here; put a `#[cfg(..)]` on the whole function, once for each case",
        );
    }
}

/// An export keeps its attributes, but for those that would make a symbol of the Rust function.
pub(crate) fn export_attrs(attrs: &[Attribute], is_unsafe: bool, errors: &mut Errors) {
    for attr in attrs {
        if attr.path().is_ident("target_feature") && !is_unsafe {
            let message = "C may call this on a processor that has no such feature; write `unsafe fn`, so that C sees to it, \
                           or ask for the feature inside and call another function";
            errors.push(attr, message);
        }
        let text = attr.meta.to_token_stream().to_string();
        if text.contains("no_mangle") || text.contains("export_name") {
            errors.push(attr, "`#[cgo_export]` makes the symbol; for another name write `#[cgo_export(name = \"..\")]`");
        }
    }
}

/// Only then is the order of the fields the text's.
pub(crate) fn repr_c(attrs: &[Attribute], ident: &Ident, what: &str, errors: &mut Errors) {
    if !has_repr(attrs, |word| word == "C") {
        errors.push(ident, format!("{what} that C shares is `#[repr(C)]`"));
    }
}

/// The same, or it is what its field is.
pub(crate) fn repr_of_struct(attrs: &[Attribute], ident: &Ident, errors: &mut Errors) {
    if !has_repr(attrs, |word| ["C", "transparent"].contains(&word)) {
        errors.push(ident, "a struct that C shares is `#[repr(C)]`");
    }
}

/// C's enums are integers.
pub(crate) fn repr_of_enum(attrs: &[Attribute], ident: &Ident, errors: &mut Errors) {
    let integers = ["C", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];
    if !has_repr(attrs, |word| integers.contains(&word)) {
        let message = "an enum that C shares is `#[repr(C)]`, or has an integer's: `#[repr(u32)]`";
        errors.push(ident, message);
    }
}

fn has_repr(attrs: &[Attribute], wanted: impl Fn(&str) -> bool) -> bool {
    attrs.iter().any(|attr| {
        let mut found = false;
        let words = attr.path().is_ident("repr").then(|| {
            attr.parse_nested_meta(|meta| {
                found |= meta
                    .path
                    .get_ident()
                    .is_some_and(|word| wanted(&word.to_string()));
                if meta.input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    content.parse::<TokenStream>()?;
                }
                Ok(())
            })
        });
        matches!(words, Some(Ok(()))) && found
    })
}
