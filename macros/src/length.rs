//! How many elements a slice has that an import returns: the expression behind `len =`.

use crate::joined::joined;
use crate::{names, out};
use cgocall_syntax::returned::What;
use cgocall_syntax::types::Hold;
use cgocall_syntax::{Param, Ret};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// `__length`, which is called where there is a slice. The expression is the user's, and stands in a safe function of its
/// own: that the import is an `unsafe fn` says nothing of it.
pub(crate) fn of(
    private: &TokenStream,
    function: &str,
    params: &[Param],
    ret: &Ret,
) -> Option<TokenStream> {
    let What::Slice { len, .. } = &ret.returned.as_ref()?.what else {
        return None;
    };
    let (length, item) = (names::local("__length"), format_ident!("__length"));
    let at_len = names::located(private, len.span());
    let is_named = |param: &&Param| mentions(len.to_token_stream(), &param.ident);
    let named: Vec<&Param> = params.iter().filter(is_named).collect();
    let inputs = named.iter().map(|param| {
        let Param { ident, ty, .. } = param;
        match is_held(param) && is_owned(ty) {
            true => quote!(#ident: &#ty),
            false => quote!(#ident: #ty),
        }
    });
    let values = named.iter().map(|param| match &param.arg.hold {
        _ if is_held(param) => given_name(param).into_token_stream(),
        // SAFETY: what C has left alone is all zeros, and a value too.
        Some(Hold::Out(place)) => {
            let taken = out::take(private, function, param, place);
            quote!(unsafe { #taken })
        }
        _ => param.ident.to_token_stream(),
    });
    let output = quote_spanned!(len.span()=> impl #at_len::Length);
    let checked = quote_spanned!(len.span()=> #at_len::length(#len));
    Some(quote! {
        #[allow(clippy::ptr_arg, clippy::too_many_arguments)]
        fn #item(#(#inputs),*) -> #output {
            #checked
        }
        let #length = || #item(#(#values),*);
    })
}

/// What the expression is of, where C gets a copy under the same name.
pub(crate) fn given(params: &[Param], ret: &Ret) -> TokenStream {
    let what = ret.returned.as_ref().map(|returned| &returned.what);
    let Some(What::Slice { len, .. }) = what else {
        return TokenStream::new();
    };
    let held = params.iter().filter(|param| is_held(param));
    let named = held.filter(|param| mentions(len.to_token_stream(), &param.ident));
    let given = named.map(|param| {
        let (name, ident) = (given_name(param), &param.ident);
        let borrow = is_owned(&param.ty).then(|| quote!(&));
        quote!(let #name = #borrow #ident;)
    });
    joined(given)
}

fn is_held(param: &Param) -> bool {
    matches!(param.arg.hold, Some(Hold::Text | Hold::Time))
}

/// `String`, or an `Option` of one.
fn is_owned(ty: &Type) -> bool {
    mentions(ty.to_token_stream(), &format_ident!("String"))
}

fn given_name(param: &Param) -> Ident {
    names::local(&format!("__given_{}", param.ident.unraw()))
}

fn mentions(tokens: TokenStream, ident: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == *ident,
        TokenTree::Group(group) => mentions(group.stream(), ident),
        _ => false,
    })
}
