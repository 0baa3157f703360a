//! Types and constants under `#[cgo_import]`: from tokens to the model.

use crate::attr::{CgoAttr, CgoOn};
use crate::check;
use crate::ctype::CType;
use crate::error::Errors;
use crate::import::c_spelling;
use crate::layout::{
    Aggregate, Alias, Constant, ConstantKind, Enumeration, Field, FieldKind, Value, Variant,
};
use crate::shape::{Shape, strip};
use crate::types;
use quote::ToTokens as _;
use syn::{Attribute, Expr, Ident, Item, Lit, Type, UnOp};

/// Takes the name in C out of `attrs`, where it differs.
fn c_type_name(attrs: &mut Vec<Attribute>, ident: &Ident, errors: &mut Errors) -> String {
    let cgo = CgoAttr::extract(attrs, CgoOn::Type, errors);
    cgo.c.map_or_else(
        || c_spelling(ident),
        |text| check::c_type_name(text, errors),
    )
}

fn c_aggregate_name(attrs: &mut Vec<Attribute>, ident: &Ident, errors: &mut Errors) -> String {
    let cgo = CgoAttr::extract(attrs, CgoOn::Type, errors);
    cgo.c.map_or_else(
        || c_spelling(ident),
        |text| check::c_aggregate_name(text, errors),
    )
}

fn c_member_name(
    attrs: &mut Vec<Attribute>,
    ident: &Ident,
    on: CgoOn,
    errors: &mut Errors,
) -> String {
    let cgo = CgoAttr::extract(attrs, on, errors);
    cgo.c.map_or_else(
        || c_spelling(ident),
        |text| check::c_identifier(text, errors),
    )
}

pub(crate) fn parse_struct(mut item: syn::ItemStruct, errors: &mut Errors) -> Option<Aggregate> {
    let c_name = c_aggregate_name(&mut item.attrs, &item.ident, errors);
    item.attrs = check::outer_attrs(std::mem::take(&mut item.attrs), errors);
    let named = match &mut item.fields {
        syn::Fields::Named(named) => named,
        syn::Fields::Unnamed(fields) => {
            let message = "C's fields have names; write `struct Name { field: Type, .. }`";
            errors.push(fields, message);
            return None;
        }
        syn::Fields::Unit => {
            let ident = &item.ident;
            let message = format!(
                "C has no struct without fields; of one whose fields only C knows write `type {ident};` in a block"
            );
            errors.push(ident, message);
            return None;
        }
    };
    check::repr_c(&item.attrs, &item.ident, "a struct", errors);
    check::no_generics(&item.generics, errors);
    let fields = parse_fields(&mut named.named, errors);
    Some(Aggregate {
        attrs: item.attrs.clone(),
        is_union: false,
        ident: item.ident.clone(),
        c_name,
        fields,
        item: Item::Struct(item),
    })
}

pub(crate) fn parse_union(mut item: syn::ItemUnion, errors: &mut Errors) -> Option<Aggregate> {
    let c_name = c_aggregate_name(&mut item.attrs, &item.ident, errors);
    item.attrs = check::outer_attrs(std::mem::take(&mut item.attrs), errors);
    check::repr_c(&item.attrs, &item.ident, "a union", errors);
    check::no_generics(&item.generics, errors);
    let fields = parse_fields(&mut item.fields.named, errors);
    Some(Aggregate {
        attrs: item.attrs.clone(),
        is_union: true,
        ident: item.ident.clone(),
        c_name,
        fields,
        item: Item::Union(item),
    })
}

fn parse_fields<'f>(
    fields: impl IntoIterator<Item = &'f mut syn::Field>,
    errors: &mut Errors,
) -> Vec<Field> {
    let mut parsed = Vec::new();
    for field in fields {
        let Some(ident) = field.ident.clone() else {
            continue;
        };
        let cgo = CgoAttr::extract(&mut field.attrs, CgoOn::Field, errors);
        check::inner_attrs(&mut field.attrs, errors);
        check::field_keys(&cgo, &field.ty, errors);
        let kind = match (cgo.opaque, cgo.bits) {
            (_, Some(list)) => FieldKind::Bits(list),
            (Some(()), None) => FieldKind::Opaque,
            (None, None) => match errors.take(types::ctype(field_type(&field.ty))) {
                Some(c) if cgo.anonymous.is_none() => FieldKind::Member(c),
                Some(CType::Named(named)) => FieldKind::Anonymous(named),
                Some(_) => {
                    let message =
                        "a member without a name is a struct or a union; write its name in Rust";
                    errors.push(&field.ty, message);
                    continue;
                }
                None => continue,
            },
        };
        parsed.push(Field {
            attrs: field.attrs.clone(),
            c_name: cgo.c.map_or_else(
                || c_spelling(&ident),
                |text| check::c_identifier(text, errors),
            ),
            ident,
            ty: field.ty.clone(),
            kind,
        });
    }
    parsed
}

/// A union's fields may have to be wrapped, to C's eyes without a difference.
fn field_type(ty: &Type) -> &Type {
    let Type::Path(path) = strip(ty) else {
        return ty;
    };
    match path.path.segments.last() {
        Some(last) if last.ident == "ManuallyDrop" || last.ident == "MaybeUninit" => {
            match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(syn::GenericArgument::Type(inner)) => inner,
                    _ => ty,
                },
                _ => ty,
            }
        }
        _ => ty,
    }
}

pub(crate) fn parse_enum(mut item: syn::ItemEnum, errors: &mut Errors) -> Option<Enumeration> {
    let c_name = c_type_name(&mut item.attrs, &item.ident, errors);
    item.attrs = check::outer_attrs(std::mem::take(&mut item.attrs), errors);
    check::repr_of_enum(&item.attrs, &item.ident, errors);
    check::no_generics(&item.generics, errors);
    let mut variants = Vec::new();
    let mut next = Some(0);
    for variant in &mut item.variants {
        let c_name = c_member_name(&mut variant.attrs, &variant.ident, CgoOn::Variant, errors);
        check::inner_attrs(&mut variant.attrs, errors);
        if !matches!(variant.fields, syn::Fields::Unit) {
            errors.push(
                &variant.fields,
                "an enumerator of C has a value and nothing else",
            );
            continue;
        }
        let expr = variant.discriminant.as_ref().map(|(_, expr)| expr.clone());
        let value = match &expr {
            Some(expr) => match literal(expr) {
                Some(Value::Integer(value)) => Some(value),
                _ => None,
            },
            None => next,
        };
        // One that may not be there counts or does not.
        let is_there = !variant.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
        next = value
            .filter(|_| is_there)
            .and_then(|value| value.checked_add(1));
        variants.push(Variant {
            attrs: variant.attrs.clone(),
            ident: variant.ident.clone(),
            c_name,
            value,
            expr,
        });
    }
    Some(Enumeration {
        attrs: item.attrs.clone(),
        ident: item.ident.clone(),
        c_name,
        variants,
        item: Item::Enum(item),
    })
}

pub(crate) fn parse_alias(mut item: syn::ItemType, errors: &mut Errors) -> Option<Alias> {
    let c_name = c_type_name(&mut item.attrs, &item.ident, errors);
    item.attrs = check::outer_attrs(std::mem::take(&mut item.attrs), errors);
    check::no_generics(&item.generics, errors);
    let c = errors.take(types::ctype(&item.ty))?;
    Some(Alias {
        attrs: item.attrs.clone(),
        ident: item.ident.clone(),
        c_name,
        ty: (*item.ty).clone(),
        c,
        item: Item::Type(item),
    })
}

pub(crate) fn parse_const(mut item: syn::ItemConst, errors: &mut Errors) -> Option<Constant> {
    let c_name = c_member_name(&mut item.attrs, &item.ident, CgoOn::Constant, errors);
    item.attrs = check::outer_attrs(std::mem::take(&mut item.attrs), errors);
    check::no_generics(&item.generics, errors);
    let kind = constant_kind(&item.ty, errors)?;
    let value = literal(&item.expr);
    Some(Constant {
        attrs: item.attrs.clone(),
        vis: item.vis.clone(),
        ident: item.ident.clone(),
        c_name,
        ty: (*item.ty).clone(),
        kind,
        value: Some(((*item.expr).clone(), value)),
        item: Some(Item::Const(item)),
    })
}

/// `#[cgo(constant)] static Z_OK: c_int;`, whose value is the header's.
pub(crate) fn header_constant(
    item: syn::ForeignItemStatic,
    c: Option<crate::attr::Text>,
    errors: &mut Errors,
) -> Option<Constant> {
    if let syn::StaticMutability::Mut(token) = &item.mutability {
        errors.push(token, "a constant of C has one value; remove `mut`");
    }
    let kind = constant_kind(&item.ty, errors)?;
    Some(Constant {
        item: None,
        c_name: c.map_or_else(
            || c_spelling(&item.ident),
            |text| check::c_identifier(text, errors),
        ),
        attrs: item.attrs,
        vis: item.vis,
        ident: item.ident,
        ty: *item.ty,
        kind,
        value: None,
    })
}

fn constant_kind(ty: &Type, errors: &mut Errors) -> Option<ConstantKind> {
    match errors.take(Shape::of(ty))? {
        Shape::Prim(prim) if matches!(prim.rust, "f32" | "f64" | "c_float" | "c_double") => {
            Some(ConstantKind::Float)
        }
        Shape::Prim(_) => Some(ConstantKind::Integer),
        Shape::Text { nullable: false } => Some(ConstantKind::Text),
        _ => {
            errors.push(
                ty,
                "a constant of C is an integer, a floating point number, or a string: write such a type, or `&CStr`",
            );
            None
        }
    }
}

/// What `expr` says, where no name has to be looked up.
fn literal(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Group(group) => literal(&group.expr),
        Expr::Paren(paren) => literal(&paren.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match literal(&unary.expr)? {
            Value::Integer(value) => Some(Value::Integer(-value)),
            Value::Float(value) => Some(Value::Float(-value)),
            Value::Text(_) => None,
        },
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok().map(Value::Integer),
            Lit::Float(number) => number.base10_parse().ok().map(Value::Float),
            Lit::Bool(truth) => Some(Value::Integer(truth.value.into())),
            Lit::Byte(byte) => Some(Value::Integer(byte.value().into())),
            Lit::CStr(text) => Some(Value::Text(text.value().to_bytes().to_vec())),
            _ => None,
        },
        _ => None,
    }
}

/// The item's tokens without anything of ours, for messages and hashes.
pub(crate) fn reprs(attrs: &[Attribute]) -> Vec<String> {
    let reprs = attrs.iter().filter(|attr| attr.path().is_ident("repr"));
    reprs
        .map(|attr| crate::canon::tokens(attr.meta.to_token_stream()))
        .collect()
}
