//! The types that imports name, before anything is known of them.

use cgocall_syntax::{CType, Field, Function, ImportItem, Variant, node};

use super::types;
use crate::names::PackageNames;
use crate::probe::Names;
use crate::unit::Unit;

/// All that C is first asked about: what each name is.
pub(super) fn names_of(unit: &Unit<'_>, items: &[&ImportItem]) -> Names {
    let mut names = Names::default();
    for item in items {
        let block = match item {
            ImportItem::Block(block) => block,
            ImportItem::Aggregate(item) => {
                names.types.insert(types::owner(&item.c_name));
                types::of_fields(item).for_each(|ty| names.add_type(unit, ty));
                let unnamed = types::unnamed_fields(unit.names, item);
                names.types.extend(unnamed.iter().map(|c| types::owner(c)));
                continue;
            }
            ImportItem::Enumeration(item) => {
                names.types.insert(item.c_name.clone());
                continue;
            }
            ImportItem::Alias(item) => {
                names.types.insert(item.c_name.clone());
                names.add_type(unit, &item.c);
                continue;
            }
            ImportItem::FnPointer(item) => {
                names.types.insert(item.c_name.clone());
                names.add_type(unit, &item.c);
                continue;
            }
            ImportItem::Constant(_) | ImportItem::Module(_) => continue,
        };
        for function in block.functions() {
            names.functions.insert(function.c_name.clone());
            slots(function)
                .iter()
                .for_each(|(_, ty)| names.add_type(unit, ty));
        }
        for variable in block.statics() {
            names.statics.insert(variable.c_name.clone());
            names.add_type(unit, &variable.c);
        }
        names
            .types
            .extend(block.opaques().map(|opaque| opaque.c_name.clone()));
    }
    names
}

/// What is asked about `item`, as far as its own text does not show it: which parts of it this target has, and
/// what the rest of the package says about their types.
pub(crate) fn resolved(names: &PackageNames, item: &ImportItem) -> Vec<String> {
    let (mut texts, types): (Vec<String>, Vec<&CType>) = match item {
        ImportItem::Block(block) => {
            let functions = block.functions().flat_map(slots).map(|(_, ty)| ty);
            let types = functions.chain(block.statics().map(|variable| &variable.c));
            let names = block.items.iter().map(|item| item.ident().to_string());
            (names.collect(), types.collect())
        }
        ImportItem::Aggregate(item) => {
            let fields = item.fields.iter().map(Field::name);
            let unnamed = types::unnamed_fields(names, item);
            (
                fields.chain(unnamed).collect(),
                types::of_fields(item).collect(),
            )
        }
        ImportItem::Enumeration(item) => (
            item.variants.iter().map(Variant::name).collect(),
            Vec::new(),
        ),
        ImportItem::Alias(item) => (Vec::new(), vec![&item.c]),
        ImportItem::FnPointer(item) => (Vec::new(), vec![&item.c]),
        ImportItem::Constant(_) | ImportItem::Module(_) => (Vec::new(), Vec::new()),
    };
    for ty in types {
        let opaque = ty.named().iter().any(|named| names.is_opaque(named.name()));
        texts.push(format!(
            "{} {opaque}",
            names.resolve(ty, &|_| false).spell()
        ));
    }
    texts
}

/// The C types of a function, each with the node to which a finding about it belongs.
pub(crate) fn slots(function: &Function) -> Vec<(String, &CType)> {
    let name = function.name();
    let mut slots = Vec::new();
    for (index, param) in function.params.iter().enumerate() {
        let node = node::param_type(&name, index);
        slots.extend(param.arg.slots.iter().map(|slot| (node.clone(), &slot.c)));
    }
    slots.extend(
        function
            .ret
            .slot
            .iter()
            .map(|slot| (node::result(&name), &slot.c)),
    );
    slots
}
