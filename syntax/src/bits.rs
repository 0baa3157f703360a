//! `#[cgo(bits(pub ready: c_uint = 1, ..))]`: the bitfields that a field of a struct stores.

use crate::canon;
use crate::check;
use crate::ctype::CType;
use crate::error::Errors;
use crate::import::c_spelling;
use crate::prim::Prim;
use crate::shape::{Shape, strip};
use crate::types;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitInt, Token, Type, Visibility};

/// A bitfield of C.
#[derive(Clone)]
pub struct Bitfield {
    /// Docs, for the functions that read and write it.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name, in both languages.
    pub ident: Ident,
    /// Its type.
    pub ty: Type,
    /// Its type in C.
    pub c: CType,
    /// How many bits it has.
    pub width: u32,
    /// As written.
    pub width_literal: LitInt,
}

/// What stands in the list.
struct Written {
    attrs: Vec<Attribute>,
    vis: Visibility,
    ident: Ident,
    ty: Type,
    width: LitInt,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected a bitfield, such as `ready: c_uint = 1`"));
        }
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<Token![=]>()?;
        let width = input.parse().map_err(|error| {
            syn::Error::new(
                error.span(),
                "write the number of its bits, as the header does",
            )
        })?;
        Ok(Written {
            attrs,
            vis,
            ident,
            ty,
            width,
        })
    }
}

impl Bitfield {
    /// The name by which nodes and C know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }

    /// Reads the list; what is wrong in it is left out.
    pub(crate) fn parse_list(tokens: TokenStream, errors: &mut Errors) -> Vec<Bitfield> {
        let parsed = Punctuated::<Written, Token![,]>::parse_terminated.parse2(tokens);
        let list = errors.take(parsed).into_iter().flatten();
        list.filter_map(|written| Bitfield::of(written, errors))
            .collect()
    }

    fn of(written: Written, errors: &mut Errors) -> Option<Bitfield> {
        let Written {
            mut attrs,
            vis,
            ident,
            ty,
            width: literal,
        } = written;
        check::inner_attrs(&mut attrs, errors);
        if let Some(cfg) = attrs.iter().find(|attr| attr.path().is_ident("cfg")) {
            let message = "write the whole type twice, each under `#[cfg(..)]`";
            errors.push(cfg, message);
        }
        let c = match errors.take(Shape::of(&ty))? {
            Shape::Prim(prim) if is_float(prim) => None,
            Shape::Prim(_) | Shape::Named(_) => errors.take(types::ctype(&ty)),
            _ => None,
        };
        if c.is_none() {
            errors.push(&ty, "a bitfield is an integer or a `bool`");
        }
        let width = literal.base10_parse().unwrap_or(0);
        if !(1..=64).contains(&width) {
            let message = "a bitfield that Rust can read has from 1 to 64 bits; one without a name needs no mention";
            errors.push(&literal, message);
            return None;
        }
        Some(Bitfield {
            attrs,
            vis,
            ident,
            ty,
            c: c?,
            width,
            width_literal: literal,
        })
    }

    /// For the hash.
    pub(crate) fn canonical(&self) -> String {
        format!(
            "{} : {} as {} = {}",
            self.name(),
            canon::tokens(self.ty.to_token_stream()),
            self.c.spell(),
            self.width
        )
    }
}

fn is_float(prim: &Prim) -> bool {
    matches!(prim.rust, "f32" | "f64" | "c_float" | "c_double")
}

/// Whether bitfields can be stored in a `ty`: each of its bits belongs to its value.
pub(crate) fn is_storage(ty: &Type) -> bool {
    let prim = |ty: &Type| match Shape::of(ty) {
        Ok(Shape::Prim(prim)) => Some(prim),
        _ => None,
    };
    match strip(ty) {
        Type::Array(array) => prim(&array.elem).is_some_and(|prim| prim.rust == "u8"),
        ty => prim(ty).is_some_and(|prim| !is_float(prim) && prim.rust != "bool"),
    }
}
