//! The struct that C fills in to implement a trait.

use std::fmt::Write as _;

use cgocall_syntax::{CType, Exported, Member, Trait, docs, is_type_in, side_by_side, standard};
use syn::{Attribute, ItemTrait, Meta, Type};

use super::definition::Definition;
use super::{Types, comment};

/// The trait that `item` is, if C implements it.
pub(super) fn of(item: &ItemTrait) -> Option<Box<Trait>> {
    let ours = |attr: &Attribute| {
        let last = attr.path().segments.last();
        last.is_some_and(|last| last.ident == "cgo_export")
    };
    let mut item = item.clone();
    let index = item.attrs.iter().position(ours)?;
    let tokens = match item.attrs.remove(index).meta {
        Meta::List(list) => list.tokens,
        _ => Default::default(),
    };
    match Exported::parse(tokens, quote::ToTokens::into_token_stream(item)) {
        Ok(Exported::Trait(found)) => Some(found),
        _ => None,
    }
}

/// Whether one of its functions takes or returns a type of that name, which the members behind it could not.
fn is_mentioned(found: &Trait, name: &str) -> bool {
    found.methods.iter().any(|method| {
        let types = [method.c_param_types(), vec![method.c_result()]].concat();
        is_type_in(&types.iter().collect::<Vec<_>>(), name)
    })
}

/// Its struct.
pub(super) fn define(
    found: &Trait,
    types: &mut Types<'_>,
    taker: &dyn Fn(&Type) -> Option<String>,
) -> Definition {
    let name = found.name();
    let mut text = String::new();
    let threads = ("threads".to_owned(), found.promise().to_owned());
    comment::write(&mut text, &docs(&found.item.attrs), &[threads]);
    let _ = writeln!(text, "struct {name} {{");
    comment::member(&mut text, &[" What each function gets first.".to_owned()]);
    let _ = writeln!(text, "    void *user_data;");
    let names: Vec<Member> = found
        .methods
        .iter()
        .map(|method| Member::Written(method.name()))
        .collect();
    let members = side_by_side(&names, &|name| {
        types.is_taken(name, &[]) || standard::is_taken_by_a_call(name) || is_mentioned(found, name)
    });
    for (method, member) in found.methods.iter().zip(members) {
        let own = method.c_param_types();
        let own: Vec<CType> = own.iter().map(|ty| types.spelled(ty)).collect();
        let names = method.c_param_names(&|name| types.is_taken(name, &own));
        let promises = method.promises(&names, taker);
        comment::function(&mut text, &docs(&method.attrs), &promises);
        let params = own.iter().zip(&names);
        let params: Vec<String> = params.map(|(ty, name)| types.declare(ty, name)).collect();
        let declarator = format!("(*{member})({})", params.join(", "));
        let _ = writeln!(
            text,
            "    {};",
            types.declare(&method.c_result(), &declarator)
        );
    }
    let said = match found.send {
        true => {
            " Called once where the object was given away, when it is not used any more. May be NULL."
        }
        false => " Not called, as nothing of this type is given away. May be NULL.",
    };
    comment::member(&mut text, &[said.to_owned()]);
    let _ = writeln!(text, "    void (*drop)(void *user_data);");
    Definition {
        forward: Some(format!("typedef struct {name} {name};")),
        name,
        text: text + "};",
        enumerators: Vec::new(),
        members: Vec::new(),
    }
}
