//! Values that have an end in Rust: what C has to know of who may let it come.

use std::collections::BTreeSet;

use cgocall_syntax::{CType, Export};
use syn::ext::IdentExt as _;
use syn::{Item, Type};

use super::Types;
use crate::names::ctype;

/// The types of `items` that implement `Drop`.
pub(super) fn of(items: &[Item]) -> BTreeSet<String> {
    let names = items.iter().filter_map(|item| match item {
        Item::Impl(block) => match &*block.self_ty {
            Type::Path(path) => Some(path.path.segments.last()?.ident.unraw().to_string()),
            _ => None,
        },
        _ => None,
    });
    names.collect()
}

/// What is said of the parameters and the result of `export`; C calls the parameters `names`.
pub(super) fn promises(
    export: &Export,
    names: &[String],
    types: &Types<'_>,
) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let slots = export.params.iter().flat_map(|param| &param.arg.slots);
    for (slot, name) in slots.zip(names) {
        if has_end(&slot.c, types) {
            let said =
                "given away with all that it stands for: no copy of it is used or passed again";
            list.push((name.clone(), said.to_owned()));
        }
    }
    let value = export.out.as_ref().or(export.ret.slot.as_ref());
    if value.is_some_and(|slot| has_end(&slot.c, types)) {
        let name = export.out.as_ref().and(names.last());
        let name = name.map_or("returns", String::as_str);
        let said = "the caller's, who gives it back once, to a function that takes it by value";
        list.push((name.to_owned(), said.to_owned()));
    }
    list
}

/// Whether a value of the type is dropped, or part of it.
fn has_end(ty: &CType, types: &Types<'_>) -> bool {
    let CType::Named(named) = ty else {
        return false;
    };
    let name = named.name();
    if types.ends.contains(name) {
        return true;
    }
    // No struct holds itself.
    match types.items.get(name).copied().flatten() {
        Some(Item::Struct(item)) => item.fields.iter().any(|field| {
            ctype(&field.ty).is_some_and(|ty| match ty {
                CType::Array { elem, .. } => has_end(&elem, types),
                ty => has_end(&ty, types),
            })
        }),
        _ => false,
    }
}
