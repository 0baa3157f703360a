//! C definitions of the `repr(C)` types that exports pass by value.

use std::fmt::Write as _;

use syn::{Attribute, Expr, Fields, Item, Lit, UnOp};

use super::{Types, c_name};
use crate::names::ctype;

/// A type's definition in C.
pub(crate) struct Definition {
    pub(crate) name: String,
    /// `typedef struct Point Point;`, to stand before all definitions.
    pub(crate) forward: Option<String>,
    pub(crate) text: String,
}

pub(crate) fn name_of(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Enum(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The definition of `item`, if C can have one: what is not `repr(C)` stays a name.
pub(super) fn define(item: &Item, types: &mut Types<'_>) -> Option<Definition> {
    match item {
        Item::Struct(item) if item.generics.params.is_empty() => {
            let repr = repr(&item.attrs)?;
            let name = item.ident.to_string();
            match (repr.as_str(), &item.fields) {
                ("C", Fields::Named(fields)) if !fields.named.is_empty() => {
                    aggregate("struct", &name, &fields.named, types)
                }
                // The same as its only field, to every calling convention.
                ("transparent", fields) if fields.len() == 1 => {
                    alias(&name, &fields.iter().next()?.ty, types)
                }
                _ => None,
            }
        }
        Item::Union(item) if item.generics.params.is_empty() && repr(&item.attrs)? == "C" => {
            aggregate("union", &item.ident.to_string(), &item.fields.named, types)
        }
        Item::Enum(item) => enumeration(item),
        Item::Type(item) if item.generics.params.is_empty() => {
            alias(&item.ident.to_string(), &item.ty, types)
        }
        _ => None,
    }
}

fn aggregate<'f>(
    keyword: &str,
    name: &str,
    fields: impl IntoIterator<Item = &'f syn::Field>,
    types: &mut Types<'_>,
) -> Option<Definition> {
    let mut text = format!("{keyword} {name} {{\n");
    for field in fields {
        let ident = c_name(&field.ident.as_ref()?.to_string());
        let _ = writeln!(text, "    {};", types.declare(&ctype(&field.ty)?, &ident));
    }
    let forward = Some(format!("typedef {keyword} {name} {name};"));
    Some(Definition {
        name: name.to_owned(),
        forward,
        text: text + "};",
    })
}

fn alias(name: &str, ty: &syn::Type, types: &mut Types<'_>) -> Option<Definition> {
    let text = format!("typedef {};", types.declare(&ctype(ty)?, name));
    Some(Definition {
        name: name.to_owned(),
        forward: None,
        text,
    })
}

/// `Color::Red` is `Color_Red`: C has one space for all enumerators.
fn enumeration(item: &syn::ItemEnum) -> Option<Definition> {
    let name = item.ident.to_string();
    let repr = repr(&item.attrs)?;
    let mut variants = Vec::new();
    for variant in &item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return None;
        }
        let mut text = format!("{name}_{}", variant.ident);
        if let Some((_, value)) = &variant.discriminant {
            let _ = write!(text, " = {}", integer(value)?);
        }
        variants.push(text);
    }
    let variants = variants.join(",\n    ");
    let text = if repr == "C" {
        format!("typedef enum {name} {{\n    {variants}\n}} {name};")
    } else {
        let mut underlying = ctype(&syn::parse_str(&repr).ok()?)?;
        underlying = super::portable(&underlying);
        format!(
            "typedef {};\nenum {{\n    {variants}\n}};",
            underlying.declare(&name)
        )
    };
    Some(Definition {
        name,
        forward: None,
        text,
    })
}

fn integer(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => {
            Some(format!("-{}", integer(&unary.expr)?))
        }
        _ => None,
    }
}

/// What `#[repr(..)]` says, if it is one word: with `packed` or `align` C would have to be told more.
fn repr(attrs: &[Attribute]) -> Option<String> {
    let mut words = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        attr.parse_nested_meta(|meta| {
            words.extend(meta.path.get_ident().map(ToString::to_string));
            Ok(())
        })
        .ok()?;
    }
    <[String; 1]>::try_from(words).ok().map(|[word]| word)
}
