//! The argument frame: what passes between an import and its stub.
//!
//! # Who owns the arguments
//!
//! Whoever fills a frame gives its arguments away, as a call by value does: they are moved in, and whoever takes the
//! frame apart (C, behind a stub; the Rust function, behind an export) moves them out. So a filled frame is never
//! dropped: it is a `ManuallyDrop`. The result goes the other way, by `assume_init_read`, once.

use crate::joined::joined;
use crate::{closure, filled, judge, lend, length, names, out, value};
use cgocall_syntax::out as syntax_out;
use cgocall_syntax::types::{Hold, Role, Unpack};
use cgocall_syntax::{Mode, Modes, Param, Ret};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

/// The argument frame, as both sides of a stub see it.
pub(crate) struct Frame {
    /// A field in front of the arguments, with its value: the function pointer to call.
    head: Option<(TokenStream, TokenStream)>,
    pub(crate) fields: Vec<Ident>,
    pub(crate) types: Vec<TokenStream>,
    /// Each argument's number of slots, and how a Rust function pointer's parameter is made of them.
    unpack: Vec<(usize, Unpack)>,
    /// What a Rust function pointer takes.
    params: Vec<Type>,
    result: Option<TokenStream>,
    ret: Ret,
}

impl Frame {
    pub(crate) fn new(
        params: &[Param],
        ret: &Ret,
        head: Option<(TokenStream, TokenStream)>,
    ) -> Frame {
        let types: Vec<TokenStream> = params
            .iter()
            .flat_map(|param| &param.arg.slots)
            .map(|slot| slot.field.clone())
            .collect();
        Frame {
            head,
            fields: (0..types.len()).map(names::slot).collect(),
            types,
            unpack: params
                .iter()
                .map(|param| (param.arg.slots.len(), param.arg.unpack.clone()))
                .collect(),
            params: params.iter().map(|param| param.ty.clone()).collect(),
            result: ret.slot.as_ref().map(|slot| slot.field.clone()),
            ret: ret.clone(),
        }
    }

    pub(crate) fn result_type(&self) -> Option<TokenStream> {
        let ty = self.result.as_ref()?;
        Some(match self.ret.enumerated {
            Some(_) => quote!(-> ::core::mem::MaybeUninit<#ty>),
            None => quote!(-> #ty),
        })
    }

    /// `struct __Frame`.
    pub(crate) fn item(&self) -> TokenStream {
        let (fields, types) = (&self.fields, &self.types);
        let head = self.head.iter().map(|(ty, _)| quote!(f: #ty,));
        let result = self
            .result
            .iter()
            .map(|ty| quote!(r: ::core::mem::MaybeUninit<#ty>,));
        let errno = self.ret.errno.then(|| quote!(errno: ::core::ffi::c_int,));
        quote! {
            #[repr(C)]
            struct __Frame {
                #(#head)*
                #(#fields: #types,)*
                #(#result)*
                #errno
            }
        }
    }

    /// A stub in Rust: it calls the head's function pointer, or else the `__c` that `items` declare.
    pub(crate) fn stub(&self, private: &TokenStream, items: &TokenStream) -> TokenStream {
        let frame = names::local("__frame");
        let (args, r) = (names::local("__args"), names::local("__r"));
        let errno = names::local("__errno");
        let fields = &self.fields;
        // Moved out as a whole: the fields need not be `Copy`.
        let read =
            (!fields.is_empty() || self.head.is_some()).then(|| quote!(let #args = #frame.read();));
        let mut places = fields.iter().map(|field| quote!(#args.#field));
        let call = if self.head.is_some() {
            let arguments = self.unpack.iter().map(|(slots, unpack)| {
                let places: Vec<TokenStream> = places.by_ref().take(*slots).collect();
                unpack.of(&places)
            });
            let function = match (&self.ret.enumerated, self.result_type()) {
                (Some(_), Some(result)) => {
                    let params = &self.params;
                    let as_it_comes = quote!(unsafe extern "C" fn(#(#params),*) #result);
                    quote!(::core::mem::transmute::<_, #as_it_comes>(#args.f.f))
                }
                _ => quote!((#args.f.f)),
            };
            quote!(#function(#(#arguments),*))
        } else {
            quote!(__c(#(#places),*))
        };
        // A function pointer returns the declared type.
        let value = match (&self.head, &self.ret.slot) {
            (Some(_), Some(slot)) => slot.pack.of(&quote!(#r)),
            _ => quote!(#r),
        };
        let store = self.result.is_some().then(|| match self.ret.enumerated {
            Some(_) => quote!((*#frame).r = #r;),
            None => quote!((*#frame).r = ::core::mem::MaybeUninit::new(#value);),
        });
        let body = match (self.ret.errno, &store) {
            (false, None) => quote!(#call;),
            (false, Some(_)) => quote!(let #r = #call; #store),
            (true, _) => {
                let bind = store.is_some().then(|| quote!(let #r =));
                quote! {
                    let #errno = #private::cleared_errno();
                    #bind #call;
                    (*#frame).errno = *#errno;
                    #store
                }
            }
        };
        let (pointer, cast) = if read.is_some() || self.ret.errno || store.is_some() {
            (
                quote!(#frame),
                quote!(let #frame = #frame.cast::<__Frame>();),
            )
        } else {
            (quote!(_), TokenStream::new())
        };
        quote! {
            unsafe extern "C" fn __stub(#pointer: *mut ::core::ffi::c_void) {
                #items
                // SAFETY: `cgocall` passes on the pointer that the import gave it, to a frame of this type that has
                // been filled and is nobody else's until this returns; the arguments are moved out of it once. The
                // contract of what is called is the caller's to keep, or else the declaration says that it has none.
                unsafe {
                    #cast
                    #read
                    #body
                }
            }
        }
    }

    /// The site, the frame's value, and the call through the runtime. The arguments are C's from then on: the frame
    /// does not drop them.
    pub(crate) fn call(
        &self,
        private: &TokenStream,
        name: &str,
        modes: &Modes,
        params: &[Param],
        stub: &TokenStream,
    ) -> TokenStream {
        let frame = names::local("__frame");
        let words = modes.iter().map(|mode| format_ident!("{}", mode.word()));
        let head = self.head.iter().map(|(_, value)| quote!(f: #value,));
        let fields = &self.fields;
        let values = params.iter().flat_map(|param| {
            let ident = &param.ident;
            let slots = param.arg.slots.iter();
            slots.map(move |slot| match slot.role {
                Role::FilledLength => filled::pointer(param),
                _ => slot.pack.of(&quote!(#ident)),
            })
        });
        let fields = fields
            .iter()
            .zip(values)
            .map(|(field, value)| initializer(field, &value));
        let result = self
            .result
            .is_some()
            .then(|| quote!(r: ::core::mem::MaybeUninit::uninit(),));
        let errno = self.ret.errno.then(|| quote!(errno: 0,));
        let value = judge::value(private, name, &self.ret);
        let value = out::value(private, name, params, &self.ret, value);
        let asserts = blocking_asserts(private, modes, params, &self.ret);
        let holds = holds(private, name, params, &self.ret);
        let named = length::given(params, &self.ret);
        let given = judge::free(private, &self.ret);
        let result = match given {
            // Null until C has returned.
            Some(_) => Some(quote!(r: ::core::mem::MaybeUninit::zeroed(),)),
            None => result,
        };
        let call = match given {
            None => quote!(#private::cgocall(&__SITE, #stub, (&raw mut #frame).cast());),
            Some(_) => {
                let (at, guard) = (names::local("__at"), names::local("__unreturned"));
                let freed = names::local("__free");
                quote! {
                    let #at = (&raw mut #frame).cast::<__Frame>();
                    let #guard = #private::Unreturned::new(&raw const (*#at).r, #freed);
                    #private::cgocall(&__SITE, #stub, #at.cast());
                    ::core::mem::forget(#guard);
                }
            }
        };
        let call = lend::call(private, name, params, &self.ret, &frame, &call);
        let closures = closure::holds(private, name, params);
        let (places, written) = value::written(private, name, params);
        // SAFETY: the stub expects this frame: here it has been made from the same declaration, and C's has been
        // compared with it. Whoever calls keeps the function's contract, or has been promised that it has none;
        // `#asserts` has seen to what a `blocking` call lends to another thread. When the call returns the stub has
        // stored the result, which is read once.
        let finish = match length::of(private, name, params, &self.ret) {
            None => vec![quote!(unsafe { #call #written #value })],
            // An expression of the user's is no part of that.
            Some(length) => vec![
                quote!(unsafe { #call #written }),
                length,
                quote!(unsafe { #value }),
            ],
        };
        let others = value::of_others(private, params, &self.ret);
        quote! {
            #others
            #asserts
            #given
            #named
            #holds
            #closures
            static __SITE: #private::Site = #private::Site::new(#name) #(.#words())*;
            let mut #frame = ::core::mem::ManuallyDrop::new(__Frame {
                #(#head)*
                #(#fields,)*
                #result
                #errno
            });
            #places
            #(#finish)*
        }
    }
}

/// What stands for an argument while C has it, under the argument's own name.
fn holds(private: &TokenStream, name: &str, params: &[Param], ret: &Ret) -> TokenStream {
    let held = params.iter().filter(|param| param.arg.hold.is_some());
    let holds = held.enumerate().map(|(index, param)| {
        let Param { ident, ty, arg, .. } = param;
        let said = ident.unraw().to_string();
        let (kind, place) = match &arg.hold {
            None => return TokenStream::new(),
            Some(Hold::Out(out)) => return out::place(private, param, out),
            Some(Hold::Filled) => return filled::place(param),
            Some(Hold::Text) => ("text", quote!(TextBuffer)),
            Some(Hold::Time) => ("time", quote!(TimeBuffer)),
        };
        let buffer = names::local(&format!("__{kind}{index}"));
        let hold = if ret.errno {
            quote!(#buffer.try_hold::<#ty>(&#ident)?)
        } else {
            quote!(#buffer.hold::<#ty>(&#ident, #name, #said))
        };
        quote! {
            let mut #buffer = #private::#place::new();
            let #ident = #hold;
        }
    });
    joined(holds)
}

/// Another thread uses the arguments of a `blocking` call while it lasts.
fn blocking_asserts(private: &TokenStream, modes: &Modes, all: &[Param], ret: &Ret) -> TokenStream {
    if !modes.contains(Mode::Blocking) {
        return TokenStream::new();
    }
    let lent = all.iter().filter(|param| !param.hidden && !param.arg.raw);
    let params = lent.map(|param| {
        let ident = &param.ident;
        quote_spanned!(param.ty.span()=> #private::assert_send(&#ident);)
    });
    let has_value = ret.slot.is_some() && !ret.raw;
    // Of an error that is made here, only the code comes from there.
    let code = ret.judge.as_ref().filter(|_| !ret.errno);
    let ty = code.map_or(ret.ty.as_ref(), |judge| {
        Some(judge.status.as_ref().unwrap_or(&judge.good))
    });
    let ret = ty.into_iter().filter(|_| has_value);
    let outs = syntax_out::outs(all).filter(|(param, _)| !param.arg.raw);
    let results = ret.chain(outs.map(|(param, _)| &param.ty));
    let results =
        results.map(|ty| quote_spanned!(ty.span()=> #private::assert_send_type::<#ty>();));
    joined(params.chain(results))
}

/// `field: value`, or only the name where they are the same.
pub(crate) fn initializer(field: &Ident, value: &TokenStream) -> TokenStream {
    if *field == value.to_string() {
        value.clone()
    } else {
        quote!(#field: #value)
    }
}
