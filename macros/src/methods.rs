//! `#[cgo_export] impl`: the block as it is, and a C function for each of its `pub` functions.

use crate::evidence::{self, Load};
use crate::{export, twice};
use cgocall_syntax::hash::{self, Package};
use cgocall_syntax::{Export, Methods, depth};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{ImplItem, Item};

pub(crate) fn expand(methods: &Methods, item: &TokenStream, load: Load<'_>) -> TokenStream {
    let twice = twice::said(item);
    let package = Package::from_env();
    let said = methods.exports.iter().filter_map(|export| {
        let package = package.as_ref()?;
        let hash = hash::of_export(package, export);
        Some(evidence::of_export(export, load(package, &hash)))
    });
    let functions = methods.exports.iter().map(function);
    let item = &methods.item;
    quote! {
        #(#said)*
        #twice
        #item
        #(#functions)*
    }
}

fn function(export: &Export) -> TokenStream {
    let Some((ty, constant)) = &export.callee.constant else {
        return TokenStream::new();
    };
    let shared = export::shared(export);
    let doc = format!(
        " The C function pointer of [`{0}::{1}`](Self::{1}).",
        ty.to_token_stream().to_string().replace(' ', ""),
        export.name()
    );
    // The one that frees stands for `drop`.
    let doc = match export.item.block.stmts.is_empty() && constant == "FREE_C" {
        true => " The C function pointer that frees what is of this type.".to_owned(),
        false => doc,
    };
    let (truths, constant) = (
        export::truths(export),
        export::constant(export, constant, &doc),
    );
    let deprecated = export::deprecated(export);
    quote! {
        #truths

        #(#shared)*
        #deprecated
        impl #ty {
            #constant
        }
    }
}

/// A refused block as rustc alone would take it.
pub(crate) fn refused(item: TokenStream) -> TokenStream {
    if depth::of(&item, depth::OF_ITEM) > depth::OF_ITEM {
        return TokenStream::new();
    }
    let mut block = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(block)) => block,
        _ => return item,
    };
    for inner in &mut block.items {
        if let ImplItem::Fn(method) = inner {
            method.attrs.retain(|attr| !attr.path().is_ident("cgo"));
        }
    }
    block.into_token_stream()
}
