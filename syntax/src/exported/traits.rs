//! `#[cgo_export] trait Log { .. }`: what a C program implements, and Rust calls.
//!
//! C has a struct for it: a user pointer, a function for each method, which gets that pointer first, and one that C wants to
//! be called when Rust has done with the object. An export takes a pointer to such a struct where it is written with
//! `&dyn Log`, `&mut dyn Log` or `Box<dyn Log>`. What a method passes to C is what an export returns, and what C lends to
//! one; what it returns is what an import does.

use super::give::{self, Giver};
use super::kind::Kind;
use super::mirror::Mirror;
use super::names::{self, Member};
use super::promise;
use crate::attr::{CgoAttr, CgoOn, ExportAttr, OnPanic};
use crate::check;
use crate::closure::{self, Part};
use crate::convert::Pack;
use crate::ctype::{CType, Named};
use crate::error::Errors;
use crate::import::c_spelling;
use crate::judge;
use crate::mode::{Mode, Modes};
use crate::shape::{Shape, strip};
use crate::slot::{Arg, Param, Ret, Role, Slot};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{
    Attribute, Block, Error, FnArg, ItemTrait, Pat, Receiver, ReceiverKind, ReturnType, Safety,
    Signature, TraitItem, TraitItemFn, Type, TypeParamBound,
};

/// A trait that C implements.
#[derive(Clone)]
pub struct Trait {
    /// The attribute.
    pub attr: ExportAttr,
    /// The trait, as written but for our attributes.
    pub item: ItemTrait,
    /// `Send` is among its supertraits: Rust may keep the object, and any thread may call it.
    pub send: bool,
    /// `Sync` is: several threads may call it at a time.
    pub sync: bool,
    /// What C implements, in order.
    pub methods: Vec<Method>,
    /// The structs that the types of its methods are in C.
    pub mirrors: Vec<Mirror>,
}

/// One of its functions.
#[derive(Clone)]
pub struct Method {
    /// Its docs and whatever else stands on it.
    pub attrs: Vec<Attribute>,
    /// As written.
    pub sig: Signature,
    /// What runs where C has no function for it.
    pub default: Option<Block>,
    /// How C may be called.
    pub modes: Modes,
    /// What C gets beside the user pointer.
    pub params: Vec<Param>,
    /// What C returns.
    pub ret: Ret,
}

/// A parameter of an export that is such an object.
#[derive(Clone)]
pub struct Object {
    /// `dyn Log`.
    pub ty: Type,
    /// Whose it is.
    pub held: Held,
    /// In an `Option`.
    pub nullable: bool,
}

/// Whose an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// C's: `&dyn Log`.
    Shared,
    /// C's, who does not use it meanwhile: `&mut dyn Log`.
    Exclusive,
    /// Rust's: `Box<dyn Log>`.
    Owned,
}

impl Trait {
    /// Its name in Rust, and that of the struct in C.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.item.ident)
    }

    /// All types of its methods that C has a name for.
    pub fn types_in_c(&self) -> impl Iterator<Item = &Type> {
        let types = self.methods.iter().flat_map(|method| {
            let params = method.params.iter().map(|param| &param.ty);
            params.chain(&method.ret.ty)
        });
        types.flat_map(super::in_c)
    }

    /// What C has to know of threads and of the object's end.
    #[must_use]
    pub fn promise(&self) -> &'static str {
        match (self.send, self.sync) {
            (true, true) => "its functions may be called on any thread, and by several at a time",
            (true, false) => "its functions may be called on any thread, by one at a time",
            (false, true) => {
                "its functions are called until the call returns that it is passed to, perhaps by several threads at a time"
            }
            (false, false) => {
                "its functions are called by the thread that passes it, until that call returns"
            }
        }
    }
}

impl Method {
    /// Its name in Rust, and that of the member in C.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.sig.ident)
    }

    /// `self`, as written.
    #[must_use]
    pub fn receiver(&self) -> Ident {
        let span = self.sig.receiver().map(|receiver| receiver.self_token.span);
        Ident::new("self", span.unwrap_or_else(Span::call_site))
    }

    /// The types of C's parameters: a slice is two.
    #[must_use]
    pub fn c_param_types(&self) -> Vec<CType> {
        let user_data = CType::pointer(CType::Void, false);
        let slots = self.params.iter().flat_map(|param| &param.arg.slots);
        let types = slots.map(|slot| slot.c.clone());
        std::iter::once(user_data).chain(types).collect()
    }

    /// Their names: of a slice `buf` and `buf_len`. None is one that `is_taken`.
    #[must_use]
    pub fn c_param_names(&self, is_taken: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut list = vec![Member::Made(USER_DATA.to_owned())];
        // Rust's own body may have no use for it.
        list.extend(names::of_params(&self.params, |ident| {
            let name = c_spelling(ident);
            match name.trim_start_matches('_') {
                "" => name,
                used => used.to_owned(),
            }
        }));
        names::side_by_side(&list, is_taken)
    }

    /// What its function returns.
    #[must_use]
    pub fn c_result(&self) -> CType {
        let slot = self.ret.slot.as_ref();
        slot.map_or(CType::Void, |slot| slot.c.clone())
    }

    /// What C has to know of its parameters and of its result beyond their types. C calls the parameters `names`; `taker` knows
    /// who takes back what C owns.
    #[must_use]
    pub fn promises(
        &self,
        names: &[String],
        taker: &dyn Fn(&Type) -> Option<String>,
    ) -> Vec<(String, String)> {
        let mut list = Vec::new();
        let mut names = names.get(1..).unwrap_or_default();
        for param in &self.params {
            let (own, others) = names.split_at(param.arg.slots.len().min(names.len()));
            names = others;
            let said = promise::of_passed(own, &param.ty, taker);
            list.extend(own.first().cloned().zip(said));
        }
        let returned = promise::of_returned(&self.ret);
        list.extend(returned.map(|said| ("returns".to_owned(), said)));
        if self.default.is_some() {
            list.push((
                "NULL".to_owned(),
                "there need be no function; Rust has its own then".to_owned(),
            ));
        }
        list
    }

    /// The parameters of the frame: a pointer to C's struct, called `object`, and then its own.
    #[must_use]
    pub fn frame(&self, object: &Ident, pointer: &TokenStream) -> Vec<Param> {
        let ty: Type = syn::parse_quote!(*const ());
        let slot = Slot {
            field: pointer.clone(),
            c: CType::pointer(CType::Void, true),
            role: Role::Value,
            pack: Pack::default(),
        };
        let object = Param {
            ident: object.clone(),
            ty,
            arg: Arg {
                raw: true,
                ..Arg::of_slot(slot)
            },
            hidden: false,
            keeps: false,
        };
        [&[object], &self.params[..]].concat()
    }
}

/// The members of the struct that are no methods.
const USER_DATA: &str = "user_data";
const DROP: &str = "drop";

pub(crate) fn parse(
    attr: ExportAttr,
    mut item: ItemTrait,
    errors: &mut Errors,
) -> Option<Box<Trait>> {
    item.attrs = check::without_ours(item.attrs);
    let before = errors.iter().count();
    keys(&attr, errors);
    check::type_name(&item.ident, errors);
    let (send, sync) = head(&item, errors);
    let private = attr.runtime();
    let (mut methods, mut mirrors) = (Vec::new(), Vec::new());
    for inner in &mut item.items {
        match inner {
            TraitItem::Fn(method) => {
                methods.extend(parse_method(method, &private, &mut mirrors, errors));
            }
            other => errors.push(
                &other,
                "C has functions alone for a trait; let this be a method",
            ),
        }
    }
    for method in &methods {
        thread(method, send, sync, errors);
    }
    if methods.is_empty() && errors.iter().count() == before {
        let message = "C implements the methods of this trait, and it has none";
        errors.push(&item.ident, message);
    }
    (errors.iter().count() == before).then(|| {
        Box::new(Trait {
            attr,
            item,
            send,
            sync,
            methods,
            mirrors,
        })
    })
}

/// What may be said of functions alone.
fn keys(attr: &ExportAttr, errors: &mut Errors) {
    for text in attr.name.iter().chain(&attr.prefix) {
        let message = "the struct in C has the name of the trait; remove this";
        errors.push(&text.literal, message);
    }
    if let OnPanic::Value(value) = &attr.on_panic {
        let message =
            "Rust calls these methods, and a panic is the caller's; say this of an export";
        errors.push(value, message);
    }
    for (_, values) in attr.header.lists() {
        for value in values {
            let message = "this is for a header that has the prototype of a function; the struct of a trait is in the \
                           generated one";
            errors.push(&value.literal, message);
        }
    }
}

/// Whether its supertraits are `Send` and `Sync`.
fn head(item: &ItemTrait, errors: &mut Errors) -> (bool, bool) {
    if let Some(safety) = &item.unsafety {
        let message = "C can promise nothing to rustc; remove `unsafe`";
        errors.push(safety, message);
    }
    check::no_generics(&item.generics, errors);
    let (mut send, mut sync) = (false, false);
    for bound in &item.supertraits {
        let name = match bound {
            TypeParamBound::Lifetime(lifetime) if lifetime.ident == "static" => continue,
            TypeParamBound::Trait(bound) if bound.lifetimes.is_none() => {
                let last = bound.path.segments.last();
                last.filter(|last| last.arguments.is_none())
                    .map(|last| last.ident.to_string())
            }
            _ => None,
        };
        match name.as_deref() {
            Some("Send") => send = true,
            Some("Sync") => sync = true,
            _ => {
                let message = "C implements this trait alone; its supertraits may be `Send` and `Sync`, and what else it \
                               shall do are methods of it";
                errors.push(bound, message);
            }
        }
    }
    (send, sync)
}

/// Whom a `blocking` method lets have the object.
fn thread(method: &Method, send: bool, sync: bool, errors: &mut Errors) {
    let mut keys = method.modes.keys();
    let (Some(key), true) = (keys.next(), method.modes.contains(Mode::Blocking)) else {
        return;
    };
    let is_mutable = matches!(
        method.sig.receiver().map(|receiver| &receiver.kind),
        Some(ReceiverKind::Reference(_, _, mutability)) if mutability.is_some()
    );
    let (has, wants) = match is_mutable {
        true => (send, "Send"),
        false => (sync, "Sync"),
    };
    if !has {
        let message = format!(
            "another thread makes this call while others may use the object; declare the trait as `{wants}`, which its \
             C must be, or remove `blocking`"
        );
        errors.push(key, message);
    }
}

/// A method, if C is to implement it.
fn parse_method(
    method: &mut TraitItemFn,
    private: &TokenStream,
    mirrors: &mut Vec<Mirror>,
    errors: &mut Errors,
) -> Option<Method> {
    let mut cgo = CgoAttr::extract(&mut method.attrs, CgoOn::Method, errors);
    if let Some(skip) = &cgo.skip {
        if method.default.is_none() {
            let message = "C does not implement what is skipped; give it a body";
            errors.push(skip, message);
        }
        return None;
    }
    let before = errors.iter().count();
    if let Some(cfg) = method.attrs.iter().find(|attr| is_conditional(attr)) {
        let message =
            "C has one struct for the trait, wherever it is compiled; say this of the whole trait";
        errors.push(cfg, message);
    }
    let sig = &method.sig;
    signature(sig, errors);
    let mut params = Vec::new();
    for (index, input) in sig.inputs.iter().enumerate() {
        match input {
            FnArg::Receiver(receiver) => self::receiver(receiver, errors),
            FnArg::Typed(typed) => {
                let is_unsafe = matches!(sig.safety, Safety::Unsafe(_));
                let param = param(typed, index, private, is_unsafe, mirrors);
                params.extend(errors.take(param));
            }
        }
    }
    let ret = errors.take(ret(&sig.output));
    let ret = ret.map(|mut ret| {
        ret.is_undeclared = true;
        judge::settle(&mut ret, judge::Words::of(&mut cgo), errors);
        ret
    });
    let ret = ret.filter(|_| errors.iter().count() == before)?;
    Some(Method {
        attrs: method.attrs.clone(),
        sig: method.sig.clone(),
        default: method.default.clone(),
        modes: cgo.modes,
        params,
        ret,
    })
}

fn is_conditional(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}

fn signature(sig: &Signature, errors: &mut Errors) {
    let name = c_spelling(&sig.ident);
    if name == USER_DATA || name == DROP {
        let message = format!(
            "the struct in C has a member `{name}` of its own; give the method another name"
        );
        errors.push(&sig.ident, message);
    }
    if sig.receiver().is_none() {
        let message = "C is asked by the object, and this has no `self`; write `&self` or `&mut self`, or `#[cgo(skip)]` \
                       and a body";
        errors.push(&sig.ident, message);
    }
    if let Some(abi) = &sig.abi {
        let message = "write a plain `fn`: `#[cgo_export]` makes the C function's type";
        errors.push(abi, message);
    }
    let mut head = sig.clone();
    head.inputs.clear();
    let variadic = "C gets what is written; pass a slice";
    check::signature_head(&head, "a method that C implements", variadic, errors);
}

fn receiver(receiver: &Receiver, errors: &mut Errors) {
    let (true, ReceiverKind::Reference(_, lifetime, _)) =
        (receiver.attrs.is_empty(), &receiver.kind)
    else {
        let message =
            "C has the object; write `&self` or `&mut self`, and what ends it is its `drop`";
        errors.push(receiver, message);
        return;
    };
    if let Some(lifetime) = lifetime {
        let message = "nothing that C returns is borrowed from the object; leave the lifetime away";
        errors.push(lifetime, message);
    }
}

fn param(
    typed: &syn::PatType,
    index: usize,
    private: &TokenStream,
    is_unsafe: bool,
    mirrors: &mut Vec<Mirror>,
) -> syn::Result<Param> {
    if let Some(attr) = typed.attrs.first() {
        let message = "no attributes here: C gets what is written";
        return Err(Error::new_spanned(attr, message));
    }
    let ident = match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
        other => {
            let message = "give the parameter a plain name, which it has in C too";
            return Err(Error::new_spanned(other, message));
        }
    };
    let ty = &*typed.ty;
    let arg = arg(ty, index, private, mirrors)?;
    if arg.raw && !is_unsafe {
        let message = "C may use what this points to, and nobody knows whether it is there; let the method be an \
                       `unsafe fn`, or write a reference or a slice";
        return Err(Error::new_spanned(ty, message));
    }
    Ok(Param {
        ident,
        ty: ty.clone(),
        arg,
        hidden: false,
        keeps: false,
    })
}

/// The row of what C gets: as an export's result, or lent as by an import.
fn arg(
    ty: &Type,
    index: usize,
    private: &TokenStream,
    mirrors: &mut Vec<Mirror>,
) -> syn::Result<Arg> {
    match Kind::of(ty) {
        Kind::Tuple(_) => {
            let message = "C has no tuples; pass each value by itself, or a `#[repr(C)]` struct";
            Err(Error::new_spanned(ty, message))
        }
        Kind::Result(_) => {
            let message = "C gets one value; pass the one that there is, or an `Option` of it";
            Err(Error::new_spanned(ty, message))
        }
        Kind::OtherText(_) => {
            let message = "C has no such text; let it be UTF-8, `&str`, or `&CStr`";
            Err(Error::new_spanned(ty, message))
        }
        Kind::Other => {
            let arg = Arg::of(ty)?;
            if arg.part.is_some() {
                let message = "C cannot be given a closure here; pass values, and let C call an export with them";
                return Err(Error::new_spanned(ty, message));
            }
            if arg.hold.is_some() {
                let message = "C has no such type by value; pass numbers, or a `#[repr(C)]` struct";
                return Err(Error::new_spanned(ty, message));
            }
            Ok(arg)
        }
        _ => {
            let giver = Giver {
                private,
                function: "",
                borrows: true,
            };
            let slot = give::value(ty, &giver, mirrors)?;
            let slot = slot.ok_or_else(|| {
                Error::new_spanned(ty, format!("parameter {index} has no value in C"))
            })?;
            Ok(Arg {
                direct: false,
                ..Arg::of_slot(slot)
            })
        }
    }
}

/// The row of what C returns.
fn ret(output: &ReturnType) -> syn::Result<Ret> {
    if let ReturnType::Type(_, ty) = output {
        let refuse = |message: &str| Err(Error::new_spanned(ty, message));
        match Kind::of(ty) {
            Kind::Str { .. } | Kind::Text { .. } | Kind::Vec { .. } | Kind::OtherText(_) => {
                return refuse(
                    "C has no memory of Rust's to return this in; let it write into a `&mut [u8]` and return the length, \
                     or return `&'static CStr` if it is never freed",
                );
            }
            Kind::Maybe { .. } => {
                return refuse(
                    "C returns one value; write the one that means none, or a `bool` and a parameter `&mut T`",
                );
            }
            Kind::Tuple(_) => {
                return refuse(
                    "C returns one value; let it write the others to parameters `&mut T`",
                );
            }
            _ => {}
        }
    }
    let ret = Ret::of(output)?;
    let good = ret.judge.as_ref().map(|judge| &judge.good);
    if let Some(ty) = good.or(ret.ty.as_ref())
        && let Shape::FnPointer(_) = Shape::of(ty)?
    {
        let message =
            "C returns NULL where it has no function; write `Option<extern \"C\" fn(..)>`";
        return Err(Error::new_spanned(ty, message));
    }
    Ok(ret)
}

/// The object that `ty` is, if an export's parameter is one.
pub(crate) fn object(ty: &Type) -> syn::Result<Option<Object>> {
    let found = |inner: &Type, held| -> syn::Result<Option<Object>> {
        let Type::TraitObject(object) = strip(inner) else {
            return Ok(None);
        };
        if closure::is_function(&object.bounds) {
            return Err(Error::new_spanned(ty, NO_CLOSURE));
        }
        let message = "what C implements is one trait, with a name: write `dyn Trait`, and say of the trait itself whether it \
                       is `Send` and `Sync`";
        let (1, Some(TypeParamBound::Trait(bound))) = (object.bounds.len(), object.bounds.first())
        else {
            return Err(Error::new_spanned(inner, message));
        };
        let plain = |segment: &syn::PathSegment| segment.arguments.is_none();
        if bound.lifetimes.is_some() || !bound.path.segments.iter().all(plain) {
            return Err(Error::new_spanned(inner, message));
        }
        Ok(Some(Object {
            ty: strip(inner).clone(),
            held,
            nullable: false,
        }))
    };
    match strip(ty) {
        Type::ImplTrait(_) => Err(Error::new_spanned(ty, NO_CLOSURE)),
        Type::Reference(reference) => {
            let held = match reference.mutability.is_some() {
                true => Held::Exclusive,
                false => Held::Shared,
            };
            found(&reference.elem, held)
        }
        Type::Path(path) => {
            let Some(last) = path.path.segments.last() else {
                return Ok(None);
            };
            if let Some(inner) = crate::shape::only_argument(strip(ty), "Box") {
                return found(inner, Held::Owned);
            }
            if last.ident != "Option" {
                return Ok(None);
            }
            let Some(inner) = crate::shape::only_argument(strip(ty), "Option") else {
                return Ok(None);
            };
            let object = object(inner)?.filter(|object| !object.nullable);
            Ok(object.map(|object| Object {
                nullable: true,
                ..object
            }))
        }
        _ => Ok(None),
    }
}

/// Of what an export would be called with.
const NO_CLOSURE: &str = "C has no closures; let it implement a trait, `&mut dyn Trait` of one under `#[cgo_export]`, or write \
                          an `extern \"C\" fn(..)`";

impl Object {
    /// The name of the trait.
    fn name(&self) -> String {
        let Type::TraitObject(object) = &self.ty else {
            return String::new();
        };
        let last = object.bounds.iter().find_map(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last(),
            _ => None,
        });
        last.map_or_else(String::new, |last| c_spelling(&last.ident))
    }

    /// The row of the parameter.
    pub(crate) fn arg(self) -> Arg {
        let c = CType::Named(Named {
            rust: self.name(),
            c: None,
        });
        let slot = Slot {
            // Whatever it is, its functions are looked at before they are called.
            field: quote!(*const ::core::ffi::c_void),
            c: CType::pointer(c, true),
            role: Role::Value,
            pack: Pack::default(),
        };
        Arg {
            direct: false,
            part: Some(Part::Object(Box::new(self))),
            ..Arg::of_slot(slot)
        }
    }

    /// What C has to know of it.
    pub(crate) fn promise(&self) -> String {
        let null = match self.nullable {
            true => "may be NULL",
            false => "not NULL",
        };
        match self.held {
            Held::Shared | Held::Exclusive => format!("{null}; borrowed for the call"),
            Held::Owned => format!(
                "{null}; given away: its drop is called once, when it is not used any more; the struct itself is copied"
            ),
        }
    }
}

impl Param {
    /// The object of C's that it is.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match &self.arg.part {
            Some(Part::Object(object)) => Some(object),
            _ => None,
        }
    }
}
