//! Values of which C may make what is none: enums perhaps, and `bool`. They cross as `MaybeUninit`, and are looked at.

use crate::names;
use cgocall_syntax::{Param, Ret};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// What is done with values of this type.
fn of(private: &TokenStream, ty: &Type) -> TokenStream {
    let private = names::located(private, ty.span());
    quote_spanned!(ty.span()=> #private::Value::<#ty>)
}

/// The functions of types that are none of these, for an import.
pub(crate) fn of_others(private: &TokenStream, params: &[Param], ret: &Ret) -> TokenStream {
    let value = ret
        .enumerated
        .as_ref()
        .map(|_| quote!(use #private::AnyValue as _;));
    let is_place = |param: &Param| param.arg.enumerated.is_some() && param.arg.reference.is_some();
    let places = params.iter().any(is_place);
    let place = places.then(|| quote!(use #private::AnyPlace as _;));
    quote!(#value #place)
}

/// What C has returned.
pub(crate) fn raw(private: &TokenStream, ty: &Type, r: &TokenStream) -> TokenStream {
    let value = of(private, ty);
    quote_spanned!(ty.span()=> #value::raw(&#r))
}

/// The value that it is.
pub(crate) fn result(
    private: &TokenStream,
    ty: &Type,
    name: &str,
    raw: &TokenStream,
) -> TokenStream {
    let value = of(private, ty);
    quote_spanned!(ty.span()=> #value::result(#name, #raw))
}

/// Looks at what an import's C function has written, or not, behind its arguments.
pub(crate) fn written(private: &TokenStream, name: &str, params: &[Param]) -> TokenStream {
    let frame = names::local("__frame");
    let mut slot = 0;
    let checks = params.iter().filter_map(|param| {
        let place = names::slot(slot);
        let count = names::slot(slot + 1);
        slot += param.arg.slots.len();
        let ty = param.arg.enumerated.as_ref()?;
        param.arg.reference.as_ref()?;
        let count = match param.arg.slots.len() {
            1 => quote!(1),
            _ => quote!(#frame.#count),
        };
        let (value, argument) = (of(private, ty), param.ident.unraw().to_string());
        Some(quote!(#value::written(#name, #argument, #frame.#place, #count);))
    });
    checks.collect()
}

/// The type of an export's argument, as it comes from C.
pub(crate) fn from_c(param: &Param) -> Option<TokenStream> {
    let by_value = param.arg.reference.is_none();
    let ty = param.arg.enumerated.as_ref().filter(|_| by_value)?;
    Some(quote!(::core::mem::MaybeUninit<#ty>))
}

/// An export's argument, made of what came from C.
pub(crate) fn argument(
    private: &TokenStream,
    name: &str,
    param: &Param,
    from_c: &TokenStream,
) -> Option<TokenStream> {
    let by_value = param.arg.reference.is_none();
    let ty = param.arg.enumerated.as_ref().filter(|_| by_value)?;
    let (value, argument) = (of(private, ty), param.ident.unraw().to_string());
    Some(quote!(#value::argument(#name, #argument, #from_c)))
}
