//! One imported function: a frame, a site, and one call.

use crate::closure;
use crate::frame::Frame;
use crate::import::Author;
use crate::{lend, names};
use cgocall_syntax::returned;
use cgocall_syntax::types::{self, Hold, Role};
use cgocall_syntax::{Function, Mention, Param, out};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use std::iter;
use syn::Type;

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
    let is_text = |param: &Param| matches!(param.arg.hold, Some(Hold::Text));
    let may_panic = !ret.errno && params.iter().any(is_text);
    let track_caller = if may_panic {
        quote!(#[track_caller])
    } else if lend::lends(params) {
        quote!(#[cfg_attr(debug_assertions, track_caller)])
    } else {
        TokenStream::new()
    };
    let safety = (!function.safe).then(|| quote!(unsafe));
    let (names, types) = shown(params);
    let returned = ret.returned.as_ref();
    let lender = returned.and_then(|returned| returned.lender.as_ref());
    let types = names.iter().zip(types).map(|(name, ty)| {
        let lent = returned.and_then(|returned| returned.lent(name, ty));
        lent.unwrap_or_else(|| (*ty).clone())
    });
    let output = out::output(params, &ret.borrowed()).map(|ty| quote!(-> #ty));
    let lent = lender.map(|_| returned::lifetime());
    let lent = lent.map(|lifetime| quote!(<#lifetime>));
    let item = frame.item();
    let truths = closure::truths(private, params);
    quote! {
        #(#attrs)*
        #allows
        #inline
        #track_caller
        #vis #safety fn #ident #lent(#(#names: #types),*) #output {
            #item
            #truths
            #stub_item
            #call
        }
    }
}

/// The names and types of the parameters that the Rust function has.
pub(crate) fn shown(params: &[Param]) -> (Vec<&Ident>, Vec<&Type>) {
    let shown = params.iter().filter(|param| !param.hidden);
    let typed = shown.map(|param| {
        let closure = param.closure().map(|closure| &closure.shown);
        (&param.ident, closure.unwrap_or(&param.ty))
    });
    typed.unzip()
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
    (shown(params).0.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]))
}
