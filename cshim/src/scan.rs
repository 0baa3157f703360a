//! Finds every import and export that a root reaches, as rustc would reach it.
//!
//! It follows `mod x;`, looks into function bodies, `include!`d files and the arms of `cfg_if!`, and
//! skips what no target of this build can compile. A file that does not parse is left to rustc, which
//! will say so better.

mod visitor;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use cgocall_syntax::depth;
use proc_macro2::TokenStream;
use syn::visit::Visit as _;
use syn::{Attribute, Item, Meta, Path as SynPath};

use crate::cfg::Cfgs;
#[cfg(any(test, feature = "command"))]
use crate::files::Disk;
use crate::files::Files;
use crate::module::{Child, Place};
use visitor::Visitor;

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

#[cfg(test)]
mod tests;
