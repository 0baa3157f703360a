//! What the C compiler took for granted about Rust's types, for rustc to confirm.

use crate::joined::joined;
use crate::names;
use cgocall_syntax::owner::{self, Owner};
use cgocall_syntax::record::Record;
use cgocall_syntax::{Block, Form, Mention, Opaque, said, types};
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
    of_known(private, form, shared, types, record, &Closing::default())
}

/// The same where it is known who closes itself.
pub(crate) fn of_known<'t>(
    private: &TokenStream,
    form: Form,
    shared: &[Attribute],
    types: impl IntoIterator<Item = (&'t [Attribute], &'t Type)>,
    record: &Record,
    closing: &Closing,
) -> TokenStream {
    let mut seen = HashSet::new();
    let mut asserts = TokenStream::new();
    for (attrs, ty) in types {
        let cfgs = cfgs(attrs);
        let conditions = quote!(#(#cfgs)*);
        for found in types::mentions(ty) {
            let assert = match closing.owner(private, &found) {
                Some(owner) => Some(owner),
                None => mention(private, form, &found, record),
            };
            let remains = closing.remains(private, &found);
            for assert in assert.into_iter().chain(remains) {
                if seen.insert(format!("{conditions} {assert}")) {
                    asserts.extend(quote!(#(#shared)* #conditions #assert));
                }
            }
        }
    }
    asserts
}

/// Which names are known to stand for types that close themselves, and which not to.
#[derive(Default)]
pub(crate) struct Closing {
    owners: Vec<String>,
    others: Vec<String>,
}

impl Closing {
    /// As far as a block says it, or has been told.
    pub(crate) fn of(block: &Block, told: &[Owner]) -> Closing {
        let own = owner::owners(block);
        let others = block
            .opaques()
            // One that is there in other configurations alone says nothing of this one.
            .filter(|opaque| opaque.closes.is_none() && cfgs(&opaque.attrs).is_empty())
            .map(Opaque::name);
        Closing {
            owners: own
                .iter()
                .chain(told)
                .map(|owner| owner.rust.clone())
                .collect(),
            others: others.collect(),
        }
    }

    /// That what has been taken for a type that closes itself is one.
    fn owner(&self, private: &TokenStream, mention: &Mention) -> Option<TokenStream> {
        match mention {
            Mention::Named(path, named, _) if self.owners.contains(&named.rust) => {
                Some(quote_spanned!(path.span()=> const _: fn() = #private::is_owner::<#path>;))
            }
            _ => None,
        }
    }

    /// That nothing else is: C has what such a type points to, and there may be none.
    fn remains(&self, private: &TokenStream, mention: &Mention) -> Option<TokenStream> {
        match mention {
            Mention::Named(path, named, _)
                if !self.owners.contains(&named.rust) && !self.others.contains(&named.rust) =>
            {
                Some(remains(private, path))
            }
            _ => None,
        }
    }
}

/// That what `ty` names is what an export has taken it for; and `from_c`, where safe code has what C makes, that an `Option`
/// of a name is one of a function.
pub(crate) fn taken(private: &TokenStream, ty: &Type, from_c: bool) -> Vec<TokenStream> {
    let record = Record::default();
    let mentions = types::mentions(ty).into_iter();
    mentions
        .filter_map(|found| match &found {
            Mention::Nullable(ty, inner) => Some(nullable(private, ty, inner, from_c)),
            _ => mention(private, Form::Plain, &found, &record),
        })
        .collect()
}

/// That none of the types that `ty` names closes itself.
pub(crate) fn remain<'t>(
    private: &TokenStream,
    types: impl IntoIterator<Item = &'t Type>,
    cfgs: &[&Attribute],
) -> TokenStream {
    let none = Closing::default();
    let mentions = types.into_iter().flat_map(types::mentions);
    let mut seen = HashSet::new();
    let asserts = mentions
        .filter_map(|mention| none.remains(private, &mention))
        .filter(|assert| seen.insert(assert.to_string()))
        .map(|assert| quote!(#(#cfgs)* #assert));
    joined(asserts)
}

fn remains(private: &TokenStream, path: &syn::Path) -> TokenStream {
    let name = said(path);
    let message = format!(
        "`{name}` closes itself, and what C has is behind it: say this in the block that declares `{name}`, in the same \
         package in any that has a header, or write a raw pointer"
    );
    quote_spanned! {path.span()=>
        const _: () = ::core::assert!(
            {
                use #private::Remains as _;
                !#private::Closes::<#path>::ITSELF
            },
            #message
        );
    }
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
            Some(quote_spanned!(path.span()=> const _: fn(#path) -> #truth = |__same| __same;))
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
        Mention::Nullable(ty, inner) => Some(nullable(private, ty, inner, false)),
        Mention::Generic(ty) => Some(thin(&elided(ty.to_token_stream())?, ty.span())),
        Mention::Handle(ty) => handle(private, ty),
        Mention::Uninit(ty, inner) => {
            let span = ty.span();
            let (ty, inner) = (
                elided(ty.to_token_stream())?,
                elided(inner.to_token_stream())?,
            );
            Some(quote_spanned! {span=>
                const _: fn(#ty) -> ::core::mem::MaybeUninit<#inner> = |__same| __same;
            })
        }
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

/// That `Option<Name>` is a C value.
fn nullable(private: &TokenStream, ty: &Type, inner: &Type, from_c: bool) -> TokenStream {
    let message = format!(
        "`{0}` is a C value only if `{1}` is a function pointer; of an enum have a variant say that there is none, \
         or take a pointer, `Option<&{1}>`",
        said(ty),
        said(inner)
    );
    // Others too are as large: a reference, which C does not lend for so long, or a box.
    let is_function = from_c.then(|| {
        quote!(&& {
            use #private::AnyFunction as _;
            #private::Function::<#inner>::IS_ONE
        })
    });
    // A pointer lacks one value, null, which is then `None`.
    quote_spanned! {ty.span()=>
        const _: () = ::core::assert!(
            ::core::mem::size_of::<#ty>() == ::core::mem::size_of::<*const ()>()
                && ::core::mem::size_of::<#inner>() == ::core::mem::size_of::<#ty>()
                && ::core::mem::size_of::<::core::option::Option<#ty>>() > ::core::mem::size_of::<#ty>()
                && {
                    use #private::AnyValue as _;
                    !#private::Value::<#inner>::IS_ENUM
                }
                #is_function,
            #message
        );
    }
}

/// It is a number to C, which no other type of that name is.
pub(crate) fn handle(private: &TokenStream, ty: &Type) -> Option<TokenStream> {
    let private = names::located(private, ty.span());
    let elided = elided(ty.to_token_stream())?;
    Some(quote_spanned! {ty.span()=>
        const _: fn(#elided) -> ::core::primitive::usize = #private::number_of;
    })
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
