//! How many elements a slice has that an import returns: the expression behind `len =`.

use crate::{names, out};
use cgocall_syntax::returned::What;
use cgocall_syntax::types::Hold;
use cgocall_syntax::{Param, Ret};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
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
        quote!(#ident: #ty)
    });
    let values = named.iter().map(|param| match &param.arg.hold {
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
        fn #item(#(#inputs),*) -> #output {
            #checked
        }
        let #length = || #item(#(#values),*);
    })
}

fn mentions(tokens: TokenStream, ident: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == *ident,
        TokenTree::Group(group) => mentions(group.stream(), ident),
        _ => false,
    })
}
