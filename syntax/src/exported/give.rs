//! The rows of an export's results.
//!
//! A `Result` is a status in C, 0 or -1, and its value goes where the last parameter points. Why it failed, C asks of a
//! function: as it does of `errno`, `dlerror` and the like, once for each thread.

use super::kind::Kind;
use super::mirror::Mirror;
use crate::convert::Pack;
use crate::ctype::CType;
use crate::shape::is_static;
use crate::slot::{Ret, Role, Slot};
use crate::types;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, ReturnType, Type};

/// How a result travels.
pub(crate) struct Given {
    /// What the C function returns.
    pub(crate) ret: Ret,
    /// Of a `Result`, what its last parameter points to.
    pub(crate) out: Option<Slot>,
    /// Whether it is a `Result`.
    pub(crate) fallible: bool,
    /// What the header defines for it.
    pub(crate) mirrors: Vec<Mirror>,
}

/// Who returns it.
pub(crate) struct Giver<'a> {
    /// The path of the runtime's `__private`.
    pub(crate) private: &'a TokenStream,
    /// The export, as C calls it.
    pub(crate) function: &'a str,
    /// Whether a `&str` may be of something that the caller knows, as a method's may.
    pub(crate) borrows: bool,
}

/// The row of a result's type.
pub(crate) fn ret(output: &ReturnType, giver: &Giver<'_>) -> syn::Result<Given> {
    let ReturnType::Type(_, ty) = output else {
        return Ok(Given {
            ret: Ret::of(output)?,
            out: None,
            fallible: false,
            mirrors: Vec::new(),
        });
    };
    let mut mirrors = Vec::new();
    let Kind::Result(ok) = Kind::of(ty) else {
        let slot = value(ty, giver, &mut mirrors)?;
        return Ok(Given {
            ret: Ret::of_slot(ty, slot),
            out: None,
            fallible: false,
            mirrors,
        });
    };
    if let Kind::Result(_) = Kind::of(ok) {
        let message = "C gets one status; let one `Result` say both";
        return Err(Error::new_spanned(ok, message));
    }
    let out = value(ok, giver, &mut mirrors)?;
    let status: Type = syn::parse_quote!(::core::ffi::c_int);
    let status = Slot::value(&status, CType::prim("c_int"));
    Ok(Given {
        ret: Ret::of_slot(ty, Some(status)),
        out,
        fallible: true,
        mirrors,
    })
}

/// One value; `None` for `()`.
pub(super) fn value(
    ty: &Type,
    giver: &Giver<'_>,
    mirrors: &mut Vec<Mirror>,
) -> syn::Result<Option<Slot>> {
    let private = giver.private;
    let mut given = |mirror: Mirror, field: TokenStream, function: TokenStream| {
        let slot = Slot {
            field,
            c: mirror.c(),
            role: Role::Value,
            pack: Pack::function(function),
        };
        if !mirrors.contains(&mirror) {
            mirrors.push(mirror);
        }
        Ok(Some(slot))
    };
    match Kind::of(ty) {
        Kind::Str { nullable } => {
            if !giver.borrows && !is_static(ty) {
                let message = "nothing says how long C keeps this text; write `String`, which C then owns, or \
                               `&'static str`";
                return Err(Error::new_spanned(ty, message));
            }
            let function = match nullable {
                true => quote!(#private::give_nullable_str),
                false => quote!(#private::give_str),
            };
            given(Mirror::Str, quote!(#private::Str), function)
        }
        Kind::Text { nullable } => {
            let function = match nullable {
                true => quote!(#private::give_nullable_text),
                false => quote!(#private::give_text),
            };
            given(Mirror::Text, quote!(#private::OwnedText), function)
        }
        Kind::Vec { nullable, elem } => {
            let function = match nullable {
                true => quote!(#private::give_nullable_vec),
                false => quote!(#private::give_vec),
            };
            let mirror = Mirror::Vec(Mirror::elem(elem)?);
            given(mirror, quote!(#private::OwnedVec<#elem>), function)
        }
        Kind::Maybe { value, prim } => given(
            Mirror::Maybe(prim),
            quote!(#private::Maybe<#value>),
            quote!(#private::give_maybe),
        ),
        Kind::Boxed { nullable, pointee } => {
            let into_raw = quote!(::std::boxed::Box::into_raw);
            types::pointer(pointee, true, nullable, into_raw).map(Some)
        }
        Kind::Tuple(parts) => tuple(ty, &parts, giver, mirrors).map(Some),
        Kind::OtherText(message) => Err(Error::new_spanned(ty, message)),
        Kind::Result(_) => {
            let message = "only a whole result may fail: write `Result<(A, B), E>`";
            Err(Error::new_spanned(ty, message))
        }
        Kind::Other => {
            let output = syn::parse_quote!(-> #ty);
            Ok(Ret::of(&output)?.slot)
        }
    }
}

fn tuple(
    ty: &Type,
    parts: &[&Type],
    giver: &Giver<'_>,
    mirrors: &mut Vec<Mirror>,
) -> syn::Result<Slot> {
    if !(2..=8).contains(&parts.len()) {
        let message = "C gets two to eight values at once; for more write a `#[repr(C)]` struct";
        return Err(Error::new_spanned(ty, message));
    }
    let mut slots = Vec::new();
    for part in parts {
        if let Kind::Tuple(_) = Kind::of(part) {
            let message = "a tuple inside of another; write one, or a `#[repr(C)]` struct";
            return Err(Error::new_spanned(part, message));
        }
        let Some(slot) = value(part, giver, mirrors)? else {
            return Err(Error::new_spanned(
                part,
                "C has no value of type `()`; leave it away",
            ));
        };
        slots.push(slot);
    }
    let name = format!("{}_result", giver.function);
    let mirror = Mirror::Results(name, slots.iter().map(|slot| slot.c.clone()).collect());
    let private = giver.private;
    let made = format_ident!("Results{}", slots.len());
    let fields = slots.iter().map(|slot| &slot.field);
    let slot = Slot {
        field: quote!(#private::#made<#(#fields),*>),
        c: mirror.c(),
        role: Role::Value,
        pack: Pack::parts(
            quote!(#private::#made),
            slots.into_iter().map(|slot| slot.pack).collect(),
        ),
    };
    mirrors.push(mirror);
    Ok(slot)
}
