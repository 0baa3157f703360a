//! What C has to know of a pointer, and its type does not say: whether it may be null, and whose it is.

use super::kind::Kind;
use super::mirror::Mirror;
use super::traits;
use crate::judge::Fails;
use crate::shape::{Shape, is_static, strip};
use crate::slot::Ret;
use syn::{Type, TypeFnPtr};

/// Of a parameter that C calls `names`, of a slice two; `None` where its type says all, or where only the author knows.
pub(crate) fn of_param(names: &[String], ty: &Type) -> Option<String> {
    let null = |nullable: bool| match nullable {
        true => "may be NULL",
        false => "not NULL",
    };
    if let Ok(Some(object)) = traits::object(ty) {
        return Some(object.promise());
    }
    match Kind::of(ty) {
        Kind::Str { nullable } => return Some(format!("{}UTF-8; {BORROWED}", data(nullable))),
        Kind::Text { nullable } => {
            return Some(format!("{}UTF-8; {RETURNED}; {GIVEN}", data(nullable)));
        }
        Kind::Vec { nullable, .. } => {
            return Some(format!("{}{RETURNED}; {GIVEN}", data(nullable)));
        }
        _ => {}
    }
    Some(match Shape::of(ty).ok()? {
        Shape::Reference {
            mutable, nullable, ..
        } => {
            let whose = if mutable { EXCLUSIVE } else { BORROWED };
            format!("{}; {whose}", null(nullable))
        }
        Shape::Slice { mutable, .. } => {
            let whose = if mutable { EXCLUSIVE } else { BORROWED };
            format!("{} of them, NULL for none; {whose}", length(names))
        }
        Shape::Text { nullable } => format!("{}; ends in a NUL; {BORROWED}", null(nullable)),
        Shape::Boxed { nullable, .. } => format!("{}; {GIVEN}", null(nullable)),
        Shape::NonNull { nullable, .. } => null(nullable).to_owned(),
        Shape::FnPointer(_) => null(false).to_owned(),
        Shape::Nullable(inner) if fn_pointer(inner).is_some() => null(true).to_owned(),
        _ => return None,
    })
}

/// Of what Rust passes to a C function, as `names`.
pub(super) fn of_passed(names: &[String], ty: &Type, taker: Taker<'_>) -> Option<String> {
    let given = |nullable: bool, free: Option<String>| {
        let none = if nullable { "NULL for none; " } else { "" };
        let freed = free.map_or_else(String::new, |free| format!(", who frees it with {free}"));
        Some(format!("{none}given away, to whom is called{freed}"))
    };
    match Kind::of(ty) {
        Kind::Text { nullable } => given(nullable, Some("cgo_string_free".to_owned())),
        Kind::Vec { nullable, elem } => {
            let mirror = Mirror::Vec(Mirror::elem(elem).ok()?).name();
            given(nullable, Some(format!("{mirror}_free")))
        }
        Kind::Boxed { nullable, pointee } => given(nullable, taker(pointee)),
        // Rust has no null slice, and of what is not an `Option` no null at all.
        _ => match Shape::of(ty) {
            Ok(Shape::Slice { mutable, .. }) => {
                let whose = if mutable { EXCLUSIVE } else { BORROWED };
                Some(format!("{} of them; {whose}", length(names)))
            }
            _ => of_param(names, ty).map(|said| said.replacen("not NULL", "never NULL", 1)),
        },
    }
}

/// Of what a C function returns to Rust.
pub(super) fn of_returned(ret: &Ret) -> Option<String> {
    let Some(judge) = &ret.judge else {
        let ty = ret.ty.as_ref()?;
        return match Shape::of(ty).ok()? {
            Shape::Text { nullable } => {
                let none = if nullable { "NULL for none; " } else { "" };
                Some(format!("{none}never freed and never changed"))
            }
            Shape::NonNull { nullable: true, .. } => Some("may be NULL".to_owned()),
            Shape::NonNull { .. } => Some("never NULL".to_owned()),
            _ => None,
        };
    };
    let is_pointer = |ret: &Ret| {
        let field = ret.slot.as_ref().map(|slot| slot.field.to_string());
        field.is_some_and(|field| field.starts_with('*'))
    };
    let failed = match judge.fails {
        Some(Fails::Nonzero) => "0, or else what says why it has failed",
        Some(Fails::Negative) => "what is negative where it has failed",
        Some(Fails::Null) => "NULL where it has failed",
        None if ret.slot.is_some() && is_pointer(ret) => "NULL where it has failed",
        Some(Fails::MinusOne) | None if ret.slot.is_some() => "-1 where it has failed",
        _ => return Some("errno is left alone, unless it has failed".to_owned()),
    };
    Some(match ret.errno {
        true => format!("{failed}; errno then says why"),
        false => failed.to_owned(),
    })
}

/// Of a result, and of the parameter `out` that it goes through if it may fail; why it has failed, `error` says.
pub(crate) fn of_result(
    ty: &Type,
    out: &str,
    error: Option<&str>,
    taker: Taker<'_>,
) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let said = |name: &str, said: String| (name.to_owned(), said);
    let Kind::Result(ok) = Kind::of(ty) else {
        list.extend(of_value(ty, taker).map(|value| said("returns", value)));
        return list;
    };
    if !is_unit(ok) {
        let value =
            of_value(ok, taker).map_or_else(String::new, |value| format!("; the value is {value}"));
        let null = match Kind::of(ok) {
            Kind::Boxed { .. } | Kind::Tuple(_) => "not NULL",
            _ => "may be NULL, if it is not wanted",
        };
        list.push(said(
            out,
            format!("{null}; written where 0 is returned{value}"),
        ));
    }
    let why = error.map_or_else(String::new, |error| format!("; {error}() then says why"));
    list.push(said(
        "returns",
        format!("0, or -1 where it has failed{why}"),
    ));
    list
}

/// Of one that C gets.
fn of_value(ty: &Type, taker: Taker<'_>) -> Option<String> {
    match Kind::of(ty) {
        Kind::Str { nullable } if is_static(ty) => {
            return Some(format!(
                "{}UTF-8; never freed and never changed",
                data(nullable)
            ));
        }
        Kind::Str { nullable } => {
            return Some(format!(
                "{}UTF-8; borrowed: there until what it is of changes",
                data(nullable)
            ));
        }
        Kind::Text { nullable } => {
            return Some(format!(
                "{}UTF-8; {}",
                data(nullable),
                freed("cgo_string_free")
            ));
        }
        Kind::Vec { nullable, elem } => {
            let mirror = Mirror::Vec(Mirror::elem(elem).ok()?).name();
            let freed = freed(&format!("{mirror}_free"));
            return Some(format!("{}{freed}", data(nullable)));
        }
        Kind::Boxed { nullable, pointee } => {
            let null = if nullable { "NULL for none; " } else { "" };
            let whose = match taker(pointee) {
                Some(taker) => freed(&taker),
                None => "the caller's".to_owned(),
            };
            return Some(format!("{null}{whose}"));
        }
        Kind::Tuple(parts) => {
            let parts = parts.into_iter().enumerate();
            let said: Vec<String> = parts
                .filter_map(|(index, part)| Some(format!("r{index}: {}", of_value(part, taker)?)))
                .collect();
            return (!said.is_empty()).then(|| said.join("; "));
        }
        _ => {}
    }
    Some(match Shape::of(ty).ok()? {
        Shape::Text { nullable } => {
            let null = if nullable { "NULL for none; " } else { "" };
            format!("{null}never freed and never changed")
        }
        Shape::NonNull { nullable: true, .. } => "may be NULL".to_owned(),
        Shape::NonNull { .. } => "never NULL".to_owned(),
        Shape::Nullable(inner) if fn_pointer(inner).is_some() => "may be NULL".to_owned(),
        _ => return None,
    })
}

/// What C calls the length of a slice.
fn length(names: &[String]) -> &str {
    names.get(1).map_or("", String::as_str)
}

fn freed(function: &str) -> String {
    format!("the caller's, who frees it with {function}")
}

fn is_unit(ty: &Type) -> bool {
    matches!(strip(ty), Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// What may be said of `None` in front of the rest.
fn data(nullable: bool) -> &'static str {
    match nullable {
        true => "of NULL data for none; ",
        false => "",
    }
}

/// The function that C gives a `Box` of this type back to.
pub(crate) type Taker<'a> = &'a dyn Fn(&Type) -> Option<String>;

const RETURNED: &str = "what an export of this library has returned";
const GIVEN: &str = "given away, and not the caller's any more";
const BORROWED: &str = "borrowed for the call";
const EXCLUSIVE: &str = "borrowed for the call, and used by nobody else meanwhile";

fn fn_pointer(ty: &Type) -> Option<&TypeFnPtr> {
    match strip(ty) {
        Type::FnPtr(pointer) => Some(pointer),
        _ => None,
    }
}
