//! The rows of an export's parameters.

use super::kind::{self, Kind};
use super::mirror::Mirror;
use super::traits;
use crate::check;
use crate::convert::{How, Pack, Unpack};
use crate::error::Errors;
use crate::import::c_spelling;
use crate::shape::is_static;
use crate::slot::{Arg, Hold, Param, Reference, Role, Slot};
use crate::types;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Error, Pat, Type};

/// A parameter, and what the header defines for it.
pub(crate) fn param(
    mut typed: syn::PatType,
    index: usize,
    private: &TokenStream,
    function: &str,
    errors: &mut Errors,
) -> Option<(Param, Option<Mirror>)> {
    if let Some(cgo) = typed.attrs.iter().find(|attr| attr.path().is_ident("cgo")) {
        errors.push(cgo, on_a_parameter(cgo));
        typed.attrs.retain(|attr| !attr.path().is_ident("cgo"));
    }
    check::param_attrs(&typed.attrs, errors);
    // The user's own patterns stay in the user's own function; here only the place counts.
    let ident = match &*typed.pat {
        Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none() => pat.ident.clone(),
        other => Ident::new(&format!("p{index}"), other.span()),
    };
    let told = Told {
        private,
        function,
        argument: &c_spelling(&ident),
    };
    let (arg, mirror) = errors.take(arg(&typed.ty, &told))?;
    let ty = *typed.ty;
    let param = Param {
        ident,
        ty,
        arg,
        hidden: false,
        keeps: false,
    };
    Some((param, mirror))
}

fn on_a_parameter(cgo: &syn::Attribute) -> &'static str {
    let out = cgo.parse_args::<syn::Ident>();
    if out.is_ok_and(|word| word == "out") {
        "C calls this function, and has the place; write `&mut T`, or `&mut MaybeUninit<T>`, and put the value there"
    } else {
        "`#[cgo(..)]` means nothing on an export's parameter"
    }
}

/// Of whom a message speaks.
struct Told<'a> {
    /// The path of the runtime's `__private`.
    private: &'a TokenStream,
    /// The export, as C calls it.
    function: &'a str,
    argument: &'a str,
}

/// Of what says otherwise.
pub(super) const FOR_THE_CALL: &str =
    "C lends this for the call alone, and may free it then; write it without `'static`";

/// The row of a parameter's type, and what the header defines for it.
fn arg(ty: &Type, told: &Told<'_>) -> syn::Result<(Arg, Option<Mirror>)> {
    let private = told.private;
    if is_static(ty) {
        return Err(Error::new_spanned(ty, FOR_THE_CALL));
    }
    if let Some(object) = traits::object(ty)? {
        return Ok((object.arg(), None));
    }
    let taken = |mirror: Mirror, field: TokenStream, function: TokenStream| {
        let arg = Arg {
            unpack: Unpack::of_one(How::Told {
                function,
                said: [told.function.to_owned(), told.argument.to_owned()],
            }),
            direct: false,
            ..Arg::of_slot(Slot {
                field,
                c: mirror.c(),
                role: Role::Value,
                pack: Pack::default(),
            })
        };
        (arg, Some(mirror))
    };
    Ok(match Kind::of(ty) {
        Kind::Str { nullable } => {
            let function = match nullable {
                true => quote!(#private::take_nullable_str),
                false => quote!(#private::take_str),
            };
            taken(Mirror::Str, quote!(#private::Str), function)
        }
        Kind::Text { nullable } => {
            let function = match nullable {
                true => quote!(#private::take_nullable_text),
                false => quote!(#private::take_text),
            };
            taken(Mirror::Text, quote!(#private::OwnedText), function)
        }
        Kind::Vec { nullable, elem } => {
            let function = match nullable {
                true => quote!(#private::take_nullable_vec),
                false => quote!(#private::take_vec),
            };
            let mirror = Mirror::Vec(Mirror::elem(elem)?);
            let (arg, mirror) = taken(mirror, quote!(#private::OwnedVec<#elem>), function);
            // It may have been another thread's.
            let reference = kind::drops(elem).then(|| Reference {
                mutable: true,
                pointee: elem.clone(),
            });
            (Arg { reference, ..arg }, mirror)
        }
        Kind::Maybe { value, prim } => {
            let field = quote!(#private::Maybe<#value>);
            taken(Mirror::Maybe(prim), field, quote!(#private::take_maybe))
        }
        // What C has given to it before has a name in C.
        Kind::Boxed { pointee, .. } => {
            let mut arg = Arg::of(ty)?;
            for slot in &mut arg.slots {
                slot.c = types::pointer_to(pointee)?;
            }
            (arg, None)
        }
        Kind::OtherText(message) => return Err(Error::new_spanned(ty, message)),
        Kind::Tuple(_) => {
            let message = "C has no tuples; take each value by itself, or a `#[repr(C)]` struct";
            return Err(Error::new_spanned(ty, message));
        }
        Kind::Result(_) => {
            let message =
                "what has failed is not passed on to Rust; take the value, or an `Option` of it";
            return Err(Error::new_spanned(ty, message));
        }
        Kind::Other => {
            let arg = Arg::of(ty)?;
            if let Some(Hold::Time) = arg.hold {
                let message = "C passes a `const struct timespec *`; write `Option<&Timespec>`, a struct of the header's";
                return Err(Error::new_spanned(ty, message));
            }
            (arg, None)
        }
    })
}
