//! What is refused, because nobody else will: under an attribute macro the compiler never sees the item itself.

use crate::attr::{CgoAttr, Text};
use crate::bits;
use crate::cpath::CPath;
use crate::ctype::CType;
use crate::depth;
use crate::error::Errors;
use crate::import::{Block, BlockItem, Form, Import, ImportItem, Opaque, c_spelling};
use crate::keyword;
use crate::layout::Field;
use crate::library::Library;
use crate::mode::{Mode, Modes};
use crate::module;
use crate::slot::{Param, Ret};
use crate::symbol;
use crate::types;
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::HashSet;
use syn::{Attribute, ForeignItem, Generics, Ident, Item, ItemForeignMod, Safety, Signature, Type};

pub(crate) const VARIADIC: &str = "a variadic function has no one frame; import it with the arguments of each use, \
                                   under names of their own, from C functions in a `preamble`";
const VARIADIC_PLAIN: &str = "a variadic function is called through C, which knows how: say which header declares it, \
                              `#[cgo_import(include = \"..\")]`, and write the arguments of one use instead of `...`";
const VARIADIC_IN_C: &str = "write the arguments of one use instead of `...`: `fn printf(format: &CStr, n: c_int) -> \
                             c_int;`; for another use, another name, with `#[cgo(c = \"printf\")]`";

const VARIADIC_EXPORT: &str = "C passes any number of arguments, and Rust has no way to ask for them; export a \
                               function for each use";

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

/// `unsafe extern "C"`, nothing else.
pub(crate) fn block_head(block: &ItemForeignMod, errors: &mut Errors) {
    if !types::is_c(&block.abi) {
        errors.push(
            &block.abi,
            "C functions are declared in `unsafe extern \"C\" { .. }`",
        );
    } else if block.unsafety.is_none() {
        let message = "write `unsafe extern \"C\"`: that the declarations are true is a promise of whoever writes them";
        errors.push(&block.abi, message);
    }
}

/// What syn reads in a block but does not understand, or that means nothing there.
pub(crate) fn foreign_item(item: &ForeignItem, errors: &mut Errors) {
    let ForeignItem::Verbatim(tokens) = item else {
        let message = "macros inside the block are not expanded; write the declarations, or let the macro make the \
                       whole block";
        errors.push(item, message);
        return;
    };
    let has = |word: &str| {
        tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
    };
    let message = if has("fn") {
        "a C function has no body here; end the declaration with `;` (a Rust function for C is `#[cgo_export]`)"
    } else if has("static") {
        "a C variable has no value here; end the declaration with `;`"
    } else {
        "an opaque type is declared as `type Name;`, without bounds or a right-hand side"
    };
    errors.push(tokens, message);
}

/// What an imported function's signature may not have.
pub(crate) fn import_signature(signature: &Signature, form: Form, errors: &mut Errors) -> bool {
    let variadic = match form {
        Form::Plain => VARIADIC_PLAIN,
        Form::C => VARIADIC_IN_C,
    };
    signature_head(signature, "a C function", variadic, errors)
        & refuse(
            signature.abi.as_ref(),
            "the block has said `extern \"C\"` already",
            errors,
        )
}

/// What neither side's functions may have.
pub(crate) fn signature_head(
    signature: &Signature,
    what: &str,
    variadic: &str,
    errors: &mut Errors,
) -> bool {
    let receiver = signature.receiver().map(|receiver| receiver.self_token);
    let self_message = format!("{what} has no `self`; name the parameter and its type");
    refuse(
        signature.constness,
        format!("{what} cannot be `const`"),
        errors,
    ) & refuse(
        signature.asyncness,
        format!("{what} cannot be `async`"),
        errors,
    ) & refuse(receiver, self_message, errors)
        & refuse(signature.variadic.as_ref(), variadic, errors)
        & no_generics(&signature.generics, errors)
}

fn refuse(
    found: Option<impl ToTokens>,
    message: impl std::fmt::Display,
    errors: &mut Errors,
) -> bool {
    if let Some(found) = &found {
        errors.push(found, message);
    }
    found.is_none()
}

/// C has none.
pub(crate) fn no_generics(generics: &Generics, errors: &mut Errors) -> bool {
    let found = generics.lt_token.is_some().then_some(&generics.params);
    let message = match generics.params.first() {
        Some(syn::GenericParam::Lifetime(_)) => {
            "named lifetimes are not supported: a borrow lasts for the call; leave the lifetime away"
        }
        _ => "C has no generics; write the type",
    };
    refuse(found, message, errors)
        & refuse(
            generics.where_clause.as_ref(),
            "C has no generics, so there is nothing for `where` to say",
            errors,
        )
}

/// The item's attributes but for ours, which a parser of files leaves on it.
pub(crate) fn without_ours(mut attrs: Vec<Attribute>) -> Vec<Attribute> {
    attrs.retain(|attr| {
        !is_ours(attr.path()) && !conditional(attr).any(|meta| is_ours(meta.path()))
    });
    attrs
}

fn is_ours(path: &syn::Path) -> bool {
    let last = path.segments.last();
    last.is_some_and(|last| last.ident == "cgo_import" || last.ident == "cgo_export")
}

/// The attributes of an import, for all that is made of it.
pub(crate) fn outer_attrs(attrs: Vec<Attribute>, errors: &mut Errors) -> Vec<Attribute> {
    let mut attrs = without_ours(attrs);
    // A condition on the item itself is rustc's to evaluate: nothing of it is in the model.
    let conditions: Vec<Attribute> = attrs
        .extract_if(.., |attr| attr.path().is_ident("cfg_attr"))
        .collect();
    inner_attrs(&mut attrs, errors);
    attrs.extend(conditions);
    attrs
}

/// Takes out the attributes that would change what is imported behind the model's back.
pub(crate) fn inner_attrs(attrs: &mut Vec<Attribute>, errors: &mut Errors) {
    for attr in attrs.extract_if(.., |attr| refusal(attr).is_some()) {
        errors.push(&attr, refusal(&attr).unwrap_or_default());
    }
}

fn refusal(attr: &Attribute) -> Option<&'static str> {
    let path = attr.path();
    if path.is_ident("cfg_attr") && !is_doc_only(attr) {
        Some(
            "build.rs cannot evaluate `cfg_attr` here as rustc would; write two items under `#[cfg(..)]`",
        )
    } else if path.is_ident("link_name") {
        Some("write `#[cgo(c = \"name\")]` for the name in C")
    } else if path.is_ident("link") {
        Some("write `#[cgo_import(link = \"name\")]`: the stubs must come before the library")
    } else if path.is_ident("cgo") {
        Some("`#[cgo(..)]` means nothing here; it goes on the functions in the block")
    } else {
        None
    }
}

fn is_doc_only(attr: &Attribute) -> bool {
    conditional(attr).all(|meta| meta.path().is_ident("doc"))
}

/// The attributes that a `cfg_attr` may stand for; none of any other.
fn conditional(attr: &Attribute) -> impl Iterator<Item = syn::Meta> {
    let parser = syn::punctuated::Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated;
    let is_conditional = attr.path().is_ident("cfg_attr");
    let metas = is_conditional
        .then(|| attr.parse_args_with(parser).ok())
        .flatten();
    metas.into_iter().flatten().skip(1)
}

/// The attribute, against the item that it stands on.
pub(crate) fn import_attr(import: &Import, errors: &mut Errors) {
    match import.item {
        ImportItem::Block(_) => block_attr(import, errors),
        ImportItem::Module(_) => module_attr(import, errors),
        ImportItem::FnPointer(_) => fn_pointer_attr(import, errors),
        _ => layout_attr(import, errors),
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

/// Only then is the order of the fields the text's.
pub(crate) fn repr_c(attrs: &[Attribute], ident: &Ident, what: &str, errors: &mut Errors) {
    if !has_repr(attrs, |word| word == "C") {
        errors.push(ident, format!("{what} that C shares is `#[repr(C)]`"));
    }
}

/// C's enums are integers.
pub(crate) fn repr_of_enum(attrs: &[Attribute], ident: &Ident, errors: &mut Errors) {
    let integers = ["C", "u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];
    if !has_repr(attrs, |word| integers.contains(&word)) {
        let message = "an enum that C shares is `#[repr(C)]`, or has an integer's: `#[repr(u32)]`";
        errors.push(ident, message);
    }
}

fn has_repr(attrs: &[Attribute], wanted: impl Fn(&str) -> bool) -> bool {
    attrs.iter().any(|attr| {
        let mut found = false;
        let words = attr.path().is_ident("repr").then(|| {
            attr.parse_nested_meta(|meta| {
                found |= meta
                    .path
                    .get_ident()
                    .is_some_and(|word| wanted(&word.to_string()));
                if meta.input.peek(syn::token::Paren) {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    content.parse::<TokenStream>()?;
                }
                Ok(())
            })
        });
        matches!(words, Some(Ok(()))) && found
    })
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
    for param in params.iter().filter(|param| is_safe && param.arg.raw) {
        errors.push(
            &param.ty,
            format!(
                "a `blocking` call runs on another thread, and nothing shows that this pointer may go there; {cure}"
            ),
        );
    }
    let Some(ty) = &ret.ty else {
        return;
    };
    if ret.is_text {
        errors.push(
            ty,
            format!(
                "a `blocking` call runs on another thread, whose text may not outlive it; {cure}, \
                 and return `*const c_char`"
            ),
        );
    } else if is_safe && ret.raw {
        errors.push(
            ty,
            format!(
                "a `blocking` call runs on another thread, and nothing shows that this pointer may come from there; \
                 {cure}"
            ),
        );
    }
}

/// What stands on a parameter is in no output of the macro.
pub(crate) fn param_attrs(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs.iter().filter(|attr| !attr.path().is_ident("cgo")) {
        errors.push(
            attr,
            "no attributes but `#[cgo(c = ..)]` here; put a `#[cfg(..)]` on the whole function, once for each case",
        );
    }
}

/// An opaque type has a size in C alone.
fn opaques_by_value(block: &Block, errors: &mut Errors) {
    let opaques: Vec<String> = block.opaques().map(Opaque::name).collect();
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

/// The value of `c = ".."` as the name of a function or static.
pub(crate) fn c_identifier(text: Text, errors: &mut Errors) -> String {
    if !symbol::is_c_identifier(&text.value) {
        errors.push(
            &text.literal,
            format!("{:?} is not a name in C", text.value),
        );
    }
    text.value
}

/// As [`c_type_name`], of a struct or union, which may be a member without a name: `struct s.0`.
pub(crate) fn c_aggregate_name(text: Text, errors: &mut Errors) -> String {
    match CPath::unnamed(&text.value) {
        Some(_) => text.value,
        None => c_type_name(text, errors),
    }
}

/// The value of `c = ".."` as the name of a type: `sqlite3`, `struct stat`; or the way to one, `struct s.in`.
pub(crate) fn c_type_name(text: Text, errors: &mut Errors) -> String {
    if CPath::unnamed(&text.value).is_some() {
        let message = "a member without a name is a struct or a union: let this be its name in Rust, and write \
                       `c = ..` on that";
        errors.push(&text.literal, message);
    }
    if CPath::parse(&text.value).is_some() {
        return text.value;
    }
    let words: Vec<&str> = text.value.split_whitespace().collect();
    let name = match words[..] {
        ["struct" | "union" | "enum", name] | [name] => name,
        _ => "",
    };
    if !symbol::is_c_identifier(name) || keyword::is_c(name) {
        let message = format!(
            "{:?} is not a type's name in C, such as `sqlite3` or `struct stat`, nor the way to one, `struct s.member`",
            text.value
        );
        errors.push(&text.literal, message);
    }
    text.value
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

/// An export keeps its attributes, but for those that would make a symbol of the Rust function.
pub(crate) fn export_attrs(attrs: &[Attribute], errors: &mut Errors) {
    for attr in attrs {
        let text = attr.meta.to_token_stream().to_string();
        if text.contains("no_mangle") || text.contains("export_name") {
            errors.push(attr, "`#[cgo_export]` makes the symbol; for another name write `#[cgo_export(name = \"..\")]`");
        }
    }
}

/// What an exported function's signature may not have.
pub(crate) fn export_signature(signature: &Signature, errors: &mut Errors) -> bool {
    let sound = signature_head(
        signature,
        "a function that C calls",
        VARIADIC_EXPORT,
        errors,
    );
    if let Safety::Safe(safe) = &signature.safety {
        errors.push(safe, "`safe` is for declarations in an `extern` block");
    }
    sound
        & refuse(
            signature.abi.as_ref(),
            "write a plain `fn`: `#[cgo_export]` makes the `extern \"C\"` function that calls it",
            errors,
        )
}
