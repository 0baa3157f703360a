//! What our attribute says, against the item that it stands on.

use crate::attr::CgoAttr;
use crate::bits;
use crate::error::Errors;
use crate::import::{Block, Form, Import, ImportItem};
use crate::library::Library;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Type;

/// The attribute, against the item that it stands on.
pub(crate) fn import_attr(import: &Import, errors: &mut Errors) {
    match import.item {
        ImportItem::Block(_) => block_attr(import, errors),
        ImportItem::Module(_) => module_attr(import, errors),
        ImportItem::FnPointer(_) => fn_pointer_attr(import, errors),
        _ => layout_attr(import, errors),
    }
}

fn block_attr(import: &Import, errors: &mut Errors) {
    let attr = &import.attr;
    for key in attr.modes.keys() {
        let message = format!(
            "`{key}` is said of a function: write `#[cgo({key})]` on each that it is true for"
        );
        errors.push(key, message);
    }
    if import.form() == Form::Plain {
        for (key, values) in [
            ("pkg_config", &attr.pkg_config),
            ("define", &attr.define),
            ("cflags", &attr.cflags),
        ] {
            for value in values {
                errors.push(
                    &value.literal,
                    format!("`{key}` is for the C compiler, which a plain import never runs; add `include = \"..\"`"),
                );
            }
        }
        let functions = import.block().into_iter().flat_map(Block::functions);
        for format in functions.filter_map(|function| function.format.as_ref()) {
            let message = "`format` is for the C compiler, which a plain import never runs; add `include = \"..\"`";
            errors.push(format, message);
        }
        for value in &attr.link_search {
            let message = "of a plain import nobody tells the linker a folder; add `include = \"..\"`, or print \
                           `cargo::rustc-link-search=..` in build.rs";
            errors.push(&value.literal, message);
        }
        for constant in import.block().into_iter().flat_map(Block::constants) {
            let message =
                "the value of this is a header's: say which, `#[cgo_import(include = \"..\")]`";
            errors.push(&constant.ident, message);
        }
    }
    for value in &attr.link {
        if let Err(message) = Library::parse(&value.value) {
            errors.push(&value.literal, message);
        }
    }
    if let (Some(sys), Some(link)) = (&attr.sys, attr.link.first()) {
        errors.push(
            &link.literal,
            format!("`{sys}` links its library already; remove `link`"),
        );
    }
}

/// Names are asked of somebody.
fn module_attr(import: &Import, errors: &mut Errors) {
    block_attr(import, errors);
    if import.form() == Form::Plain {
        let message =
            "the names of C come from a header: say which, `#[cgo_import(include = \"..\")]`";
        errors.push(head_of(import), message);
    }
}

/// A type or a constant has to be somewhere in C to be compared with, and links nothing.
fn layout_attr(import: &Import, errors: &mut Errors) {
    let attr = &import.attr;
    for key in attr.modes.keys() {
        errors.push(key, format!("`{key}` is said of a function"));
    }
    nothing_to_link(import, errors);
    if import.form() == Form::Plain && attr.source.is_empty() {
        let message =
            "this is compared with a header: say which, `#[cgo_import(include = \"..\")]`";
        errors.push(head_of(import), message);
    }
}

/// With a header it is a typedef of that, without it there is nothing in C.
fn fn_pointer_attr(import: &Import, errors: &mut Errors) {
    if import.form() == Form::C {
        return nothing_to_link(import, errors);
    }
    for node in import.attr.nodes() {
        let key = node.address.split('/').nth(1).unwrap_or_default();
        errors.push(
            &node.tokens,
            format!("a function pointer type is called by its own declaration; `{key}` means nothing on it"),
        );
    }
}

fn nothing_to_link(import: &Import, errors: &mut Errors) {
    let attr = &import.attr;
    for (key, values) in [("link", &attr.link), ("link_search", &attr.link_search)] {
        for value in values {
            let message = format!(
                "there is nothing to link for a type or a constant; `{key}` means nothing on it"
            );
            errors.push(&value.literal, message);
        }
    }
}

fn head_of(import: &Import) -> TokenStream {
    match &import.item {
        ImportItem::Aggregate(item) => item.ident.to_token_stream(),
        ImportItem::Enumeration(item) => item.ident.to_token_stream(),
        ImportItem::Alias(item) => item.ident.to_token_stream(),
        ImportItem::Constant(item) => item.ident.to_token_stream(),
        ImportItem::Module(item) => item.ident.to_token_stream(),
        ImportItem::Block(_) | ImportItem::FnPointer(_) => TokenStream::new(),
    }
}

/// What is said of a field, against the rest of it.
pub(crate) fn field_keys(cgo: &CgoAttr, ty: &Type, errors: &mut Errors) {
    let said = [
        ("bits", cgo.bits.is_some()),
        ("anonymous", cgo.anonymous.is_some()),
        ("opaque", cgo.opaque.is_some()),
    ];
    let mut said = said.iter().filter(|(_, said)| *said).map(|(key, _)| key);
    if let (Some(first), Some(second)) = (said.next(), said.next()) {
        let message = format!("a field cannot be `{first}` and `{second}`; remove one");
        errors.push(ty, message);
    }
    if cgo.bits.is_none() && cgo.anonymous.is_none() {
        return;
    }
    if let Some(c) = &cgo.c {
        let message = "this has no name in C; remove `c`";
        errors.push(&c.literal, message);
    }
    if cgo.bits.is_some() && !bits::is_storage(ty) {
        let message = "bitfields are stored in an integer or in `[u8; N]`; write one of these";
        errors.push(ty, message);
    }
}
