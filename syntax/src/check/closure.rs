//! Closures, against the other parameters of their function: who owns them, and whose user pointer is theirs.

use crate::closure::{Closure, Owner};
use crate::error::Errors;
use crate::mode::{Mode, Modes};
use crate::slot::Param;
use crate::types::{SOME_CLOSURE, USER_DATA_ALONE};
use syn::Type;

/// The parameters of an import that have to do with closures. Whether they are sound.
pub(crate) fn closures(params: &[Param], modes: &Modes, errors: &mut Errors) -> bool {
    let closures: Vec<(&Param, &Closure)> = params
        .iter()
        .filter_map(|param| Some((param, param.closure()?)))
        .collect();
    let data: Vec<&Param> = params.iter().filter(|param| param.is_user_data()).collect();
    let drops: Vec<&Param> = params.iter().filter(|param| param.is_drop()).collect();
    let before = errors.iter().count();
    if closures.is_empty() {
        for param in data.iter().chain(&drops) {
            errors.push(&param.ty, USER_DATA_ALONE);
        }
    } else if data.is_empty() {
        let message = "a closure needs a user pointer: write `UserData` where C has it, in the callback and in the function, \
                       `_: UserData`; if C has none, an `extern \"C\" fn(..)`, and pass an export's `::C`";
        for (param, _) in &closures {
            errors.push(&param.ty, message);
        }
    } else if data.len() > 1 && data.len() != closures.len() {
        let message = format!(
            "{} user pointers for {} closures: write one `UserData` for all of them, or one for each, in their order",
            data.len(),
            closures.len(),
        );
        errors.push(&data[data.len() - 1].ty, message);
    } else {
        for (param, closure) in &closures {
            one(param, closure, modes, errors);
        }
        if errors.iter().count() == before {
            owners(&closures, &data, &drops, errors);
        }
    }
    errors.iter().count() == before
}

/// Who owns them, and when C says that it has done with them.
fn owners(closures: &[(&Param, &Closure)], data: &[&Param], drops: &[&Param], errors: &mut Errors) {
    let is_shared = data.len() == 1 && closures.len() > 1;
    if let (true, Some((param, _))) = (
        is_shared,
        closures
            .iter()
            .find(|(_, closure)| matches!(closure.owner, Owner::Callback(_))),
    ) {
        let message = "a `Callback` is one closure, and has a user pointer of its own, but these share one; write \
                       `impl FnMut(..) + Send + 'static` for each, and `DropUserData` where C takes a destructor";
        errors.push(&param.ty, message);
        return;
    }
    if let (Some(drop), true) = (drops.last(), drops.len() > 1 && drops.len() != data.len()) {
        let message = format!(
            "{} destructors for {}: write one `DropUserData` for each user pointer, in their order",
            drops.len(),
            match data.len() {
                1 => "one user pointer".to_owned(),
                more => format!("{more} user pointers"),
            },
        );
        errors.push(&drop.ty, message);
        return;
    }
    for (index, (param, closure)) in closures.iter().enumerate() {
        let is_dropped = match data.len() {
            1 => !drops.is_empty(),
            _ => index < drops.len(),
        };
        match (&closure.owner, is_dropped) {
            (Owner::C, false) => {
                let message = format!(
                    "nothing tells when C has done with this closure; write the parameter `_: DropUserData` where C takes \
                     a destructor of the user pointer, `&Callback<dyn {}>` for one that its owner drops, or leave \
                     `'static` away if C has done with it when the call returns",
                    said(closure),
                );
                errors.push(&param.ty, message);
            }
            (Owner::Call, true) => {
                let message = "C keeps this closure until it calls the destructor, `DropUserData`; write `impl FnMut(..) + \
                               Send + 'static`";
                errors.push(&param.ty, message);
            }
            (Owner::Callback(_), true) => {
                let message = "a `Callback` is dropped by its owner, and C need not tell; write `Option<unsafe extern \
                               \"C\" fn(*mut c_void)>` for the destructor, and pass `None`";
                errors.push(&param.ty, message);
            }
            _ => {}
        }
    }
}

/// What is written between `dyn` and `>` of a `Callback`.
fn said(closure: &Closure) -> &'static str {
    match closure.mutable {
        true => "FnMut(..) + Send",
        false => "Fn(..) + Send + Sync",
    }
}

/// A closure by itself.
fn one(param: &Param, closure: &Closure, modes: &Modes, errors: &mut Errors) {
    let ty = &param.ty;
    match (closure.user_data(), &closure.getter) {
        (0, None) => {
            let message = "C passes no user pointer to this closure, which is how it is found; write `UserData` where C passes \
                           it, `#[cgo(user_data = f)]` if `f` gets it by the first argument, or else an `extern \"C\" \
                           fn(..)`, and pass an export's `::C`";
            errors.push(ty, message);
        }
        (0, Some(getter)) if closure.arguments() == 0 => {
            errors.push(
                getter,
                "the user pointer is asked for by the first argument, and C passes none here",
            );
        }
        (0, Some(_)) | (1, None) => {}
        (1, Some(getter)) => {
            let message = "C passes the user pointer, `UserData`; remove `user_data`, or write `*mut c_void` there";
            errors.push(getter, message);
        }
        _ => {
            let message =
                "a closure has one user pointer; write `*mut c_void` for what else C passes";
            errors.push(ty, message);
        }
    }
    let is_kept = !matches!(closure.owner, Owner::Call);
    if is_kept && !closure.send {
        let message = "C may call it, or drop it, on any thread; add `+ Send`";
        errors.push(ty, message);
    } else if is_kept && !closure.mutable && !closure.sync {
        let message = "C may call it on several threads at a time; add `+ Sync`, or write `FnMut(..)`, which is refused to all but one";
        errors.push(ty, message);
    } else if closure.mutable && closure.sync && !closure.send {
        let message = "an `FnMut` is not shared, but had by one thread after the other; for others to call it, write `+ Send` \
                       instead of `+ Sync`";
        errors.push(ty, message);
    } else if !is_kept
        && !closure.mutable
        && closure.send
        && !closure.sync
        && !modes.contains(Mode::Blocking)
    {
        let message = "other threads may call it, several at a time; write `+ Sync`, or `FnMut(..) + Send`, which is refused to \
                       all but one";
        errors.push(ty, message);
    } else if modes.contains(Mode::Blocking) && !lends_to_a_thread(closure, ty) {
        let bound = match closure.mutable || is_by_value(ty) {
            true => "Send",
            false => "Sync",
        };
        let message = format!(
            "a `blocking` call runs on another thread, and calls this there; add `+ {bound}`"
        );
        errors.push(ty, message);
    }
}

/// Whether the bounds let the helper of a `blocking` call have it.
fn lends_to_a_thread(closure: &Closure, ty: &Type) -> bool {
    match closure.mutable || is_by_value(ty) {
        true => closure.send,
        false => closure.sync,
    }
}

/// `&dyn Fn(..)` is shared with the thread; what is lent whole is not.
fn is_by_value(ty: &Type) -> bool {
    use crate::shape::strip;
    match strip(ty) {
        Type::Reference(_) => false,
        Type::Path(path) => !path.path.segments.iter().any(|segment| {
            matches!(&segment.arguments, syn::PathArguments::AngleBracketed(arguments)
                if matches!(arguments.args.first(), Some(syn::GenericArgument::Type(inner)) if !is_by_value(inner)))
        }),
        _ => true,
    }
}

/// Where there is nobody who could make a user pointer of a closure. Whether there is none.
pub(crate) fn no_closures(params: &[Param], errors: &mut Errors) -> bool {
    let closures: Vec<&Param> = params
        .iter()
        .filter(|param| param.closure().is_some())
        .collect();
    let markers = params
        .iter()
        .filter(|param| param.is_user_data() || param.is_drop());
    let markers: Vec<&Param> = markers.collect();
    for param in &closures {
        errors.push(&param.ty, SOME_CLOSURE);
    }
    for param in markers.iter().filter(|_| closures.is_empty()) {
        errors.push(&param.ty, USER_DATA_ALONE);
    }
    closures.is_empty() && markers.is_empty()
}
