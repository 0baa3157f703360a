//! `#[cgo_import]`.

use crate::block::BlockExpansion;
use crate::evidence::{Evidence, Load};
use crate::{layout, module, names, pointer, refused, twice};
use cgocall_syntax::hash::{self, Hash, Package};
use cgocall_syntax::record::Record;
use cgocall_syntax::{Block, Errors, Form, Import, ImportItem, owner, pair};
use proc_macro2::TokenStream;
use quote::quote;

/// Who wrote an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// Whom lints speak to.
    Person,
    /// The build script: see [`discovered`](crate::discovered).
    Us,
}

pub(crate) fn expand(attr: TokenStream, item: TokenStream, load: Load<'_>) -> TokenStream {
    expand_as(Author::Person, attr, item, load)
}

fn expand_as(author: Author, attr: TokenStream, item: TokenStream, load: Load<'_>) -> TokenStream {
    let (import, errors) = Import::parse_partly(attr, item.clone());
    let said = errors.to_compile_error();
    let Some(import) = import else {
        let item = refused::item(item);
        return quote!(#said #item);
    };
    // Without cargo (a bare rustc) there are no records either; the name only has to be some name.
    let package = Package::from_env().unwrap_or_else(|| Package {
        name: "package".to_owned(),
        version: String::new(),
    });
    // One mistake, one error: a record is asked for only when the item itself is sound.
    let evidence = |import: &Import, hash: &Hash| match errors.is_empty() {
        true if import.form() == Form::C => Evidence::of(import, load(&package, hash)),
        is_asked => Evidence::none(is_asked),
    };
    let block = |import: &Import, block: &Block, hash: &Hash, evidence: &Evidence| {
        let expand = |block: &Block, evidence: &Evidence| {
            BlockExpansion::new(author, import, block, &package, hash).expand(evidence)
        };
        let Record {
            owners, lengths, ..
        } = &evidence.record;
        if owners.is_empty() && lengths.is_empty() {
            return expand(block, evidence);
        }
        let (mut block, mut errors) = (block.clone(), Errors::new());
        pair::adopt(&mut block, lengths);
        owner::adopt(&mut block, owners, &mut errors);
        match errors.is_empty() {
            true => expand(&block, evidence),
            false => expand(&block, &evidence.instead(errors)),
        }
    };
    let hash = hash::of(&package, &import);
    let found = evidence(&import, &hash);
    let expansion = match &import.item {
        ImportItem::Block(item) => block(&import, item, &hash, &found),
        ImportItem::Module(item) => {
            let declared = |declared: &Import| {
                let hash = hash::of(&package, declared);
                let items = declared.block().expect("what a module declares is a block");
                block(declared, items, &hash, &evidence(declared, &hash))
            };
            let discovered = |attr, item| expand_as(Author::Us, attr, item, load);
            module::expand(item, &hash, &found, declared, discovered)
        }
        ImportItem::FnPointer(item) => {
            let (said, record) = (&found.said, &found.record);
            let private = names::private(import.attr.krate.as_ref());
            let asserts = pointer::asserts(&private, import.form(), item, record);
            let pointer = pointer::expand(&private, item);
            quote!(#said #asserts #pointer)
        }
        ImportItem::Aggregate(item) => layout::aggregate(&import, item, &found),
        ImportItem::Enumeration(item) => layout::enumeration(&import, item, &found),
        ImportItem::Alias(item) => layout::alias(&import, item, &found),
        ImportItem::Constant(item) => layout::constant(&import, item, &found),
    };
    let twice = twice::said(&item);
    quote!(#said #twice #expansion)
}
