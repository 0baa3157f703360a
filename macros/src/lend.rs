//! `CGOCALL_CHECK=2`: a call that lends copies.

use crate::{filled, names};
use cgocall_syntax::types::Extent;
use cgocall_syntax::{CType, Param, Ret, Slot};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;

/// Whether a call lends any memory that it could lend a copy of.
pub(crate) fn lends(params: &[Param]) -> bool {
    params.iter().any(|param| param.lend().is_some())
}

/// In front of `call`: the copies that take the place of what the frame points to, and are taken away behind it. Where the
/// crate is built without checks it is `call` alone.
pub(crate) fn call(
    private: &TokenStream,
    name: &str,
    params: &[Param],
    ret: &Ret,
    frame: &Ident,
    call: &TokenStream,
) -> TokenStream {
    let loans = names::local("__loans");
    let mut slot = 0;
    let lent: Vec<TokenStream> = params
        .iter()
        .filter_map(|param| {
            let first = slot;
            slot += param.arg.slots.len();
            let lend = param.lend()?;
            let place = names::slot(first);
            let method = match (lend.extent, lend.mutable) {
                (Extent::Text, _) => format_ident!("lend_text"),
                (_, true) => format_ident!("lend_mut"),
                (_, false) => format_ident!("lend"),
            };
            let count = match lend.extent {
                Extent::One => quote!(1,),
                Extent::Slice => {
                    let length = filled::length(param, frame, first);
                    quote!(#length,)
                }
                Extent::Text => TokenStream::new(),
            };
            let said = param.ident.unraw().to_string();
            Some(quote! {
                #frame.#place = {
                    static __ARGUMENT: #private::Argument =
                        #private::Argument { function: #name, name: #said };
                    #loans.#method(#frame.#place, #count &__ARGUMENT)
                };
            })
        })
        .collect();
    if lent.is_empty() {
        return call.clone();
    }
    // It may point to what was lent.
    let points = |slot: &&Slot| !matches!(slot.c, CType::Prim(_));
    let translate = ret.slot.iter().find(points);
    let translate = translate.map(|_| quote!(#loans.translate(&mut #frame.r);));
    // `__private` is a path of the user's crate, so that its own settings count.
    quote! {
        if #private::checked!() && #private::Loans::wanted() {
            let mut #loans = #private::Loans::new();
            #(#lent)*
            #loans.close();
            #call
            #translate
        } else {
            #call
        }
    }
}
