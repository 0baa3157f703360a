//! Results that Rust makes of a pointer: texts, references and slices, borrowed from a parameter or copied.

use crate::attr::CgoAttr;
use crate::canon::said;
use crate::ctype::CType;
use crate::error::Errors;
use crate::shape::{Shape, is_static, may_be_enumerated, parts_of_result, strip};
use crate::slot::{Param, Ret, Role, Slot};
use crate::types;
use crate::walk::{self, Walk};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, GenericArgument, Ident, Path, PathArguments, ReturnType, Type};

/// What is made of the pointer that C returns.
#[derive(Clone)]
pub struct Returned {
    /// What it is made of.
    pub what: What,
    /// The function of Rust's that frees it, once it has been copied.
    pub free: Option<Path>,
    /// The parameter that it borrows from, where Rust's own elision would not say so.
    pub lender: Option<Ident>,
}

/// What the pointer points to.
#[derive(Clone)]
pub enum What {
    /// Characters up to a NUL. Whether they can be read otherwise than as a `CStr`: then they have to be UTF-8.
    Text {
        /// `str`, `String`.
        utf8: bool,
    },
    /// One value.
    One,
    /// As many of these as the expression says.
    Slice {
        /// `T`.
        elem: Box<Type>,
        /// Over the function's parameters.
        len: Box<Expr>,
    },
}

/// What `#[cgo(..)]` says of it.
pub(crate) struct Words {
    free: Option<(Ident, Path)>,
    len: Option<(Ident, Expr)>,
}

impl Words {
    pub(crate) fn of(cgo: &mut CgoAttr) -> Words {
        Words {
            free: cgo.free.take(),
            len: cgo.len.take(),
        }
    }
}

/// A type, by whose the memory is.
enum Kind<'a> {
    /// `&str`, `&CStr`.
    BorrowedText { utf8: bool },
    /// `String`, `CString`.
    OwnedText { utf8: bool },
    /// `&T`.
    Reference(&'a Type),
    /// `&[T]`.
    Slice(&'a Type),
    /// `Vec<T>`.
    Vec(&'a Type),
}

impl<'a> Kind<'a> {
    fn of(ty: &'a Type) -> Option<Kind<'a>> {
        match strip(ty) {
            Type::Reference(reference) if reference.mutability.is_none() => {
                match strip(&reference.elem) {
                    Type::Slice(slice) => Some(Kind::Slice(&slice.elem)),
                    elem if is_named(elem, "str") => Some(Kind::BorrowedText { utf8: true }),
                    elem if is_named(elem, "CStr") => Some(Kind::BorrowedText { utf8: false }),
                    _ => match Shape::of_reference(reference) {
                        Ok(Shape::Reference { uninit: false, .. }) => {
                            Some(Kind::Reference(&reference.elem))
                        }
                        _ => None,
                    },
                }
            }
            ty if is_named(ty, "String") => Some(Kind::OwnedText { utf8: true }),
            ty if is_named(ty, "CString") => Some(Kind::OwnedText { utf8: false }),
            ty => argument_of(ty, "Vec").map(Kind::Vec),
        }
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| {
        last.ident == name && last.arguments.is_none()
    }))
}

/// `T` of `name<T>`.
fn argument_of<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = strip(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.iter().collect::<Vec<_>>()[..] {
        [GenericArgument::Type(argument)] if last.ident == name => Some(argument),
        _ => None,
    }
}

/// The row of an imported function's result; without parameters where some of them have been refused.
pub(crate) fn row(
    output: &ReturnType,
    params: Option<&[Param]>,
    words: Words,
    errors: &mut Errors,
) -> Option<Ret> {
    let found = match output {
        ReturnType::Type(_, ty) => {
            let good = errors.take(parts_of_result(ty))?;
            let good = good.map_or(&**ty, |(good, _)| good);
            let inner = argument_of(good, "Option");
            Kind::of(inner.unwrap_or(good)).map(|kind| (ty, good, inner.is_some(), kind))
        }
        ReturnType::Default => None,
    };
    let before = errors.iter().count();
    let Some((ty, good, nullable, kind)) = found else {
        refuse(&words, errors);
        let ret = errors.take(Ret::of(output));
        return ret.filter(|_| errors.iter().count() == before);
    };
    let is_slice = matches!(kind, Kind::Slice(_) | Kind::Vec(_));
    let is_owned = matches!(kind, Kind::OwnedText { .. } | Kind::Vec(_));
    if let (Some((key, _)), false) = (&words.free, is_owned) {
        let message = "what is borrowed is not freed; remove `free`, or return a `String`, a `CString` or a `Vec`";
        errors.push(key, message);
    }
    if let (Some((key, _)), false) = (&words.len, is_slice) {
        errors.push(key, "only a slice or a `Vec` has a length; remove `len`");
    }
    if errors.iter().count() > before {
        return None;
    }
    if let (Kind::BorrowedText { utf8: false }, true) = (&kind, is_static(good)) {
        return errors.take(Ret::of(output));
    }
    if is_owned && words.free.is_none() {
        let message = format!(
            "nothing says who frees this; say which function of C's does: `#[cgo(free = NAME)]`; or write `{}` if it is \
             never freed",
            match (&kind, nullable) {
                (Kind::Vec(elem), false) => format!("&'static [{}]", said(elem)),
                (Kind::Vec(elem), true) => format!("Option<&'static [{}]>", said(elem)),
                (_, false) => "&'static CStr".to_owned(),
                (_, true) => "Option<&'static CStr>".to_owned(),
            }
        );
        errors.push(good, message);
        return None;
    }
    let lender = match params {
        Some(params) if !is_owned && !is_static(good) => lender(params, &kind, good, errors)?,
        _ => None,
    };
    let (slot, what) = match &kind {
        Kind::BorrowedText { utf8 } | Kind::OwnedText { utf8 } => {
            (text(is_owned), What::Text { utf8: *utf8 })
        }
        Kind::Reference(pointee) => {
            if let Ok(Shape::Boxed { .. }) = Shape::of(pointee) {
                errors.push(pointee, types::BOX_OF_C);
                return None;
            }
            let c = errors.take(types::ctype_behind_pointer(pointee))?;
            let field = match c {
                CType::Void => quote!(*const ::core::ffi::c_void),
                _ => quote!(*const #pointee),
            };
            (
                pointer(field, CType::pointer(c, true), Role::Lent),
                What::One,
            )
        }
        Kind::Slice(elem) | Kind::Vec(elem) => {
            if let Ok(Shape::Boxed { .. }) = Shape::of(elem) {
                errors.push(elem, types::BOX_OF_C);
                return None;
            }
            let Some((_, len)) = words.len else {
                let message = "C returns no lengths; say where this one's is, `#[cgo(len = EXPRESSION)]` over the \
                               parameters, or return the pointer, `*const T`";
                errors.push(good, message);
                return None;
            };
            let c = errors.take(types::ctype(elem))?;
            let (field, is_const) = match is_owned {
                true => (quote!(*mut #elem), false),
                false => (quote!(*const #elem), true),
            };
            let (elem, len) = (Box::new((*elem).clone()), Box::new(len));
            let slot = pointer(field, CType::pointer(c, is_const), Role::LentSlice);
            (slot, What::Slice { elem, len })
        }
    };
    let mut ret = errors.take(Ret::of(&ReturnType::Default))?;
    ret.slot = Some(slot);
    ret.nullable = nullable;
    errors.take(ret.declare(ty))?;
    ret.returned = Some(Returned {
        what,
        free: words.free.map(|(_, path)| path),
        lender,
    });
    Some(ret)
}

/// Of other results.
fn refuse(words: &Words, errors: &mut Errors) {
    if let Some((key, _)) = &words.free {
        let message = "only a `String`, a `CString` or a `Vec` is copied out of what C has to free; return one of these";
        errors.push(key, message);
    }
    if let Some((key, _)) = &words.len {
        errors.push(
            key,
            "only a slice or a `Vec` has a length; return one of these",
        );
    }
}

fn text(owned: bool) -> Slot {
    let (field, is_const) = match owned {
        true => (quote!(*mut ::core::ffi::c_char), false),
        false => (quote!(*const ::core::ffi::c_char), true),
    };
    pointer(
        field,
        CType::pointer(CType::prim("c_char"), is_const),
        Role::LentText,
    )
}

fn pointer(field: TokenStream, c: CType, role: Role) -> Slot {
    Slot {
        field,
        c,
        role,
        pack: Default::default(),
    }
}

/// The parameter that lends its lifetime: the only one that is a reference, and not to a copy that dies with the call.
/// Named if Rust's elision sees another reference besides.
fn lender(
    params: &[Param],
    kind: &Kind<'_>,
    good: &Type,
    errors: &mut Errors,
) -> Option<Option<Ident>> {
    let elided = |param: &&Param| has_elided_lifetime(&param.ty);
    let lends =
        |param: &&Param| param.arg.hold.is_none() && param.arg.part.is_none() && !param.hidden;
    let borrowed: Vec<&Param> = params.iter().filter(elided).collect();
    let lenders: Vec<&Param> = borrowed.iter().copied().filter(lends).collect();
    if let [lender] = lenders[..] {
        if borrowed.len() == 1 {
            return Some(None);
        }
        // Where no lifetime is named, the result's would be any.
        if name(&mut lender.ty.clone()) {
            return Some(Some(lender.ident.clone()));
        }
        let message = format!(
            "what `{}` borrows has no name here, so this cannot; write a raw pointer",
            lender.ident
        );
        errors.push(good, message);
        return None;
    }
    let is_str = matches!(strip(argument_of(good, "Option").unwrap_or(good)), Type::Reference(reference)
        if matches!(strip(&reference.elem), Type::Path(path) if path.path.is_ident("str")));
    let (forever, pointer) = match kind {
        Kind::BorrowedText { .. } if is_str => ("&'static str", "*const c_char"),
        Kind::BorrowedText { .. } => ("&'static CStr", "*const c_char"),
        Kind::Slice(_) => ("&'static [T]", "*const T"),
        _ => ("&'static T", "*const T"),
    };
    let why = match (&lenders[..], &borrowed[..]) {
        ([], []) => "nothing says how long C keeps this".to_owned(),
        ([], [text, ..]) => {
            format!(
                "C gets a copy of `{}`, which is gone when this is returned",
                text.ident
            )
        }
        ([first, second, ..], _) => format!(
            "this may borrow from `{}` or from `{}`, and nothing says from which",
            first.ident, second.ident
        ),
        ([_], _) => unreachable!("that lends"),
    };
    let message = format!("{why}; write `{forever}` if it is never freed, else `{pointer}`");
    errors.push(good, message);
    None
}

/// Whether Rust's elision counts it.
fn has_elided_lifetime(ty: &Type) -> bool {
    struct Found(bool);
    impl Walk<'_> for Found {
        fn ty(&mut self, ty: &Type) {
            if let Type::Reference(reference) = ty {
                self.0 |= reference.lifetime.is_none();
            }
            // These have lifetimes of their own.
            if !matches!(ty, Type::FnPtr(_)) {
                walk::parts(ty, self);
            }
        }
        fn lifetime(&mut self, lifetime: &syn::Lifetime) {
            self.0 |= lifetime.ident == "_";
        }
        fn enters_signatures(&self) -> bool {
            false
        }
    }
    let mut found = Found(false);
    found.ty(ty);
    found.0
}

impl Returned {
    /// The type of what is in `good`, if C may make what is no value of it.
    #[must_use]
    pub fn looked(&self, good: &Type) -> Option<Type> {
        let ty = match &self.what {
            What::Text { .. } => return None,
            What::Slice { elem, .. } => &**elem,
            What::One => match Kind::of(argument_of(good, "Option").unwrap_or(good))? {
                Kind::Reference(pointee) => pointee,
                _ => return None,
            },
        };
        may_be_enumerated(ty).then(|| ty.clone())
    }

    /// The type of a parameter, with the lifetime that the result has.
    #[must_use]
    pub fn lent(&self, param: &Ident, ty: &Type) -> Option<Type> {
        (self.lender.as_ref() == Some(param)).then(|| named(ty))
    }
}

impl Ret {
    /// The same, its declared type with that lifetime.
    #[must_use]
    pub fn borrowed(&self) -> Ret {
        let mut ret = self.clone();
        let lender = self
            .returned
            .as_ref()
            .and_then(|returned| returned.lender.as_ref());
        if lender.is_some() {
            ret.ty = self.ty.as_ref().map(named);
        }
        ret
    }
}

/// The lifetime that is named where Rust would not find it.
#[must_use]
pub fn lifetime() -> syn::Lifetime {
    syn::Lifetime::new("'__lent", proc_macro2::Span::mixed_site())
}

/// The type, its first reference named.
fn named(ty: &Type) -> Type {
    let mut ty = ty.clone();
    name(&mut ty);
    ty
}

/// Whether there is one.
fn name(ty: &mut Type) -> bool {
    match ty {
        Type::Group(group) => name(&mut group.elem),
        Type::Paren(paren) => name(&mut paren.elem),
        // With what C puts in places.
        Type::Tuple(tuple) => tuple.elems.first_mut().is_some_and(name),
        Type::Reference(reference) => {
            reference.lifetime = Some(lifetime());
            true
        }
        Type::Path(path) => match path
            .path
            .segments
            .last_mut()
            .map(|last| &mut last.arguments)
        {
            Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first_mut() {
                Some(GenericArgument::Type(argument)) => name(argument),
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}
