//! Out-parameters: the places that C gets, and what the Rust function returns of them.

use crate::{filled as of_filled, names, value};
use cgocall_syntax::filled;
use cgocall_syntax::out::{Out, Take};
use cgocall_syntax::types::Hold;
use cgocall_syntax::{Param, Ret};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// The place of a parameter, whose name becomes the pointer to it.
pub(crate) fn place(private: &TokenStream, param: &Param, out: &Out) -> TokenStream {
    let Param { ident, ty, .. } = param;
    let (name, field) = (name(param), &out.field);
    if let Take::Owner { .. } = out.take {
        return quote! {
            let mut #name = #private::OwnerPlace::<#field>::new();
            let #ident = #name.as_mut_ptr();
        };
    }
    let doubt = out.is_doubtful.then(|| {
        // SAFETY: rustc looks at the value of a constant, and refuses one that is none of its type.
        quote_spanned! {ty.span()=>
            const _: #private::Zeroes<#ty> = #private::Zeroes {
                all_zeroes_or_else_mut_maybe_uninit: unsafe {
                    ::core::mem::MaybeUninit::<#ty>::zeroed().assume_init()
                },
            };
        }
    });
    quote! {
        #doubt
        let mut #name = ::core::mem::MaybeUninit::<#field>::zeroed();
        let #ident = #name.as_mut_ptr();
    }
}

/// What the Rust function returns, of `value`, which is that without what C has put in places.
pub(crate) fn value(
    private: &TokenStream,
    function: &str,
    params: &[Param],
    ret: &Ret,
    value: TokenStream,
) -> TokenStream {
    let results = filled::results(params).into_iter();
    let taken = results.map(|(param, _)| match &param.arg.hold {
        Some(Hold::Out(out)) => take(private, function, param, out),
        _ => of_filled::value(private, function, param),
    });
    let taken: Vec<TokenStream> = taken.collect();
    let alone = match &taken[..] {
        [] => return value,
        [one] => one.clone(),
        several => quote!((#(#several),*)),
    };
    match (ret.is_result(), ret.has_value()) {
        (false, false) => alone,
        (false, true) => quote!((#value, #(#taken),*)),
        (true, false) => quote!(#value.map(|()| #alone)),
        (true, true) => {
            let good = names::local("__good");
            quote!(#value.map(|#good| (#good, #(#taken),*)))
        }
    }
}

/// What is in the place of a parameter, within `unsafe`.
pub(crate) fn take(private: &TokenStream, function: &str, param: &Param, out: &Out) -> TokenStream {
    let name = name(param);
    let said = param.ident.unraw().to_string();
    let place = quote!(#name.assume_init());
    match &out.take {
        Take::Owner { nullable: true, .. } => quote!(#name.take()),
        Take::Owner {
            nullable: false,
            declared,
        } => quote!(#private::out_there(#function, #said, #declared, #name.take())),
        Take::AsItIs => match &out.enumerated {
            Some(ty) => value::wrote(private, ty, function, &said, &name),
            None => place,
        },
        Take::There(declared) => quote!(#private::out_there(#function, #said, #declared, #place)),
        Take::Text { nullable: true } => quote!(#private::nullable_cstr_result(#place)),
        Take::Text { nullable: false } => {
            let text = quote!(#private::nullable_cstr_result(#place));
            quote!(#private::out_there(#function, #said, "&'static CStr", #text))
        }
    }
}

fn name(param: &Param) -> Ident {
    names::local(&format!("__out_{}", param.ident.unraw()))
}
