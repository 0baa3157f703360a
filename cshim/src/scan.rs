//! Finds every import and export that a root reaches, as rustc would reach it.
//!
//! It follows `mod x;`, looks into function bodies, `include!`d files and the arms of `cfg_if!`, and
//! skips what no target of this build can compile. A file that does not parse is left to rustc, which
//! will say so better.

use std::collections::HashSet;
use std::env;
use std::path::{Path, PathBuf};

use cgocall_syntax::depth;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::{ParseStream, Parser as _};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemFn, LitStr, Meta, Path as SynPath, Token};

use crate::cfg::{Cfgs, Truth, values_of};
#[cfg(any(test, feature = "command"))]
use crate::files::Disk;
use crate::files::Files;
use crate::module::{Child, Place};

/// KiB of stack that a scan may need: of [`crate::build`]'s own thread.
pub(crate) const ROOM: usize = 48 << 10;
/// KiB for a file that nests nothing.
const OF_FILE: usize = 256;
/// Of the places that a module may be in.
const MOST_WAYS: usize = 64;

/// What the roots of a package hold.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) imports: Vec<Found>,
    pub(crate) exports: Vec<Found>,
    /// `repr(C)` structs and enums, type aliases, and traits: what a header may have to define. And what ends them, each
    /// `impl Drop`.
    pub(crate) types: Vec<Item>,
    /// Files read, and folders in which a missing module's file will appear.
    pub(crate) watched: Vec<PathBuf>,
    /// The file of each module, with the names from the root down to it; not of those inside of functions.
    #[cfg_attr(not(feature = "command"), allow(dead_code))]
    pub(crate) modules: Vec<(PathBuf, Vec<String>)>,
}

/// An item under one of our attributes.
#[derive(Clone)]
pub(crate) struct Found {
    /// The file, as reached from the root's path as given.
    pub(crate) file: PathBuf,
    /// The first line of the attribute or item, from 1.
    pub(crate) line: usize,
    /// Which of the given roots led here.
    pub(crate) root: usize,
    /// The modules from the root down to this place; `None` inside of a function.
    pub(crate) levels: Option<Vec<Level>>,
    /// The tokens between the parentheses of the attribute.
    pub(crate) attr: TokenStream,
    /// The item without that attribute, as the macro sees it.
    pub(crate) item: TokenStream,
}

/// A module on the way to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    pub(crate) name: String,
    pub(crate) reach: Reach,
    /// Whether it is surely there, and not under a `cfg` that only rustc knows.
    pub(crate) certain: bool,
}

/// Who can name a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// It is `pub`.
    All,
    /// What is in its ancestor at this depth below the root.
    In(usize),
}

impl Reach {
    /// Of the ancestor.
    pub(crate) fn depth(self) -> usize {
        match self {
            Reach::All => 0,
            Reach::In(depth) => depth,
        }
    }

    /// Of a module that stands in the one at `above`.
    pub(crate) fn of(vis: &syn::Visibility, above: &[Level]) -> Reach {
        let own = above.len();
        let vis = match vis {
            syn::Visibility::Public(_) => return Reach::All,
            syn::Visibility::Inherited => return Reach::In(own),
            syn::Visibility::Restricted(vis) => vis,
        };
        let names: Vec<String> = vis
            .path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect();
        let ups = names.iter().filter(|name| *name == "super").count();
        match &names[..] {
            [first, rest @ ..] if first == "crate" => {
                // The root may itself be a module further down, whose own name nobody knows here.
                let is_tail = |depth: &usize| {
                    let ends = above[..*depth].iter().rev().zip(rest.iter().rev());
                    ends.clone().count() == *depth
                        && ends.clone().all(|(level, name)| level.name == *name)
                };
                Reach::In((0..=own.min(rest.len())).rev().find(is_tail).unwrap_or(0))
            }
            _ => Reach::In(own.saturating_sub(ups)),
        }
    }
}

/// The imports of a file that stand in no module: the attribute's tokens, and the item without it.
pub(crate) fn imports(file: syn::File) -> Vec<(TokenStream, Item)> {
    let mut found = Vec::new();
    for mut item in file.items {
        let Some(attrs) = attrs_of_mut(&mut item) else {
            continue;
        };
        let ours = attrs
            .iter()
            .position(|attr| matches!(ours(attr.path()), Some(Kind::Import)));
        if let Some(Meta::List(list)) = ours.map(|index| attrs.remove(index).meta) {
            found.push((list.tokens, item));
        }
    }
    found
}

/// Scans `roots`, each relative to `manifest_dir`.
#[cfg(any(test, feature = "command"))]
pub(crate) fn scan(manifest_dir: &Path, roots: &[PathBuf], cfgs: &Cfgs) -> Scan {
    scan_in(&Disk(manifest_dir), roots, cfgs)
}

/// Scans `roots` among `files`.
pub(crate) fn scan_in(files: &dyn Files, roots: &[PathBuf], cfgs: &Cfgs) -> Scan {
    let mut scanner = Scanner {
        cfgs,
        files,
        room: ROOM,
        ways: 1,
        scan: Scan::default(),
        seen: HashSet::new(),
        root: 0,
        levels: Some(Vec::new()),
    };
    for (index, root) in roots.iter().enumerate() {
        scanner.root = index;
        scanner.file(root, &Place::of_root(root));
    }
    let mut scan = scanner.scan;
    scan.watched.sort();
    scan.watched.dedup();
    scan
}

struct Scanner<'a> {
    cfgs: &'a Cfgs,
    files: &'a dyn Files,
    /// KiB of stack that are left, for the files inside of the one that is being visited.
    room: usize,
    /// In how many places the module that is being visited may be, as far as the attributes around it say.
    ways: usize,
    scan: Scan,
    /// Files taken from a place, per root: `include!` may be recursive, and a root may be two things.
    seen: HashSet<(usize, PathBuf, Place)>,
    root: usize,
    levels: Option<Vec<Level>>,
}

impl Scanner<'_> {
    /// The tokens of `file`, once for each of the places that it may be taken from.
    fn read(&mut self, file: &Path, places: &[Place]) -> Option<TokenStream> {
        let identity = self.files.identity(file);
        let mut is_new = false;
        for place in places {
            let place = place.identity(|dir| self.files.identity(dir));
            is_new |= self.seen.insert((self.root, identity.clone(), place));
        }
        let text = is_new.then(|| self.files.read(file))??;
        self.scan.watched.push(file.to_path_buf());
        lexed(&text)
    }

    /// Visits what needs `tokens` to be parsed first, if there is room for that.
    fn within(&mut self, tokens: &TokenStream, visit: impl FnOnce(&mut Self)) {
        let need = OF_FILE + depth::of(tokens, self.room);
        if need <= self.room {
            self.room -= need;
            visit(self);
            self.room += need;
        }
    }

    /// A file that is taken from the first of `places`, or perhaps from one of the others: what is in it counts once.
    fn file(&mut self, file: &Path, places: &[Place]) {
        let Some(tokens) = self.read(file, places) else {
            return;
        };
        if let Some(levels) = &self.levels {
            let names = levels.iter().map(|level| level.name.clone());
            let module = (file.to_path_buf(), names.collect());
            self.scan.modules.push(module);
        }
        self.within(&tokens.clone(), |scanner| {
            // `safe fn` in a module is the macro's to refuse, and no reason to see nothing of a file.
            let parsed = syn::parse2::<syn::File>(tokens.clone())
                .or_else(|_| syn::parse2(cgocall_syntax::without_safe(tokens).0));
            if let Ok(parsed) = parsed
                && scanner.cfgs.of(&parsed.attrs).possible()
            {
                for (index, place) in places.iter().enumerate() {
                    Visitor {
                        scanner,
                        file,
                        place: place.clone(),
                        is_first: index == 0,
                    }
                    .visit_file(&parsed);
                }
            }
        });
    }

    /// `mod name;`: the first file there is.
    fn module(&mut self, candidates: Vec<Child>) {
        match candidates
            .iter()
            .find(|child| self.files.is_file(&child.file))
        {
            Some(child) => self.file(&child.file, std::slice::from_ref(&child.place)),
            // rustc reports the missing file; we must run again when it comes.
            None => {
                let parents = candidates.iter().filter_map(|child| child.file.parent());
                let existing = parents
                    .flat_map(Path::ancestors)
                    .find(|dir| !dir.as_os_str().is_empty() && self.files.is_dir(dir));
                self.scan.watched.extend(existing.map(Path::to_path_buf));
            }
        }
    }
}

/// The tokens of a file.
fn lexed(text: &str) -> Option<TokenStream> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // `#!/usr/bin/..`, but not `#![..]`.
    let is_script = text.strip_prefix("#!").is_some_and(|rest| {
        let rest = rest.trim_start();
        !rest.starts_with('[') && !rest.starts_with("//") && !rest.starts_with("/*")
    });
    let text = match is_script {
        true => &text[text.find('\n').unwrap_or(text.len())..],
        false => text,
    };
    text.parse().ok()
}

struct Visitor<'s, 'a> {
    scanner: &'s mut Scanner<'a>,
    file: &'s Path,
    place: Place,
    /// Whether the file's own items are not known yet, from another place.
    is_first: bool,
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

enum Kind {
    Import,
    Export,
}

/// `cgo_import`, by whatever path.
fn ours(path: &SynPath) -> Option<Kind> {
    match path.segments.last()?.ident.to_string().as_str() {
        "cgo_import" => Some(Kind::Import),
        "cgo_export" => Some(Kind::Export),
        _ => None,
    }
}

fn attrs_of(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::ForeignMod(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Union(it) => &it.attrs,
        _ => &[],
    }
}

/// Of what an import may be, or an export that is no function.
fn attrs_of_mut(item: &mut Item) -> Option<&mut Vec<Attribute>> {
    match item {
        Item::Const(it) => Some(&mut it.attrs),
        Item::Enum(it) => Some(&mut it.attrs),
        Item::ForeignMod(it) => Some(&mut it.attrs),
        Item::Impl(it) => Some(&mut it.attrs),
        Item::Mod(it) => Some(&mut it.attrs),
        Item::Struct(it) => Some(&mut it.attrs),
        Item::Trait(it) => Some(&mut it.attrs),
        Item::Type(it) => Some(&mut it.attrs),
        Item::Union(it) => Some(&mut it.attrs),
        _ => None,
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

#[cfg(test)]
mod tests;
