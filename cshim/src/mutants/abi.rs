//! What a type is to the calling convention, by a table of this file alone: what the same text says is no mutant.

use std::collections::HashMap;

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, PointerMutability, ReturnType, Type};

/// Integers of this platform (LP64, `char` signed): name, bytes, signed.
const INTEGERS: [(&str, u64, bool); 21] = [
    ("c_char", 1, true),
    ("c_schar", 1, true),
    ("c_uchar", 1, false),
    ("c_short", 2, true),
    ("c_ushort", 2, false),
    ("c_int", 4, true),
    ("c_uint", 4, false),
    ("c_long", 8, true),
    ("c_ulong", 8, false),
    ("c_longlong", 8, true),
    ("c_ulonglong", 8, false),
    ("i8", 1, true),
    ("u8", 1, false),
    ("i16", 2, true),
    ("u16", 2, false),
    ("i32", 4, true),
    ("u32", 4, false),
    ("i64", 8, true),
    ("u64", 8, false),
    ("isize", 8, true),
    ("usize", 8, false),
];

const FLOATS: [(&str, u64); 4] = [("c_float", 4), ("f32", 4), ("c_double", 8), ("f64", 8)];

/// The last segment of a path without arguments.
pub(super) fn name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    last.arguments.is_none().then(|| last.ident.to_string())
}

/// Bytes and sign of an integer.
pub(super) fn integer(ty: &Type) -> Option<(u64, bool)> {
    let name = name(ty)?;
    let found = INTEGERS.iter().find(|(known, ..)| *known == name)?;
    Some((found.1, found.2))
}

pub(super) fn float(ty: &Type) -> Option<u64> {
    let name = name(ty)?;
    Some(FLOATS.iter().find(|(known, _)| *known == name)?.1)
}

/// What an `Option` may be.
pub(super) fn of_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match (&*last.ident.to_string(), &last.arguments) {
        ("Option", PathArguments::AngleBracketed(list)) => match list.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn is_const(mutability: &PointerMutability) -> bool {
    matches!(mutability, PointerMutability::Const(_))
}

/// The types of function pointers that have names.
pub(super) type Pointers = HashMap<String, Type>;

/// Equal for equal types.
pub(super) fn canonical(ty: &Type, pointers: &Pointers) -> String {
    if let Some((bytes, signed)) = integer(ty) {
        return format!("{}{}", if signed { 'i' } else { 'u' }, bytes * 8);
    }
    if let Some(bytes) = float(ty) {
        return format!("f{}", bytes * 8);
    }
    if let Some(inner) = of_option(ty) {
        return canonical(inner, pointers);
    }
    match ty {
        Type::Ptr(pointer) => {
            let word = if is_const(&pointer.mutability) {
                "const"
            } else {
                "mut"
            };
            format!("*{word} {}", canonical(&pointer.elem, pointers))
        }
        Type::Array(array) => {
            format!(
                "[{}; {}]",
                canonical(&array.elem, pointers),
                array.len.to_token_stream()
            )
        }
        Type::FnPtr(function) => {
            let params = function
                .inputs
                .iter()
                .map(|input| canonical(&input.ty, pointers));
            let params: Vec<String> = params.collect();
            let result = match &function.output {
                ReturnType::Default => "()".to_owned(),
                ReturnType::Type(_, ty) => canonical(ty, pointers),
            };
            format!("fn({}) -> {result}", params.join(", "))
        }
        other => match name(other) {
            Some(name) => pointers
                .get(&name)
                .map_or(name, |ty| canonical(ty, pointers)),
            None => other.to_token_stream().to_string(),
        },
    }
}
