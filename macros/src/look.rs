//! What C may get wrong, and an export looks at in every build: enums and `bool`, wherever they are.

use crate::joined::joined;
use crate::names;
use cgocall_syntax::types::Looked;
use cgocall_syntax::{Export, Param};
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// The type of an argument, as it comes from C, if that may be none of its values.
pub(crate) fn from_c(param: &Param) -> Option<TokenStream> {
    match param.looked()? {
        Looked::Value(ty) | Looked::Function(ty) => Some(quote!(::core::mem::MaybeUninit<#ty>)),
        _ => None,
    }
}

/// The argument, made of that. C keeps the contract of an `unsafe` export: of what nothing is known it is taken as it is.
pub(crate) fn argument(
    private: &TokenStream,
    export: &Export,
    name: &str,
    param: &Param,
    from_c: &TokenStream,
) -> Option<TokenStream> {
    let said = param.ident.unraw().to_string();
    let located = |ty: &syn::Type| names::located(private, ty.span());
    Some(match param.looked()? {
        Looked::Function(ty) => {
            let private = located(&ty);
            quote_spanned!(ty.span()=> #private::function::<#ty>(#name, #said, #from_c))
        }
        Looked::Value(ty) => {
            let private = located(&ty);
            match export.is_unsafe {
                true => {
                    quote_spanned!(ty.span()=> #private::Look::<#ty>::argument(#name, #said, #from_c))
                }
                false => {
                    quote_spanned!(ty.span()=> #private::passable::<#ty>(#name, #said, #from_c))
                }
            }
        }
        _ => return None,
    })
}

/// The looks at what arguments point to, before anything refers to it. Their slots are fields of `args`.
pub(crate) fn behind(
    private: &TokenStream,
    export: &Export,
    name: &str,
    args: &Ident,
) -> TokenStream {
    let mut slot = 0;
    let looks = export.params.iter().filter_map(|param| {
        let (first, second) = (names::slot(slot), names::slot(slot + 1));
        slot += param.arg.slots.len();
        let said = param.ident.unraw().to_string();
        let (ty, what) = match param.looked()? {
            Looked::Value(_) | Looked::Function(_) => return None,
            Looked::Behind(ty) => (ty, quote!(behind(#args.#first, 1, #name, #said))),
            Looked::Slice(ty) => (
                ty,
                quote!(behind(#args.#first, #args.#second, #name, #said)),
            ),
            Looked::Vec(ty) => (ty, quote!(vec(&mut #args.#first, #name, #said))),
        };
        let private = names::located(private, ty.span());
        Some(quote_spanned!(ty.span()=> #private::Look::<#ty>::#what;))
    });
    joined(looks)
}

/// Whether an argument is one that C gives back.
pub(crate) fn has_vec(export: &Export) -> bool {
    let mut params = export.params.iter();
    params.any(|param| matches!(param.looked(), Some(Looked::Vec(_))))
}

/// The functions of types of which nothing is known.
pub(crate) fn of_others(private: &TokenStream, export: &Export) -> Option<TokenStream> {
    let mut looked = export.params.iter().filter_map(Param::looked);
    let any = looked.any(|looked| match looked {
        Looked::Value(_) => export.is_unsafe,
        Looked::Function(_) => false,
        _ => true,
    });
    any.then(|| quote!(use #private::AnyLook as _;))
}

/// Where C makes an array, it makes the elements.
pub(crate) fn asserts(private: &TokenStream, export: &Export) -> TokenStream {
    let looked = export.params.iter().filter_map(Param::looked);
    let elements = looked.filter_map(|looked| match looked {
        Looked::Slice(ty) if !export.is_unsafe => Some(ty),
        _ => None,
    });
    let private = |ty: &syn::Type| names::located(private, ty.span());
    joined(elements.map(|ty| {
        let private = private(&ty);
        quote_spanned!(ty.span()=> #private::assert_passable::<#ty>();)
    }))
}
