//! `#[cgo_export]` on a type: the type as it is, and what C may get wrong of it.

use crate::{asserts, layout, truth};
use cgocall_syntax::{Data, Parts};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt as _;

pub(crate) fn expand(data: &Data) -> TokenStream {
    let Data {
        item,
        ident,
        attrs,
        parts,
        ..
    } = data;
    let private = data.runtime();
    let known = match parts {
        Parts::Variants(variants) => {
            let variants = variants.iter().map(|(attrs, name)| (&**attrs, name));
            let name = ident.unraw().to_string();
            layout::values(&private, ident, &name, attrs, variants)
        }
        Parts::Fields(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(attrs, member, ty)| (&**attrs, member.clone(), ty));
            layout::parts(&private, ident, attrs, fields, false)
        }
        // So none but an `unsafe` export takes it from C.
        Parts::Unknown => TokenStream::new(),
    };
    // The header spells these for C.
    let fields: Vec<&syn::Field> = match item {
        syn::Item::Struct(item) => item.fields.iter().collect(),
        syn::Item::Union(item) => item.fields.named.iter().collect(),
        _ => Vec::new(),
    };
    let shared = asserts::cfgs(attrs);
    let truths = fields.into_iter().map(|field| {
        let cfgs = asserts::cfgs(&field.attrs);
        let cfgs: Vec<_> = shared.iter().copied().chain(cfgs).collect();
        truth::prims(&private, [&field.ty], &cfgs)
    });
    quote!(#item #known #(#truths)*)
}
