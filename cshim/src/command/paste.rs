//! Discovered text as a person would have it: short names, docs as docs, a line for each thing.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::spanned::Spanned as _;
use syn::{Attribute, Item};

/// No line is longer, but for what cannot be broken.
const WIDTH: usize = 100;

/// Lays out a discovered module's `text`.
///
/// # Errors
/// A sentence.
pub(super) fn paste(text: &str) -> Result<String, String> {
    let file = read(text.parse())?;
    let mut short = Short {
        taken: file.items.iter().flat_map(declared).collect(),
        used: BTreeSet::new(),
    };
    let file = read(Ok(short.tokens(file.into_token_stream(), 0)))?;
    let items = file.items.into_iter().map(item);
    let items: Vec<String> = items.collect();
    let mut uses = vec!["use cgocall::cgo_import;\n".to_owned()];
    uses.extend(short.uses());
    Ok([vec![uses.concat()], items].concat().join("\n"))
}

fn read(tokens: Result<TokenStream, proc_macro2::LexError>) -> Result<syn::File, String> {
    let file = tokens.map_err(|error| error.to_string());
    file.and_then(|tokens| syn::parse2(tokens).map_err(|error| error.to_string()))
        .map_err(|error| {
            format!("what C says came out as no Rust: {error}; this is a mistake of cgocall, please report it")
        })
}

/// The name of what stands on a line of pasted text.
pub(super) fn name_at(text: &str, line: usize) -> Option<String> {
    let file = syn::parse_file(text).ok()?;
    let is_there = |tokens: &dyn quote::ToTokens| {
        let span = tokens.to_token_stream().span();
        (span.start().line..=span.end().line).contains(&line)
    };
    let item = file.items.iter().find(|item| is_there(item))?;
    match item {
        Item::ForeignMod(block) => {
            let member = block.items.iter().find(|member| is_there(member))?;
            member_name(member)
        }
        item => declared(item).pop(),
    }
}

/// `text` without what is called `names`, and without what needs it: each with one that it needs.
pub(super) fn without(
    text: &str,
    names: &BTreeSet<String>,
) -> Result<(String, Vec<(String, String)>), String> {
    let mut file = read(text.parse())?;
    let mut gone = names.clone();
    let mut dependents = Vec::new();
    loop {
        let before = gone.len();
        let mut keep = |tokens: TokenStream, name: Option<String>| {
            let cause = mentioned(tokens, &gone);
            if let (Some(cause), Some(name)) = (&cause, name)
                && gone.insert(name.clone())
            {
                dependents.push((name, cause.clone()));
            }
            cause.is_none()
        };
        file.items.retain_mut(|item| match item {
            Item::ForeignMod(block) => {
                let members = &mut block.items;
                members.retain(|member| keep(member.to_token_stream(), member_name(member)));
                !members.is_empty()
            }
            item => keep(item.to_token_stream(), declared(item).pop()),
        });
        if gone.len() == before {
            // What only serves another is nobody's loss.
            dependents.retain(|(name, _)| !name.starts_with("_cgo_"));
            return Ok((file.into_token_stream().to_string(), dependents));
        }
    }
}

/// One of `names` that is in `tokens`.
fn mentioned(tokens: TokenStream, names: &BTreeSet<String>) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident.to_string()).filter(|name| names.contains(name)),
        TokenTree::Group(group) => mentioned(group.stream(), names),
        _ => None,
    })
}

fn member_name(member: &syn::ForeignItem) -> Option<String> {
    Some(match member {
        syn::ForeignItem::Type(item) => item.ident.to_string(),
        syn::ForeignItem::Fn(item) => item.sig.ident.to_string(),
        syn::ForeignItem::Static(item) => item.ident.to_string(),
        _ => return None,
    })
}

/// Replaces paths by short names.
struct Short {
    /// Names that the text itself declares.
    taken: BTreeSet<String>,
    /// Of `std::ffi`.
    used: BTreeSet<String>,
}

impl Short {
    fn tokens(&mut self, tokens: TokenStream, indent: usize) -> TokenStream {
        let mut rest: Vec<TokenTree> = tokens.into_iter().collect();
        rest.reverse();
        let mut made = TokenStream::new();
        while let Some(token) = rest.pop() {
            if let Some(docs) = docs(&token, rest.last(), indent) {
                rest.pop();
                made.extend(docs);
                continue;
            }
            if let Some((length, name)) = self.path(&token, &rest) {
                rest.truncate(rest.len() - length);
                made.extend(name);
                continue;
            }
            made.extend([match token {
                TokenTree::Group(group) => {
                    let indent = match group.delimiter() {
                        Delimiter::Brace => indent + 4,
                        _ => indent,
                    };
                    let inner = self.tokens(group.stream(), indent);
                    TokenTree::Group(Group::new(group.delimiter(), inner))
                }
                other => other,
            }]);
        }
        made
    }

    /// `::core::ffi::c_int` and such at `first`: how many tokens follow, which are `rest` from its end, and what to write.
    fn path(&mut self, first: &TokenTree, rest: &[TokenTree]) -> Option<(usize, TokenStream)> {
        if !matches!(first, TokenTree::Punct(first) if first.as_char() == ':') {
            return None;
        }
        let word = |index: usize| Some(rest.get(rest.len().checked_sub(index)?)?.to_string());
        let path = [first.to_string(), word(1)?, word(2)?, word(3)?, word(4)?];
        if path[..2] != [":", ":"] || path[3..] != [":", ":"] {
            return None;
        }
        if path[2] == "cgocall" && word(5)? == "cgo_import" {
            // Without keys it has no parentheses.
            let length = if word(6).as_deref() == Some("()") {
                6
            } else {
                5
            };
            return Some((length, quote!(cgo_import)));
        }
        if path[2] != "core" || word(6)? != ":" || word(7)? != ":" {
            return None;
        }
        let (module, name) = (word(5)?, word(8)?);
        let short: TokenStream = name.parse().ok()?;
        if self.taken.contains(&name) {
            return None;
        }
        match module.as_str() {
            "ffi" => {
                self.used.insert(name);
            }
            "option" | "default" | "primitive" => {}
            _ => return None,
        }
        Some((8, short))
    }

    /// `use std::ffi::{..};`, in as many lines as it takes.
    fn uses(&self) -> Option<String> {
        let names: Vec<&str> = self.used.iter().map(String::as_str).collect();
        let (only, line) = match &names[..] {
            [] => return None,
            [name] => (true, (*name).to_owned()),
            names => (false, names.join(", ")),
        };
        if only {
            return Some(format!("use std::ffi::{line};\n"));
        }
        if line.len() + 17 <= WIDTH {
            return Some(format!("use std::ffi::{{{line}}};\n"));
        }
        let lines = fill(&format!("{line},"), WIDTH - 4).join("\n    ");
        Some(format!("use std::ffi::{{\n    {lines}\n}};\n"))
    }
}

/// `#[doc = ".."]`, as lines that fit.
fn docs(hash: &TokenTree, bracket: Option<&TokenTree>, indent: usize) -> Option<TokenStream> {
    let (TokenTree::Punct(hash), Some(TokenTree::Group(bracket))) = (hash, bracket) else {
        return None;
    };
    if hash.as_char() != '#' {
        return None;
    }
    let tokens = bracket.stream();
    let mut tokens = tokens.into_iter();
    if tokens.next()?.to_string() != "doc" || tokens.next()?.to_string() != "=" {
        return None;
    }
    let text: syn::LitStr = syn::parse2(tokens.collect()).ok()?;
    let text = text.value();
    let lines = match text.trim().is_empty() {
        true => vec![String::new()],
        false => fill(text.trim(), WIDTH - indent - 4),
    };
    let lines = lines.iter().map(|line| match line.is_empty() {
        true => Literal::string(""),
        false => Literal::string(&format!(" {line}")),
    });
    Some(quote!(#(#[doc = #lines])*))
}

/// Breaks `text` at spaces; never where Markdown would take the next word for a mark at the beginning of a line.
fn fill(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let is_mark = !word.starts_with(|c: char| c.is_alphabetic() || "`(*&_".contains(c));
        match lines.last_mut() {
            Some(line) if is_mark || line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The names of an item, as far as others could mean them.
fn declared(item: &Item) -> Vec<String> {
    let ident = match item {
        Item::Struct(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::ForeignMod(block) => {
            let names = block.items.iter().filter_map(member_name);
            return names.collect();
        }
        _ => return Vec::new(),
    };
    vec![ident.to_string()]
}

/// One item.
fn item(mut item: Item) -> String {
    if let Item::Impl(item) = &item
        && item.trait_.is_some()
    {
        return default(item);
    }
    if let Some(attrs) = attrs(&mut item) {
        // Docs come first.
        attrs.sort_by_key(|attr| !attr.path().is_ident("doc"));
        let names = item_names(&item);
        if let Some(attrs) = self::attrs(&mut item) {
            attrs.extend(allows(&names));
        }
    }
    let is_block = matches!(item, Item::ForeignMod(_));
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    };
    let text = prettyplease::unparse(&file);
    if is_block { spaced(&text) } else { text }
}

fn attrs(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Struct(item) => Some(&mut item.attrs),
        Item::Union(item) => Some(&mut item.attrs),
        Item::Enum(item) => Some(&mut item.attrs),
        Item::Type(item) => Some(&mut item.attrs),
        Item::Fn(item) => Some(&mut item.attrs),
        _ => None,
    }
}

/// What rustc would say of C's names.
fn allows(names: &Names) -> Vec<Attribute> {
    let mut allows = Vec::new();
    if names.types.iter().any(|name| !is_camel_case(name)) {
        allows.push(syn::parse_quote!(#[allow(non_camel_case_types)]));
    }
    if names
        .values
        .iter()
        .any(|name| name.chars().any(char::is_uppercase))
    {
        allows.push(syn::parse_quote!(#[allow(non_snake_case)]));
    }
    allows
}

#[derive(Default)]
struct Names {
    types: Vec<String>,
    values: Vec<String>,
}

fn item_names(item: &Item) -> Names {
    let fields = |fields: &syn::FieldsNamed| {
        let names = fields.named.iter().filter_map(|field| field.ident.as_ref());
        names.map(ToString::to_string).collect()
    };
    match item {
        Item::Struct(item) => Names {
            types: vec![item.ident.to_string()],
            values: match &item.fields {
                syn::Fields::Named(list) => fields(list),
                _ => Vec::new(),
            },
        },
        Item::Union(item) => Names {
            types: vec![item.ident.to_string()],
            values: fields(&item.fields),
        },
        Item::Enum(item) => {
            let variants = item
                .variants
                .iter()
                .map(|variant| variant.ident.to_string());
            Names {
                types: variants.chain([item.ident.to_string()]).collect(),
                values: Vec::new(),
            }
        }
        Item::Type(item) => Names {
            types: vec![item.ident.to_string()],
            values: Vec::new(),
        },
        Item::Fn(item) => Names {
            types: Vec::new(),
            values: vec![item.sig.ident.to_string()],
        },
        _ => Names::default(),
    }
}

/// As rustc sees it.
fn is_camel_case(name: &str) -> bool {
    let name = name.trim_matches('_').trim_start_matches("r#");
    !name.starts_with(char::is_lowercase) && !name.contains('_')
}

/// The one implementation that discovery makes, with its comment, which is no token.
fn default(item: &syn::ItemImpl) -> String {
    let name = item.self_ty.to_token_stream();
    format!(
        "impl Default for {name} {{\n    /// All zeros.\n    fn default() -> Self {{\n        \
         // SAFETY: a struct of C made of numbers, of raw pointers, and of functions that may be null.\n        \
         unsafe {{ std::mem::zeroed() }}\n    }}\n}}\n"
    )
}

/// An empty line on both sides of a declaration that has docs.
fn spaced(text: &str) -> String {
    let mut spaced = String::new();
    let (mut begins, mut had_docs, mut is_first) = (true, false, true);
    for line in text.lines() {
        // One level in; what is further in goes on.
        let is_member = line.starts_with("    ") && !line.starts_with("     ");
        let has_docs = line.starts_with("    ///");
        if begins && is_member {
            if (has_docs || had_docs) && !is_first {
                spaced.push('\n');
            }
            had_docs = has_docs;
            is_first = false;
        }
        spaced.push_str(line);
        spaced.push('\n');
        if is_member || !begins {
            begins = line.starts_with("    ") && line.ends_with(';');
        }
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
#[repr(C)]
pub struct a {
    pub n: c_int,
}
#[repr(C)]
pub struct b {
    pub a: *mut a,
}
unsafe extern \"C\" {
    pub fn f(p: *mut b);
    /// Not `a`.
    pub fn g();
}
";

    #[test]
    fn what_is_left_out_takes_along_what_needs_it() {
        let (rest, dependents) = without(TEXT, &["a".to_owned()].into()).unwrap();
        let because = |name: &str, cause: &str| (name.to_owned(), cause.to_owned());
        assert_eq!(dependents, [because("b", "a"), because("f", "b")]);
        let rest = paste(&rest).unwrap();
        assert!(
            rest.ends_with("{\n    /// Not `a`.\n    pub fn g();\n}\n"),
            "{rest}"
        );
        let (rest, _) = without(TEXT, &["f".to_owned(), "g".to_owned()].into()).unwrap();
        assert!(!rest.contains("extern"), "an empty block is none: {rest}");
    }

    #[test]
    fn a_line_has_the_name_of_what_stands_on_it() {
        let names = [1, 3, 7, 10, 11, 12].map(|line| name_at(TEXT, line));
        let names = names.map(Option::unwrap_or_default);
        assert_eq!(names, ["a", "a", "b", "f", "g", "g"]);
        assert_eq!(name_at(TEXT, 9), None, "the block as a whole");
    }

    #[test]
    fn long_lines_are_broken_where_no_mark_begins() {
        assert_eq!(fill("one two three", 8), ["one two", "three"]);
        assert_eq!(fill("one two - three", 8), ["one two -", "three"]);
        assert_eq!(fill("a-very-long-word", 8), ["a-very-long-word"]);
    }

    #[test]
    fn a_name_that_the_text_takes_is_not_shortened() {
        let text = "pub type u8 = ::core::primitive::u8;\npub type byte = ::core::ffi::c_uchar;\n";
        let pasted = paste(text).unwrap();
        assert!(
            pasted.contains("pub type u8 = ::core::primitive::u8;"),
            "{pasted}"
        );
        assert!(pasted.contains("use std::ffi::c_uchar;"), "{pasted}");
        assert!(pasted.contains("pub type byte = c_uchar;"), "{pasted}");
    }
}
