//! What is refused, because nobody else will: under an attribute macro the compiler never sees the item itself.

use crate::ctype::CType;
use crate::depth;
use crate::error::Errors;
use crate::import::{Block, BlockItem, Import, ImportItem, Opaque, c_spelling};
use crate::layout::Field;
use crate::mode::{Mode, Modes};
use crate::module;
use crate::out;
use crate::shape::is_static;
use crate::slot::{Param, Ret};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Ident, Item, Type};

mod attributes;
mod c_name;
mod closure;
mod elsewhere;
mod keys;
mod signature;
pub(crate) mod text;

pub(crate) use attributes::{
    export_attrs, inner_attrs, outer_attrs, param_attrs, repr_c, repr_of_enum, repr_of_struct,
    without_ours,
};
pub(crate) use c_name::{c_aggregate_name, c_identifier, c_type_name, type_name};
pub(crate) use closure::{closures, no_closures};
pub(crate) use elsewhere::elsewhere;
pub(crate) use keys::{field_keys, import_attr};
pub(crate) use signature::{
    VARIADIC, block_head, export_signature, foreign_item, import_signature, no_generics,
    signature_head,
};

/// Whether a parser may be let loose on the tokens.
pub(crate) fn depth(attr: &TokenStream, item: &TokenStream, errors: &mut Errors) -> bool {
    let is_too_deep = |tokens| depth::of(tokens, depth::OF_ITEM) > depth::OF_ITEM;
    if !is_too_deep(attr) && !is_too_deep(item) {
        return true;
    }
    let first = item.clone().into_iter().next();
    let message = "this nests deeper than a compiler's stack reaches; give what is inside of it a name, by a `type` \
                   or a function of its own";
    errors.push_at(
        first.map_or_else(Span::call_site, |token| token.span()),
        message,
    );
    false
}

/// The tokens of an item that name its kind, to point at.
pub(crate) fn head(item: &Item) -> TokenStream {
    match item {
        Item::Fn(item) => item.sig.ident.to_token_stream(),
        Item::Mod(item) => item.ident.to_token_stream(),
        Item::Struct(item) => item.ident.to_token_stream(),
        Item::Enum(item) => item.ident.to_token_stream(),
        Item::Const(item) => item.ident.to_token_stream(),
        Item::Static(item) => item.ident.to_token_stream(),
        other => other.to_token_stream().into_iter().take(1).collect(),
    }
}

/// The whole of an import: what only shows when all of it is known.
pub(crate) fn import(import: &Import, errors: &mut Errors) {
    let block = match &import.item {
        ImportItem::Block(block) => block,
        ImportItem::Aggregate(item) => {
            twice(item.fields.iter().map(|field| &field.ident), errors);
            let bits = item.fields.iter().flat_map(Field::bits);
            return twice(bits.map(|bits| &bits.ident), errors);
        }
        ImportItem::Enumeration(item) => {
            return twice(item.variants.iter().map(|variant| &variant.ident), errors);
        }
        ImportItem::Alias(_) | ImportItem::Constant(_) => return,
        ImportItem::Module(item) => return module::check(item, errors),
        ImportItem::FnPointer(item) => {
            let cure = "write `unsafe extern \"C\" fn`";
            return blocking(
                &item.modes,
                !item.is_unsafe,
                cure,
                &item.params,
                &item.ret,
                errors,
            );
        }
    };
    opaques_by_value(block, errors);
    let mut seen = HashSet::new();
    for item in &block.items {
        let is_type = matches!(item, BlockItem::Opaque(_));
        let name = c_spelling(item.ident());
        if !seen.insert((is_type, name.clone())) {
            let message = format!(
                "`{name}` is declared twice; if only one is meant at a time, give each a block under `#[cfg(..)]`"
            );
            errors.push(item.ident(), message);
        }
    }
    for item in block.functions() {
        let cure = "declare the function without `safe`";
        blocking(
            &item.modes,
            item.safe,
            cure,
            &item.params,
            &item.ret,
            errors,
        );
    }
}

/// Findings know a field by its name.
fn twice<'i>(members: impl Iterator<Item = &'i Ident>, errors: &mut Errors) {
    let mut seen = HashSet::new();
    for member in members {
        let name = c_spelling(member);
        if !seen.insert(name.clone()) {
            let message = format!(
                "`{name}` is declared twice; if only one is meant at a time, write the whole type twice, each under \
                 `#[cfg(..)]`"
            );
            errors.push(member, message);
        }
    }
}

/// An opaque type has a size in C alone.
fn opaques_by_value(block: &Block, errors: &mut Errors) {
    let opaques = block.opaques().filter(|opaque| opaque.closes.is_none());
    let opaques: Vec<String> = opaques.map(Opaque::name).collect();
    let mut refuse = |c: &CType, ty: &Type| {
        if let CType::Named(named) = c
            && opaques.contains(&named.rust)
        {
            let name = &named.rust;
            let message = format!(
                "`{name}` is opaque: only C knows its size; write `*mut {name}`, or, if C's `{name}` is itself a \
                 pointer, declare `type {name}` outside of the block as one"
            );
            errors.push(ty, message);
        }
    };
    for item in &block.items {
        match item {
            BlockItem::Function(function) => {
                for param in &function.params {
                    for slot in &param.arg.slots {
                        refuse(&slot.c, &param.ty);
                    }
                }
                if let (Some(slot), Some(ty)) = (&function.ret.slot, &function.ret.ty) {
                    refuse(&slot.c, ty);
                }
            }
            BlockItem::Static(item) => refuse(&item.c, &item.ty),
            BlockItem::Opaque(_) | BlockItem::Constant(_) => {}
        }
    }
}

/// The arguments of a `blocking` call are used by another thread while it lasts.
fn blocking(
    modes: &Modes,
    is_safe: bool,
    cure: &str,
    params: &[Param],
    ret: &Ret,
    errors: &mut Errors,
) {
    if !modes.contains(Mode::Blocking) {
        return;
    }
    let raw = params.iter().filter(|param| is_safe && param.arg.raw);
    for param in raw.filter(|param| !param.hidden) {
        errors.push(
            &param.ty,
            format!(
                "a `blocking` call runs on another thread, and nothing shows that this pointer may go there; {cure}"
            ),
        );
    }
    let outs =
        out::outs(params).map(|(param, out)| (&param.ty, out.is_text, param.arg.raw, "write"));
    let (is_text, raw) = (ret.is_text, ret.raw);
    let is_lent = ret.returned.is_some() && ret.ty.as_ref().is_some_and(is_static);
    let ret = ret.ty.iter();
    let ret = ret.map(|ty| (ty, is_text || is_lent, raw, "return"));
    for (ty, is_text, raw, write) in outs.chain(ret) {
        if is_text {
            errors.push(
                ty,
                format!(
                    "a `blocking` call runs on another thread, and what is lent there may not outlive it; {cure}, \
                     and {write} a raw pointer"
                ),
            );
        } else if is_safe && raw {
            errors.push(
                ty,
                format!(
                    "a `blocking` call runs on another thread, and nothing shows that this pointer may come from \
                     there; {cure}"
                ),
            );
        }
    }
}
