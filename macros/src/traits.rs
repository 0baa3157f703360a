//! `#[cgo_export] trait`: the trait as it is, C's struct for it, and the type that implements it by calling C.

use crate::frame::Frame;
use crate::joined::joined;
use crate::{asserts, names, truth, twice};
use cgocall_syntax::{Held, Method, Object, Param, Trait};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::collections::HashSet;
use syn::Attribute;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

pub(crate) fn expand(found: &Trait, item: &TokenStream) -> TokenStream {
    let (private, ident) = (found.attr.runtime(), &found.item.ident);
    let twice = twice::said(item);
    let attrs = found.item.attrs.iter();
    let shared: Vec<&Attribute> = attrs
        .filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("allow"))
        .collect();
    let prims = truth::prims(&private, found.types_in_c(), &shared);
    let remain = asserts::remain(&private, found.types_in_c(), &shared);
    let taken = found.methods.iter().flat_map(|method| {
        let params = method.params.iter().map(|param| (&param.ty, false));
        params.chain(method.ret.ty.iter().map(|ty| (ty, true)))
    });
    let taken = taken.flat_map(|(ty, from_c)| asserts::taken(&private, ty, from_c));
    let taken = taken.map(|assert| quote!(#(#shared)* #assert));
    let c = format_ident!("__{}", found.name());
    let names: Vec<Ident> = found.methods.iter().map(member).collect();
    let functions = found
        .methods
        .iter()
        .map(|method| function(&private, method));
    let missing = found
        .methods
        .iter()
        .filter(|method| method.default.is_none());
    let missing = missing.map(|method| {
        let (member, name) = (member(method), method.name());
        quote! {
            if self.#member.is_none() {
                return ::core::option::Option::Some(#name);
            }
        }
    });
    let methods = found
        .methods
        .iter()
        .map(|method| implement(&private, found, &c, method));
    let (name, site) = (found.name(), format!("{}::drop", found.name()));
    let send = found.send.then(|| {
        quote! {
            // SAFETY: what C makes of this bears it, says the header.
            unsafe impl ::core::marker::Send for #c {}
        }
    });
    let sync = found.sync.then(|| {
        quote! {
            // SAFETY: as above.
            unsafe impl ::core::marker::Sync for #c {}
        }
    });
    let kept = found.send.then(|| {
        quote! {
            // SAFETY: the trait is `Send`, which its C bears, says the header.
            unsafe impl #private::KeptObject for dyn #ident {
                #[inline]
                fn boxed(object: ::std::boxed::Box<#private::CObject<#c>>) -> ::std::boxed::Box<Self> {
                    object
                }
            }
        }
    });
    let item = &found.item;
    quote! {
        #twice
        #item

        #prims
        #remain
        #(#taken)*

        #(#shared)*
        const _: () = {
            #[repr(C)]
            #[derive(Clone, Copy)]
            pub struct #c {
                user_data: *mut ::core::ffi::c_void,
                #(#names: ::core::option::Option<#functions>,)*
                drop: #private::Destructor,
            }

            #send
            #sync

            // SAFETY: it is as C has it.
            unsafe impl #private::Functions for #c {
                const NAME: &'static ::core::primitive::str = #name;
                #[inline]
                fn user_data(&self) -> *mut ::core::ffi::c_void {
                    self.user_data
                }
                #[inline]
                fn destructor(&self) -> #private::Destructor {
                    self.drop
                }
                #[inline]
                fn missing(&self) -> ::core::option::Option<&'static ::core::primitive::str> {
                    #(#missing)*
                    ::core::option::Option::None
                }
                #[inline]
                fn site() -> &'static #private::Site {
                    static __SITE: #private::Site = #private::Site::new(#site);
                    &__SITE
                }
            }

            // SAFETY: it is.
            unsafe impl #private::Implemented for dyn #ident {
                type C = #c;
                #[inline]
                fn shared(object: &#private::CObject<#c>) -> &Self {
                    object
                }
                #[inline]
                fn exclusive(object: &mut #private::CObject<#c>) -> &mut Self {
                    object
                }
            }

            #kept

            impl #ident for #private::CObject<#c> {
                #(#methods)*
            }
        };
    }
}

/// The member of C's struct: nothing of it meets what the trait has.
fn member(method: &Method) -> Ident {
    format_ident!("f_{}", method.name())
}

/// The type of C's function.
fn function(private: &TokenStream, method: &Method) -> TokenStream {
    let frame = Frame::new(&method.params, &method.ret, None);
    let (types, result) = (&frame.types, frame.result_type());
    let _ = private;
    quote!(unsafe extern "C" fn(*mut ::core::ffi::c_void #(, #types)*) #result)
}

/// The method that calls it.
fn implement(private: &TokenStream, found: &Trait, c: &Ident, method: &Method) -> TokenStream {
    let object = names::local("__object");
    let params = method.frame(&object, &quote!(*const #c));
    let frame = Frame::new(&params, &method.ret, None);
    let (fields, types, result) = (&frame.fields, &frame.types, frame.result_type());
    let (member, first, rest) = (member(method), &fields[0], &fields[1..]);
    // SAFETY, of the call: C has said that its functions are what the header says, and that this one is there was seen when
    // the object came, or is seen below.
    let c_function = quote! {
        #[allow(clippy::too_many_arguments)]
        #[inline(always)]
        unsafe fn __c(#(#fields: #types),*) #result {
            unsafe {
                let object = &*#first;
                (object.#member.unwrap_unchecked())(object.user_data #(, #rest)*)
            }
        }
    };
    let name = format!("{}::{}", found.name(), method.name());
    let item = frame.item();
    let stub = frame.stub(private, &c_function);
    let call = frame.call(private, &name, &method.modes, &params, &quote!(__stub));
    let (sig, this) = (&method.sig, method.receiver());
    let attrs = method.attrs.iter().filter(|attr| {
        let path = attr.path();
        !path.is_ident("doc") && !path.is_ident("must_use") && !path.is_ident("deprecated")
    });
    let default = method.default.as_ref().map(|block| {
        quote! {
            if #private::CObject::functions(#this).#member.is_none() #block else
        }
    });
    let call = quote! {
        {
            #item
            #stub
            let #object: *const #c = #private::CObject::functions(#this);
            #call
        }
    };
    quote! {
        #(#attrs)*
        #[allow(unused_mut, unused_variables)]
        #sig {
            #default #call
        }
    }
}

/// The argument that an object of C's is, of what was `read` of its place in the frame.
pub(crate) fn argument(
    private: &TokenStream,
    name: &str,
    param: &Param,
    object: &Object,
    read: &TokenStream,
    place: &TokenStream,
) -> TokenStream {
    let said = param.ident.unraw().to_string();
    let (ty, span) = (&object.ty, object.ty.span());
    let private = names::located(private, span);
    let borrow = match object.nullable {
        true => quote_spanned!(span=> #private::Objects::<#ty>::borrow_nullable),
        false => quote_spanned!(span=> #private::Objects::<#ty>::borrow),
    };
    let (reference, reach) = match object.held {
        Held::Shared => (quote!(&), quote_spanned!(span=> shared)),
        Held::Exclusive => (quote!(&mut), quote_spanned!(span=> exclusive)),
        Held::Owned => {
            let take = match object.nullable {
                true => quote_spanned!(span=> #private::take_nullable_object::<#ty>),
                false => quote_spanned!(span=> #private::take_object::<#ty>),
            };
            return quote!(#take(&mut #place, #name, #said));
        }
    };
    match object.nullable {
        // Each arm is coerced by itself.
        true => quote! {
            match #reference #borrow(#read, #name, #said) {
                ::core::option::Option::Some(object) => ::core::option::Option::Some(object.#reach()),
                ::core::option::Option::None => ::core::option::Option::None,
            }
        },
        false => quote!(#borrow(#read, #name, #said).#reach()),
    }
}

/// That C implements the traits of the objects that it lends, and what there is if it does not.
pub(crate) fn lent(private: &TokenStream, params: &[Param]) -> TokenStream {
    let lent = params.iter().filter_map(Param::object);
    let lent: Vec<&Object> = lent.filter(|object| object.held != Held::Owned).collect();
    let any = (!lent.is_empty()).then(|| quote!(use #private::AnyObject as _;));
    let asserts = lent.iter().map(|object| {
        let ty = &object.ty;
        let private = names::located(private, ty.span());
        quote_spanned!(ty.span()=> const _: () = #private::is_implemented::<#ty>();)
    });
    let mut seen = HashSet::new();
    let asserts = asserts.filter(|assert| seen.insert(assert.to_string()));
    quote!(#any #(#asserts)*)
}

/// What drops the objects that C has given away and Rust has not taken.
pub(crate) fn untaken(private: &TokenStream, params: &[Param], frame: &Ident) -> TokenStream {
    let mut slot = 0;
    let guards = params.iter().map(|param| {
        let place = names::slot(slot);
        slot += param.arg.slots.len();
        // By the pointer that all write through.
        let at = quote!((*(&raw mut #frame).cast::<__Frame>()).#place);
        guarded(param).map(|object| guard(private, object, &at, &place))
    });
    joined(guards.flatten())
}

fn guarded(param: &Param) -> Option<&Object> {
    param.object().filter(|object| object.held == Held::Owned)
}

fn guard(private: &TokenStream, object: &Object, place: &TokenStream, slot: &Ident) -> TokenStream {
    let ty = &object.ty;
    let guard = names::local(&format!("__untaken_{slot}"));
    quote! {
        // SAFETY: the frame stands above, and this is where C has called.
        let #guard = unsafe { #private::untaken::<#ty>(&raw const #place) };
    }
}
