//! What the build script wrote of a module's names, as tokens at those names.
//!
//! So what is wrong with a declaration is said at the name in the user's `use C::{..}`, and lints that speak of text, such
//! as `non_camel_case_types`, say nothing: what a macro wrote is not their business. No `allow` is needed then, which a
//! crate that forbids the lint would refuse. `missing_docs` speaks of macros too, so everything has docs.

use crate::joined::joined;
use crate::names::ours;
use cgocall_syntax::{Module, record};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Field, ForeignItem, Item, LitStr, Meta, parse_quote};

/// Of the texts for several modules that say the same, the one for the module called `ident`, which stands here.
pub(crate) fn here<'t>(text: &'t str, ident: &Ident) -> &'t str {
    let anywhere = record::texts(text).next().map_or("", |(_, text)| text);
    if !proc_macro::is_available() {
        return anywhere;
    }
    let at = ident.span().unwrap();
    let Some(file) = at.local_file() else {
        return anywhere;
    };
    let is_here = |place: &str| {
        let (path, line) = place.rsplit_once(':')?;
        Some(file.ends_with(path) && line.parse() == Ok(at.line()))
    };
    let mut texts = record::texts(text);
    let here = texts.find(|(place, _)| place.and_then(is_here) == Some(true));
    here.map_or(anywhere, |(_, text)| text)
}

/// The items of `text`; `import` makes what becomes of one, from the tokens of our attribute and its own.
///
/// # Errors
/// If it is no Rust.
pub(crate) fn items(
    text: &str,
    module: &Module,
    import: impl Fn(TokenStream, TokenStream) -> TokenStream,
) -> syn::Result<TokenStream> {
    let file: syn::File = syn::parse_str(text)?;
    let items = file.items.into_iter().map(|mut item| {
        let attr = attrs_of(&mut item).and_then(|attrs| {
            let is_ours = |attr: &Attribute| {
                let last = attr.path().segments.last();
                last.is_some_and(|last| last.ident == "cgo_import")
            };
            let at = attrs.iter().position(is_ours)?;
            Some(attrs.remove(at).meta)
        });
        let tokens = placed(item, module);
        match attr {
            Some(Meta::List(list)) => import(put(list.tokens, whole(module)), tokens),
            _ => tokens,
        }
    });
    Ok(joined(items))
}

/// The item with docs, where it belongs.
fn placed(item: Item, module: &Module) -> TokenStream {
    match item {
        Item::ForeignMod(block) => {
            let at = whole(module);
            let members = block.items.into_iter().map(|mut member| {
                let at = match &mut member {
                    ForeignItem::Fn(item) => named(module, &item.sig.ident, &mut item.attrs),
                    ForeignItem::Static(item) => named(module, &item.ident, &mut item.attrs),
                    ForeignItem::Type(item) => named(module, &item.ident, &mut item.attrs),
                    _ => at,
                };
                put(member, at)
            });
            quote_spanned!(at=> unsafe extern "C" { #(#members)* })
        }
        Item::Struct(mut item) => {
            let at = named(module, &item.ident, &mut item.attrs);
            item.fields.iter_mut().for_each(document_field);
            put(item, at)
        }
        Item::Union(mut item) => {
            let at = named(module, &item.ident, &mut item.attrs);
            item.fields.named.iter_mut().for_each(document_field);
            put(item, at)
        }
        Item::Enum(mut item) => {
            let at = named(module, &item.ident, &mut item.attrs);
            for variant in &mut item.variants {
                document(&variant.ident, &mut variant.attrs);
            }
            put(item, at)
        }
        Item::Type(mut item) => {
            let at = named(module, &item.ident, &mut item.attrs);
            put(item, at)
        }
        Item::Fn(mut item) => {
            let at = named(module, &item.sig.ident, &mut item.attrs);
            put(item, at)
        }
        Item::Impl(item) => {
            let at = match &*item.self_ty {
                syn::Type::Path(ty) => ty.path.get_ident(),
                _ => None,
            };
            let at = at.map_or(whole(module), |ident| place(module, ident, &[]));
            put(item, at)
        }
        other => put(other, whole(module)),
    }
}

fn attrs_of(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    Some(match item {
        Item::ForeignMod(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Union(item) => &mut item.attrs,
        Item::Enum(item) => &mut item.attrs,
        Item::Type(item) => &mut item.attrs,
        _ => return None,
    })
}

/// Gives it docs, and says where it belongs.
fn named(module: &Module, ident: &Ident, attrs: &mut Vec<Attribute>) -> Span {
    document(ident, attrs);
    place(module, ident, attrs)
}

/// The name that the user wrote for it; or what is not named by itself, such as the struct that a function takes.
fn place(module: &Module, ident: &Ident, attrs: &[Attribute]) -> Span {
    let (rust, c) = (ident.unraw().to_string(), c_name(attrs));
    let wanted = module.asked_for(&rust, c.as_deref());
    let at = wanted.map_or(module.ident.span(), |wanted| wanted.ident.span());
    ours(at)
}

fn whole(module: &Module) -> Span {
    ours(module.ident.span())
}

/// `#[cgo(c = "..")]`.
fn c_name(attrs: &[Attribute]) -> Option<String> {
    let mut name = None;
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("cgo")) {
        // Other keys end it, and none of them comes before this one.
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("c") {
                name = Some(meta.value()?.parse::<LitStr>()?.value());
            }
            Ok(())
        });
    }
    name
}

fn document_field(field: &mut Field) {
    if let Some(ident) = &field.ident {
        document(ident, &mut field.attrs);
    }
}

fn document(ident: &Ident, attrs: &mut Vec<Attribute>) {
    if attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        return;
    }
    let name = c_name(attrs).unwrap_or_else(|| ident.unraw().to_string());
    let is_generated = ["anonymous", "bits"].iter().any(|key| {
        let mut cgo = attrs.iter().filter(|attr| attr.path().is_ident("cgo"));
        cgo.any(|attr| matches!(&attr.meta, Meta::List(list) if begins_with(&list.tokens, key)))
    });
    let text = match is_generated {
        true => " What has no name in C.".to_owned(),
        false => format!(" `{name}`, as C has it."),
    };
    attrs.insert(0, parse_quote!(#[doc = #text]));
}

fn begins_with(tokens: &TokenStream, word: &str) -> bool {
    let first = tokens.clone().into_iter().next();
    matches!(first, Some(TokenTree::Ident(ident)) if ident == word)
}

/// All of it at one place.
pub(crate) fn put(tokens: impl ToTokens, at: Span) -> TokenStream {
    let tokens = tokens.into_token_stream().into_iter().map(|token| {
        let mut token = match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), put(group.stream(), at)))
            }
            other => other,
        };
        token.set_span(at);
        token
    });
    tokens.collect()
}
