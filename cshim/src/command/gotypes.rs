//! `_cgo_gotypes.rs`: a Rust file with what our attributes make of its items in their places.
//!
//! rustc prints a module without comments, and with all other macros expanded too. So its items are laid beside those
//! of the file. What both have, an *anchor*, is taken from the file as it stands; what is between two anchors has been
//! made of the items between them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, ForeignItem, ImplItem, Item, UseTree};

use super::expand::is_of_c;
use super::unexpand;

/// The file's `text`, with the items that rustc has `made` of it.
///
/// # Errors
/// A sentence.
pub(super) fn merged(text: &str, mut made: Vec<Item>) -> Result<String, String> {
    let (head, file) =
        super::parse_after_head(text).map_err(|error| format!("this is no Rust: {error}"))?;
    let (head, text) = text.split_at(head);
    made.retain(|item| !is_prelude(item));
    unexpand::items(&mut made);
    let mut merge = Merge {
        text,
        out: String::new(),
    };
    merge.items(&file.items, &made, 0..text.len(), &Level::default());
    // A line for a shell ends before the text.
    let end = if file.shebang.is_some() { "\n" } else { "" };
    Ok([head, end, &merge.out].concat())
}

/// What rustc puts before a crate.
fn is_prelude(item: &Item) -> bool {
    match item {
        Item::ExternCrate(item) => ["std", "core"].iter().any(|name| item.ident == name),
        Item::Use(item) => item
            .attrs
            .iter()
            .any(|it| it.path().is_ident("prelude_import")),
        _ => false,
    }
}

/// A list of items.
#[derive(Default)]
struct Level {
    /// Spaces before each.
    indent: usize,
    /// Whether it is in a module that discovers.
    is_found: bool,
}

struct Merge<'a> {
    text: &'a str,
    out: String,
}

impl Merge<'_> {
    fn items(
        &mut self,
        source: &[Item],
        made: &[Item],
        text: std::ops::Range<usize>,
        level: &Level,
    ) {
        let (mut at, mut next) = (text.start, 0);
        // All names in the items of ours that are waiting for what has been made of them.
        let mut waiting = BTreeSet::new();
        if level.is_found {
            waiting.insert("C".to_owned());
        }
        for item in source {
            let range = item.span().byte_range();
            let (key, is_ours) = (key(item), is_ours(item, level.is_found));
            let is_it = |made: &Item| key.is_some() && self::key(made) == key;
            let there = made[next..]
                .iter()
                .position(is_it)
                .map(|index| next + index);
            let names = is_ours.at_all().then(|| idents(item.to_token_stream()));
            if let Some(index) = there {
                self.made(&made[next..index], &waiting, level);
                self.gap(&self.text[at..range.start]);
                waiting = names.unwrap_or_default();
                match is_ours.within {
                    true => self.made(&made[index..=index], &waiting, level),
                    false => self.anchor(item, &made[index], level),
                }
                next = index + 1;
            } else if let Some(names) = names {
                // What was made of the one before ends where this one's begins.
                let begin = beginning(item, &made[next..]).map_or(next, |index| next + index);
                self.made(&made[next..begin], &waiting, level);
                next = begin;
                self.gap(&self.text[at..range.start]);
                waiting.extend(names);
            } else {
                // Another macro's, or under a `cfg` that is false.
                let of_others = |item: &Item| !is_surely_of(item, &waiting);
                let end = made[next..].iter().position(of_others);
                let end = end.map_or(made.len(), |end| next + end);
                self.made(&made[next..end], &waiting, level);
                next = end;
                self.gap(&self.text[at..range.end]);
            }
            at = range.end;
        }
        self.made(&made[next..], &waiting, level);
        self.gap(&self.text[at..text.end]);
    }

    /// What stands between items, after one empty line at most.
    fn gap(&mut self, text: &str) {
        let lines = |text: &str| text.matches('\n').count();
        let before = lines(&self.out[self.out.trim_end().len()..]);
        let rest = text.trim_start();
        let space = &text[..text.len() - rest.len()];
        let indent = space.rfind('\n').map_or(space, |at| &space[at + 1..]);
        match before + lines(space) {
            0 => self.out.push_str(space),
            all => {
                self.out.truncate(self.out.trim_end().len());
                self.out
                    .push_str(&"\n".repeat(if self.out.is_empty() { 0 } else { all.min(2) }));
                self.out.push_str(indent);
            }
        }
        self.out.push_str(rest);
    }

    /// An item of the file, without our attributes.
    fn anchor(&mut self, item: &Item, made: &Item, level: &Level) {
        let range = item.span().byte_range();
        if let (Item::Mod(ours), Item::Mod(made)) = (item, made)
            && let (Some((brace, items)), Some((_, made))) = (&ours.content, &made.content)
        {
            let open = brace.span.open().byte_range();
            let mut attrs = Attributes::default();
            ours.attrs
                .iter()
                .for_each(|attr| attrs.visit_attribute(attr));
            let is_found = !attrs.0.is_empty();
            self.without(range.start..open.end, &attrs);
            let inner = Level {
                indent: level.indent + 4,
                is_found,
            };
            let end = brace.span.close().byte_range();
            self.items(items, made, open.end..end.start, &inner);
            self.out.push_str(&self.text[end.start..range.end]);
            return;
        }
        let mut attrs = Attributes::default();
        attrs.visit_item(item);
        self.without(range, &attrs);
    }

    fn without(&mut self, range: std::ops::Range<usize>, attrs: &Attributes) {
        let mut at = range.start;
        for attr in &attrs.0 {
            self.out.push_str(&self.text[at..attr.start]);
            let rest = &self.text[attr.end..range.end];
            at = attr.end + (rest.len() - rest.trim_start().len());
        }
        self.out.push_str(&self.text[at..range.end]);
    }

    /// Of `items`, what belongs to ours that have these `names`.
    fn made(&mut self, items: &[Item], names: &BTreeSet<String>, level: &Level) {
        let mut items = items.to_vec();
        items.retain(|item| !names.is_empty() && belongs(item, names, level));
        if items.is_empty() {
            return;
        }
        self.out.truncate(self.out.trim_end().len());
        let last = self.out.lines().next_back().unwrap_or_default();
        let is_close = last.trim_start().starts_with("//") || last.trim_end().ends_with('{');
        self.out.push_str(match (self.out.is_empty(), is_close) {
            (true, _) => "",
            (_, true) => "\n",
            _ => "\n\n",
        });
        for line in printed(items).lines() {
            let indent = if line.is_empty() { 0 } else { level.indent };
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.out.push_str(line);
            self.out.push('\n');
        }
        // What follows brings its own.
        self.out.pop();
    }
}

/// With an empty line between any two but assertions.
fn printed(items: Vec<Item>) -> String {
    let mut text = String::new();
    let mut was_assertion = false;
    for item in items {
        let is_assertion = matches!(&item, Item::Const(item) if item.ident == "_");
        if !(text.is_empty() || was_assertion && is_assertion) {
            text.push('\n');
        }
        was_assertion = is_assertion;
        text.push_str(&print(item));
    }
    text
}

fn print(mut item: Item) -> String {
    let within = match &mut item {
        Item::Mod(module) => module
            .content
            .as_mut()
            .map(|(_, items)| std::mem::take(items)),
        _ => None,
    };
    let text = prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    });
    let (Some(within), Some(head)) = (within, text.strip_suffix("{}\n")) else {
        return text;
    };
    let lines = printed(within);
    let lines = lines.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line => format!("    {line}\n"),
    });
    format!("{head}{{\n{}}}\n", lines.collect::<String>())
}

/// The same for an item of the file and for what rustc has made of it; `None` if it has no name.
fn key(item: &Item) -> Option<String> {
    Some(match item {
        Item::Fn(item) => format!("fn {}", item.sig.ident),
        Item::Struct(item) => format!("struct {}", item.ident),
        Item::Enum(item) => format!("enum {}", item.ident),
        Item::Union(item) => format!("union {}", item.ident),
        Item::Type(item) => format!("type {}", item.ident),
        Item::Const(item) if item.ident != "_" => format!("const {}", item.ident),
        Item::Static(item) => format!("static {}", item.ident),
        Item::Trait(item) => format!("trait {}", item.ident),
        Item::Mod(item) => format!("mod {}", item.ident),
        Item::Macro(item) => format!("macro {}", item.ident.as_ref()?),
        Item::ExternCrate(item) => format!("extern crate {}", item.ident),
        Item::Use(item) => {
            let tree = item.tree.to_token_stream().to_string();
            format!("use {}", tree.replace([' ', '\n'], "").replace(",}", "}"))
        }
        Item::Impl(item) => {
            let of = item.trait_.as_ref().map(|(path, _)| path.to_token_stream());
            let names = item.items.iter().map(member);
            let names: Vec<String> = names.collect();
            let ty = item.self_ty.to_token_stream();
            format!("impl {of:?} {ty} {names:?}")
        }
        Item::ForeignMod(item) => format!("extern {:?}", foreign(item)),
        _ => return None,
    })
}

fn member(item: &ImplItem) -> String {
    match item {
        ImplItem::Fn(item) => item.sig.ident.to_string(),
        ImplItem::Const(item) => item.ident.to_string(),
        ImplItem::Type(item) => item.ident.to_string(),
        _ => String::new(),
    }
}

fn foreign(block: &syn::ItemForeignMod) -> Vec<String> {
    let items = block.items.iter().filter_map(|item| match item {
        ForeignItem::Fn(item) => Some(item.sig.ident.to_string()),
        ForeignItem::Static(item) => Some(item.ident.to_string()),
        ForeignItem::Type(item) => Some(item.ident.to_string()),
        _ => None,
    });
    items.collect()
}

/// Where in `made` the part begins that was made of an item of ours, if it shows.
fn beginning(item: &Item, made: &[Item]) -> Option<usize> {
    let names = match item {
        Item::ForeignMod(block) => foreign(block),
        Item::Type(item) => vec![item.ident.to_string()],
        _ => return None,
    };
    let declares = |made: &Item| match made {
        Item::Fn(made) => names.iter().any(|name| made.sig.ident == name),
        Item::Const(made) => names.iter().any(|name| made.ident == name),
        Item::Struct(made) => names.iter().any(|name| made.ident == name),
        Item::ForeignMod(made) => foreign(made).iter().any(|made| names.contains(made)),
        _ => false,
    };
    let first = made.iter().position(declares)?;
    let before = made[..first].iter().rev();
    Some(
        first
            - before
                .take_while(|made| matches!(made, Item::ForeignMod(_)))
                .count(),
    )
}

/// Whether one of our attributes is at an item, or inside of it.
struct Ours {
    at: bool,
    within: bool,
}

impl Ours {
    fn at_all(&self) -> bool {
        self.at || self.within
    }
}

fn is_ours(item: &Item, is_found: bool) -> Ours {
    match item {
        Item::Use(item) if is_found => Ours {
            at: is_of_c(&item.tree),
            within: false,
        },
        // A declaration without a body.
        Item::Verbatim(_) => Ours {
            at: is_found,
            within: false,
        },
        // What a macro of the file makes is not looked for; `cfg_if!` shows its arms.
        Item::Macro(item) if item.ident.is_none() => Ours {
            at: false,
            within: idents(item.mac.tokens.clone())
                .iter()
                .any(|name| is_ours_name(name)),
        },
        Item::Fn(item) => Ours {
            at: item.attrs.iter().any(is_our_attribute),
            within: has_ours(|attrs| attrs.visit_block(&item.block)),
        },
        Item::Impl(item) => Ours {
            at: false,
            within: has_ours(|attrs| attrs.visit_item_impl(item)),
        },
        // Its items are looked at one by one.
        Item::Mod(item) => Ours {
            at: item.attrs.iter().any(is_our_attribute),
            within: false,
        },
        item => Ours {
            at: has_ours(|attrs| attrs.visit_item(item)),
            within: false,
        },
    }
}

fn has_ours(visit: impl FnOnce(&mut Attributes)) -> bool {
    let mut attrs = Attributes::default();
    visit(&mut attrs);
    !attrs.0.is_empty()
}

/// Where our attributes are, in their order.
#[derive(Default)]
struct Attributes(Vec<std::ops::Range<usize>>);

impl<'ast> Visit<'ast> for Attributes {
    fn visit_attribute(&mut self, attr: &'ast Attribute) {
        if is_our_attribute(attr) {
            self.0.push(attr.span().byte_range());
        }
        visit::visit_attribute(self, attr);
    }
}

fn is_our_attribute(attr: &Attribute) -> bool {
    if attr.path().is_ident("cfg_attr") {
        return idents(attr.to_token_stream())
            .iter()
            .any(|name| is_ours_name(name));
    }
    let last = attr.path().segments.last();
    last.is_some_and(|last| is_ours_name(&last.ident.to_string()) || attr.path().is_ident("cgo"))
}

fn is_ours_name(name: &str) -> bool {
    ["cgo_import", "cgo_export"].contains(&name)
}

/// Whether something made is of ours, and not of another macro beside them.
fn belongs(item: &Item, names: &BTreeSet<String>, level: &Level) -> bool {
    let tokens = item.to_token_stream();
    let all = idents(tokens);
    if all.contains("automatically_derived") && !matches!(item, Item::Mod(_)) {
        return false;
    }
    let is_named = |ident: &syn::Ident| names.contains(&ident.to_string());
    match item {
        Item::Use(item) => level.is_found && is_of_self_c(&item.tree),
        Item::Const(item) if item.ident == "_" => true,
        Item::ForeignMod(_) => true,
        Item::Impl(item) => idents(item.self_ty.to_token_stream())
            .iter()
            .any(|name| names.contains(name)),
        Item::Fn(item) if is_named(&item.sig.ident) => true,
        Item::Const(item) if is_named(&item.ident) => true,
        Item::Struct(item) if is_named(&item.ident) => true,
        Item::Enum(item) if is_named(&item.ident) => true,
        Item::Mod(item) if is_named(&item.ident) => true,
        _ => all
            .iter()
            .any(|name| name == "__private" || name.starts_with("_cgo")),
    }
}

/// Whether nothing else can have made this.
fn is_surely_of(item: &Item, names: &BTreeSet<String>) -> bool {
    let is_one = |name: String| names.contains(&name);
    match item {
        Item::Fn(item) => is_one(item.sig.ident.to_string()),
        Item::Struct(item) => is_one(item.ident.to_string()),
        Item::Enum(item) => is_one(item.ident.to_string()),
        Item::Const(item) => item.ident == "_" || is_one(item.ident.to_string()),
        Item::Impl(item) => idents(item.self_ty.to_token_stream())
            .into_iter()
            .any(is_one),
        Item::ForeignMod(block) => foreign(block).into_iter().any(|name| {
            let stub = name.split_once("_Cfunc_").map(|(_, of)| of.to_owned());
            is_one(stub.unwrap_or(name))
        }),
        _ => false,
    }
}

fn is_of_self_c(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if path.ident == "self" && is_of_c(&path.tree))
}

fn idents(tokens: TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                found.insert(ident.to_string());
            }
            TokenTree::Group(group) => found.extend(idents(group.stream())),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_text_of_a_file_stays_there() {
        let body = "\n// é\nfn a() {}\n\n#[cgo_export]\nfn b() {}\n// ü\n";
        let made = "#[macro_use]\nextern crate std;\nfn a() {}\nfn b() {}\nstruct b {}\n";
        for head in [
            "\u{feff}",
            "#!/usr/bin/env cargo",
            "\u{feff}#!/usr/bin/env cargo",
        ] {
            let made = syn::parse_file(made).unwrap().items;
            let expected = "\n// é\nfn a() {}\n\nfn b() {}\n\nstruct b {}\n// ü\n";
            let merged = merged(&format!("{head}{body}"), made).unwrap();
            let rest = merged.strip_prefix(head).unwrap();
            assert_eq!(rest.trim_start(), expected.trim_start(), "{head}");
            assert_eq!(rest.starts_with('\n'), head.contains('#'), "{merged}");
        }
    }
}
