//! What C has to know of a pointer, and its type does not say: whether it may be null, and whose it is.

use crate::shape::{Shape, strip};
use syn::{Type, TypeFnPtr};

/// Of a parameter that C calls `name`; `None` where its type says all, or where only the author knows.
pub(crate) fn of_param(name: &str, ty: &Type) -> Option<String> {
    let null = |nullable: bool| match nullable {
        true => "may be NULL",
        false => "not NULL",
    };
    Some(match Shape::of(ty).ok()? {
        Shape::Reference {
            mutable, nullable, ..
        } => {
            let whose = if mutable { EXCLUSIVE } else { BORROWED };
            format!("{}; {whose}", null(nullable))
        }
        Shape::Slice { mutable, .. } => {
            let whose = if mutable { EXCLUSIVE } else { BORROWED };
            format!("{name}_len of them, NULL for none; {whose}")
        }
        Shape::Text { nullable } => format!("{}; ends in a NUL; {BORROWED}", null(nullable)),
        Shape::Boxed { nullable, .. } => {
            format!(
                "{}; given away, and not the caller's any more",
                null(nullable)
            )
        }
        Shape::NonNull { nullable, .. } => null(nullable).to_owned(),
        Shape::FnPointer(_) => null(false).to_owned(),
        Shape::Nullable(inner) if fn_pointer(inner).is_some() => null(true).to_owned(),
        _ => return None,
    })
}

/// Of a result.
pub(crate) fn of_result(ty: &Type) -> Option<String> {
    Some(match Shape::of(ty).ok()? {
        Shape::Text { nullable } => {
            let null = if nullable {
                "may be NULL"
            } else {
                "never NULL"
            };
            format!("{null}; never freed and never changed")
        }
        Shape::NonNull { nullable: true, .. } => "may be NULL".to_owned(),
        Shape::NonNull { .. } => "never NULL".to_owned(),
        Shape::Nullable(inner) if fn_pointer(inner).is_some() => "may be NULL".to_owned(),
        _ => return None,
    })
}

const BORROWED: &str = "borrowed for the call";
const EXCLUSIVE: &str = "borrowed for the call, and used by nobody else meanwhile";

fn fn_pointer(ty: &Type) -> Option<&TypeFnPtr> {
    match strip(ty) {
        Type::FnPtr(pointer) => Some(pointer),
        _ => None,
    }
}
