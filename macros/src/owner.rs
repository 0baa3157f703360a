//! An opaque type that closes itself: the pointer that C gave away, and nothing else.

use crate::asserts::cfgs;
use cgocall_syntax::owner::{self, Closed, Closes};
use cgocall_syntax::{Block, Mode, Opaque};
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn expand(
    private: &TokenStream,
    block: &Block,
    opaque: &Opaque,
    closes: &Closes,
) -> TokenStream {
    let Opaque {
        attrs, vis, ident, ..
    } = opaque;
    let cfgs = cfgs(attrs);
    let own = format!(
        " Takes over a pointer that C has given away.\n\n # Safety\n It is not null, and C's to close by `{}`; nobody else \
         closes it.",
        closes.drop
    );
    let threads = threads(opaque);
    let drop = drop(private, block, opaque, closes);
    quote! {
        #(#attrs)*
        #[derive(Debug)]
        #[repr(transparent)]
        #vis struct #ident {
            owned: #private::Owned<Self>,
        }

        #(#cfgs)*
        impl #ident {
            /// The pointer that C knows it by: good until it is dropped or given away.
            #[inline]
            #[must_use]
            #vis fn as_ptr(&self) -> *mut ::core::ffi::c_void {
                self.owned.as_ptr()
            }

            /// Gives it away: who has the pointer closes it.
            #[inline]
            #[must_use = "it is not closed any more"]
            #vis fn into_raw(self) -> *mut ::core::ffi::c_void {
                ::core::mem::ManuallyDrop::new(self).as_ptr()
            }

            #[doc = #own]
            #[inline]
            #[must_use = "it is closed at once"]
            #vis unsafe fn from_raw(pointer: *mut ::core::ffi::c_void) -> Self {
                // SAFETY: the caller vouches for it.
                let owned = unsafe { #private::Owned::new(pointer) };
                Self { owned }
            }
        }

        #(#cfgs)*
        // SAFETY: it is, as above.
        unsafe impl #private::Owner for #ident {
            #[inline]
            fn own(owned: #private::Owned<Self>) -> Self {
                Self { owned }
            }
        }

        #drop
        #threads
    }
}

/// Which threads may have it.
pub(crate) fn threads(opaque: &Opaque) -> TokenStream {
    let (ident, cfgs) = (&opaque.ident, cfgs(&opaque.attrs));
    // SAFETY: of either the user has written `send` or `sync`, in an `unsafe extern` block.
    let send = opaque
        .send
        .then(|| quote!(#(#cfgs)* unsafe impl ::core::marker::Send for #ident {}));
    let sync = opaque
        .sync
        .then(|| quote!(#(#cfgs)* unsafe impl ::core::marker::Sync for #ident {}));
    quote!(#send #sync)
}

/// The call of the function that closes it. Where that was refused, there is none.
fn drop(
    private: &TokenStream,
    block: &Block,
    opaque: &Opaque,
    closes: &Closes,
) -> Option<TokenStream> {
    let (function, closed) = owner::closer(block, opaque)?;
    let cfgs = cfgs(&opaque.attrs);
    let (ident, name) = (&opaque.ident, &closes.drop);
    let argument = match closed {
        Closed::Owner => quote!(Self::from_raw(self.as_ptr())),
        Closed::IfAny => quote!(::core::option::Option::Some(Self::from_raw(self.as_ptr()))),
        Closed::Pointer => quote!(self.as_ptr().cast()),
    };
    let call = match closed == Closed::Pointer && function.safe {
        true => quote!(#name(#argument)),
        false => quote!(unsafe { #name(#argument) }),
    };
    // Of an owner as an argument the function asks that itself.
    let goes_elsewhere = closed == Closed::Pointer && function.modes.contains(Mode::Blocking);
    let assert = goes_elsewhere.then(|| quote!(#private::assert_send_type::<Self>();));
    Some(quote! {
        #(#cfgs)*
        impl ::core::ops::Drop for #ident {
            #[inline]
            fn drop(&mut self) {
                #assert
                // SAFETY: the pointer is C's to close, and nobody has this afterwards who could use it again.
                let _ = #call;
            }
        }
    })
}
