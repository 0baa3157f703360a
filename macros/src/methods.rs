//! `#[cgo_export] impl`: the block as it is, and a C function for each of its `pub` functions.

use crate::evidence::{self, Load};
use crate::{asserts, export, twice};
use cgocall_syntax::hash::{self, Package};
use cgocall_syntax::{Export, Methods, node};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote, quote_spanned};
use syn::spanned::Spanned as _;

pub(crate) fn expand(methods: &Methods, item: &TokenStream, load: Load<'_>) -> TokenStream {
    let twice = twice::said(item);
    let package = Package::from_env();
    let mut methods = methods.clone();
    let package_of = package.as_ref();
    let is_freed = package_of.is_some_and(|package| is_freed_elsewhere(&methods, package, load));
    // Of another type of that name nobody frees what this one gives out.
    let freed = is_freed.then(|| {
        methods.leave_free();
        let ty = &methods.item.self_ty;
        quote_spanned!(ty.span()=> const _: () = { let _ = <#ty>::FREE_C; };)
    });
    let said = methods.exports.iter().filter_map(|export| {
        let package = package.as_ref()?;
        let hash = hash::of_export(package, export);
        Some(evidence::of_export(export, load(package, &hash)))
    });
    let functions = methods.exports.iter().map(function);
    let item = &methods.item;
    let shared = freed.is_some().then(|| asserts::cfgs(&item.attrs));
    let shared = shared.unwrap_or_default();
    quote! {
        #(#said)*
        #twice
        #item
        #(#functions)*
        #(#shared)* #freed
    }
}

/// Whether build.rs has seen another block of the type that has the function.
fn is_freed_elsewhere(methods: &Methods, package: &Package, load: Load<'_>) -> bool {
    let record = load(package, &hash::of_methods(package, methods));
    let findings = record.map_or_else(|_| Vec::new(), |record| record.findings);
    methods.frees
        && findings
            .iter()
            .any(|found| found.node == node::FREED_ELSEWHERE)
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
