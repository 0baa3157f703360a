//! `CGOCALL_CHECK=1`: an export looks at what C passes, and at what it gives back.

use crate::names;
use cgocall_syntax::types::Passed;
use cgocall_syntax::{Param, Slot};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;

/// The type of an argument that goes as it is, as it comes from C: a pointer, of which nothing is taken for granted.
pub(crate) fn from_c(param: &Param) -> Option<TokenStream> {
    let passed = param.passed().filter(|_| param.arg.direct)?;
    let field = &param.arg.slots[0].field;
    (!matches!(passed, Passed::Slice { .. })).then(|| field.clone())
}

/// The looks at the arguments, whose slots are fields of `args`.
pub(crate) fn arguments(
    private: &TokenStream,
    name: &str,
    params: &[Param],
    args: &Ident,
) -> TokenStream {
    let mut slot = 0;
    let looks = params.iter().filter_map(|param| {
        let (first, second) = (names::slot(slot), names::slot(slot + 1));
        slot += param.arg.slots.len();
        let argument = quote!(&__ARGUMENT);
        let look = match param.passed()? {
            Passed::Pointer { nullable, pointee } => {
                quote!(pointer::<#pointee>(#args.#first.cast(), #nullable, #argument))
            }
            Passed::Address => quote!(address(#args.#first, #argument)),
            Passed::Slice { elem } => {
                quote!(slice::<#elem>(#args.#first, #args.#second, #argument))
            }
        };
        let said = param.ident.unraw().to_string();
        Some(quote! {{
            static __ARGUMENT: #private::Argument =
                #private::Argument { function: #name, name: #said };
            #private::passed::#look;
        }})
    });
    let looks: Vec<TokenStream> = looks.collect();
    if looks.is_empty() {
        return TokenStream::new();
    }
    quote! {
        if #private::checked!() && #private::level() >= 1 {
            #(#looks)*
        }
    }
}

/// The look at a result in the frame, which is a pointer perhaps.
pub(crate) fn result(private: &TokenStream, name: &str, slot: &Slot, frame: &Ident) -> TokenStream {
    // Anything else is more than an address.
    if !slot.field.to_string().starts_with('*') {
        return TokenStream::new();
    }
    let here = names::local("__here");
    quote! {
        if #private::checked!() && #private::level() >= 1 {
            let #here = 0_u8;
            #private::passed::returned(
                (*#frame).r.assume_init_read().cast::<::core::ffi::c_void>(),
                &raw const #here,
                #name,
            );
        }
    }
}
