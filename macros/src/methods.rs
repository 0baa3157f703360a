//! `#[cgo_export] impl`: the block as it is, and a C function for each of its `pub` functions.

use crate::evidence::{self, Load};
use crate::{export, twice};
use cgocall_syntax::hash::{self, Package};
use cgocall_syntax::{Export, Methods};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

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
