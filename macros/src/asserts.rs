//! What the C compiler took for granted about Rust's types, for rustc to confirm.

use cgocall_syntax::record::Record;
use cgocall_syntax::{Form, Mention, said, types};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use std::collections::HashSet;
use syn::spanned::Spanned as _;
use syn::{Attribute, Type};

/// The assertions about all that `types` mention, under the `cfg`s of each.
pub(crate) fn of<'t>(
    private: &TokenStream,
    form: Form,
    shared: &[Attribute],
    types: impl IntoIterator<Item = (&'t [Attribute], &'t Type)>,
    record: &Record,
) -> TokenStream {
    let mut seen = HashSet::new();
    let mut asserts = TokenStream::new();
    for (attrs, ty) in types {
        let cfgs = cfgs(attrs);
        let conditions = quote!(#(#cfgs)*);
        for found in types::mentions(ty) {
            let Some(assert) = mention(private, form, &found, record) else {
                continue;
            };
            if seen.insert(format!("{conditions} {assert}")) {
                asserts.extend(quote!(#(#shared)* #conditions #assert));
            }
        }
    }
    asserts
}

/// What the C compiler took for granted about one name, for rustc to confirm.
fn mention(
    private: &TokenStream,
    form: Form,
    mention: &Mention,
    record: &Record,
) -> Option<TokenStream> {
    match mention {
        Mention::Prim(path, prim) if form == Form::C => {
            let truth = prim.true_path();
            Some(quote_spanned!(path.span()=> const _: fn(#path) -> #truth = |same| same;))
        }
        Mention::Named(path, named, by_value) => {
            let mut layouts = record.layouts.iter();
            let Some(layout) = layouts.find(|layout| layout.ty == named.rust) else {
                return Some(thin(path, path.span()));
            };
            let (size, align) = (layout.size, layout.align);
            let unsuffixed = |value: u64| {
                let mut literal = proc_macro2::Literal::u64_unsuffixed(value);
                literal.set_span(path.span());
                literal
            };
            let (size_literal, align_literal) = (unsuffixed(size), unsuffixed(align));
            let c = named.c.as_deref().unwrap_or(named.name());
            let rust = &named.rust;
            let message = match layout.basic.as_str() {
                "" => format!(
                    "`{c}` has {size} bytes in C, aligned to {align}, and `{rust}` in Rust has not; make it \
                     `#[repr(C)]`, with the fields that the header has"
                ),
                basic => {
                    format!("`{c}` is a `{basic}` in C, and `{rust}` in Rust is not; make it one")
                }
            };
            let truth =
                cgocall_syntax::Prim::find(&layout.basic).map(cgocall_syntax::Prim::true_path);
            let truth = truth.unwrap_or_else(|| quote!(*mut ()));
            // Behind a pointer, a type without a size may stand for any.
            let opaque = (!by_value).then(|| quote!(::core::mem::size_of::<#path>() == 0 ||));
            Some(quote_spanned! {path.span()=>
                const _: () = ::core::assert!(
                    #opaque ::core::mem::size_of::<#path>() == #size_literal
                        && ::core::mem::align_of::<#path>() == #align_literal
                        && {
                            use #private::AnyClass as _;
                            #private::Class::<#path>::CODE == 0
                                || #private::Class::<#path>::CODE == #private::Class::<#truth>::CODE
                        },
                    #message
                );
            })
        }
        Mention::Nullable(ty, inner) => {
            let message = format!(
                "`{}` is a C value only if it is as large as a pointer",
                ty.to_token_stream().to_string().replace(' ', "")
            );
            Some(quote_spanned! {ty.span()=>
                const _: () = ::core::assert!(
                    ::core::mem::size_of::<#ty>() == ::core::mem::size_of::<*const ()>()
                        && ::core::mem::size_of::<#inner>() == ::core::mem::size_of::<#ty>(),
                    #message
                );
            })
        }
        Mention::Generic(ty) => Some(thin(&elided(ty.to_token_stream())?, ty.span())),
        Mention::Pointer { ty, .. } => {
            let (span, ty) = (ty.span(), elided(ty.to_token_stream())?);
            let message = format!(
                "`{}` is no C pointer; that is the standard library's, to a type of known size",
                said(&ty)
            );
            Some(quote_spanned! {span=>
                const _: () = ::core::assert!(
                    {
                        use #private::AnyClass as _;
                        #private::Class::<#ty>::CODE == #private::Class::<*mut ()>::CODE
                    },
                    #message
                );
            })
        }
        _ => None,
    }
}

/// C knows it by pointer alone, and C's pointers are thin.
fn thin(ty: &impl ToTokens, span: Span) -> TokenStream {
    let message = format!(
        "a pointer to `{}` is no C pointer: it has a length or a vtable",
        said(ty)
    );
    quote_spanned! {span=>
        const _: () = ::core::assert!(
            ::core::mem::size_of::<*const #ty>() == ::core::mem::size_of::<*const ()>(),
            #message
        );
    }
}

/// A type where the lifetimes of the `for<'a>` around it have no names. None where it has a `for` of its own.
fn elided(tokens: TokenStream) -> Option<TokenStream> {
    let mut after_quote = false;
    let elided = tokens.into_iter().map(|token| {
        let is_lifetime = std::mem::take(&mut after_quote);
        Some(match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), elided(group.stream())?);
                inner.set_span(group.span());
                inner.into()
            }
            TokenTree::Ident(name) if name == "for" => return None,
            TokenTree::Ident(name) if is_lifetime && name != "static" => {
                Ident::new("_", name.span()).into()
            }
            TokenTree::Punct(punct) => {
                after_quote = punct.as_char() == '\'';
                punct.into()
            }
            other => other,
        })
    });
    elided.collect()
}

pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect()
}
