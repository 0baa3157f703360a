//! The parsers of this crate as functions of any bytes, for `fuzz/` and for the replay of its corpora.
//!
//! They must come back, whatever they are given; what they assert holds for whatever can be read at all.

use proc_macro2::extra::invalidate_current_thread_spans;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Item;

use crate::hash::{self, Package};
use crate::record::{Index, Record};
use crate::{Errors, Export, Import};

/// The text of a file that holds one item under an attribute of ours: `#[cgo_import(..)] unsafe extern "C" { .. }`.
pub fn attributes(data: &[u8]) {
    // The parser remembers every text for as long as its thread lives.
    invalidate_current_thread_spans();
    let Some((name, attr, item)) = taken_apart(data) else {
        return;
    };
    if name == "cgo_export" {
        export(attr, item);
    } else {
        import(attr, item);
    }
}

/// What the build script leaves for the macro.
pub fn record(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(record) = Record::parse(text) {
        assert_eq!(Record::parse(&record.to_text()), Ok(record));
    }
    if let Ok(index) = Index::parse(text) {
        assert_eq!(Index::parse(&index.to_text()), Ok(index));
    }
}

/// The attribute's name and arguments, and the item.
fn taken_apart(data: &[u8]) -> Option<(String, TokenStream, TokenStream)> {
    let mut tokens = lexed(std::str::from_utf8(data).ok()?)?.into_iter();
    match (tokens.next()?, tokens.next()?) {
        (TokenTree::Punct(pound), TokenTree::Group(attr))
            if pound.as_char() == '#' && attr.delimiter() == Delimiter::Bracket =>
        {
            let mut inside = attr.stream().into_iter();
            let name = inside.next()?.to_string();
            let arguments = match inside.next() {
                Some(TokenTree::Group(arguments)) => arguments.stream(),
                _ => TokenStream::new(),
            };
            Some((name, arguments, tokens.collect()))
        }
        _ => None,
    }
}

fn lexed(text: &str) -> Option<TokenStream> {
    text.parse().ok()
}

fn package() -> Package {
    Package {
        name: "fuzz".to_owned(),
        version: "0.0.0".to_owned(),
    }
}

fn import(attr: TokenStream, item: TokenStream) {
    let import = match Import::parse(attr.clone(), item.clone()) {
        Ok(import) => import,
        Err(errors) => return said(&errors),
    };
    for node in import.nodes() {
        assert!(import.tokens_of(&node.address).is_some(), "{node:?}");
        let _ = import.attrs_of(&node.address);
    }
    let _ = (import.form(), import.has_archive(), import.own_attrs());
    let same = |other: Result<Import, Errors>| {
        let other = other.unwrap_or_else(|errors| panic!("once more: {errors}"));
        assert_eq!(import.canonical(), other.canonical());
        assert_eq!(hash::of(&package(), &import), hash::of(&package(), &other));
    };
    same(Import::parse(printed(&attr), printed(&item)));
    same(Import::parse(attr, from_file(item)));
}

fn export(attr: TokenStream, item: TokenStream) {
    let export = match Export::parse(attr.clone(), item.clone()) {
        Ok(export) => export,
        Err(errors) => return said(&errors),
    };
    let _ = (export.docs(), export.declaration());
    for (name, ty) in export.c_params() {
        let _ = ty.declare(&name);
    }
    let _ = export.c_result().spell();
    let same = |other: Result<Export, Errors>| {
        let other = other.unwrap_or_else(|errors| panic!("once more: {errors}"));
        assert_eq!(export.canonical(), other.canonical());
        assert_eq!(
            hash::of_export(&package(), &export),
            hash::of_export(&package(), &other)
        );
    };
    same(Export::parse(printed(&attr), printed(&item)));
    same(Export::parse(attr, from_file(item)));
}

/// What is refused is refused with words.
fn said(errors: &Errors) {
    assert!(!errors.is_empty());
    assert!(errors.iter().all(|(_, message)| !message.is_empty()));
    let _ = errors.to_compile_error();
}

/// The tokens as another program has them: one that read their text.
fn printed(tokens: &TokenStream) -> TokenStream {
    let text = tokens.to_string();
    lexed(&text).unwrap_or_else(|| panic!("no tokens: {text}"))
}

/// The item as the build script has it, from a file.
fn from_file(item: TokenStream) -> TokenStream {
    let item: Item = syn::parse2(item).expect("an item, as before");
    item.into_token_stream()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file of a corpus, with the stack that rustc gives to macros.
    fn replay(target: &str, one: fn(&[u8])) {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
        let files = std::fs::read_dir(corpus.join(target)).expect("a corpus");
        let inputs: Vec<Vec<u8>> = files
            .map(|file| std::fs::read(file.expect("an entry").path()).expect("a file"))
            .collect();
        assert!(!inputs.is_empty(), "a corpus of {target}");
        let all = std::thread::Builder::new().stack_size(8 << 20);
        let all = all.spawn(move || inputs.iter().for_each(|input| one(input)));
        all.expect("a thread").join().expect("no panic");
    }

    #[test]
    fn what_the_fuzzer_found_of_attributes() {
        replay("attributes", attributes);
    }

    #[test]
    fn what_the_fuzzer_found_of_records() {
        replay("record", record);
    }
}
