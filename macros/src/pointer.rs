//! `#[cgo_import] type Token = unsafe extern "C" fn(..)`: a C function pointer that is called through the runtime.

use crate::asserts::{self, cfgs};
use crate::frame::Frame;
use crate::function::{shown, too_many_arguments};
use crate::truth;
use cgocall_syntax::record::Record;
use cgocall_syntax::{FnPointer, Form};
use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

/// What C takes for granted about the types that it names.
pub(crate) fn asserts(
    private: &TokenStream,
    form: Form,
    pointer: &FnPointer,
    record: &Record,
) -> TokenStream {
    let cfgs = cfgs(&pointer.attrs);
    match form {
        Form::Plain => {
            let prims = truth::prims(private, [&pointer.ty], &cfgs);
            let remain = asserts::remain(private, [&pointer.ty], &cfgs);
            quote!(#prims #remain)
        }
        Form::C => {
            let shared: Vec<Attribute> = cfgs.into_iter().cloned().collect();
            asserts::of(private, form, &shared, [(&[][..], &pointer.ty)], record)
        }
    }
}

pub(crate) fn expand(private: &TokenStream, pointer: &FnPointer) -> TokenStream {
    let FnPointer {
        attrs,
        vis,
        ident,
        ty,
        params,
        ret,
        ..
    } = pointer;
    let cfgs = cfgs(attrs);
    let name = pointer.name();
    let frame = Frame::new(params, ret, Some((quote!(#ident), quote!(self))));
    let item = frame.item();
    let stub = frame.stub(private, &TokenStream::new());
    let call = frame.call(private, &name, &pointer.modes, params, &quote!(__stub));
    let (names, types) = shown(params);
    let output = ret.ty.as_ref().map(|ty| quote!(-> #ty));
    let many = too_many_arguments(params);
    let safety = pointer.is_unsafe.then(|| quote!(unsafe));
    let safety_doc = pointer.is_unsafe.then(|| {
        quote! {
            ///
            /// # Safety
            /// As for calling the function itself.
        }
    });
    quote! {
        #(#attrs)*
        #[derive(Clone, Copy, Debug)]
        #[repr(transparent)]
        #vis struct #ident { f: #ty }

        #(#cfgs)*
        // SAFETY: it is that pointer.
        unsafe impl #private::FnPointer for #ident {}

        #(#cfgs)*
        // SAFETY: as above.
        unsafe impl #private::Passable for #ident {
            const PARTS: &'static [#private::Part] = &[#private::Part::FUNCTION];
        }

        #(#cfgs)*
        impl #ident {
            /// Wraps a C function.
            #[inline]
            #[must_use]
            #vis const fn from_fn(function: #ty) -> Self {
                Self { f: function }
            }

            /// The C function itself, to be handed to C; calling it bare would run it on the goroutine's stack.
            #[inline]
            #[must_use]
            #vis const fn as_fn(self) -> #ty {
                self.f
            }

            /// Calls the C function through the runtime.
            #safety_doc
            #many
            #[inline]
            #vis #safety fn call(self, #(#names: #types),*) #output {
                #item
                #stub
                #call
            }
        }

        #(#cfgs)*
        impl ::core::convert::From<#ty> for #ident {
            #[inline]
            fn from(function: #ty) -> Self {
                Self { f: function }
            }
        }
    }
}
