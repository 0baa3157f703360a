//! Telling apart the types of an export that the type table has no rows for.

use crate::prim::Prim;
use crate::shape::{Shape, strip};
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// A type, as far as exports tell types apart.
pub(crate) enum Kind<'a> {
    /// `&str`, or `Option<&str>`.
    Str { nullable: bool },
    /// `String`, or `Option<String>`.
    Text { nullable: bool },
    /// `Vec<T>`, or `Option<Vec<T>>`.
    Vec { nullable: bool, elem: &'a Type },
    /// `Box<T>`, or `Option<Box<T>>`.
    Boxed { nullable: bool, pointee: &'a Type },
    /// `Option` of a primitive.
    Maybe {
        value: &'a Type,
        prim: &'static Prim,
    },
    /// `(A, B)`.
    Tuple(Vec<&'a Type>),
    /// `Result<T, E>`.
    Result(&'a Type),
    /// A text of Rust's that C could only have a copy of.
    OtherText(&'static str),
    /// The type table's.
    Other,
}

impl<'a> Kind<'a> {
    pub(crate) fn of(ty: &'a Type) -> Kind<'a> {
        match strip(ty) {
            Type::Reference(reference) if reference.mutability.is_none() => {
                match last(&reference.elem) {
                    Some(last) if is(last, "str") => Kind::Str { nullable: false },
                    Some(last) => other_text(last).map_or(Kind::Other, Kind::OtherText),
                    None => Kind::Other,
                }
            }
            Type::Tuple(tuple) if !tuple.elems.is_empty() => {
                Kind::Tuple(tuple.elems.iter().collect())
            }
            Type::Path(path) if path.qself.is_none() => {
                path.path.segments.last().map_or(Kind::Other, of_path)
            }
            _ => Kind::Other,
        }
    }
}

fn of_path(last: &PathSegment) -> Kind<'_> {
    if is(last, "String") {
        return Kind::Text { nullable: false };
    }
    match (last.ident.to_string().as_str(), &arguments(last)[..]) {
        ("Vec", [elem]) => Kind::Vec {
            nullable: false,
            elem,
        },
        ("Box", [pointee]) => Kind::Boxed {
            nullable: false,
            pointee,
        },
        ("Result", [ok, ..]) => Kind::Result(ok),
        ("Option", [inner]) => match Kind::of(inner) {
            Kind::Str { nullable: false } => Kind::Str { nullable: true },
            Kind::Text { nullable: false } => Kind::Text { nullable: true },
            Kind::Vec {
                nullable: false,
                elem,
            } => Kind::Vec {
                nullable: true,
                elem,
            },
            Kind::Boxed {
                nullable: false,
                pointee,
            } => Kind::Boxed {
                nullable: true,
                pointee,
            },
            Kind::OtherText(cure) => Kind::OtherText(cure),
            Kind::Other => match Shape::of(inner) {
                Ok(Shape::Prim(prim)) => Kind::Maybe { value: inner, prim },
                _ => Kind::Other,
            },
            _ => Kind::Other,
        },
        _ => other_text(last).map_or(Kind::Other, Kind::OtherText),
    }
}

/// `T` of a `Box<T>` or an `Option` of one.
pub(crate) fn boxed(ty: &Type) -> Option<&Type> {
    match Kind::of(ty) {
        Kind::Boxed { pointee, .. } => Some(pointee),
        _ => None,
    }
}

/// Whether C that passes it has it no more.
pub(crate) fn is_given_away(ty: &Type) -> bool {
    matches!(
        Kind::of(ty),
        Kind::Boxed { .. } | Kind::Text { .. } | Kind::Vec { .. }
    )
}

/// `T` of a `Vec<T>` or an `Option` of one.
pub(crate) fn elements(ty: &Type) -> Option<&Type> {
    match Kind::of(ty) {
        Kind::Vec { elem, .. } => Some(elem),
        _ => None,
    }
}

/// All types that C sees of `ty`, where that is not `ty` itself.
pub(crate) fn in_c(ty: &Type) -> Vec<&Type> {
    match Kind::of(ty) {
        Kind::Vec { elem, .. } => vec![elem],
        Kind::Boxed { pointee, .. } => vec![pointee],
        Kind::Maybe { value, .. } => vec![value],
        Kind::Tuple(parts) => parts.into_iter().flat_map(in_c).collect(),
        Kind::Result(ok) => in_c(ok),
        Kind::Str { .. } | Kind::Text { .. } => Vec::new(),
        Kind::OtherText(_) | Kind::Other => vec![ty],
    }
}

/// What C owns of a result, and may drop on any thread.
pub(crate) fn owned(ty: &Type) -> Vec<&Type> {
    match Kind::of(ty) {
        Kind::Vec { elem, .. } if drops(elem) => vec![elem],
        Kind::Tuple(parts) => parts.into_iter().flat_map(owned).collect(),
        Kind::Result(ok) => owned(ok),
        _ => Vec::new(),
    }
}

/// Whether something may happen when it is dropped.
pub(crate) fn drops(ty: &Type) -> bool {
    !matches!(Shape::of(ty), Ok(Shape::Pointer { .. } | Shape::Prim(_)))
}

/// What to write instead of it.
fn other_text(last: &PathSegment) -> Option<&'static str> {
    let name = last.ident.to_string();
    match name.as_str() {
        "Path" | "PathBuf" | "OsStr" | "OsString" if last.arguments.is_none() => Some(
            "C has no such text; let it be UTF-8, `&str` for a parameter and `String` for a result, or a parameter \
             `&CStr`",
        ),
        "Cow" => {
            Some("C has no such text; write `&str` for a parameter, and `String` for a result")
        }
        "CString" if last.arguments.is_none() => {
            Some("C cannot own a `CString`; write `String`, which has a NUL behind it in C")
        }
        _ => None,
    }
}

fn last(ty: &Type) -> Option<&PathSegment> {
    match strip(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

fn is(segment: &PathSegment, name: &str) -> bool {
    segment.ident == name && segment.arguments.is_none()
}

/// The types among a segment's arguments.
fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}
