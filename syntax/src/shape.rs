//! Telling types apart: what a Rust type is to the [type table](crate::types).

use crate::canon;
use crate::ctype::Named;
use crate::prim::Prim;
use quote::ToTokens;
use syn::{Error, GenericArgument, PathArguments, Type, TypeFnPtr};

/// A type, as far as the table tells types apart.
pub(crate) enum Shape<'a> {
    Unit,
    Void,
    Prim(&'static Prim),
    Named(Named),
    Pointer {
        is_const: bool,
        pointee: &'a Type,
    },
    FnPointer(&'a TypeFnPtr),
    Nullable(&'a Type),
    /// `&T`, `&mut T`, and an `Option` of one. `&mut MaybeUninit<T>` is a `&mut T` of which nothing is there yet.
    Reference {
        mutable: bool,
        nullable: bool,
        uninit: bool,
        pointee: &'a Type,
    },
    /// `NonNull<T>`, or `Option<NonNull<T>>`.
    NonNull {
        nullable: bool,
        pointee: &'a Type,
    },
    /// `Box<T>`, or `Option<Box<T>>`.
    Boxed {
        nullable: bool,
        pointee: &'a Type,
    },
    /// `&[T]`, `&mut [T]`; `&mut [MaybeUninit<T>]` is a `&mut [T]` of which nothing is there yet.
    Slice {
        mutable: bool,
        uninit: bool,
        elem: &'a Type,
    },
    /// `&CStr`, or `Option<&CStr>`.
    Text {
        nullable: bool,
    },
    /// `&str`, `String`, `&Path`, `&OsStr`, or an `Option` of one: C gets a copy that ends in NUL.
    Copied,
    /// `Duration`, or an `Option` of one: C gets a pointer to a copy.
    Time,
    /// `Handle<T>`.
    Handle,
    Array {
        elem: &'a Type,
        len: u64,
    },
    /// `Vec<T>` and such: C sees `void` behind a pointer, and nothing at all by value.
    Generic,
}

impl<'a> Shape<'a> {
    pub(crate) fn of(ty: &'a Type) -> syn::Result<Shape<'a>> {
        let refuse = |message: &str| Err(Error::new_spanned(ty, message));
        match ty {
            Type::Group(group) => Shape::of(&group.elem),
            Type::Paren(paren) => Shape::of(&paren.elem),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Shape::Unit),
            Type::Tuple(_) => refuse("C has no tuples; write a `#[repr(C)]` struct"),
            Type::Ptr(pointer) => match strip(&pointer.elem) {
                Type::Slice(_) => refuse(
                    "a raw slice pointer is two words; write `&[T]`, or `*const T` and a length",
                ),
                _ => Ok(Shape::Pointer {
                    is_const: matches!(pointer.mutability, syn::PointerMutability::Const(_)),
                    pointee: &pointer.elem,
                }),
            },
            Type::Reference(reference) => Shape::of_reference(reference),
            Type::FnPtr(pointer) => Ok(Shape::FnPointer(pointer)),
            Type::Array(array) => match &array.len {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Int(len),
                    ..
                }) => Ok(Shape::Array {
                    elem: &array.elem,
                    len: len.base10_parse()?,
                }),
                other => Err(Error::new_spanned(
                    other,
                    "write the length as a number: C must see it too",
                )),
            },
            Type::Path(path) => Shape::of_path(path),
            Type::ImplTrait(_) => refuse(SOME_CLOSURE),
            Type::TraitObject(_) => {
                refuse("C knows no traits; pass a pointer to a type of known size")
            }
            Type::Slice(_) => refuse("a slice has no size; write `&[T]` or `&mut [T]`"),
            Type::Never(_) => refuse(
                "a call that never returns cannot come back through the runtime; leave the result away",
            ),
            Type::Infer(_) => refuse("write the type: nothing here could infer it"),
            Type::Macro(_) => refuse("macros are not expanded here; write the type"),
            _ => refuse("not a type that C has"),
        }
    }

    pub(crate) fn of_reference(reference: &'a syn::TypeReference) -> syn::Result<Shape<'a>> {
        let mutable = reference.mutability.is_some();
        match strip(&reference.elem) {
            Type::Slice(slice) => {
                let uninit = only_argument(&slice.elem, "MaybeUninit");
                if let (Some(_), false) = (uninit, mutable) {
                    return Err(Error::new_spanned(
                        reference,
                        "C would read what is not there; write `&mut [MaybeUninit<T>]` for C to write it, or `&[T]`",
                    ));
                }
                Ok(Shape::Slice {
                    mutable,
                    uninit: uninit.is_some(),
                    elem: uninit.unwrap_or(&slice.elem),
                })
            }
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "CStr") =>
            {
                if mutable {
                    return Err(Error::new_spanned(
                        reference,
                        "C could move the end of this text; write `&mut [c_char]`, or `*mut c_char`",
                    ));
                }
                Ok(Shape::Text { nullable: false })
            }
            Type::Path(path) if is_copied(&path.path) => {
                if mutable {
                    return Err(Error::new_spanned(
                        reference,
                        "C gets a copy of this text, and would change that; write `&mut [c_char]`, or `*mut c_char`",
                    ));
                }
                Ok(Shape::Copied)
            }
            Type::Path(path) if mutable && owned_text(&path.path).is_some() => {
                Err(Error::new_spanned(
                    reference,
                    "C could move the end of this text; write `&mut [c_char]`, or `*mut c_char`, with room for what C writes",
                ))
            }
            Type::Path(path) if owned_text(&path.path).is_some() => Err(Error::new_spanned(
                reference,
                format!(
                    "C gets a copy of this text; write `{}`",
                    owned_text(&path.path).unwrap_or_default()
                ),
            )),
            Type::Reference(inner) if matches!(Shape::of_reference(inner), Ok(Shape::Copied)) => {
                Err(Error::new_spanned(
                    reference,
                    "C gets a copy of this text; write one `&` alone",
                ))
            }
            Type::Reference(_) => Err(Error::new_spanned(
                reference,
                "a reference to a reference; write `&mut *mut T`, or a raw pointer",
            )),
            elem => {
                let uninit = only_argument(elem, "MaybeUninit");
                if let (Some(_), false) = (uninit, mutable) {
                    return Err(Error::new_spanned(
                        reference,
                        "C would read what is not there; write `&mut MaybeUninit<T>` for C to write it, or `&T`",
                    ));
                }
                Ok(Shape::Reference {
                    mutable,
                    nullable: false,
                    uninit: uninit.is_some(),
                    pointee: uninit.unwrap_or(&reference.elem),
                })
            }
        }
    }

    pub(crate) fn of_path(path: &'a syn::TypePath) -> syn::Result<Shape<'a>> {
        let refuse = |message: &str| Err(Error::new_spanned(path, message));
        let (None, Some(last)) = (&path.qself, path.path.segments.last()) else {
            return Ok(Shape::Generic);
        };
        let generic = path
            .path
            .segments
            .iter()
            .any(|segment| !segment.arguments.is_none());
        let name = last.ident.to_string();
        match (name.as_str(), &last.arguments) {
            ("Option", PathArguments::AngleBracketed(arguments)) => {
                if let [GenericArgument::Type(inner)] =
                    arguments.args.iter().collect::<Vec<_>>()[..]
                {
                    match Shape::of(inner)? {
                        Shape::FnPointer(_) | Shape::Named(_) => return Ok(Shape::Nullable(inner)),
                        Shape::Text { nullable: false } => {
                            return Ok(Shape::Text { nullable: true });
                        }
                        Shape::Copied if !is_option(inner) => return Ok(Shape::Copied),
                        Shape::Handle => return refuse(NO_HANDLE),
                        Shape::Slice { .. } => return refuse(NO_SLICE),
                        Shape::Time if !is_option(inner) => return Ok(Shape::Time),
                        Shape::Reference {
                            mutable,
                            nullable: false,
                            uninit,
                            pointee,
                        } => {
                            return Ok(Shape::Reference {
                                mutable,
                                nullable: true,
                                uninit,
                                pointee,
                            });
                        }
                        Shape::NonNull {
                            nullable: false,
                            pointee,
                        } => {
                            return Ok(Shape::NonNull {
                                nullable: true,
                                pointee,
                            });
                        }
                        Shape::Boxed {
                            nullable: false,
                            pointee,
                        } => {
                            return Ok(Shape::Boxed {
                                nullable: true,
                                pointee,
                            });
                        }
                        _ => {}
                    }
                }
                refuse(
                    "only `Option` of an `extern \"C\" fn(..)`, a reference, `NonNull`, `Box` or a text is one C value; write a \
                     raw pointer, which may be null",
                )
            }
            ("Result", PathArguments::AngleBracketed(_)) => refuse(
                "`Result<T, E>` is for the result of an imported function; elsewhere write the C value's type",
            ),
            ("NonNull", PathArguments::AngleBracketed(_)) => {
                match only_argument_of(last, "NonNull") {
                    Some(pointee) => Ok(Shape::NonNull {
                        nullable: false,
                        pointee,
                    }),
                    None => Ok(Shape::Generic),
                }
            }
            ("Box", PathArguments::AngleBracketed(_)) => match only_argument_of(last, "Box") {
                Some(pointee) if is_wide(pointee) => refuse(
                    "a pointer to this is two words, and C's are one; write `Box<Box<..>>`, or box a type of known size",
                ),
                Some(pointee) => Ok(Shape::Boxed {
                    nullable: false,
                    pointee,
                }),
                None => Ok(Shape::Generic),
            },
            ("Duration", PathArguments::None) => Ok(Shape::Time),
            ("Handle", PathArguments::AngleBracketed(_))
                if only_argument_of(last, "Handle").is_some() =>
            {
                Ok(Shape::Handle)
            }
            ("Self", _) => refuse("`Self` means nothing here; write the type"),
            ("str", PathArguments::None) => refuse("write `&str`"),
            ("String", PathArguments::None) => Ok(Shape::Copied),
            ("char", PathArguments::None) => {
                refuse("a Rust `char` is no C `char`; write `c_char`, or `u32`")
            }
            ("i128" | "u128", PathArguments::None) => {
                refuse("C has no 128-bit integer to agree on; pass a pointer to it")
            }
            ("PathBuf", PathArguments::None) => refuse("C gets a copy of this text; write `&Path`"),
            ("OsString", PathArguments::None) => {
                refuse("C gets a copy of this text; write `&OsStr`")
            }
            ("Cow", PathArguments::AngleBracketed(_)) => refuse(
                "C gets a copy of this text; write `&str`, `&Path` or `&OsStr`, and pass `&*text`",
            ),
            ("CStr", PathArguments::None) => refuse("write `&CStr`"),
            ("CString", PathArguments::None) => refuse("C cannot own a `CString`; write `&CStr`"),
            ("c_void", PathArguments::None) => Ok(Shape::Void),
            _ if generic => Ok(Shape::Generic),
            _ => Ok(match Prim::find(&name) {
                Some(prim) => Shape::Prim(prim),
                None => Shape::Named(Named {
                    rust: canon::tokens(path.path.to_token_stream())
                        .replace(' ', "")
                        .replace("r#", ""),
                    c: None,
                }),
            }),
        }
    }
}

const NO_SLICE: &str = "C gets a pointer and a length, and of an empty slice 0 for the length; write `&[T]` or `&mut [T]`, or a raw \
                        pointer, which may be null, and a length";

const NO_HANDLE: &str = "a number is never null, and 0 is of no `Handle`: whoever looks it up is refused; write \
                         `Handle<T>`";

/// Where a closure would have no user pointer.
pub(crate) const SOME_CLOSURE: &str = "only a parameter of an imported function may be a closure, beside its user pointer, \
                                       `UserData`; here write an `extern \"C\" fn(..)`";

/// Where a marker would have no closure.
pub(crate) const USER_DATA_ALONE: &str = "this is the user pointer of a closure, and there is none here; write `*mut c_void`, \
                                          or `impl FnMut(.., UserData)` for the function that C calls with it";

/// Text of Rust's, behind a reference.
fn is_copied(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| {
        last.arguments.is_none()
            && ["str", "Path", "OsStr"]
                .iter()
                .any(|name| last.ident == name)
    })
}

/// What to borrow of a text that Rust owns.
fn owned_text(path: &syn::Path) -> Option<&'static str> {
    let last = path
        .segments
        .last()
        .filter(|last| last.arguments.is_none())?;
    let borrowed = [
        ("String", "&str"),
        ("PathBuf", "&Path"),
        ("OsString", "&OsStr"),
        ("CString", "&CStr"),
    ];
    let mut borrowed = borrowed.iter();
    let (_, borrowed) = borrowed.find(|(owned, _)| last.ident == owned)?;
    Some(borrowed)
}

/// What Rust's pointers have a length or a vtable for.
fn is_wide(ty: &Type) -> bool {
    match strip(ty) {
        Type::TraitObject(_) | Type::Slice(_) => true,
        Type::Path(path) => is_copied(&path.path) || path.path.is_ident("CStr"),
        _ => false,
    }
}

/// `T` of `name<T>`.
pub(crate) fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match ty {
        Type::Path(path) => only_argument_of(path.path.segments.last()?, name),
        _ => None,
    }
}

fn only_argument_of<'a>(segment: &'a syn::PathSegment, name: &str) -> Option<&'a Type> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) if segment.ident == name => {
            match arguments.args.iter().collect::<Vec<_>>()[..] {
                [GenericArgument::Type(argument)] => Some(argument),
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_option(ty: &Type) -> bool {
    matches!(strip(ty), Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

pub(crate) fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

pub(crate) fn is_static(ty: &Type) -> bool {
    match strip(ty) {
        Type::Reference(reference) => {
            let lifetime = reference.lifetime.as_ref();
            lifetime.is_some_and(|lifetime| lifetime.ident == "static")
        }
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            matches!(&last.arguments, PathArguments::AngleBracketed(arguments)
                if matches!(arguments.args.first(), Some(GenericArgument::Type(inner)) if is_static(inner)))
        }),
        _ => false,
    }
}

/// `T` and `E` of `Result<T, E>`.
pub(crate) fn parts_of_result(ty: &Type) -> syn::Result<Option<(&Type, &Type)>> {
    let Type::Path(path) = strip(ty) else {
        return Ok(None);
    };
    let Some(last) = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Result")
    else {
        return Ok(None);
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Ok(None); // a type of the user's that is called so
    };
    if let [GenericArgument::Type(good), GenericArgument::Type(error)] =
        arguments.args.iter().collect::<Vec<_>>()[..]
    {
        return Ok(Some((good, error)));
    }
    Err(Error::new_spanned(
        ty,
        "what the error is made of depends on its type; write `Result<T, E>`, both of them",
    ))
}

/// Whether an error is made of `errno`.
pub(crate) fn is_errno(error: &Type) -> bool {
    let Type::Path(path) = strip(error) else {
        return false;
    };
    path.path
        .segments
        .last()
        .is_some_and(|last| last.ident == "Errno")
}

/// Whether it may be an enum, or is `bool`, or an array of such: of which C can make what is no value.
pub(crate) fn may_be_enumerated(ty: &Type) -> bool {
    match Shape::of(ty) {
        Ok(Shape::Named(_)) => true,
        Ok(Shape::Prim(prim)) => prim.rust == "bool",
        Ok(Shape::Array { elem, .. }) => may_be_enumerated(elem),
        _ => false,
    }
}
