//! Functions, and the blocks that declare them: what C has no word for.

use crate::error::Errors;
use crate::import::Form;
use crate::types;
use proc_macro2::TokenTree;
use quote::ToTokens;
use syn::{ForeignItem, Generics, ItemForeignMod, Safety, Signature};

pub(crate) const VARIADIC: &str = "a variadic function has no one frame; import it with the arguments of each use, \
                                   under names of their own, from C functions in a `preamble`";
const VARIADIC_PLAIN: &str = "a variadic function is called through C, which knows how: say which header declares it, \
                              `#[cgo_import(include = \"..\")]`, and write the arguments of one use instead of `...`";
const VARIADIC_IN_C: &str = "write the arguments of one use instead of `...`: `fn printf(format: &CStr, n: c_int) -> \
                             c_int;`; for another use, another name, with `#[cgo(c = \"printf\")]`";
const VARIADIC_EXPORT: &str = "C passes any number of arguments, and Rust has no way to ask for them; export a \
                               function for each use";

/// What stands beside the call of an exported function, and would be called in its place.
const OURS: [&str; 4] = ["_cgoexp", "__export", "__on_panic", "__error"];

/// `unsafe extern "C"`, nothing else.
pub(crate) fn block_head(block: &ItemForeignMod, errors: &mut Errors) {
    if !types::is_c(&block.abi) {
        errors.push(
            &block.abi,
            "C functions are declared in `unsafe extern \"C\" { .. }`",
        );
    } else if block.unsafety.is_none() {
        let message = "write `unsafe extern \"C\"`: that the declarations are true is a promise of whoever writes them";
        errors.push(&block.abi, message);
    }
}

/// What syn reads in a block but does not understand, or that means nothing there.
pub(crate) fn foreign_item(item: &ForeignItem, errors: &mut Errors) {
    let ForeignItem::Verbatim(tokens) = item else {
        let message = "macros inside the block are not expanded; write the declarations, or let the macro make the \
                       whole block";
        errors.push(item, message);
        return;
    };
    let has = |word: &str| {
        tokens
            .clone()
            .into_iter()
            .any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
    };
    let message = if has("fn") {
        "a C function has no body here; end the declaration with `;` (a Rust function for C is `#[cgo_export]`)"
    } else if has("static") {
        "a C variable has no value here; end the declaration with `;`"
    } else {
        "an opaque type is declared as `type Name;`, without bounds or a right-hand side"
    };
    errors.push(tokens, message);
}

/// What an imported function's signature may not have.
pub(crate) fn import_signature(signature: &Signature, form: Form, errors: &mut Errors) -> bool {
    let variadic = match form {
        Form::Plain => VARIADIC_PLAIN,
        Form::C => VARIADIC_IN_C,
    };
    signature_head(signature, "a C function", variadic, errors)
        & refuse(
            signature.abi.as_ref(),
            "the block has said `extern \"C\"` already",
            errors,
        )
}

/// What an exported function's signature may not have.
pub(crate) fn export_signature(signature: &Signature, errors: &mut Errors) -> bool {
    let sound = signature_head(
        signature,
        "a function that C calls",
        VARIADIC_EXPORT,
        errors,
    );
    if OURS.iter().any(|name| signature.ident == name) {
        let message = "this is what `#[cgo_export]` calls a function of its own; say another name";
        errors.push(&signature.ident, message);
    }
    if let Safety::Safe(safe) = &signature.safety {
        errors.push(safe, "`safe` is for declarations in an `extern` block");
    }
    sound
        & refuse(
            signature.abi.as_ref(),
            "write a plain `fn`: `#[cgo_export]` makes the `extern \"C\"` function that calls it",
            errors,
        )
}

/// What neither side's functions may have.
pub(crate) fn signature_head(
    signature: &Signature,
    what: &str,
    variadic: &str,
    errors: &mut Errors,
) -> bool {
    let receiver = signature.receiver().map(|receiver| receiver.self_token);
    let self_message = format!("{what} has no `self`; name the parameter and its type");
    refuse(
        signature.constness,
        format!("{what} cannot be `const`"),
        errors,
    ) & refuse(
        signature.asyncness,
        format!("{what} cannot be `async`"),
        errors,
    ) & refuse(receiver, self_message, errors)
        & refuse(signature.variadic.as_ref(), variadic, errors)
        & no_generics(&signature.generics, errors)
}

fn refuse(
    found: Option<impl ToTokens>,
    message: impl std::fmt::Display,
    errors: &mut Errors,
) -> bool {
    if let Some(found) = &found {
        errors.push(found, message);
    }
    found.is_none()
}

/// C has none.
pub(crate) fn no_generics(generics: &Generics, errors: &mut Errors) -> bool {
    let found = generics.lt_token.is_some().then_some(&generics.params);
    let message = match generics.params.first() {
        Some(syn::GenericParam::Lifetime(_)) => {
            "named lifetimes are not supported: a borrow lasts for the call; leave the lifetime away"
        }
        _ => "C has no generics; write the type",
    };
    refuse(found, message, errors)
        & refuse(
            generics.where_clause.as_ref(),
            "C has no generics, so there is nothing for `where` to say",
            errors,
        )
}
