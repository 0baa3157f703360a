//! `mod z { use C::{crc32, z_stream}; }`: names that C is asked about. The model, and from tokens to it.

use crate::attr::{CgoAttr, CgoOn, ImportAttr};
use crate::check;
use crate::error::Errors;
use crate::import::{Import, ImportItem, c_spelling, canonical_cfgs};
use crate::parse;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens as _;
use std::collections::HashMap;
use syn::{Attribute, ForeignItem, Ident, Item, ItemUse, UseTree, Visibility};

/// A module whose `use C::..` the C compiler answers.
#[derive(Clone)]
pub struct Module {
    /// Docs, `cfg` and whatever else.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name.
    pub ident: Ident,
    /// In the order of the text.
    pub uses: Vec<Use>,
    /// What the module declares of C itself: `fn SQUARE(x: c_int) -> c_int;`. A block, with the module's attribute.
    pub declared: Option<Box<Import>>,
    /// Everything else in it.
    pub rest: Vec<Item>,
}

/// One `use C::..;`.
#[derive(Clone)]
pub struct Use {
    /// Its attributes.
    pub attrs: Vec<Attribute>,
    /// Its visibility: the module's own, if nothing is said.
    pub vis: Visibility,
    /// What it names.
    pub names: Vec<Wanted>,
}

/// A name of C that a module wants.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As C has it, but for `r#`.
    pub ident: Ident,
    /// `as compress`.
    pub rename: Option<Ident>,
    /// `#[cgo(rust_enum)]`: an enum of C is to be one of Rust.
    pub rust_enum: bool,
}

impl Module {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }

    /// All that it asks for.
    pub fn wanted(&self) -> impl Iterator<Item = &Wanted> {
        self.uses.iter().flat_map(|names| &names.names)
    }

    /// Which name has brought what Rust calls `rust` and C `c`: it is its own, or that of a struct which it is in.
    #[must_use]
    pub fn asked_for(&self, rust: &str, c: Option<&str>) -> Option<&Wanted> {
        let owner = c.and_then(|c| c.split(['.', '[']).next());
        let is_one = |wanted: &&Wanted| {
            let name = wanted.name();
            owner.is_some_and(|owner| owner == name || owner.replace(' ', "_") == name)
        };
        let mut all = self.wanted();
        let same = all.find(|wanted| wanted.name() == rust);
        same.or_else(|| self.wanted().find(is_one))
    }
}

impl Wanted {
    /// The name in C, by which nodes know it too.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

/// The crate that does not exist, as in cgo.
const C: &str = "C";

pub(crate) fn parse(
    attr: &ImportAttr,
    mut item: syn::ItemMod,
    errors: &mut Errors,
) -> Option<Module> {
    let Some((_, items)) = item.content.take() else {
        let message = format!(
            "write the module with its braces, `mod {} {{ use C::{{..}}; }}`: what is in a file of its own is not seen here",
            item.ident
        );
        errors.push(&item.ident, message);
        return None;
    };
    let (mut uses, mut foreign, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Use(item) if begins_with_c(&item.tree) => {
                uses.extend(parse_use(item, errors));
            }
            Item::Use(item) if mentions_c(&item.tree) => {
                errors.push(&item.tree, "give `C::..` a `use` of its own");
            }
            Item::Verbatim(tokens) => match syn::parse2::<ForeignItem>(tokens.clone()) {
                Ok(item) => foreign.push(public(item)),
                Err(_) => rest.push(Item::Verbatim(tokens)),
            },
            other => rest.push(other),
        }
    }
    if uses.is_empty() && foreign.is_empty() && errors.is_empty() {
        let message = "nothing is wanted of C here: name it, `use C::{crc32, z_stream};`";
        errors.push(&item.ident, message);
    }
    let declared = (!foreign.is_empty())
        .then(|| parse::foreign_items(attr.clone(), foreign, errors))
        .flatten();
    Some(Module {
        attrs: check::outer_attrs(item.attrs, errors),
        vis: item.vis,
        ident: item.ident,
        uses,
        declared: declared.map(Box::new),
        rest,
    })
}

/// What is C's is as visible as the module, if nothing else is said.
fn public(mut item: ForeignItem) -> ForeignItem {
    let vis = match &mut item {
        ForeignItem::Fn(item) => &mut item.vis,
        ForeignItem::Static(item) => &mut item.vis,
        ForeignItem::Type(item) => &mut item.vis,
        _ => return item,
    };
    publish(vis);
    item
}

fn publish(vis: &mut Visibility) {
    if matches!(vis, Visibility::Inherited) {
        *vis = Visibility::Public(Default::default());
    }
}

fn begins_with_c(tree: &UseTree) -> bool {
    matches!(tree, UseTree::Path(path) if path.ident == C)
}

fn mentions_c(tree: &UseTree) -> bool {
    match tree {
        UseTree::Group(group) => group
            .items
            .iter()
            .any(|tree| begins_with_c(tree) || mentions_c(tree)),
        _ => false,
    }
}

fn parse_use(mut item: ItemUse, errors: &mut Errors) -> Option<Use> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Use, errors);
    check::inner_attrs(&mut item.attrs, errors);
    publish(&mut item.vis);
    let UseTree::Path(path) = item.tree else {
        return None;
    };
    let mut names = Vec::new();
    gather(*path.tree, cgo.rust_enum.is_some(), &mut names, errors);
    Some(Use {
        attrs: item.attrs,
        vis: item.vis,
        names,
    })
}

fn gather(tree: UseTree, rust_enum: bool, names: &mut Vec<Wanted>, errors: &mut Errors) {
    let mut want = |ident: Ident, rename| {
        names.push(Wanted {
            ident,
            rename,
            rust_enum,
        });
    };
    match tree {
        UseTree::Name(name) if name.ident != "self" => want(name.ident, None),
        UseTree::Rename(name) if name.ident != "self" => want(name.ident, Some(name.rename)),
        UseTree::Group(group) => group
            .items
            .into_iter()
            .for_each(|tree| gather(tree, rust_enum, names, errors)),
        UseTree::Glob(glob) => errors.push(
            glob,
            "name what you use: a header has hundreds of names that are only its own",
        ),
        other => errors.push(other, "C has no modules: write `use C::name;`"),
    }
}

/// The tokens without the `safe` of a `safe fn`, which syn reads in an `extern` block alone, and the first such word.
#[must_use]
pub fn without_safe(tokens: TokenStream) -> (TokenStream, Option<Ident>) {
    let mut first = None;
    let mut rest = tokens.into_iter().peekable();
    let mut kept = Vec::new();
    while let Some(token) = rest.next() {
        match token {
            TokenTree::Ident(word)
                if word == "safe"
                    && matches!(rest.peek(), Some(TokenTree::Ident(next)) if next == "fn") =>
            {
                first.get_or_insert(word);
            }
            TokenTree::Group(group) => {
                let (inner, word) = without_safe(group.stream());
                first = first.or(word);
                let mut kept_group = Group::new(group.delimiter(), inner);
                kept_group.set_span(group.span());
                kept.push(TokenTree::Group(kept_group));
            }
            other => kept.push(other),
        }
    }
    (kept.into_iter().collect(), first)
}

pub(crate) const SAFE: &str = "a module makes no promise; say `safe` where somebody does, in a block inside: \
                               `unsafe extern \"C\" { pub safe fn .. }` under a `#[cgo_import(..)]` of its own";

pub(crate) fn check(module: &Module, errors: &mut Errors) {
    let mut seen: HashMap<String, &Wanted> = HashMap::new();
    for wanted in module.wanted() {
        let other = *seen.entry(wanted.name()).or_insert(wanted);
        if !std::ptr::eq(other, wanted) {
            let message = match (&other.rename, &wanted.rename) {
                (None, Some(_)) | (Some(_), None) | (Some(_), Some(_)) => format!(
                    "`{}` is named twice; for a second name write `pub use self::{0} as ..;`",
                    wanted.name()
                ),
                (None, None) => format!("`{}` is named twice", wanted.name()),
            };
            errors.push(&wanted.ident, message);
        }
    }
    if let Some(import) = &module.declared {
        check::import(import, errors);
    }
}

/// What the module means for C.
pub(crate) fn canonical(module: &Module) -> Vec<String> {
    let mut lines = vec![format!("mod {}", module.name())];
    for names in &module.uses {
        lines.extend(names.names.iter().map(|wanted| {
            format!(
                "{}use {} {} {}",
                canonical_cfgs(&names.attrs),
                wanted.name(),
                wanted.rename.to_token_stream(),
                wanted.rust_enum
            )
        }));
    }
    if let Some(Import {
        item: ImportItem::Block(block),
        ..
    }) = module.declared.as_deref()
    {
        lines.push(format!("declares {}", block.items.len()));
    }
    lines
}
