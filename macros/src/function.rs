//! One imported function: a frame, a site, and one call.

use crate::frame::Frame;
use crate::import::Author;
use crate::names;
use cgocall_syntax::returned;
use cgocall_syntax::types::{self, Role};
use cgocall_syntax::{Function, Mention, Param};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use std::iter;

/// Where a function's stub is.
pub(crate) enum Stub {
    /// In C, declared under this name.
    C(String),
    /// Here, in Rust.
    Rust,
}

/// The Rust function that calls C.
pub(crate) fn expand(
    author: Author,
    private: &TokenStream,
    function: &Function,
    stub: &Stub,
) -> TokenStream {
    let Function {
        attrs,
        vis,
        ident,
        c_name,
        params,
        ret,
        ..
    } = function;
    let frame = Frame::new(params, ret, None);
    let (stub, stub_item) = match stub {
        Stub::C(name) => (format_ident!("{name}"), TokenStream::new()),
        Stub::Rust => {
            let fields = &frame.fields;
            let types = &frame.types;
            let result = frame.result_type();
            // SAFETY: it is what the user has declared in an `unsafe extern` block.
            let improper = boxes_in_callbacks(params).then(|| quote!(#[allow(improper_ctypes)]));
            let c_function = quote! {
                #improper
                unsafe extern "C" {
                    #[link_name = #c_name]
                    fn __c(#(#fields: #types),*) #result;
                }
            };
            (format_ident!("__stub"), frame.stub(private, &c_function))
        }
    };
    let call = frame.call(private, c_name, &function.modes, params, &quote!(#stub));
    let inline =
        (!attrs.iter().any(|attr| attr.path().is_ident("inline"))).then(|| quote!(#[inline]));
    let allows = allows(author, function);
    // Who has passed a text that is none to C is told where.
    let may_panic = !ret.errno && params.iter().any(|param| param.arg.hold.is_some());
    let track_caller = may_panic.then(|| quote!(#[track_caller]));
    let safety = (!function.safe).then(|| quote!(unsafe));
    let returned = ret.returned.as_ref();
    let names = params.iter().map(|param| &param.ident);
    let types = params.iter().map(|param| {
        let lent = returned.and_then(|returned| returned.lent(&param.ident, &param.ty));
        lent.unwrap_or_else(|| param.ty.to_token_stream())
    });
    let output = ret.ty.as_ref().map(|ty| {
        let borrowed = returned.and_then(|returned| returned.borrowed(ty));
        let ty = borrowed.unwrap_or_else(|| ty.to_token_stream());
        quote!(-> #ty)
    });
    let lent = returned.filter(|returned| returned.lender.is_some());
    let lent = lent.map(|_| returned::lifetime());
    let lent = lent.map(|lifetime| quote!(<#lifetime>));
    let item = frame.item();
    quote! {
        #(#attrs)*
        #allows
        #inline
        #track_caller
        #vis #safety fn #ident #lent(#(#names: #types),*) #output {
            #item
            #stub_item
            #call
        }
    }
}

/// A `Box` is a C pointer, and rustc warns of one all the same, where a function pointer takes it.
fn boxes_in_callbacks(params: &[Param]) -> bool {
    let is_box = |mention: &Mention| matches!(mention, Mention::Pointer { boxed: true, .. });
    let owned = |param: &&Param| param.arg.slots.iter().any(|slot| slot.role == Role::Owned);
    let mut others = params.iter().filter(|param| !owned(param));
    others.any(|param| types::mentions(&param.ty).iter().any(is_box))
}

/// What lints would say of a Rust function, but not of a declaration in an `extern` block.
fn allows(author: Author, function: &Function) -> TokenStream {
    let mut names =
        iter::once(&function.ident).chain(function.params.iter().map(|param| &param.ident));
    let is_odd = author == Author::Person && !names.all(names::is_snake_case);
    let case = is_odd.then(|| quote!(#[allow(non_snake_case)]));
    let many = too_many_arguments(&function.params);
    quote!(#case #many)
}

/// C has no opinion on how many are too many.
pub(crate) fn too_many_arguments(params: &[Param]) -> Option<TokenStream> {
    (params.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]))
}
