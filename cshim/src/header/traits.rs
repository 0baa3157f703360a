//! The struct that C fills in to implement a trait.

use std::fmt::Write as _;

use cgocall_syntax::{Exported, Trait, docs};
use syn::{Attribute, ItemTrait, Meta, Type};

use super::definition::Definition;
use super::{Types, c_name, comment};

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
    for method in &found.methods {
        let promises = method.promises(taker).into_iter();
        let promises: Vec<(String, String)> = promises
            .map(|(name, said)| match name.as_str() {
                "NULL" | "returns" => (name, said),
                _ => (c_name(&name), said),
            })
            .collect();
        comment::function(&mut text, &docs(&method.attrs), &promises);
        let params = method.c_params();
        let params = params
            .iter()
            .map(|(name, ty)| types.declare(ty, &c_name(name)));
        let params: Vec<String> = params.collect();
        let declarator = format!("(*{})({})", c_name(&method.name()), params.join(", "));
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
    }
}
