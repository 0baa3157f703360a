//! `#[cgo_export]` on a type: the type as it is, and what C may get wrong of it.

use crate::evidence::Load;
use crate::{asserts, layout, truth};
use cgocall_syntax::hash::{self, Package};
use cgocall_syntax::record::Record;
use cgocall_syntax::{Data, Parts};
use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;

pub(crate) fn expand(data: &Data, load: Load<'_>) -> TokenStream {
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
    let laid = Package::from_env()
        .and_then(|package| load(&package, &hash::of_data(&package, data)).ok())
        .filter(|record| !record.layouts.is_empty())
        .map(|record| laid_out(data, &record));
    quote!(#item #known #(#truths)* #laid)
}

/// That rustc lays it out as the C compiler does what the header says.
fn laid_out(data: &Data, record: &Record) -> TokenStream {
    let (ident, name) = (&data.ident, data.name());
    let shared = asserts::cfgs(&data.attrs);
    let cure = "a name in it means another type of the package, or a flag changes what C does; give the type a name of its own";
    let whole = record.layouts.iter().map(|layout| {
        let (size, align) = (bytes(layout.size), bytes(layout.align));
        let message = format!(
            "`{name}` has {size} bytes in C by the header that is made of this, aligned to {align}, and in Rust it has not: {cure}"
        );
        quote_spanned! {ident.span()=>
            ::core::assert!(
                ::core::mem::size_of::<#ident>() == #size
                    && ::core::mem::align_of::<#ident>() == #align,
                #message
            );
        }
    });
    let fields = match &data.parts {
        Parts::Fields(fields) => &fields[..],
        _ => &[],
    };
    let offsets = fields.iter().filter_map(|(attrs, member, _)| {
        let syn::Member::Named(field) = member else {
            return None;
        };
        let said = field.unraw().to_string();
        let offset = record.offsets.iter().find(|offset| offset.field == said)?;
        let (cfgs, at) = (asserts::cfgs(attrs), bytes(offset.bytes));
        let message = format!(
            "`{name}` has `{said}` at byte {at} in C by the header that is made of this, and in Rust it has not: {cure}"
        );
        Some(quote_spanned! {field.span()=>
            #(#cfgs)*
            ::core::assert!(::core::mem::offset_of!(#ident, #field) == #at, #message);
        })
    });
    // One error is enough: of the first that is elsewhere.
    quote! {
        #(#shared)*
        #[allow(deprecated)]
        const _: () = {
            #(#offsets)*
            #(#whole)*
        };
    }
}

fn bytes(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}
