//! A module's declarations as a Rust file.

use std::collections::HashMap;

use cgocall_syntax::ImportAttr;
use proc_macro2::Literal;
use quote::ToTokens as _;

use super::declare::{Declarations, escape};
use super::owner::Owner;

/// The file that the macro includes as `C`.
pub(crate) fn of(
    attr: &ImportAttr,
    made: &Declarations,
    owners: &HashMap<String, Owner>,
) -> String {
    let mut text = "// What the C compiler says of the names that a module uses. Made by build.rs; changes are lost.\n".to_owned();
    let (with_links, without) = (attribute(attr, true), attribute(attr, false));
    let mut block = String::new();
    for (name, item) in &made.types {
        match owners.get(name) {
            // Not `use`, which would bring a function of the same name.
            Some(Owner::Other(path)) => text += &format!("\npub type {} = {path};\n", escape(name)),
            _ if item.is_opaque => block += &item.text,
            _ => text += &format!("\n{without}\n{}{}{}", item.docs, item.text, item.after),
        }
    }
    block += &made.members.concat();
    if !block.is_empty() {
        let indented: Vec<String> = block.lines().map(|line| format!("    {line}\n")).collect();
        text += &format!(
            "\n{with_links}\nunsafe extern \"C\" {{\n{}}}\n",
            indented.concat()
        );
    }
    for item in &made.beside {
        text += &format!("\n{item}");
    }
    text
}

/// The attribute, without what only links where nothing does.
pub(crate) fn attribute(attr: &ImportAttr, links: bool) -> String {
    let mut keys = Vec::new();
    for (key, values) in attr.lists() {
        let values = values.iter().filter(|_| links || !key.starts_with("link"));
        keys.extend(values.map(|text| format!("{key} = {}", Literal::string(&text.value))));
    }
    let preamble = attr.preamble.iter();
    keys.extend(preamble.map(|text| format!("preamble = {}", Literal::string(&text.value))));
    if let (Some(sys), true) = (&attr.sys, links) {
        keys.push(format!("sys = {sys}"));
    }
    let krate = attr
        .krate
        .as_ref()
        .map(|path| path.to_token_stream().to_string().replace(' ', ""));
    keys.extend(krate.iter().map(|path| format!("crate = {path}")));
    format!(
        "#[{}::cgo_import({})]",
        krate.as_deref().unwrap_or("::cgocall"),
        keys.join(", ")
    )
}
