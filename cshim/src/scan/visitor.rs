//! A walk over what has been parsed of a file.

use std::env;
use std::path::Path;

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemFn, LitStr, Meta, Token};

use super::{Found, Kind, Level, MOST_WAYS, Reach, Scanner, attrs_of, attrs_of_mut, ours};
use crate::cfg::{Truth, values_of};
use crate::module::Place;

pub(super) struct Visitor<'s, 'a> {
    pub(super) scanner: &'s mut Scanner<'a>,
    pub(super) file: &'s Path,
    pub(super) place: Place,
    /// Whether the file's own items are not known yet, from another place.
    pub(super) is_first: bool,
}

impl Visitor<'_, '_> {
    fn possible(&self, attrs: &[Attribute]) -> bool {
        self.scanner.cfgs.of(attrs).possible()
    }

    fn at(&mut self, place: Place, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.place, place);
        visit(self);
        self.place = outer;
    }

    /// Keeps `item` if one of its attributes is ours: once for each that may be, as there may be one for each target.
    fn take(&mut self, attrs: &[Attribute], item: impl Fn(Vec<Attribute>) -> TokenStream) {
        if !self.is_first {
            return;
        }
        // Of the first, for all: they are one item.
        let mut line = None;
        for (index, attr) in attrs.iter().enumerate() {
            let flat = self.scanner.cfgs.flatten(std::slice::from_ref(attr));
            for (_, meta) in flat {
                let Some(kind) = ours(meta.path()) else {
                    continue;
                };
                let rest = [&attrs[..index], &attrs[index + 1..]].concat();
                let mut found = Found {
                    file: self.file.to_path_buf(),
                    line: *line.get_or_insert(attr.pound_token.span.start().line),
                    root: self.scanner.root,
                    levels: self.scanner.levels.clone(),
                    attr: match meta {
                        Meta::List(list) => list.tokens,
                        _ => TokenStream::new(),
                    },
                    item: TokenStream::new(),
                };
                let list = match kind {
                    Kind::Import => &mut self.scanner.scan.imports,
                    Kind::Export => &mut self.scanner.scan.exports,
                };
                for rest in self.scanner.cfgs.representations(rest) {
                    found.item = item(rest);
                    list.push(found.clone());
                }
            }
        }
    }

    /// `include!("x.rs")`: a path relative to the file that includes it.
    fn include(&mut self, tokens: TokenStream) {
        let dir = self.file.parent().unwrap_or(Path::new(""));
        let Some(path) = string.parse2(tokens).ok().map(|path| dir.join(path)) else {
            return;
        };
        let place = Place::owning(&path);
        let Some(tokens) = self.scanner.read(&path, std::slice::from_ref(&place)) else {
            return;
        };
        self.scanner.within(&tokens.clone(), |scanner| {
            let mut visitor = Visitor {
                scanner,
                file: &path,
                place,
                is_first: true,
            };
            if let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) {
                visitor.visit_file(&file);
            } else if let Ok(expr) = syn::parse2(tokens) {
                visitor.visit_expr(&expr);
            }
        });
    }

    fn cfg_if(&mut self, tokens: TokenStream) {
        let Ok(arms) = cfg_if_arms.parse2(tokens) else {
            return;
        };
        let mut open = Truth::Yes;
        for (predicate, body) in arms {
            let this = predicate.map_or(Truth::Yes, |p| self.scanner.cfgs.predicate(&p));
            if open.and(this).possible() {
                if let Ok(file) = syn::parse2::<syn::File>(body.clone()) {
                    self.visit_file(&file);
                } else if let Ok(stmts) = syn::Block::parse_within.parse2(body) {
                    stmts.iter().for_each(|stmt| self.visit_stmt(stmt));
                }
            }
            open = open.and(this.not());
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_, '_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !self.possible(attrs_of(item)) {
            return;
        }
        // Functions may also stand in an `impl`, and are taken where both are visited.
        if !matches!(item, Item::Fn(_)) {
            let cfgs = self.scanner.cfgs;
            self.take(attrs_of(item), |attrs| {
                let mut item = item.clone();
                if let Some(place) = attrs_of_mut(&mut item) {
                    *place = attrs;
                }
                if let Item::Impl(block) = &mut item {
                    block.items.retain(|inner| match inner {
                        syn::ImplItem::Fn(method) => cfgs.of(&method.attrs).possible(),
                        _ => true,
                    });
                }
                item.into_token_stream()
            });
        }
        let is_type = matches!(
            item,
            Item::Type(_) | Item::Struct(_) | Item::Enum(_) | Item::Union(_)
        );
        // Others have no name in C, and may have that of a type.
        let is_type = is_type
            || matches!(item, Item::Trait(item)
                if item.attrs.iter().any(|attr| matches!(ours(attr.path()), Some(Kind::Export))));
        // What has an end, C is told.
        let ends = matches!(item, Item::Impl(block) if block.trait_.as_ref().is_some_and(|(path, _)| {
            path.segments.last().is_some_and(|last| last.ident == "Drop")
        }));
        if (is_type || ends) && self.is_first {
            self.scanner.scan.types.push(item.clone());
        }
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.take(&function.attrs, |attrs| {
            ItemFn {
                attrs,
                ..function.clone()
            }
            .into_token_stream()
        });
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if let syn::ImplItem::Fn(method) = item
            && !self.possible(&method.attrs)
        {
            return;
        }
        visit::visit_impl_item(self, item);
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string();
        let name = name.strip_prefix("r#").unwrap_or(&name);
        let level = Level {
            name: name.to_owned(),
            reach: Reach::of(
                &module.vis,
                self.scanner.levels.as_deref().unwrap_or_default(),
            ),
            certain: self.scanner.cfgs.of(&module.attrs) == Truth::Yes,
        };
        if let Some(levels) = &mut self.scanner.levels {
            levels.push(level);
        }
        let flat = self.scanner.cfgs.flatten(&module.attrs);
        let paths = values_of(&flat, "path");
        // A `path` that is surely there replaces the default, one that may be there adds to it.
        let certain = paths.iter().any(|(when, _)| *when == Truth::Yes);
        if let Some((_, items)) = &module.content {
            let mut places: Vec<Place> = paths
                .iter()
                .map(|(_, path)| self.place.inline(name, Some(&path.value())))
                .collect();
            if !certain {
                places.push(self.place.inline(name, None));
            }
            // Two places in each of two places in each of two: it shall end.
            let ways = self.scanner.ways;
            places.truncate(MOST_WAYS.div_ceil(ways));
            self.scanner.ways *= places.len();
            for place in places {
                self.at(place, |this| {
                    items.iter().for_each(|item| this.visit_item(item))
                });
            }
            self.scanner.ways = ways;
        } else {
            for (_, path) in &paths {
                self.scanner.module(vec![self.place.at_path(&path.value())]);
            }
            let children = self.place.children(name);
            if !certain && !children.is_empty() {
                self.scanner.module(children);
            }
        }
        if let Some(levels) = &mut self.scanner.levels {
            levels.pop();
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let outer = self.scanner.levels.take();
        self.at(self.place.block(), |this| visit::visit_block(this, block));
        self.scanner.levels = outer;
    }

    fn visit_stmt(&mut self, stmt: &'ast syn::Stmt) {
        let attrs = match stmt {
            syn::Stmt::Local(local) => &local.attrs[..],
            syn::Stmt::Macro(call) => &call.attrs,
            _ => &[],
        };
        if self.possible(attrs) {
            visit::visit_stmt(self, stmt);
        }
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        match call.path.segments.last() {
            Some(name) if name.ident == "include" => self.include(call.tokens.clone()),
            Some(name) if name.ident == "cfg_if" => self.cfg_if(call.tokens.clone()),
            _ => {}
        }
    }
}
/// A path that can be known before rustc runs: a literal, `env!` of what cargo sets for both of us,
/// `concat!` of these.
fn string(input: ParseStream) -> syn::Result<String> {
    if input.peek(LitStr) {
        let text = input.parse::<LitStr>()?.value();
        input.parse::<Option<Token![,]>>()?;
        return Ok(text);
    }
    let call: syn::Macro = input.parse()?;
    input.parse::<Option<Token![,]>>()?;
    if call.path.is_ident("env") {
        let name: LitStr = call.parse_body()?;
        return env::var(name.value()).map_err(|_| input.error("not set"));
    }
    if call.path.is_ident("concat") {
        return call.parse_body_with(|parts: ParseStream| {
            let mut text = String::new();
            while !parts.is_empty() {
                text += &string(parts)?;
            }
            Ok(text)
        });
    }
    Err(input.error("not a constant string"))
}

/// `if #[cfg(a)] { .. } else if #[cfg(b)] { .. } else { .. }`.
fn cfg_if_arms(input: ParseStream) -> syn::Result<Vec<(Option<TokenStream>, TokenStream)>> {
    let mut arms = Vec::new();
    loop {
        let mut predicate = None;
        if input.peek(Token![if]) {
            input.parse::<Token![if]>()?;
            let attr = input.call(Attribute::parse_outer)?;
            let [
                Attribute {
                    meta: Meta::List(list),
                    ..
                },
            ] = &attr[..]
            else {
                return Err(input.error("expected #[cfg(..)]"));
            };
            predicate = Some(list.tokens.clone());
        }
        let last = predicate.is_none();
        let body;
        syn::braced!(body in input);
        arms.push((predicate, body.parse()?));
        if last || input.is_empty() {
            return Ok(arms);
        }
        input.parse::<Token![else]>()?;
    }
}
