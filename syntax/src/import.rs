//! `#[cgo_import]`: the model.

use crate::attr::{CgoAttr, CgoOn, ImportAttr, Mode};
use crate::canon;
use crate::check;
use crate::ctype::CType;
use crate::error::Errors;
use crate::node::{self, Node};
use crate::types::{self, Arg, Param, Ret};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, ForeignItem, Ident, Item, Pat, Safety, StaticMutability, Type, Visibility};

/// An item under `#[cgo_import]`.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub enum ImportItem {
    /// `unsafe extern "C" { .. }`.
    Block(Block),
    /// `type Token = unsafe extern "C" fn(..);`.
    FnPointer(FnPointer),
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
#[derive(Clone, Debug)]
pub struct Block {
    /// In the order of the text.
    pub items: Vec<BlockItem>,
}

/// What a block declares.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BlockItem {
    /// A function.
    Function(Function),
    /// A variable.
    Static(Static),
    /// `type Db;`: a type of which only pointers exist.
    Opaque(Opaque),
}

/// A C function.
#[derive(Clone, Debug)]
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
    pub mode: Mode,
    /// In order.
    pub params: Vec<Param>,
    /// Its result.
    pub ret: Ret,
}

/// A C variable.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub struct Opaque {
    /// Docs, `cfg` and whatever else.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name in Rust.
    pub ident: Ident,
    /// Its spelling in C: `sqlite3`, or `struct stat`.
    pub c_name: String,
}

/// A type of C function pointers that can be called through the runtime.
#[derive(Clone, Debug)]
pub struct FnPointer {
    /// Docs and whatever else is for the type.
    pub attrs: Vec<Attribute>,
    /// Its visibility.
    pub vis: Visibility,
    /// Its name.
    pub ident: Ident,
    /// The right-hand side.
    pub ty: Type,
    /// Whether the functions are `unsafe`.
    pub is_unsafe: bool,
    /// How the functions may be called.
    pub mode: Mode,
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
}

impl BlockItem {
    /// Its `cfg`s and other attributes.
    #[must_use]
    pub fn attrs(&self) -> &[Attribute] {
        match self {
            BlockItem::Function(item) => &item.attrs,
            BlockItem::Static(item) => &item.attrs,
            BlockItem::Opaque(item) => &item.attrs,
        }
    }

    /// Its name in Rust.
    #[must_use]
    pub fn ident(&self) -> &Ident {
        match self {
            BlockItem::Function(item) => &item.ident,
            BlockItem::Static(item) => &item.ident,
            BlockItem::Opaque(item) => &item.ident,
        }
    }
}

impl Block {
    /// Its functions.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Function(function) => Some(function),
            _ => None,
        })
    }

    /// Its variables.
    pub fn statics(&self) -> impl Iterator<Item = &Static> {
        self.items.iter().filter_map(|item| match item {
            BlockItem::Static(item) => Some(item),
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
    /// Reads an attribute's argument tokens and the item under it.
    ///
    /// From a macro, these are its two inputs. From a file, `attr` is what stands in the attribute's parentheses (or
    /// nothing), and `item` the item's tokens, with or without that attribute.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(attr: TokenStream, item: TokenStream) -> Result<Import, Errors> {
        let mut errors = Errors::new();
        let attr = ImportAttr::parse(attr, &mut errors);
        let Some(item) = errors.take(syn::parse2::<Item>(item)) else {
            return Err(errors);
        };
        let import = match item {
            Item::ForeignMod(block) => parse_block(attr, block, &mut errors),
            Item::Type(alias) => parse_fn_pointer(attr, alias, &mut errors),
            other => {
                let message = "`#[cgo_import]` goes on an `unsafe extern \"C\" { .. }` block, or on \
                               `type Name = unsafe extern \"C\" fn(..);`";
                errors.push(check::head(&other), message);
                None
            }
        };
        if let Some(import) = &import {
            check::import(import, &mut errors);
        }
        errors.finish(import)
    }

    /// Which of the ways to import it is.
    #[must_use]
    pub fn form(&self) -> Form {
        let attr = &self.attr;
        if attr.include.is_empty() && attr.source.is_empty() && attr.preamble.is_none() {
            Form::Plain
        } else {
            Form::C
        }
    }

    /// The block, if it is one.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        match &self.item {
            ImportItem::Block(block) => Some(block),
            ImportItem::FnPointer(_) => None,
        }
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
                        }
                        BlockItem::Static(item) => {
                            push(&mut nodes, node::static_type(&name), &item.ty)
                        }
                        BlockItem::Opaque(_) => {}
                    }
                }
            }
            ImportItem::FnPointer(pointer) => {
                let name = pointer.name();
                push(&mut nodes, node::item(&name), &pointer.ident);
                signature_nodes(&mut nodes, &name, &pointer.params, &pointer.ret);
            }
        }
        nodes
    }

    /// The tokens of the part at `address`; of the part that it is a part of, if it is not known.
    #[must_use]
    pub fn tokens_of(&self, address: &str) -> Option<TokenStream> {
        let nodes = self.nodes();
        let mut address = address;
        loop {
            if let Some(node) = nodes.iter().find(|node| node.address == address) {
                return Some(node.tokens.clone());
            }
            address = address.rsplit_once('/')?.0;
        }
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
                    "pointer {} {}",
                    pointer.name(),
                    canon::tokens(pointer.ty.to_token_stream())
                ));
            }
        }
        lines
    }
}

fn push(nodes: &mut Vec<Node>, address: String, tokens: &impl ToTokens) {
    nodes.push(Node {
        address,
        tokens: tokens.to_token_stream(),
    });
}

fn signature_nodes(nodes: &mut Vec<Node>, name: &str, params: &[Param], ret: &Ret) {
    for (index, param) in params.iter().enumerate() {
        push(nodes, node::param_type(name, index), &param.ty);
    }
    if let Some(ty) = &ret.ty {
        push(nodes, node::result(name), ty);
    }
}

fn canonical_item(item: &BlockItem) -> String {
    let mut line = String::new();
    for cfg in item
        .attrs()
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
    {
        line += &canon::tokens(cfg.meta.to_token_stream());
    }
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
            format!(
                "fn {} = {} ( {} ) {}",
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
    };
    line
}

fn parse_block(
    attr: ImportAttr,
    block: syn::ItemForeignMod,
    errors: &mut Errors,
) -> Option<Import> {
    check::block_head(&block, errors);
    let mut items = Vec::new();
    for item in block.items {
        match item {
            ForeignItem::Fn(item) => {
                items.extend(parse_function(item, errors).map(BlockItem::Function))
            }
            ForeignItem::Static(item) => {
                items.extend(parse_static(item, errors).map(BlockItem::Static))
            }
            ForeignItem::Type(item) => {
                items.extend(parse_opaque(item, errors).map(BlockItem::Opaque))
            }
            other => check::foreign_item(&other, errors),
        }
    }
    let mut block_ = Block { items };
    name_opaques(&mut block_);
    Some(Import {
        attr,
        attrs: check::outer_attrs(block.attrs, errors),
        item: ImportItem::Block(block_),
    })
}

/// Tells each named type of the block that is an opaque type of the same block how C spells it.
fn name_opaques(block: &mut Block) {
    let opaques: Vec<(String, String)> = block
        .opaques()
        .map(|opaque| (opaque.name(), opaque.c_name.clone()))
        .collect();
    let resolve = |ty: &mut CType| {
        if let CType::Named(named) = ty
            && named.c.is_none()
            && let Some((_, c)) = opaques.iter().find(|(rust, _)| *rust == named.rust)
        {
            named.c = Some(c.clone());
        }
    };
    for item in &mut block.items {
        match item {
            BlockItem::Function(function) => {
                let slots = function
                    .params
                    .iter_mut()
                    .flat_map(|param| &mut param.arg.slots);
                for slot in slots.chain(&mut function.ret.slot) {
                    slot.c.visit_mut(&mut { resolve });
                }
            }
            BlockItem::Static(item) => item.c.visit_mut(&mut { resolve }),
            BlockItem::Opaque(_) => {}
        }
    }
}

fn parse_function(mut item: syn::ForeignItemFn, errors: &mut Errors) -> Option<Function> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Function, errors);
    let sound = check::import_signature(&item.sig, errors);
    check::inner_attrs(&item.attrs, errors);
    let params = item
        .sig
        .inputs
        .into_iter()
        .enumerate()
        .filter_map(|(index, input)| match input {
            syn::FnArg::Typed(typed) => parse_param(typed, index, errors),
            syn::FnArg::Receiver(_) => None, // refused above
        })
        .collect();
    let ret = errors.take(Ret::of(&item.sig.output))?;
    sound.then(|| Function {
        attrs: item.attrs,
        vis: item.vis,
        safe: matches!(item.sig.safety, Safety::Safe(_)),
        c_name: cgo.c.map_or_else(
            || c_spelling(&item.sig.ident),
            |text| check::c_identifier(text, errors),
        ),
        ident: item.sig.ident,
        mode: cgo.mode,
        params,
        ret,
    })
}

/// A parameter; also of an export, where `#[cgo(..)]` has no meaning and is refused by its caller.
pub(crate) fn parse_param(
    mut typed: syn::PatType,
    index: usize,
    errors: &mut Errors,
) -> Option<Param> {
    let cgo = CgoAttr::extract(&mut typed.attrs, CgoOn::Param, errors);
    let mut arg = errors.take(Arg::of(&typed.ty))?;
    if let Some(c) = cgo.c {
        let mut named = 0;
        for slot in &mut arg.slots {
            slot.c.visit_mut(&mut |ty| {
                if let CType::Named(found) = ty {
                    found.c = Some(c.value.clone());
                    named += 1;
                }
            });
        }
        if named != 1 {
            errors.push(
                &c.literal,
                "`c = ..` spells the one named type of a parameter, which this one has not",
            );
        }
    }
    let ident = match *typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident,
        // C does not use the names; here each must have one to be packed by.
        Pat::Wild(wild) => Ident::new(&format!("p{index}"), wild.underscore_token.span),
        other => {
            errors.push(other, "give the parameter a plain name");
            return None;
        }
    };
    Some(Param {
        ident,
        ty: *typed.ty,
        arg,
    })
}

fn parse_static(mut item: syn::ForeignItemStatic, errors: &mut Errors) -> Option<Static> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Static, errors);
    check::inner_attrs(&item.attrs, errors);
    let c = errors.take(types::ctype(&item.ty))?;
    Some(Static {
        attrs: item.attrs,
        vis: item.vis,
        safe: matches!(item.safety, Safety::Safe(_)),
        mutable: matches!(item.mutability, StaticMutability::Mut(_)),
        c_name: cgo.c.map_or_else(
            || c_spelling(&item.ident),
            |text| check::c_identifier(text, errors),
        ),
        ident: item.ident,
        ty: *item.ty,
        c,
    })
}

fn parse_opaque(mut item: syn::ForeignItemType, errors: &mut Errors) -> Option<Opaque> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Opaque, errors);
    check::inner_attrs(&item.attrs, errors);
    check::no_generics(&item.generics, errors);
    Some(Opaque {
        attrs: item.attrs,
        vis: item.vis,
        c_name: cgo.c.map_or_else(
            || c_spelling(&item.ident),
            |text| check::c_type_name(text, errors),
        ),
        ident: item.ident,
    })
}

fn parse_fn_pointer(
    attr: ImportAttr,
    mut alias: syn::ItemType,
    errors: &mut Errors,
) -> Option<Import> {
    let cgo = CgoAttr::extract(&mut alias.attrs, CgoOn::FnPointer, errors);
    check::no_generics(&alias.generics, errors);
    let c = errors.take(types::ctype(&alias.ty))?;
    let Type::FnPtr(pointer) = &*alias.ty else {
        errors.push(
            &alias.ty,
            "`#[cgo_import]` makes a type of `unsafe extern \"C\" fn(..)`; a null one is then `Option<Name>`",
        );
        return None;
    };
    if let Some(dots) = &pointer.variadic {
        errors.push(dots, check::VARIADIC);
        return None;
    }
    let mut params = Vec::new();
    for (index, input) in pointer.inputs.iter().enumerate() {
        let ident = match &input.name {
            Some((name, _)) if name != "_" => name.clone(),
            _ => Ident::new(&format!("p{index}"), input.ty.span()),
        };
        params.push(Param {
            ident,
            ty: input.ty.clone(),
            arg: errors.take(Arg::of(&input.ty))?,
        });
    }
    let mode = match (attr.mode, cgo.mode) {
        (Mode::Normal, mode) | (mode, Mode::Normal) => mode,
        (one, other) if one == other => one,
        (one, other) => {
            let (one, other) = (one.names().0, other.names().0);
            errors.push(
                &alias.ident,
                format!("`{one}` contradicts `{other}`: keep one of them"),
            );
            Mode::Normal
        }
    };
    let pointer = FnPointer {
        mode,
        is_unsafe: pointer.unsafety.is_some(),
        ret: errors.take(Ret::of(&pointer.output))?,
        params,
        c,
        attrs: check::outer_attrs(alias.attrs, errors),
        vis: alias.vis,
        ident: alias.ident,
        ty: *alias.ty,
    };
    Some(Import {
        attr,
        attrs: Vec::new(),
        item: ImportItem::FnPointer(pointer),
    })
}
