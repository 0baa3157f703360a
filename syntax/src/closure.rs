//! Closures, for C functions that take a function and a user pointer.
//!
//! The declaration has both where C has them, in the function and in its callback: `UserData` is the user pointer, and
//! `DropUserData` the function that C calls when it has done with it. So the C compiler compares the declaration as any
//! other, while the Rust function takes the closures alone.

use crate::Mention;
use crate::attr::{CgoAttr, OnPanic};
use crate::convert::{How, Pack, Unpack};
use crate::ctype::CType;
use crate::error::Errors;
use crate::exported::Object;
use crate::pair;
use crate::shape::{SOME_CLOSURE, only_argument, strip};
use crate::slot::{Arg, Param, Ret, Role, Slot};
use crate::types::mentions;
use crate::walk::{self, Walk};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{
    Error, GenericArgument, Lifetime, ParenthesizedGenericArguments, Path, PathArguments, Token,
    TraitBound, Type, TypeParamBound,
};

/// Of the function that takes a user pointer, and nothing else.
const DROP: Role = Role::Callback {
    free: 1,
    read: 0,
    lengths: 0,
};

/// What a parameter has to do with closures.
#[derive(Clone)]
pub enum Part {
    /// It is one.
    Closure(Box<Closure>),
    /// `UserData`: what C passes on to its callbacks.
    UserData,
    /// `DropUserData`: the function that C calls when it has done with the user pointer.
    DropUserData,
    /// Of an export: an object that C implements.
    Object(Box<Object>),
}

/// A closure that C calls.
#[derive(Clone)]
pub struct Closure {
    /// `FnMut`, not `Fn`.
    pub mutable: bool,
    /// In an `Option`.
    pub nullable: bool,
    /// Who owns it.
    pub owner: Owner,
    /// `Send` is among its bounds.
    pub send: bool,
    /// `Sync` is.
    pub sync: bool,
    /// The parameter's type in Rust: without `UserData`.
    pub shown: Type,
    /// `FnMut(A, B) -> R`: without `UserData`, and nothing else.
    pub bound: TokenStream,
    /// What C passes.
    pub params: Vec<CallbackParam>,
    /// What C gets.
    pub ret: Ret,
    /// Where C passes no user pointer: the Rust function that gets it by the callback's first argument.
    pub getter: Option<Path>,
    /// What C gets when it panics.
    pub on_panic: OnPanic,
}

/// Who owns a closure.
#[derive(Clone)]
pub enum Owner {
    /// The call.
    Call,
    /// C, which says when it has done with it.
    C,
    /// A `Callback`, of this trait object.
    Callback(Box<Type>),
}

/// A parameter of the C function that calls a closure.
#[derive(Clone)]
pub enum CallbackParam {
    /// `UserData`, as written.
    UserData(Path),
    /// What the closure gets: its type, and the row of the table that an export's parameter has.
    Argument(Box<Type>, Box<Arg>),
}

/// Closures that share a user pointer: indices of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `UserData`.
    pub user_data: usize,
    /// `DropUserData`.
    pub drop: Option<usize>,
    /// The closures.
    pub closures: Vec<usize>,
}

impl Param {
    /// The closure that it is.
    #[must_use]
    pub fn closure(&self) -> Option<&Closure> {
        match &self.arg.part {
            Some(Part::Closure(closure)) => Some(closure),
            _ => None,
        }
    }

    /// Whether it is a word of the grammar, and no type of C's.
    #[must_use]
    pub fn is_marker(&self) -> bool {
        is_hidden(&self.arg)
    }

    pub(crate) fn is_user_data(&self) -> bool {
        matches!(self.arg.part, Some(Part::UserData))
    }

    pub(crate) fn is_drop(&self) -> bool {
        matches!(self.arg.part, Some(Part::DropUserData))
    }
}

/// Which closures share which user pointer: all, if there is but one, or each has its own, in order.
#[must_use]
pub fn groups(params: &[Param]) -> Vec<Group> {
    let all = |is: &dyn Fn(&Param) -> bool| -> Vec<usize> {
        let indices = params.iter().enumerate().filter(|(_, param)| is(param));
        indices.map(|(index, _)| index).collect()
    };
    let closures = all(&|param| param.closure().is_some());
    let (data, drops) = (all(&Param::is_user_data), all(&Param::is_drop));
    let mut groups = data.iter().enumerate().map(|(at, user_data)| Group {
        user_data: *user_data,
        drop: drops.get(at).copied(),
        closures: match data.len() {
            1 => closures.clone(),
            _ => closures.get(at).copied().into_iter().collect(),
        },
    });
    let mut found: Vec<Group> = groups.by_ref().collect();
    found.retain(|group| !group.closures.is_empty());
    found
}

/// The row of a parameter that has to do with closures.
pub(crate) fn arg(ty: &Type) -> syn::Result<Option<Arg>> {
    let row = |field: TokenStream, c: CType, role: Role, part: Part| Arg {
        slots: vec![Slot {
            field,
            c,
            role,
            pack: Pack::default(),
        }],
        hold: None,
        unpack: Unpack::of_one(How::AsItIs),
        direct: false,
        reference: None,
        enumerated: None,
        raw: false,
        part: Some(part),
    };
    if marker(ty, "UserData").is_some() {
        let (field, c) = user_data();
        return Ok(Some(row(field, c, Role::Owned, Part::UserData)));
    }
    if marker(ty, "DropUserData").is_some() {
        let field = quote! {
            ::core::option::Option<unsafe extern "C" fn(*mut ::core::ffi::c_void)>
        };
        let c = CType::Function {
            params: vec![user_data().1],
            result: Box::new(CType::Void),
            variadic: false,
        };
        let c = CType::pointer(c, false);
        return Ok(Some(row(field, c, DROP, Part::DropUserData)));
    }
    let Some(closure) = Closure::of(ty)? else {
        return Ok(None);
    };
    let c = closure.slots().into_iter().map(|(_, c)| c).collect();
    let result = closure.ret.slot.as_ref();
    let (field, role) = (closure.field(), closure.role());
    let c = CType::Function {
        params: c,
        result: Box::new(result.map_or(CType::Void, |slot| slot.c.clone())),
        variadic: false,
    };
    let c = CType::pointer(c, false);
    Ok(Some(row(field, c, role, Part::Closure(Box::new(closure)))))
}

fn user_data() -> (TokenStream, CType) {
    (
        quote!(*mut ::core::ffi::c_void),
        CType::pointer(CType::Void, false),
    )
}

/// The path of a marker.
pub(crate) fn marker<'a>(ty: &'a Type, name: &str) -> Option<&'a Path> {
    match strip(ty) {
        Type::Path(path) if path.qself.is_none() => {
            let last = path.path.segments.last()?;
            (last.ident == name && last.arguments.is_none()).then_some(&path.path)
        }
        _ => None,
    }
}

/// What a closure's type mentions, if `ty` is one.
pub(crate) fn mentions_of(ty: &Type) -> Option<Vec<Mention>> {
    let closure = Closure::of(ty).ok()??;
    let mut list = Vec::new();
    for param in &closure.params {
        if let CallbackParam::Argument(ty, _) = param {
            list.extend(mentions(ty));
        }
    }
    list.extend(closure.ret.ty.iter().flat_map(mentions));
    Some(list)
}

/// The type of a slot as it comes from C, which may make of an enum or a `bool` what is none.
#[must_use]
pub fn from_c(arg: &Arg, slot: &Slot) -> TokenStream {
    let field = &slot.field;
    match arg.enumerated.is_some() && arg.reference.is_none() {
        true => quote!(::core::mem::MaybeUninit<#field>),
        false => quote!(#field),
    }
}

/// Whether C alone knows it.
pub(crate) fn is_hidden(arg: &Arg) -> bool {
    matches!(arg.part, Some(Part::UserData | Part::DropUserData))
}

/// What `#[cgo(..)]` says of a closure.
pub(crate) fn say(arg: &mut Arg, said: &CgoAttr, errors: &mut Errors) {
    let Some(Part::Closure(closure)) = &mut arg.part else {
        let message = "this is said of a closure, which this parameter is not";
        said.on_panic
            .iter()
            .for_each(|value| errors.push(value, message));
        said.user_data
            .iter()
            .for_each(|path| errors.push(path, message));
        return;
    };
    if let (Some(value), None) = (&said.on_panic, &closure.ret.slot)
        && !matches!(OnPanic::of(Some(value.clone())), OnPanic::Abort)
    {
        let message =
            "C gets nothing from this closure, so there is no value to give it; remove `on_panic`";
        errors.push(value, message);
    }
    closure.getter.clone_from(&said.user_data);
    closure.on_panic = OnPanic::of(said.on_panic.clone());
}

impl Closure {
    /// How many values C passes besides.
    pub(crate) fn arguments(&self) -> usize {
        self.params.len() - self.user_data()
    }

    /// The Rust and the C types of what C passes.
    fn slots(&self) -> Vec<(TokenStream, CType)> {
        let slots = self.params.iter().flat_map(|param| match param {
            CallbackParam::UserData(_) => vec![user_data()],
            CallbackParam::Argument(_, arg) => {
                let slots = arg.slots.iter();
                slots
                    .map(|slot| (from_c(arg, slot), slot.c.clone()))
                    .collect()
            }
        });
        slots.collect()
    }

    /// The type in Rust of the C function that calls it.
    pub(crate) fn field(&self) -> TokenStream {
        let fields = self.slots().into_iter().map(|(field, _)| field);
        let output = self.ret.slot.as_ref().map(|slot| &slot.field);
        let output = output.map(|field| quote!(-> #field));
        quote! {
            ::core::option::Option<unsafe extern "C" fn(#(#fields),*) #output>
        }
    }

    /// Which of its C parameters the header may spell in another way.
    fn role(&self) -> Role {
        let (mut free, mut read, mut lengths, mut at) = (0, 0, 0, 0);
        for param in &self.params {
            match param {
                CallbackParam::UserData(_) => {
                    free |= 1 << at;
                    at += 1;
                }
                CallbackParam::Argument(_, arg) => {
                    for slot in &arg.slots {
                        let is_const = matches!(slot.c, CType::Pointer { is_const: true, .. });
                        read |= u32::from(is_const && !arg.raw) << at;
                        match slot.role {
                            Role::SlicePointer | Role::Owned => free |= 1 << at,
                            Role::SliceLength => lengths |= 1 << at,
                            _ => {}
                        }
                        at += 1;
                    }
                }
            }
        }
        Role::Callback {
            free,
            read,
            lengths,
        }
    }

    /// How many `UserData` its callback has.
    pub(crate) fn user_data(&self) -> usize {
        let is_data = |param: &&CallbackParam| matches!(param, CallbackParam::UserData(_));
        self.params.iter().filter(is_data).count()
    }

    /// Whether other threads may call it.
    #[must_use]
    pub fn travels(&self) -> bool {
        self.send || self.sync
    }

    /// The closure that `ty` is, if it looks like one.
    fn of(ty: &Type) -> syn::Result<Option<Closure>> {
        match strip(ty) {
            Type::ImplTrait(imp) => {
                let bounds = Bounds::of(&imp.bounds, imp)?;
                let owner = match bounds.is_static {
                    true => Owner::C,
                    false => Owner::Call,
                };
                let shown = bounds.shown.clone();
                Closure::new(bounds, owner, Type::Verbatim(quote!(impl #shown))).map(Some)
            }
            Type::Reference(reference) => match strip(&reference.elem) {
                Type::TraitObject(object) if is_function(&object.bounds) => {
                    let bounds = Bounds::of(&object.bounds, object)?;
                    let mutable = reference.mutability.is_some();
                    if bounds.mutable != mutable {
                        let (said, is) = match mutable {
                            true => ("&dyn", "Fn"),
                            false => ("&mut dyn", "FnMut"),
                        };
                        let message =
                            format!("an `{is}` is called by `{said} {is}(..)`; write that");
                        return Err(Error::new_spanned(ty, message));
                    }
                    if bounds.is_static {
                        return Err(Error::new_spanned(ty, KEPT_REFERENCE));
                    }
                    let mutability = mutable.then(|| quote!(mut));
                    let object = in_parentheses(&bounds);
                    let shown = Type::Verbatim(quote!(& #mutability #object));
                    Closure::new(bounds, Owner::Call, shown).map(Some)
                }
                Type::Path(path) => {
                    let Some((head, object)) = callback(path)? else {
                        return Ok(None);
                    };
                    let bounds = Bounds::of(&object.bounds, object)?;
                    if reference.mutability.is_some() {
                        return Err(Error::new_spanned(ty, BY_REFERENCE));
                    }
                    let inner = &bounds.shown;
                    let inner = Type::Verbatim(quote!(dyn #inner));
                    let shown = Type::Verbatim(quote!(& #head<#inner>));
                    Closure::new(bounds, Owner::Callback(Box::new(inner)), shown).map(Some)
                }
                _ => Ok(None),
            },
            Type::Path(path) => {
                let Some(last) = path.path.segments.last() else {
                    return Ok(None);
                };
                if callback(path)?.is_some() {
                    return Err(Error::new_spanned(ty, BY_REFERENCE));
                }
                let PathArguments::AngleBracketed(arguments) = &last.arguments else {
                    return Ok(None);
                };
                // It is one by value, whatever is in it.
                if let Some(Type::TraitObject(object)) = only_argument(strip(ty), "Box").map(strip)
                    && is_function(&object.bounds)
                {
                    let bounds = Bounds::of(&object.bounds, object)?;
                    let (path, inner) = (without_arguments(&path.path), &bounds.shown);
                    let shown = Type::Verbatim(quote!(#path<dyn #inner>));
                    return Closure::new(bounds, Owner::C, shown).map(Some);
                }
                let (true, Some(GenericArgument::Type(inner)), 1) = (
                    last.ident == "Option",
                    arguments.args.first(),
                    arguments.args.len(),
                ) else {
                    return Ok(None);
                };
                if is_option(inner) {
                    return Ok(None);
                }
                let Some(closure) = Closure::of(inner)? else {
                    return Ok(None);
                };
                let (inner, option) = (&closure.shown, without_arguments(&path.path));
                Ok(Some(Closure {
                    nullable: true,
                    shown: Type::Verbatim(quote!(#option<#inner>)),
                    ..closure
                }))
            }
            _ => Ok(None),
        }
    }

    fn new(bounds: Bounds, owner: Owner, shown: Type) -> syn::Result<Closure> {
        let Bounds {
            mutable,
            send,
            sync,
            function,
            inputs,
            ret,
            ..
        } = bounds;
        Ok(Closure {
            mutable,
            nullable: false,
            owner,
            send,
            sync,
            shown,
            bound: function,
            params: inputs,
            ret,
            getter: None,
            on_panic: OnPanic::Zero,
        })
    }
}

/// `dyn FnMut(..)`, or `(dyn FnMut(..) + Send)`.
fn in_parentheses(bounds: &Bounds) -> TokenStream {
    let shown = &bounds.shown;
    match bounds.shown.len() {
        1 => quote!(dyn #shown),
        _ => quote!((dyn #shown)),
    }
}

fn is_option(ty: &Type) -> bool {
    matches!(strip(ty), Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

fn without_arguments(path: &Path) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = PathArguments::None;
    }
    path
}

/// The path of `Callback<dyn FnMut(..)>` without what is in it, and that.
fn callback(path: &syn::TypePath) -> syn::Result<Option<(Path, &syn::TypeTraitObject)>> {
    let Some(last) = path.path.segments.last() else {
        return Ok(None);
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Ok(None);
    };
    if last.ident != "Callback" {
        return Ok(None);
    }
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) => match strip(inner) {
            Type::TraitObject(object) => Ok(Some((without_arguments(&path.path), object))),
            _ => Err(Error::new_spanned(
                inner,
                "write what C calls: `&Callback<dyn FnMut(..) + Send>`",
            )),
        },
        _ => Ok(None),
    }
}

pub(crate) fn is_function(bounds: &Punctuated<TypeParamBound, Token![+]>) -> bool {
    bounds.iter().any(|bound| {
        matches!(bound, TypeParamBound::Trait(bound)
            if bound.path.segments.last().is_some_and(|last| last.ident.to_string().starts_with("Fn")))
    })
}

/// The bounds of `impl FnMut(..) + Send + 'static`.
struct Bounds {
    mutable: bool,
    send: bool,
    sync: bool,
    is_static: bool,
    /// All of them, without `UserData`.
    shown: Punctuated<TokenStream, Token![+]>,
    /// The first, without `UserData`.
    function: TokenStream,
    inputs: Vec<CallbackParam>,
    ret: Ret,
}

impl Bounds {
    fn of(
        bounds: &Punctuated<TypeParamBound, Token![+]>,
        all: &dyn ToTokens,
    ) -> syn::Result<Bounds> {
        let refuse = |tokens: &dyn ToTokens, message: &str| {
            Err(Error::new_spanned(tokens.to_token_stream(), message))
        };
        let (mut send, mut sync, mut is_static) = (false, false, false);
        let mut function = None;
        let mut shown = Punctuated::new();
        for bound in bounds {
            match bound {
                TypeParamBound::Lifetime(lifetime) if lifetime.ident == "static" => {
                    is_static = true
                }
                TypeParamBound::Lifetime(lifetime) => return refuse(lifetime, LIFETIME),
                TypeParamBound::Trait(bound) => {
                    let name = bound
                        .path
                        .segments
                        .last()
                        .map(|last| last.ident.to_string());
                    match name.as_deref() {
                        Some("Send") => send = true,
                        Some("Sync") => sync = true,
                        Some("FnOnce") => return refuse(bound, ONCE),
                        Some("Fn" | "FnMut") if function.is_none() => {
                            let found = callable(bound)?;
                            shown.push(found.bound.clone());
                            function = Some((name.as_deref() == Some("FnMut"), found));
                            continue;
                        }
                        _ => return refuse(bound, NO_TRAITS),
                    }
                }
                other => return refuse(other, NO_TRAITS),
            }
            shown.push(bound.to_token_stream());
        }
        let Some((mutable, found)) = function else {
            return refuse(&all.to_token_stream(), NO_TRAITS);
        };
        Ok(Bounds {
            mutable,
            send,
            sync,
            is_static,
            shown,
            function: found.bound,
            inputs: found.inputs,
            ret: found.ret,
        })
    }
}

struct Callable {
    bound: TokenStream,
    inputs: Vec<CallbackParam>,
    ret: Ret,
}

/// `FnMut(A, B, UserData) -> R`.
fn callable(bound: &TraitBound) -> syn::Result<Callable> {
    let refuse = |tokens: &dyn ToTokens, message: &str| {
        Err(Error::new_spanned(tokens.to_token_stream(), message))
    };
    if let Some(lifetimes) = &bound.lifetimes {
        return refuse(lifetimes, LIFETIME);
    }
    let last = bound.path.segments.last().map(|last| &last.arguments);
    let Some(PathArguments::Parenthesized(signature)) = last else {
        return refuse(
            bound,
            "write what C passes, and what it gets: `FnMut(c_int, UserData) -> c_int`",
        );
    };
    let mut inputs = Vec::new();
    for input in &signature.inputs {
        let ty = &input.ty;
        let mut named = NamedLifetime(None);
        named.ty(ty);
        if let Some(lifetime) = named.0 {
            return refuse(&lifetime, LIFETIME);
        }
        if marker(ty, "DropUserData").is_some() {
            return refuse(
                ty,
                "this is for a parameter of the function that keeps the closure; write `UserData` here",
            );
        }
        inputs.push(match marker(ty, "UserData") {
            Some(path) => CallbackParam::UserData(path.clone()),
            None => {
                let arg = match pair::text(ty) {
                    Some(text) => text,
                    None => Arg::of(ty)?,
                };
                if arg.part.is_some() {
                    return refuse(ty, SOME_CLOSURE);
                }
                if arg.hold.is_some() {
                    let message =
                        "C passes a `const char *`; write `&CStr`, or `Option<&CStr>` if it may be null; or `&str` if a length \
                         comes next";
                    return refuse(ty, message);
                }
                CallbackParam::Argument(Box::new(ty.clone()), Box::new(arg))
            }
        });
    }
    let ret = Ret::of(&signature.output)?;
    if let (Some(_), Some(ty), false) = (&ret.judge, &ret.ty, ret.errno) {
        return refuse(
            ty,
            "C gets one value from a closure, and no error; return the value that means one",
        );
    }
    if let (true, Some(ty)) = (ret.is_result(), &ret.ty) {
        return refuse(
            ty,
            "C gets one value from a closure; return that, and set `errno` yourself if C looks at it",
        );
    }
    let mut path = bound.path.clone();
    if let Some(last) = path.segments.last_mut() {
        let shown = signature.inputs.iter();
        let shown = shown.filter(|input| marker(&input.ty, "UserData").is_none());
        last.arguments = PathArguments::Parenthesized(ParenthesizedGenericArguments {
            inputs: shown.cloned().collect(),
            ..signature.clone()
        });
    }
    Ok(Callable {
        bound: path.to_token_stream(),
        inputs,
        ret,
    })
}

/// What C lends to a closure is lent for one call of it, which needs no name.
struct NamedLifetime(Option<Lifetime>);

impl Walk<'_> for NamedLifetime {
    fn ty(&mut self, ty: &Type) {
        if !matches!(ty, Type::FnPtr(_)) {
            walk::parts(ty, self);
        }
    }
    fn lifetime(&mut self, lifetime: &Lifetime) {
        if lifetime.ident != "_" {
            self.0 = Some(lifetime.clone());
        }
    }
}

const NO_TRAITS: &str = "C knows no traits but those of closures: `impl FnMut(..)` or `impl Fn(..)`, with `Send`, `Sync` \
                         and `'static` where they are needed";
const ONCE: &str = "nothing keeps C from calling it again; write `FnMut(..)`, and `take` out of an `Option` what can be \
                    used but once";
const LIFETIME: &str = "what C passes is lent for one call of the closure, and the closure for one of the function; leave \
                        the lifetime away";
const BY_REFERENCE: &str =
    "C keeps the closure, and whoever owns the `Callback` decides how long; write `&Callback<..>`";
const KEPT_REFERENCE: &str = "what is borrowed is not kept; write `impl FnMut(..) + Send + 'static`, which a `Box<dyn FnMut(..)>` \
                              is too";
