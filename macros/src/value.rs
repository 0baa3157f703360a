//! Values of which C may make what is none: enums perhaps, and `bool`. They cross as `MaybeUninit`, and are looked at.

use crate::{filled, names};
use cgocall_syntax::{Arg, Param, Ret, out};
use proc_macro2::{Ident, TokenStream};
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
    let mut outs = out::outs(params);
    let any = ret.enumerated.is_some() || outs.any(|(_, out)| out.enumerated.is_some());
    let value = any.then(|| quote!(use #private::AnyValue as _;));
    let is_place = |param: &Param| param.arg.enumerated.is_some() && param.arg.reference.is_some();
    let places = params.iter().any(is_place);
    let place = places.then(|| quote!(use #private::AnyPlace as _;));
    let good = ret
        .judge
        .as_ref()
        .map(|judge| &judge.good)
        .or(ret.ty.as_ref());
    let returned = ret.returned.as_ref().zip(good);
    let looked = returned.and_then(|(returned, good)| returned.looked(good));
    let look = looked.map(|_| quote!(use #private::AnyLook as _;));
    quote!(#value #place #look)
}

/// What C has returned.
pub(crate) fn raw(private: &TokenStream, ty: &Type, r: &TokenStream) -> TokenStream {
    let value = of(private, ty);
    quote_spanned!(ty.span()=> #value::raw(&#r))
}

/// The same where nobody has declared that it is a value.
pub(crate) fn given(private: &TokenStream, ty: &Type, name: &str, r: &TokenStream) -> TokenStream {
    let value = of(private, ty);
    let private = names::located(private, ty.span());
    quote_spanned!(ty.span()=> #value::raw(#private::given::<#ty>(#name, &#r)))
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

/// Where C may write what is no value, noted before the call, which may be given copies or unwind; and a look there after it.
pub(crate) fn written(
    private: &TokenStream,
    name: &str,
    params: &[Param],
) -> (TokenStream, TokenStream) {
    let frame = names::local("__frame");
    let (mut places, mut checks) = (TokenStream::new(), TokenStream::new());
    let mut slot = 0;
    for param in params {
        let first = slot;
        slot += param.arg.slots.len();
        let (Some(ty), Some(_)) = (&param.arg.enumerated, &param.arg.reference) else {
            continue;
        };
        let (field, place) = (names::slot(first), names::local(&format!("__place{first}")));
        let count = match param.arg.slots.len() {
            1 => quote!(1),
            _ => filled::length(param, &frame, first),
        };
        let argument = param.ident.unraw().to_string();
        let private = names::located(private, ty.span());
        let look = quote_spanned!(ty.span()=> #private::Look::<#ty>);
        // SAFETY: it is the argument's, and nobody else's until the call is over.
        places.extend(quote!(let #place = unsafe { #look::place(#frame.#field, #count) };));
        checks.extend(quote!(#place.look(#name, #argument);));
    }
    (places, checks)
}

/// What C has put in the place of an out-parameter.
pub(crate) fn wrote(
    private: &TokenStream,
    ty: &Type,
    name: &str,
    argument: &str,
    place: &Ident,
) -> TokenStream {
    let value = of(private, ty);
    quote_spanned!(ty.span()=> #value::wrote(#name, #argument, #place))
}

/// What a closure is passed, made of what came from C; `said` names it.
pub(crate) fn passed(
    private: &TokenStream,
    name: &str,
    said: &str,
    arg: &Arg,
    from_c: &TokenStream,
) -> Option<TokenStream> {
    let by_value = arg.reference.is_none();
    let ty = arg.enumerated.as_ref().filter(|_| by_value)?;
    let value = of(private, ty);
    Some(quote!(#value::argument(#name, #said, #from_c)))
}
