//! What a `blocking` call takes along to another thread. Of types that a block declares itself the block says whether
//! they may go there; of others rustc knows.

use crate::error::Errors;
use crate::import::{Block, BlockItem, Opaque};
use crate::mode::Mode;
use syn::{GenericArgument, Ident, PathArguments, Type};

/// How a signature mentions a type of the block's.
enum Mention<'t> {
    Shared(&'t Type),
    Moved(&'t Type),
}

/// What was refused is allowed from then on, so that rustc does not say it again.
pub(crate) fn elsewhere(block: &mut Block, errors: &mut Errors) {
    let mut refused = Vec::new();
    let functions = block.functions();
    for function in functions.filter(|function| function.modes.contains(Mode::Blocking)) {
        let params = function.params.iter().map(|param| &param.ty);
        for ty in params.chain(&function.ret.ty) {
            let (inner, is_shared) = match mention(ty) {
                Mention::Shared(inner) => (inner, true),
                Mention::Moved(inner) => (inner, false),
            };
            let is_it = |opaque: &&Opaque| {
                let is_named =
                    matches!(inner, Type::Path(path) if path.path.is_ident(&opaque.ident));
                is_named && !(if is_shared { opaque.sync } else { opaque.send })
            };
            if let Some(opaque) = block.opaques().find(is_it) {
                let message = if is_shared { shared } else { sent };
                errors.push(ty, message(opaque));
                refused.push((opaque.ident.clone(), is_shared));
            }
        }
    }
    for opaque in block.opaques().filter(|opaque| !opaque.send) {
        let is_known = refused.contains(&(opaque.ident.clone(), false));
        let mut functions = block.functions();
        let mut closes = |drop: &Ident| {
            functions.any(|item| item.ident == *drop && item.modes.contains(Mode::Blocking))
        };
        if !is_known && opaque.closes.as_ref().is_some_and(|by| closes(&by.drop)) {
            errors.push(&opaque.ident, sent(opaque));
            refused.push((opaque.ident.clone(), false));
        }
    }
    for item in &mut block.items {
        if let BlockItem::Opaque(opaque) = item {
            let is_in = |is_shared| refused.contains(&(opaque.ident.clone(), is_shared));
            let (sync, send) = (is_in(true), is_in(false));
            opaque.sync |= sync;
            opaque.send |= send;
        }
    }
}

/// Behind a reference, in an `Option`, or in a `Result`.
fn mention(ty: &Type) -> Mention<'_> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_none() => {
            Mention::Shared(&reference.elem)
        }
        Type::Reference(reference) => Mention::Moved(&reference.elem),
        Type::Path(path) => {
            let last = path.path.segments.last();
            let wraps = last.filter(|last| last.ident == "Option" || last.ident == "Result");
            match wraps.map(|last| &last.arguments) {
                Some(PathArguments::AngleBracketed(arguments)) => match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) => mention(inner),
                    _ => Mention::Moved(ty),
                },
                _ => Mention::Moved(ty),
            }
        }
        _ => Mention::Moved(ty),
    }
}

fn shared(opaque: &Opaque) -> String {
    let name = &opaque.ident;
    format!(
        "a `blocking` call runs on another thread, and `&{name}` may be lent to several at a time: if C allows that, say \
         `#[cgo(sync)]` at `type {name}`; if it allows one at a time, take `&mut {name}` here, and say `#[cgo(send)]` there"
    )
}

fn sent(opaque: &Opaque) -> String {
    let name = &opaque.ident;
    format!(
        "a `blocking` call runs on another thread: if `{name}` may leave the thread that has made it, say \
         `#[cgo(send)]` at `type {name}`"
    )
}
