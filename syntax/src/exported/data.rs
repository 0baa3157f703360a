//! `#[cgo_export]` on an enum or a struct: C makes values of it, so all is known that it may get wrong.

use super::kind::Kind;
use crate::canon;
use crate::check;
use crate::entry::entries;
use crate::error::Errors;
use crate::import::c_spelling;
use crate::shape::strip;
use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Fields, Ident, Item, Member, Type};

/// A type that C makes values of.
#[derive(Clone)]
pub struct Data {
    /// It, as written but for our attributes.
    pub item: Item,
    /// Its name.
    pub ident: Ident,
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// What is in it.
    pub parts: Parts,
    /// What to write for `::cgocall`.
    pub krate: Option<syn::Path>,
}

/// What is in a type.
#[derive(Clone)]
pub enum Parts {
    /// One of these.
    Variants(Vec<(Vec<Attribute>, Ident)>),
    /// All of these.
    Fields(Vec<(Vec<Attribute>, Member, Type)>),
    /// Of a union: one of its fields, and only C knows which.
    Unknown,
}

impl Data {
    /// Its name in Rust, and in C.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }

    /// What it means for C, one line for each part: what the hash is made of.
    #[must_use]
    pub fn canonical(&self) -> Vec<String> {
        let mut lines = vec![format!("data {}", self.name())];
        match &self.parts {
            Parts::Variants(list) => lines.extend(list.iter().map(|(_, name)| name.to_string())),
            Parts::Fields(list) => lines.extend(list.iter().map(|(_, member, ty)| {
                let member = canon::tokens(member.to_token_stream());
                format!("{member}: {}", canon::tokens(ty.to_token_stream()))
            })),
            Parts::Unknown => {}
        }
        lines
    }

    /// The path of the runtime's `__private`.
    #[must_use]
    pub fn runtime(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path::__private),
            None => quote!(::cgocall::__private),
        }
    }
}

/// Whether C may make values of such an item.
pub(crate) fn is_data(item: &Item) -> bool {
    matches!(item, Item::Enum(_) | Item::Struct(_) | Item::Union(_))
}

pub(crate) fn parse(attr: TokenStream, mut item: Item, errors: &mut Errors) -> Option<Data> {
    let krate = krate(attr, errors);
    let (attrs, ident, generics) = match &mut item {
        Item::Enum(item) => (&mut item.attrs, &item.ident, &item.generics),
        Item::Struct(item) => (&mut item.attrs, &item.ident, &item.generics),
        Item::Union(item) => (&mut item.attrs, &item.ident, &item.generics),
        _ => return None,
    };
    *attrs = check::without_ours(std::mem::take(attrs));
    let (attrs, ident) = (attrs.clone(), ident.clone());
    check::no_generics(generics, errors);
    check::type_name(&ident, errors);
    let parts = match &item {
        Item::Enum(item) => {
            check::repr_of_enum(&attrs, &ident, errors);
            if item.variants.is_empty() {
                let message = "there is no value that C could pass; give it variants";
                errors.push(&ident, message);
            }
            for variant in item.variants.iter().filter(|one| !one.fields.is_empty()) {
                let message = "C's enums are numbers alone; export a `#[repr(C)]` struct, with an enum in it that says \
                               which of the fields count";
                errors.push(&variant.fields, message);
            }
            let variants = item.variants.iter();
            Parts::Variants(
                variants
                    .map(|variant| (variant.attrs.clone(), variant.ident.clone()))
                    .collect(),
            )
        }
        Item::Union(_) => {
            check::repr_c(&attrs, &ident, "a union", errors);
            Parts::Unknown
        }
        Item::Struct(item) => {
            check::repr_of_struct(&attrs, &ident, errors);
            if let Fields::Unit = &item.fields {
                let message = "C has no struct without fields; leave this attribute away, and C knows it by its address";
                errors.push(&ident, message);
            }
            for field in &item.fields {
                if let Some(message) = owning(&field.ty) {
                    errors.push(&field.ty, message);
                }
            }
            let fields = item.fields.members().zip(&item.fields);
            Parts::Fields(
                fields
                    .map(|(member, field)| (field.attrs.clone(), member, field.ty.clone()))
                    .collect(),
            )
        }
        _ => return None,
    };
    Some(Data {
        item,
        ident,
        attrs,
        parts,
        krate,
    })
}

/// Why a field cannot be of this type: C makes values of the struct, and copies them.
fn owning(ty: &Type) -> Option<&'static str> {
    match (Kind::of(ty), strip(ty)) {
        (Kind::Text { .. } | Kind::Vec { .. } | Kind::Boxed { .. }, _) => Some(
            "C copies such a struct as it likes, and each copy would free this; write a raw pointer, and let an export give \
             what it points to and another take it back",
        ),
        (Kind::OtherText(_), Type::Path(_)) => Some(
            "C copies such a struct as it likes, and each copy would free this; write `*mut c_char`, and let an export give \
             the text and another take it back",
        ),
        (Kind::Str { .. } | Kind::OtherText(_), _) | (_, Type::Reference(_)) => Some(
            "nothing says how long what this refers to is there in a struct that C makes; write a raw pointer, or give it to \
             the export as a parameter",
        ),
        _ => None,
    }
}

fn krate(attr: TokenStream, errors: &mut Errors) -> Option<syn::Path> {
    let mut krate = None;
    for entry in entries(attr, errors) {
        match entry.key_name().as_str() {
            "crate" => {
                let path = entry.path(errors);
                entry.once(&mut krate, path, errors);
            }
            "name" => {
                let message = "a type is called in C as in Rust; rename it, or remove this";
                errors.push(entry.key.to_token_stream(), message);
            }
            "private" | "prefix" | "on_panic" | "include" | "define" | "cflags" | "pkg_config" => {
                let message = "this is for functions; of a type there is nothing to say";
                errors.push(entry.key.to_token_stream(), message);
            }
            _ => entry.unknown("cgo_export", &["crate"], errors),
        }
    }
    krate
}
