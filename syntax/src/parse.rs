//! `#[cgo_import]`: from tokens to the model.

use crate::attr::{CgoAttr, CgoOn, ImportAttr};
use crate::check;
use crate::closure;
use crate::ctype::CType;
use crate::error::Errors;
use crate::filled;
use crate::import::{
    Block, BlockItem, FnPointer, Form, Function, Import, ImportItem, Opaque, Static, c_spelling,
};
use crate::judge;
use crate::module;
use crate::owner::{self, Closes};
use crate::parse_layout;
use crate::returned;
use crate::shape::{Shape, strip};
use crate::slot::Role;
use crate::types::{self, Arg, Param, Ret};
use proc_macro2::{Span, TokenStream};
use syn::spanned::Spanned as _;
use syn::{ForeignItem, Ident, Item, Pat, Safety, StaticMutability, Type};

impl Import {
    /// Reads an attribute's argument tokens and the item under it.
    ///
    /// From a macro, these are its two inputs. From a file, `attr` is what stands in the attribute's parentheses (or
    /// nothing), and `item` the item's tokens, with or without that attribute.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(attr: TokenStream, item: TokenStream) -> Result<Import, Errors> {
        let (import, errors) = Import::parse_partly(attr, item);
        errors.finish(import)
    }

    /// As [`parse`](Import::parse), with whatever could be understood beside the errors: what the macro goes on with,
    /// so that one mistake is one error.
    #[must_use]
    pub fn parse_partly(attr: TokenStream, item: TokenStream) -> (Option<Import>, Errors) {
        let mut errors = Errors::new();
        if !check::depth(&attr, &item, &mut errors) {
            return (None, errors);
        }
        let parse = |errors: &mut Errors| {
            let parsed = syn::parse2::<Item>(item.clone()).or_else(|error| {
                let (item, safe) = module::without_safe(item);
                match (safe, syn::parse2(item)) {
                    (Some(safe), Ok(item @ Item::Mod(_))) => {
                        errors.push(safe, module::SAFE);
                        Ok(item)
                    }
                    _ => Err(error),
                }
            });
            errors.take(parsed)
        };
        let import = Import::understand(attr, parse, &mut errors);
        (import, errors)
    }

    /// As [`parse`](Import::parse), of an item that is parsed already, without the attribute.
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn of_item(attr: TokenStream, item: Item) -> Result<Import, Errors> {
        let mut errors = Errors::new();
        let mut import = None;
        if check::depth(&attr, &TokenStream::new(), &mut errors) {
            import = Import::understand(attr, |_| Some(item), &mut errors);
        }
        errors.finish(import)
    }

    fn understand(
        attr: TokenStream,
        item: impl FnOnce(&mut Errors) -> Option<Item>,
        errors: &mut Errors,
    ) -> Option<Import> {
        let attr = ImportAttr::parse(attr, errors);
        let attr_is_sound = errors.is_empty();
        let mut import = match item(errors) {
            Some(Item::ForeignMod(block)) => parse_block(attr, block, errors),
            Some(Item::Type(alias)) if is_fn_pointer(&alias) || attr.is_plain() => {
                parse_fn_pointer(attr, alias, errors)
            }
            Some(Item::Type(alias)) => parse_layout::parse_alias(alias, errors)
                .map(|item| Import::of(attr, ImportItem::Alias(Box::new(item)))),
            Some(Item::Struct(item)) => parse_layout::parse_struct(item, errors)
                .map(|item| Import::of(attr, ImportItem::Aggregate(Box::new(item)))),
            Some(Item::Union(item)) => parse_layout::parse_union(item, errors)
                .map(|item| Import::of(attr, ImportItem::Aggregate(Box::new(item)))),
            Some(Item::Enum(item)) => parse_layout::parse_enum(item, errors)
                .map(|item| Import::of(attr, ImportItem::Enumeration(Box::new(item)))),
            Some(Item::Const(item)) => parse_layout::parse_const(item, errors)
                .map(|item| Import::of(attr, ImportItem::Constant(Box::new(item)))),
            Some(Item::Mod(item)) => module::parse(&attr, item, errors)
                .map(|item| Import::of(attr, ImportItem::Module(Box::new(item)))),
            Some(other) => {
                let message = "`#[cgo_import]` goes on an `unsafe extern \"C\" { .. }` block, on a type or a \
                               constant that a header has, on `mod z { use C::{..}; }`, or on \
                               `type Name = unsafe extern \"C\" fn(..);`";
                errors.push(check::head(&other), message);
                None
            }
            None => None,
        };
        if let Some(Import {
            item: ImportItem::Block(block),
            ..
        }) = &mut import
        {
            check::elsewhere(block, errors);
        }
        if let Some(import) = &import {
            if attr_is_sound {
                check::import_attr(import, errors);
            }
            check::import(import, errors);
        }
        import
    }
}

impl Import {
    /// What is its own item, with its own attributes.
    fn of(attr: ImportAttr, item: ImportItem) -> Import {
        Import {
            attr,
            attrs: Vec::new(),
            item,
        }
    }
}

fn is_fn_pointer(alias: &syn::ItemType) -> bool {
    matches!(strip(&alias.ty), Type::FnPtr(_))
}

fn parse_block(
    attr: ImportAttr,
    block: syn::ItemForeignMod,
    errors: &mut Errors,
) -> Option<Import> {
    check::block_head(&block, errors);
    let mut attrs = check::outer_attrs(block.attrs, errors);
    attrs.retain(|attr| !attr.path().is_ident("doc")); // a comment on the block, not on what is in it
    let import = foreign_items(attr, block.items, errors)?;
    Some(Import { attrs, ..import })
}

/// Declarations, as in a block.
pub(crate) fn foreign_items(
    attr: ImportAttr,
    foreign: Vec<ForeignItem>,
    errors: &mut Errors,
) -> Option<Import> {
    let form = attr.form();
    let (mut items, mut refused) = (Vec::new(), Vec::new());
    for item in foreign {
        match item {
            ForeignItem::Fn(item) => match parse_function(item.clone(), form, errors) {
                Some(function) => items.push(BlockItem::Function(Box::new(function))),
                None => refused.push(item),
            },
            ForeignItem::Static(item) => items.extend(parse_static(item, errors)),
            ForeignItem::Type(item) => {
                items.extend(parse_opaque(item, errors).map(BlockItem::Opaque))
            }
            other => check::foreign_item(&other, errors),
        }
    }
    let mut parsed = Block { items, refused };
    name_opaques(&mut parsed);
    let owners = owner::owners(&parsed);
    owner::adopt(&mut parsed, &owners, errors);
    owner::check(&parsed, errors);
    Some(Import::of(attr, ImportItem::Block(parsed)))
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
    let is_opaque = |ty: &Type| {
        matches!(Shape::of(ty), Ok(Shape::Named(named))
            if opaques.iter().any(|(rust, _)| *rust == named.rust))
    };
    for item in &mut block.items {
        match item {
            BlockItem::Function(function) => {
                for param in &mut function.params {
                    // Only C knows what is in it.
                    param.arg.enumerated.take_if(|ty| is_opaque(ty));
                    // So Rust cannot tell whether it stays as it is behind a `&`.
                    if let Ok(Shape::Reference {
                        mutable: false,
                        uninit: false,
                        pointee,
                        ..
                    }) = Shape::of(&param.ty)
                        && is_opaque(pointee)
                    {
                        param.arg.slots[0].role = Role::Lent;
                    }
                }
                let slots = function
                    .params
                    .iter_mut()
                    .flat_map(|param| &mut param.arg.slots);
                for slot in slots.chain(&mut function.ret.slot) {
                    slot.c.visit_mut(&mut { resolve });
                }
            }
            BlockItem::Static(item) => item.c.visit_mut(&mut { resolve }),
            BlockItem::Opaque(_) | BlockItem::Constant(_) => {}
        }
    }
}

fn parse_function(
    mut item: syn::ForeignItemFn,
    form: Form,
    errors: &mut Errors,
) -> Option<Function> {
    let mut cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Function, errors);
    let sound = check::import_signature(&item.sig, form, errors);
    check::inner_attrs(&mut item.attrs, errors);
    let inputs = item.sig.inputs.len();
    let params: Vec<Param> = item
        .sig
        .inputs
        .into_iter()
        .enumerate()
        .filter_map(|(index, input)| match input {
            syn::FnArg::Typed(typed) => parse_param(typed, index, errors),
            syn::FnArg::Receiver(_) => None, // refused above
        })
        .collect();
    let all = (params.len() == inputs).then_some(&*params);
    let words = returned::Words::of(&mut cgo);
    let mut ret = returned::row(&item.sig.output, all, words, errors)?;
    // Rust reads it alone, whatever C might do.
    if let (true, Some(slot)) = (ret.is_text, &mut ret.slot) {
        slot.role = Role::LentText;
    }
    let sound = judge::settle(&mut ret, judge::Words::of(&mut cgo), errors) && sound;
    let sound = sound && params.len() == inputs && check::closures(&params, &cgo.modes, errors);
    sound.then(|| Function {
        attrs: item.attrs,
        vis: item.vis,
        safe: matches!(item.sig.safety, Safety::Safe(_)),
        c_name: cgo.c.map_or_else(
            || c_spelling(&item.sig.ident),
            |text| check::c_identifier(text, errors),
        ),
        ident: item.sig.ident,
        modes: cgo.modes,
        format: cgo.format,
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
    let mut arg = errors.take(match cgo.out {
        None => Arg::of(&typed.ty),
        Some(()) => Arg::out(&typed.ty),
    })?;
    check::param_attrs(&typed.attrs, errors);
    closure::say(&mut arg, &cgo, errors);
    match (&cgo.filled, cgo.out) {
        (Some(key), Some(())) => {
            let message =
                "this says where C puts a result, and there `out` is enough; remove `filled`";
            errors.push(key, message);
        }
        (Some(key), None) => filled::arg(key, &typed.ty, &mut arg, errors),
        (None, _) => {}
    }
    if let Some(c) = cgo.c {
        let literal = c.literal.clone();
        let spelling = check::c_type_name(c, errors);
        let mut named = 0;
        for slot in &mut arg.slots {
            if filled::name_bytes(slot, &spelling) {
                named += 1;
                continue;
            }
            slot.c.visit_mut(&mut |ty| {
                if let CType::Named(found) = ty {
                    found.c = Some(spelling.clone());
                    named += 1;
                }
            });
        }
        if named != 1 {
            errors.push(
                &literal,
                "`c = ..` spells the one named type of a parameter, or that of what a slice of bytes is to C; this one has none",
            );
        }
    }
    let ident = match *typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident,
        // Nothing of the user's may meet what the user does not see.
        Pat::Wild(_) if closure::is_hidden(&arg) => {
            Ident::new(&format!("p{index}"), Span::mixed_site())
        }
        // C does not use the names; here each must have one to be packed by.
        Pat::Wild(wild) => Ident::new(&format!("p{index}"), wild.underscore_token.span),
        other => {
            errors.push(other, "give the parameter a plain name");
            return None;
        }
    };
    let param = Param {
        hidden: cgo.out.is_some() || closure::is_hidden(&arg),
        ident,
        ty: *typed.ty,
        arg,
        keeps: false,
    };
    if cgo.keeps.is_some() && (param.hidden || param.lend().is_none()) {
        let message = "`keeps` is for what C is lent, a reference, a slice or a text; what this is it may keep anyway";
        errors.push(&param.ty, message);
    }
    Some(Param {
        keeps: cgo.keeps.is_some(),
        ..param
    })
}

fn parse_static(mut item: syn::ForeignItemStatic, errors: &mut Errors) -> Option<BlockItem> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Static, errors);
    check::inner_attrs(&mut item.attrs, errors);
    if cgo.constant.is_some() {
        return parse_layout::header_constant(item, cgo.c, errors)
            .map(|item| BlockItem::Constant(Box::new(item)));
    }
    let c = errors.take(types::static_ctype(&item.ty))?;
    Some(BlockItem::Static(Box::new(Static {
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
    })))
}

fn parse_opaque(mut item: syn::ForeignItemType, errors: &mut Errors) -> Option<Opaque> {
    let cgo = CgoAttr::extract(&mut item.attrs, CgoOn::Opaque, errors);
    check::inner_attrs(&mut item.attrs, errors);
    check::no_generics(&item.generics, errors);
    Some(Opaque {
        closes: cgo.drop.map(|drop| Closes { drop }),
        send: cgo.send.is_some(),
        sync: cgo.sync.is_some(),
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
            hidden: false,
            keeps: false,
        });
    }
    if !check::no_closures(&params, errors) {
        return None;
    }
    let mut modes = attr.modes.clone();
    modes.extend(cgo.modes, errors);
    if let (Some(text), true) = (&cgo.c, attr.is_plain()) {
        let message =
            "this is a typedef's name in a header: say which, `#[cgo_import(include = \"..\")]`";
        errors.push(&text.literal, message);
    }
    let pointer = FnPointer {
        c_name: cgo.c.map_or_else(
            || c_spelling(&alias.ident),
            |text| check::c_type_name(text, errors),
        ),
        modes,
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
        item: ImportItem::FnPointer(Box::new(pointer)),
    })
}
