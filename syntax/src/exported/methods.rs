//! `#[cgo_export] impl Counter { .. }`: an opaque type of C, and functions for it.
//!
//! Each `pub fn` is an export of its own, of a function that is written here: `counter_add(self: &mut Counter, n: c_int)`.
//! A `Counter` by value is a `Box<Counter>` to C, on both sides; so the rows are those of functions.

use super::kind::Kind;
use crate::attr::{ExportAttr, OnPanic};
use crate::canon;
use crate::check;
use crate::convert::{How, Unpack};
use crate::entry::entries;
use crate::error::Errors;
use crate::export::{Callee, Export, Wrap};
use crate::import::c_spelling;
use crate::shape::strip;
use crate::slot::Param;
use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{
    FnArg, ImplItem, ImplItemFn, ItemFn, ItemImpl, ReceiverKind, ReturnType, Signature, Type,
    Visibility,
};

/// An `impl` under `#[cgo_export]`.
#[derive(Clone)]
pub struct Methods {
    /// The block, as written but for our attributes.
    pub item: ItemImpl,
    /// Its `pub` functions, in order; behind them the one that frees.
    pub exports: Vec<Export>,
    /// Whether there is one that frees, which we make.
    pub frees: bool,
}

impl Methods {
    /// What it means for C, one line for each part: what the hash is made of.
    #[must_use]
    pub fn canonical(&self) -> Vec<String> {
        // Of what is there under a condition build.rs may have left something out.
        let is_conditional =
            |attr: &syn::Attribute| attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr");
        let exports = self.exports.iter();
        let exports = exports.filter(|export| !export.item.attrs.iter().any(is_conditional));
        let exports = exports.flat_map(Export::canonical);
        let head = format!(
            "impl {}",
            canon::tokens(self.item.self_ty.to_token_stream())
        );
        std::iter::once(head).chain(exports).collect()
    }

    /// Without the function that frees: another block has it.
    pub fn leave_free(&mut self) {
        if std::mem::take(&mut self.frees) {
            self.exports.pop();
        }
    }
}

/// What `#[cgo(..)]` may say of a method.
pub(crate) const KEYS: [&str; 3] = ["skip", "name", "on_panic"];

/// What is said of a method.
#[derive(Default)]
struct Said {
    skip: Option<()>,
    attr: ExportAttr,
    any: Option<Ident>,
}

pub(crate) fn parse(
    mut attr: ExportAttr,
    mut item: ItemImpl,
    errors: &mut Errors,
) -> Option<Methods> {
    item.attrs = check::without_ours(item.attrs);
    let ty = head(&attr, &item, errors);
    if let OnPanic::Value(_) = &attr.on_panic {
        attr.on_panic = OnPanic::Zero; // refused above
    }
    let mut exports = Vec::new();
    for inner in &mut item.items {
        let ImplItem::Fn(method) = inner else {
            continue;
        };
        let said = Said::extract(method, errors);
        let is_pub = matches!(method.vis, Visibility::Public(_));
        if let (false, Some(any)) = (is_pub, &said.any) {
            let message = "only what is `pub` is exported; make it so, or remove this";
            errors.push(any, message);
        }
        if let (true, None, Some(ty)) = (is_pub, said.skip, &ty) {
            exports.extend(export(&attr, said.attr, ty, method, errors));
        }
    }
    let ty = ty?;
    if exports.is_empty() && errors.is_empty() {
        let message = "C gets what is `pub` in this block, and nothing is";
        errors.push(&ty.name, message);
    }
    let free = free(&attr, &ty, &exports, errors);
    let frees = free.is_some();
    exports.extend(free);
    Some(Methods {
        item,
        exports,
        frees,
    })
}

/// The type that a block is of.
struct Owner {
    ty: Type,
    name: Ident,
    prefix: String,
}

fn head(attr: &ExportAttr, item: &ItemImpl, errors: &mut Errors) -> Option<Owner> {
    if let Some(name) = &attr.name {
        let message = "a block has no symbol; say what its functions' begin with, `prefix = \"..\"`, or of one of them \
                       `#[cgo(name = \"..\")]`";
        errors.push(&name.literal, message);
    }
    if let OnPanic::Value(value) = &attr.on_panic {
        let message = "each function has a value of its own; say it there, `#[cgo(on_panic = ..)]`";
        errors.push(value, message);
    }
    if let Some((path, _)) = &item.trait_ {
        let message =
            "C knows no traits; export an `impl` of the type alone, with functions that call these";
        errors.push(path, message);
        return None;
    }
    if !check::no_generics(&item.generics, errors) {
        return None;
    }
    let message = "C has pointers to a type with a name; export functions for this one";
    let Type::Path(path) = strip(&item.self_ty) else {
        errors.push(&item.self_ty, message);
        return None;
    };
    let last = path.path.segments.last()?;
    if !last.arguments.is_none() {
        errors.push(
            &item.self_ty,
            "C has no generics; export functions for this type",
        );
        return None;
    }
    let prefix = attr.prefix.as_ref().map(|text| text.value.clone());
    Some(Owner {
        ty: (*item.self_ty).clone(),
        name: last.ident.clone(),
        prefix: prefix.unwrap_or_else(|| snake_case(&last.ident.unraw().to_string())),
    })
}

impl Said {
    fn extract(method: &mut ImplItemFn, errors: &mut Errors) -> Said {
        let mut said = Said::default();
        let mut on_panic = None;
        for attr in method
            .attrs
            .extract_if(.., |attr| attr.path().is_ident("cgo"))
        {
            let syn::Meta::List(list) = &attr.meta else {
                errors.push(
                    &attr.meta,
                    "write `#[cgo(..)]` with a key, such as `#[cgo(skip)]`",
                );
                continue;
            };
            for entry in entries(list.tokens.clone(), errors) {
                said.any.get_or_insert_with(|| entry.key.clone());
                let key = entry.key_name();
                if !KEYS.contains(&key.as_str()) {
                    entry.unknown("cgo", &KEYS, errors);
                    continue;
                }
                match key.as_str() {
                    "skip" => {
                        let word = entry.word(errors);
                        entry.once(&mut said.skip, word, errors);
                    }
                    "name" => {
                        let text = entry.text(errors);
                        entry.once(&mut said.attr.name, text, errors);
                    }
                    "on_panic" => {
                        let value = entry.expr("a value, or `abort`", errors).cloned();
                        entry.once(&mut on_panic, value, errors);
                    }
                    _ => unreachable!("one of the keys"),
                }
            }
        }
        said.attr.on_panic = OnPanic::of(on_panic);
        said
    }
}

/// One function of the block.
fn export(
    block: &ExportAttr,
    said: ExportAttr,
    owner: &Owner,
    method: &ImplItemFn,
    errors: &mut Errors,
) -> Option<Export> {
    let name = c_spelling(&method.sig.ident);
    let mut attr = block.clone();
    attr.name = said.name;
    if !matches!(said.on_panic, OnPanic::Zero) {
        attr.on_panic = said.on_panic;
    }
    let symbol = match &attr.name {
        Some(text) => text.value.clone(),
        None => format!("{}_{name}", owner.prefix),
    };
    let mut item = ItemFn {
        attrs: method.attrs.clone(),
        vis: method.vis.clone(),
        modifiers: method.modifiers.clone(),
        sig: method.sig.clone(),
        block: Box::new(syn::parse_quote!({})),
    };
    let ty = &owner.ty;
    // In the function that stands for it there is no `Self`.
    item.sig = errors.take(syn::parse2(named(item.sig.to_token_stream(), ty)))?;
    receiver(ty, &mut item.sig, errors)?;
    let mut unboxed = Vec::new();
    for input in &mut item.sig.inputs {
        if let FnArg::Typed(typed) = input {
            let is_own = canon::same(&typed.ty, ty);
            unboxed.push(is_own);
            if is_own {
                *typed.ty = boxed(ty);
            }
        }
    }
    let wrap = wrap(ty, &mut item.sig.output);
    let inputs = item.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&*typed.ty),
        FnArg::Receiver(_) => None,
    });
    let output = match &item.sig.output {
        ReturnType::Type(_, ty) => Some(&**ty),
        ReturnType::Default => None,
    };
    let strays: Vec<&Type> = inputs
        .chain(output)
        .filter_map(|it| stray(ty, it))
        .collect();
    for found in &strays {
        let message = "C has this by its address alone, and no array or tuple of it; let C pass one at a time, or ask for one";
        errors.push(found, message);
    }
    if !strays.is_empty() {
        return None;
    }
    let ident = &method.sig.ident;
    let callee = Callee {
        path: quote!(<#ty>::#ident),
        constant: Some((ty.clone(), format_ident!("{}_C", name.to_uppercase()))),
        unboxed,
        wrap,
    };
    let mut export = crate::export::parse_method(attr, item, symbol, callee, errors)?;
    let (private, function) = (export.attr.runtime(), export.c_name());
    for param in &mut export.params {
        look_first(param, ty, &private, &function);
    }
    Some(export)
}

/// `self` is a parameter of C's.
fn receiver(ty: &Type, sig: &mut Signature, errors: &mut Errors) -> Option<()> {
    let Some(FnArg::Receiver(receiver)) = sig.inputs.first_mut() else {
        return Some(());
    };
    let at = receiver.self_token.span;
    let as_written: Type = match &receiver.kind {
        ReceiverKind::Reference(_, Some(lifetime), _) if lifetime.ident == "static" => {
            errors.push(lifetime, super::take::FOR_THE_CALL);
            return None;
        }
        ReceiverKind::Reference(_, _, mutability) => {
            syn::parse_quote_spanned!(at=> &#mutability #ty)
        }
        ReceiverKind::Typed(_, written) => (**written).clone(),
        _ => ty.clone(),
    };
    let is_own = |of: &Type| canon::same(strip(of), ty);
    let is_known = match strip(&as_written) {
        Type::Reference(reference) => is_own(&reference.elem),
        other => is_own(other) || (super::boxed(other).is_some_and(is_own) && !is_nullable(other)),
    };
    if !is_known {
        let message =
            "C has a pointer to it; write `&self`, `&mut self`, `self` or `self: Box<Self>`";
        errors.push(&as_written, message);
        return None;
    }
    let mut typed: syn::PatType = syn::parse_quote!(this: #as_written);
    if let syn::Pat::Ident(pat) = &mut *typed.pat {
        pat.ident = Ident::new("self", at);
    }
    sig.inputs[0] = FnArg::Typed(typed);
    Some(())
}

/// Where `ty` holds the block's type in a way that C does not.
fn stray<'t>(own: &Type, ty: &'t Type) -> Option<&'t Type> {
    let inside = |inner: &'t Type| match canon::same(strip(inner), own) {
        true => Some(inner),
        false => stray(own, inner),
    };
    match (Kind::of(ty), strip(ty)) {
        (Kind::Tuple(parts), _) => parts.into_iter().find_map(inside),
        (Kind::Vec { elem, .. }, _) => inside(elem),
        (Kind::Result(ok), _) => stray(own, ok),
        (_, Type::Reference(reference)) => match strip(&reference.elem) {
            Type::Slice(slice) => inside(&slice.elem),
            _ => None,
        },
        _ => None,
    }
}

/// What a pointer to the block's type may be, it is looked at first: C may well pass the one that it got when it failed.
fn look_first(param: &mut Param, ty: &Type, private: &TokenStream, function: &str) {
    let is_own = |of: &Type| canon::same(strip(of), ty);
    let take = match strip(&param.ty) {
        Type::Reference(reference) if is_own(&reference.elem) => {
            match reference.mutability.is_some() {
                true => quote!(#private::take_mut),
                false => quote!(#private::take_ref),
            }
        }
        other if super::boxed(other).is_some_and(is_own) && !is_nullable(other) => {
            quote!(#private::take_box)
        }
        _ => return,
    };
    param.arg.direct = false;
    let slot = &mut param.arg.slots[0];
    slot.field = match strip(&param.ty) {
        Type::Reference(reference) if reference.mutability.is_none() => quote!(*const #ty),
        _ => quote!(*mut #ty),
    };
    let said = [function.to_owned(), c_spelling(&param.ident)];
    param.arg.unpack = Unpack::of_one(How::Told {
        function: take,
        said,
    });
}

fn is_nullable(ty: &Type) -> bool {
    matches!(Kind::of(ty), Kind::Boxed { nullable: true, .. })
}

/// A result that is the type itself, or holds it, becomes one of a box.
fn wrap(ty: &Type, output: &mut ReturnType) -> Wrap {
    let ReturnType::Type(_, result) = output else {
        return Wrap::AsItIs;
    };
    wrap_type(ty, result)
}

fn wrap_type(ty: &Type, result: &mut Type) -> Wrap {
    if canon::same(&*result, ty) {
        *result = boxed(ty);
        return Wrap::Value;
    }
    if let Type::Tuple(tuple) = result {
        let parts = tuple.elems.iter_mut().map(|part| wrap_type(ty, part));
        let parts: Vec<Wrap> = parts.collect();
        return match parts.iter().all(|part| *part == Wrap::AsItIs) {
            true => Wrap::AsItIs,
            false => Wrap::Parts(parts),
        };
    }
    let Type::Path(path) = result else {
        return Wrap::AsItIs;
    };
    let Some(last) = path.path.segments.last_mut() else {
        return Wrap::AsItIs;
    };
    let is_map = last.ident == "Option" || last.ident == "Result";
    let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments else {
        return Wrap::AsItIs;
    };
    match arguments.args.first_mut() {
        Some(syn::GenericArgument::Type(inner)) if is_map => match wrap_type(ty, inner) {
            Wrap::AsItIs => Wrap::AsItIs,
            inner => Wrap::Mapped(Box::new(inner)),
        },
        _ => Wrap::AsItIs,
    }
}

fn boxed(ty: &Type) -> Type {
    syn::parse_quote_spanned!(ty.span()=> ::std::boxed::Box<#ty>)
}

/// The function that takes back what others of the block give to C, unless one of them does.
fn free(
    block: &ExportAttr,
    owner: &Owner,
    exports: &[Export],
    errors: &mut Errors,
) -> Option<Export> {
    let symbol = format!("{}_free", owner.prefix);
    let gives = exports.iter().any(|export| match &export.ret.ty {
        Some(ty) => gives(&owner.ty, ty),
        None => false,
    });
    let is_there = |export: &Export| export.c_name() == symbol || export.name() == "free";
    if !gives || exports.iter().any(is_there) {
        return None;
    }
    let mut attr = block.clone();
    attr.on_panic = match &block.on_panic {
        OnPanic::Abort => OnPanic::Abort,
        _ => OnPanic::Zero,
    };
    let (ty, boxed) = (&owner.ty, boxed(&owner.ty));
    let name = Ident::new("free", owner.name.span());
    let doc = format!(" Frees what is of type {}.", owner.name.unraw());
    let mut item: ItemFn = syn::parse_quote! {
        #[doc = #doc]
        pub fn #name(this: ::core::option::Option<#boxed>) {}
    };
    if let Some(FnArg::Typed(typed)) = item.sig.inputs.first_mut()
        && let syn::Pat::Ident(pat) = &mut *typed.pat
    {
        pat.ident = Ident::new("self", owner.name.span());
    }
    let callee = Callee {
        path: quote!(::core::mem::drop::<::core::option::Option<#boxed>>),
        constant: Some((ty.clone(), Ident::new("FREE_C", owner.name.span()))),
        unboxed: vec![false],
        wrap: Wrap::AsItIs,
    };
    crate::export::parse_method(attr, item, symbol, callee, errors)
}

/// Whether C gets a box of `ty` with a `result`.
fn gives(ty: &Type, result: &Type) -> bool {
    match Kind::of(result) {
        Kind::Boxed { pointee, .. } => canon::same(pointee, ty),
        Kind::Result(ok) => gives(ty, ok),
        Kind::Tuple(parts) => parts.into_iter().any(|part| gives(ty, part)),
        _ => false,
    }
}

/// `tokens`, in which `Self` has its name.
fn named(tokens: TokenStream, ty: &Type) -> TokenStream {
    let named = tokens.into_iter().flat_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => {
            let ty = ty.to_token_stream().into_iter();
            let at_it = ty.map(|mut token| {
                token.set_span(ident.span());
                token
            });
            at_it.collect()
        }
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), named(group.stream(), ty));
            inner.set_span(group.span());
            TokenStream::from(TokenTree::from(inner))
        }
        other => other.into(),
    });
    named.collect()
}

/// `HttpServer` is `http_server`, and so is `HTTPServer`.
fn snake_case(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (index, char) in chars.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| chars[before]);
        let is_start = before.is_some_and(|before| {
            let ends = chars.get(index + 1).is_some_and(|next| next.is_lowercase());
            before != '_' && (!before.is_uppercase() || ends)
        });
        if char.is_uppercase() && is_start {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn a_types_name_becomes_a_prefix() {
        let names = [
            "Counter",
            "HttpServer",
            "HTTPServer",
            "Db2",
            "Db2Row",
            "A",
            "a_B",
            "Ünï",
        ];
        let prefixes = names.map(snake_case);
        assert_eq!(
            prefixes,
            [
                "counter",
                "http_server",
                "http_server",
                "db2",
                "db2_row",
                "a",
                "a_b",
                "ünï"
            ]
        );
    }
}
