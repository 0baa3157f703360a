//! `#[cgo(filled)]`: a slice that C fills, with a pointer to the length behind it. C finds there how much room there is,
//! and leaves how much of it has been filled, which is a result of the Rust function.
//!
//! A result is all that it is: nobody takes C's word for what is in the slice.

use crate::ctype::{CType, Named};
use crate::error::Errors;
use crate::prim::Prim;
use crate::shape::Shape;
use crate::slot::{Arg, Hold, Param, Role, Slot};
use proc_macro2::Ident;
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

/// The row of a parameter that is `filled`.
pub(crate) fn arg(key: &Ident, ty: &Type, arg: &mut Arg, errors: &mut Errors) {
    let elem = match Shape::of(ty) {
        Ok(Shape::Slice { mutable: true, .. }) if arg.slots.len() == 2 => {
            arg.slots[1] = Slot {
                field: quote!(*mut ::core::primitive::usize),
                c: CType::pointer(CType::prim("usize"), false),
                role: Role::FilledLength,
                ..arg.slots[1].clone()
            };
            arg.hold = Some(Hold::Filled);
            return;
        }
        Ok(Shape::Slice { elem, .. }) => elem.to_token_stream().to_string(),
        _ => {
            let message = "this is said of a slice, `&mut [T]`, of which C leaves through a pointer how much it has \
                           filled";
            return errors.push(key, message);
        }
    };
    errors.push(ty, format!("C fills it; write `&mut [{elem}]`"));
}

impl Param {
    /// Whether C says of it how much it has filled.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        matches!(self.arg.hold, Some(Hold::Filled))
    }
}

/// The parameters of which something is returned, with the types of that, in order.
#[must_use]
pub fn results(params: &[Param]) -> Vec<(&Param, Type)> {
    let results = params.iter().filter_map(|param| match &param.arg.hold {
        Some(Hold::Out(_)) => Some((param, param.ty.clone())),
        Some(Hold::Filled) => {
            let usize = quote_spanned!(param.ty.span()=> ::core::primitive::usize);
            Some((param, Type::Verbatim(usize)))
        }
        _ => None,
    });
    results.collect()
}

/// That C has another name for what is behind a pointer to bytes: `struct sockaddr`, of which there are many kinds.
pub(crate) fn name_bytes(slot: &mut Slot, spelling: &str) -> bool {
    let CType::Pointer { pointee, .. } = &mut slot.c else {
        return false;
    };
    let is_byte = matches!(&**pointee, CType::Prim(prim) if Prim::is_byte(prim));
    if slot.role != Role::SlicePointer || !is_byte {
        return false;
    }
    **pointee = CType::Named(Named {
        rust: spelling.to_owned(),
        c: Some(spelling.to_owned()),
    });
    true
}
