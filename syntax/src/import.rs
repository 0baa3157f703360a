//! `#[cgo_import]`: the model.

use crate::attr::ImportAttr;
use crate::canon;
use crate::ctype::CType;
use crate::layout::{Aggregate, Alias, Constant, Enumeration};
use crate::mode::Modes;
use crate::module::{self, Module};
use crate::node::{self, Node};
use crate::owner::Closes;
use crate::parse_layout;
use crate::types::{Param, Ret};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, LitCStr, Type, Visibility};

/// An item under `#[cgo_import]`.
#[derive(Clone)]
pub struct Import {
    /// The attribute.
    pub attr: ImportAttr,
    /// A block's other attributes, for all that is made of it: `cfg`, `allow` and such. (Those of a function pointer
    /// type are its own.)
    pub attrs: Vec<Attribute>,
    /// The item.
    pub item: ImportItem,
}

/// What may be imported.
#[derive(Clone)]
pub enum ImportItem {
    /// `unsafe extern "C" { .. }`.
    Block(Block),
    /// `type Token = unsafe extern "C" fn(..);`.
    FnPointer(Box<FnPointer>),
    /// A `#[repr(C)]` struct or union.
    Aggregate(Box<Aggregate>),
    /// A `#[repr(C)]` enum.
    Enumeration(Box<Enumeration>),
    /// `type uLong = c_ulong;`.
    Alias(Box<Alias>),
    /// `const Z_OK: c_int = 0;`.
    Constant(Box<Constant>),
    /// `mod z { use C::{..}; }`.
    Module(Box<Module>),
}

/// Which of the ways to import it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// No C text: the stubs are Rust, and there is nothing to verify.
    Plain,
    /// `include`, `preamble` or `source`: the stubs are C, verified and compiled by the build script.
    C,
}

/// `unsafe extern "C" { .. }`.
#[derive(Clone)]
pub struct Block {
    /// In the order of the text.
    pub items: Vec<BlockItem>,
    /// Functions that were refused, as written: only ever seen by [`Import::parse_partly`].
    pub refused: Vec<syn::ForeignItemFn>,
}

/// What a block declares.
#[derive(Clone)]
#[non_exhaustive]
pub enum BlockItem {
    /// A function.
    Function(Box<Function>),
    /// A variable.
    Static(Box<Static>),
    /// `type Db;`: a type of which only pointers exist.
    Opaque(Opaque),
    /// `#[cgo(constant)] static Z_OK: c_int;`.
    Constant(Box<Constant>),
}

/// A C function.
#[derive(Clone)]
pub struct Function {
    /// Docs, `cfg` and whatever else is for the Rust function.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// `safe fn`.
    pub safe: bool,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in C.
    pub c_name: String,
    /// How it may be called.
    pub modes: Modes,
    /// Of a variadic function, the argument that says what the others are, and is always the same.
    pub format: Option<LitCStr>,
    /// In order, without the format.
    pub params: Vec<Param>,
    /// Its result.
    pub ret: Ret,
}

/// A C variable.
#[derive(Clone)]
pub struct Static {
    /// Docs, `cfg` and whatever else.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// `safe static`.
    pub safe: bool,
    /// `static mut`.
    pub mutable: bool,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its name in C.
    pub c_name: String,
    /// Its type.
    pub ty: Type,
    /// Its type in C.
    pub c: CType,
}

/// A type that Rust only has pointers to.
#[derive(Clone)]
pub struct Opaque {
    /// Docs, `cfg` and whatever else.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its spelling in C: `sqlite3`, or `struct stat`.
    pub c_name: String,
    /// Who closes it, if it is not just a type of which there are pointers, but what C gives away of it.
    pub closes: Option<Closes>,
    /// `send`: another thread may have it, or a `&mut` of it.
    pub send: bool,
    /// `sync`: several threads may have a `&` of it.
    pub sync: bool,
}

/// A type of C function pointers that can be called through the runtime.
#[derive(Clone)]
pub struct FnPointer {
    /// Docs and whatever else is for the type.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name.
    pub ident: Ident,
    /// The typedef in C that it has to be, where a header is given.
    pub c_name: String,
    /// The right-hand side.
    pub ty: Type,
    /// Whether the functions are `unsafe`.
    pub is_unsafe: bool,
    /// How the functions may be called.
    pub modes: Modes,
    /// In order; those without a name are `p0`, `p1`, ..
    pub params: Vec<Param>,
    /// The result.
    pub ret: Ret,
    /// The pointer's type in C.
    pub c: CType,
}

/// A Rust identifier as C spells it.
pub(crate) fn c_spelling(ident: &Ident) -> String {
    ident.unraw().to_string()
}

impl Function {
    /// The name by which nodes and symbols know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Static {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl Opaque {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }
}

impl FnPointer {
    /// The name by which nodes know it.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.ident)
    }

    /// The functions that it points to, as if one of them were declared under its name.
    #[must_use]
    pub fn function(&self) -> Function {
        Function {
            attrs: self.attrs.clone(),
            vis: self.vis.clone(),
            safe: !self.is_unsafe,
            ident: self.ident.clone(),
            format: None,
            c_name: self.c_name.clone(),
            modes: self.modes.clone(),
            params: self.params.clone(),
            ret: self.ret.clone(),
        }
    }
}

impl BlockItem {
    /// Its `cfg`s and other attributes.
    #[must_use]
    pub fn attrs(&self) -> &[Attribute] {
        match self {
            BlockItem::Function(item) => &item.attrs,
            BlockItem::Static(item) => &item.attrs,
            BlockItem::Opaque(item) => &item.attrs,
            BlockItem::Constant(item) => &item.attrs,
        }
    }

    /// Its name in Rust.
    #[must_use]
    pub fn ident(&self) -> &Ident {
        match self {
            BlockItem::Function(item) => &item.ident,
            BlockItem::Static(item) => &item.ident,
            BlockItem::Opaque(item) => &item.ident,
            BlockItem::Constant(item) => &item.ident,
        }
    }
}

impl Block {
    /// Its functions.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Function(function) => Some(&**function),
            _ => None,
        })
    }

    /// Its variables.
    pub fn statics(&self) -> impl Iterator<Item = &Static> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Static(item) => Some(&**item),
            _ => None,
        })
    }

    /// Its constants.
    pub fn constants(&self) -> impl Iterator<Item = &Constant> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Constant(item) => Some(&**item),
            _ => None,
        })
    }

    /// Its opaque types.
    pub fn opaques(&self) -> impl Iterator<Item = &Opaque> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Opaque(item) => Some(item),
            _ => None,
        })
    }
}

impl Import {
    /// Which of the ways to import it is.
    #[must_use]
    pub fn form(&self) -> Form {
        self.attr.form()
    }

    /// Whether there is anything to link: a static archive named by [`symbol::archive`](crate::symbol::archive), of
    /// the stubs, the `source` files and what the `preamble` defines.
    #[must_use]
    pub fn has_archive(&self) -> bool {
        let attr = &self.attr;
        self.form() == Form::C
            && self.block().is_some_and(|block| {
                attr.preamble.is_some()
                    || !attr.source.is_empty()
                    || block.functions().next().is_some()
            })
    }

    /// The block, if it is one.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        match &self.item {
            ImportItem::Block(block) => Some(block),
            _ => None,
        }
    }

    /// The attributes of the item itself.
    #[must_use]
    pub fn own_attrs(&self) -> &[Attribute] {
        match &self.item {
            ImportItem::Block(_) => &self.attrs,
            ImportItem::FnPointer(item) => &item.attrs,
            ImportItem::Aggregate(item) => &item.attrs,
            ImportItem::Enumeration(item) => &item.attrs,
            ImportItem::Alias(item) => &item.attrs,
            ImportItem::Constant(item) => &item.attrs,
            ImportItem::Module(item) => &item.attrs,
        }
    }

    /// The attributes of the part of the item that `address` is in.
    #[must_use]
    pub fn attrs_of(&self, address: &str) -> &[Attribute] {
        let mut parts = address.split('/');
        let (item, member) = (parts.next().unwrap_or_default(), parts.nth(1));
        let found = match &self.item {
            ImportItem::Block(block) => {
                let mut items = block.items.iter();
                items
                    .find(|part| c_spelling(part.ident()) == item)
                    .map(BlockItem::attrs)
            }
            ImportItem::Aggregate(item) => {
                let mut fields = item.fields.iter();
                fields
                    .find(|field| Some(&*field.name()) == member)
                    .map(|field| &*field.attrs)
            }
            ImportItem::Enumeration(item) => {
                let mut variants = item.variants.iter();
                variants
                    .find(|variant| Some(&*variant.name()) == member)
                    .map(|variant| &*variant.attrs)
            }
            ImportItem::Module(module) => {
                let mut uses = module.uses.iter();
                let names =
                    |names: &&module::Use| names.names.iter().any(|wanted| wanted.name() == item);
                uses.find(names).map(|found| &*found.attrs)
            }
            ImportItem::FnPointer(_) | ImportItem::Alias(_) | ImportItem::Constant(_) => None,
        };
        found.unwrap_or_default()
    }

    /// All its addressable parts.
    #[must_use]
    pub fn nodes(&self) -> Vec<Node> {
        let mut nodes = self.attr.nodes();
        match &self.item {
            ImportItem::Block(block) => {
                for item in &block.items {
                    let name = c_spelling(item.ident());
                    push(&mut nodes, node::item(&name), item.ident());
                    match item {
                        BlockItem::Function(function) => {
                            signature_nodes(&mut nodes, &name, &function.params, &function.ret);
                            if let Some(format) = &function.format {
                                push(&mut nodes, node::format(&name), format);
                            }
                        }
                        BlockItem::Static(item) => push(&mut nodes, node::ty(&name), &item.ty),
                        BlockItem::Opaque(_) => {}
                        BlockItem::Constant(item) => push(&mut nodes, node::ty(&name), &item.ty),
                    }
                }
            }
            ImportItem::FnPointer(pointer) => {
                let name = pointer.name();
                push(&mut nodes, node::item(&name), &pointer.ident);
                signature_nodes(&mut nodes, &name, &pointer.params, &pointer.ret);
                push(&mut nodes, node::ty(&name), &pointer.ty);
            }
            ImportItem::Aggregate(item) => {
                let name = item.name();
                push(&mut nodes, node::item(&name), &item.ident);
                for field in &item.fields {
                    let address = node::member(&name, &field.name());
                    push(&mut nodes, node::ty(&address), &field.ty);
                    for bits in field.bits() {
                        let address = node::bitfield(&address, &bits.name());
                        push(&mut nodes, node::ty(&address), &bits.ty);
                        push(&mut nodes, node::value(&address), &bits.width_literal);
                        push(&mut nodes, address, &bits.ident);
                    }
                    push(&mut nodes, address, &field.ident);
                }
            }
            ImportItem::Enumeration(item) => {
                let name = item.name();
                push(&mut nodes, node::item(&name), &item.ident);
                for variant in &item.variants {
                    let address = node::member(&name, &variant.name());
                    if let Some(expr) = &variant.expr {
                        push(&mut nodes, node::value(&address), expr);
                    }
                    push(&mut nodes, address, &variant.ident);
                }
            }
            ImportItem::Alias(item) => {
                let name = item.name();
                push(&mut nodes, node::item(&name), &item.ident);
                push(&mut nodes, node::ty(&name), &item.ty);
            }
            ImportItem::Module(module) => {
                push(&mut nodes, node::module(&module.name()), &module.ident);
                for wanted in module.wanted() {
                    push(&mut nodes, node::item(&wanted.name()), &wanted.ident);
                }
            }
            ImportItem::Constant(item) => {
                let name = item.name();
                push(&mut nodes, node::item(&name), &item.ident);
                push(&mut nodes, node::ty(&name), &item.ty);
                if let Some((expr, _)) = &item.value {
                    push(&mut nodes, node::value(&name), expr);
                }
            }
        }
        nodes
    }

    /// The tokens of the part at `address`; of the part that it is a part of, if it is not known.
    #[must_use]
    pub fn tokens_of(&self, address: &str) -> Option<TokenStream> {
        tokens_at(&self.nodes(), address)
    }

    /// Where [`tokens_of`](Import::tokens_of) stands; the macro's call site if the address is not known at all.
    #[must_use]
    pub fn span_of(&self, address: &str) -> Span {
        self.tokens_of(address)
            .map_or_else(Span::call_site, |tokens| tokens.span())
    }

    /// What the item means for C, one line for each part: what the hash is made of.
    #[must_use]
    pub fn canonical(&self) -> Vec<String> {
        let mut lines = self.attr.canonical();
        match &self.item {
            ImportItem::Block(block) => lines.extend(block.items.iter().map(canonical_item)),
            ImportItem::FnPointer(pointer) => {
                lines.push(format!(
                    "pointer {} = {} {}",
                    pointer.name(),
                    pointer.c_name,
                    canon::tokens(pointer.ty.to_token_stream())
                ));
            }
            ImportItem::Aggregate(item) => {
                let keyword = if item.is_union { "union" } else { "struct" };
                lines.push(format!("{keyword} {} = {}", item.name(), item.c_name));
                lines.extend(parse_layout::reprs(&item.attrs));
                lines.extend(item.fields.iter().map(|field| {
                    format!(
                        "{}field {} = {} {} as {}",
                        canonical_cfgs(&field.attrs),
                        field.name(),
                        field.c_name,
                        canon::tokens(field.ty.to_token_stream()),
                        field.kind.canonical(),
                    )
                }));
            }
            ImportItem::Enumeration(item) => {
                lines.push(format!("enum {} = {}", item.name(), item.c_name));
                lines.extend(parse_layout::reprs(&item.attrs));
                lines.extend(item.variants.iter().map(|variant| {
                    format!(
                        "{}variant {} = {} {}",
                        canonical_cfgs(&variant.attrs),
                        variant.name(),
                        variant.c_name,
                        canon::tokens(variant.expr.to_token_stream()),
                    )
                }));
            }
            ImportItem::Alias(item) => lines.push(format!(
                "alias {} = {} {}",
                item.name(),
                item.c_name,
                canon::tokens(item.ty.to_token_stream())
            )),
            ImportItem::Constant(item) => lines.push(canonical_constant(item)),
            ImportItem::Module(module) => lines.extend(module::canonical(module)),
        }
        lines
    }
}

/// The tokens of the node at `address`, or of the nearest that it is a part of.
pub(crate) fn tokens_at(nodes: &[Node], address: &str) -> Option<TokenStream> {
    let mut address = address;
    loop {
        if let Some(node) = nodes.iter().find(|node| node.address == address) {
            return Some(node.tokens.clone());
        }
        address = address.rsplit_once('/')?.0;
    }
}

pub(crate) fn push(nodes: &mut Vec<Node>, address: String, tokens: &impl ToTokens) {
    nodes.push(Node {
        address,
        tokens: tokens.to_token_stream(),
    });
}

pub(crate) fn signature_nodes(nodes: &mut Vec<Node>, name: &str, params: &[Param], ret: &Ret) {
    for (index, param) in params.iter().enumerate() {
        push(nodes, node::param_type(name, index), &param.ty);
    }
    if let Some(ty) = &ret.ty {
        push(nodes, node::result(name), ty);
    }
}

pub(crate) fn canonical_cfgs(attrs: &[Attribute]) -> String {
    let cfgs = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    cfgs.map(|cfg| canon::tokens(cfg.meta.to_token_stream()))
        .collect()
}

fn canonical_constant(item: &Constant) -> String {
    let expr = item.value.as_ref().map(|(expr, _)| expr);
    format!(
        "const {} = {} {} {}",
        item.name(),
        item.c_name,
        canon::tokens(item.ty.to_token_stream()),
        canon::tokens(expr.to_token_stream()),
    )
}

fn canonical_item(item: &BlockItem) -> String {
    let mut line = canonical_cfgs(item.attrs());
    line += &match item {
        BlockItem::Function(function) => {
            let params: Vec<String> = function
                .params
                .iter()
                .map(|param| {
                    let c: Vec<String> =
                        param.arg.slots.iter().map(|slot| slot.c.spell()).collect();
                    format!(
                        "{} as {}",
                        canon::tokens(param.ty.to_token_stream()),
                        c.join(", ")
                    )
                })
                .collect();
            let format = function.format.as_ref().map_or(String::new(), |format| {
                format!(" format {:?}", format.value().to_bytes())
            });
            let judge = function.ret.judge.as_ref();
            let status = judge.filter(|judge| judge.is_status(&function.ret));
            let status = status.and(function.ret.slot.as_ref());
            let status = status.map_or(String::new(), |slot| format!(" status {}", slot.c.spell()));
            format!(
                "fn {} = {} ( {} ) {}{format}{status}",
                function.name(),
                function.c_name,
                params.join("; "),
                canon::tokens(function.ret.ty.to_token_stream()),
            )
        }
        BlockItem::Static(item) => format!(
            "static {} = {} {} {}",
            item.name(),
            item.c_name,
            item.mutable,
            canon::tokens(item.ty.to_token_stream()),
        ),
        BlockItem::Opaque(item) => format!("type {} = {}", item.name(), item.c_name),
        BlockItem::Constant(item) => canonical_constant(item),
    };
    line
}
