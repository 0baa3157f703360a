//! Out-parameters, `#[cgo(out)]`: C is given a place, and what it puts there is a result of the Rust function.
//!
//! The place is all zeros before the call, and the type has that as a value: what C does not write is no undefined
//! behaviour.

use crate::convert::{How, Pack, Unpack};
use crate::ctype::CType;
use crate::filled;
use crate::shape::{Shape, is_static, may_be_enumerated, strip};
use crate::slot::{Arg, Hold, Param, Ret, Role, Slot};
use crate::types::{BOX_OF_C, ctype};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Error, Type};

/// What C puts in its place, and what becomes of it.
#[derive(Clone)]
pub struct Out {
    /// What Rust has in the place.
    pub field: TokenStream,
    /// How the result is made of that.
    pub take: Take,
    /// Whether only rustc knows if all zeros are a value of it.
    pub is_doubtful: bool,
    /// Whether it is a `&'static CStr`.
    pub is_text: bool,
    /// As [`Arg::enumerated`].
    pub enumerated: Option<Type>,
}

/// How a result is made of what C has put in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// It is that.
    AsItIs,
    /// It is an `Option`, and `None` is a panic, which says what is declared.
    There(&'static str),
    /// It is a text; null is `None`, or a panic.
    Text {
        /// Whether null is `None`.
        nullable: bool,
    },
    /// [`Out::field`] is a type that closes itself; null is `None`, or a panic.
    Owner {
        /// What it is called.
        declared: String,
        /// Whether null is `None`.
        nullable: bool,
    },
}

impl Arg {
    /// The row of an out-parameter's type.
    pub(crate) fn out(ty: &Type) -> syn::Result<Arg> {
        let shape = Shape::of(ty)?;
        let out = Out::of(ty, &shape)?;
        let (field, pointee) = match &shape {
            // C's arrays are passed as pointers to their first elements.
            Shape::Array { elem, .. } => (elem.to_token_stream(), ctype(elem)?),
            Shape::Text { .. } => {
                let text = CType::pointer(CType::prim("c_char"), true);
                (out.field.clone(), text)
            }
            _ => (out.field.clone(), ctype(ty)?),
        };
        Ok(Arg {
            slots: vec![Slot {
                field: quote!(*mut #field),
                c: CType::pointer(pointee, false),
                role: Role::Value,
                pack: Pack::default().cast(matches!(shape, Shape::Array { .. })),
            }],
            hold: Some(Hold::Out(Box::new(out))),
            unpack: Unpack::of_one(How::AsItIs),
            direct: true,
            reference: None,
            part: None,
            raw: matches!(shape, Shape::Pointer { .. } | Shape::NonNull { .. }),
            enumerated: None,
        })
    }
}

impl Out {
    fn of(ty: &Type, shape: &Shape<'_>) -> syn::Result<Out> {
        let refuse = |message: &str| Err(Error::new_spanned(ty, message));
        let out = Out {
            field: ty.to_token_stream(),
            take: Take::AsItIs,
            is_doubtful: false,
            is_text: false,
            enumerated: may_be_enumerated(ty).then(|| ty.clone()),
        };
        match shape {
            Shape::Prim(_) | Shape::Pointer { .. } | Shape::NonNull { nullable: true, .. } => {
                Ok(out)
            }
            Shape::Nullable(inner) if matches!(strip(inner), Type::FnPtr(_)) => Ok(out),
            Shape::Time => {
                refuse("C writes no `Duration`; write C's `struct timespec`, from its header")
            }
            Shape::Named(_) | Shape::Nullable(_) | Shape::Handle => Ok(Out {
                is_doubtful: true,
                ..out
            }),
            Shape::NonNull {
                nullable: false, ..
            } => Ok(Out {
                field: quote!(::core::option::Option<#ty>),
                take: Take::There("NonNull"),
                ..out
            }),
            Shape::Text { nullable } if is_static(ty) => Ok(Out {
                field: quote!(*const ::core::ffi::c_char),
                take: Take::Text {
                    nullable: *nullable,
                },
                is_text: true,
                ..out
            }),
            Shape::Text { .. } => refuse(
                "nothing says how long C keeps this text; write `&'static CStr` if it is never freed, else \
                 `*const c_char`",
            ),
            Shape::Array { elem, .. } => match Shape::of(elem)? {
                Shape::Boxed { .. } => Err(Error::new_spanned(elem, BOX_OF_C)),
                elem => Ok(Out {
                    is_doubtful: !matches!(elem, Shape::Prim(_) | Shape::Pointer { .. }),
                    ..out
                }),
            },
            Shape::FnPointer(_) => {
                refuse("C may leave null here; write `Option<extern \"C\" fn(..)>`")
            }
            Shape::Boxed { .. } => refuse(BOX_OF_C),
            Shape::Copied => refuse(
                "nothing says who frees this text; write `&'static CStr` if it is never freed, else `*const c_char`",
            ),
            Shape::Reference {
                mutable, pointee, ..
            } => {
                let pointee = said(pointee);
                let message = match mutable {
                    true => format!(
                        "the place is made here, and C gets the pointer to it; write `{pointee}`"
                    ),
                    false => format!(
                        "nothing says how long C keeps this; write `*const {pointee}` for a pointer that C returns here"
                    ),
                };
                refuse(&message)
            }
            Shape::Slice {
                mutable: false,
                elem,
                ..
            } => refuse(&format!(
                "C puts a pointer here, and elsewhere how many there are; write `*const {}`",
                said(elem)
            )),
            Shape::Slice { elem, .. } => {
                let elem = said(elem);
                refuse(&format!(
                    "how many there are only the caller knows; remove `#[cgo(out)]`, and write `&mut \
                     [MaybeUninit<{elem}>]`, with `#[cgo(filled)]` if C takes a pointer to the length"
                ))
            }
            Shape::Generic => match uninit(ty) {
                Some(inner) => refuse(&format!("the place is made here; write `{}`", said(inner))),
                None => refuse(
                    "C knows no generic types; write the type that C puts there, such as `*mut T`",
                ),
            },
            Shape::Unit | Shape::Void => refuse(
                "C has no value of this type to put anywhere; write `*mut c_void` for a pointer",
            ),
        }
    }
}

fn said(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(' ', "")
}

/// `T` of `MaybeUninit<T>`.
fn uninit(ty: &Type) -> Option<&Type> {
    crate::shape::only_argument(strip(ty), "MaybeUninit")
}

/// The out-parameters among `params`, in order.
pub fn outs(params: &[Param]) -> impl Iterator<Item = (&Param, &Out)> {
    params.iter().filter_map(|param| match &param.arg.hold {
        Some(Hold::Out(out)) => Some((param, &**out)),
        _ => None,
    })
}

/// What the Rust function returns: what is declared, and what C puts in places.
#[must_use]
pub fn output(params: &[Param], ret: &Ret) -> Option<Type> {
    let types = filled::results(params);
    let types: Vec<&Type> = types.iter().map(|(_, ty)| ty).collect();
    if types.is_empty() {
        return ret.ty.clone();
    }
    let has_value = ret.has_value();
    let together = |first: Option<&Type>| -> Type {
        match (first, &types[..]) {
            (None, [one]) => (*one).clone(),
            (first, types) => {
                let all = first.into_iter().chain(types.iter().copied());
                syn::parse_quote!((#(#all),*))
            }
        }
    };
    let Some(declared) = ret.ty.as_ref() else {
        return Some(together(None));
    };
    if !ret.is_result() {
        return Some(together(has_value.then_some(declared)));
    }
    // The declared `Result`, of more.
    let mut result = strip(declared).clone();
    if let Type::Path(path) = &mut result
        && let Some(last) = path.path.segments.last_mut()
        && let syn::PathArguments::AngleBracketed(arguments) = &mut last.arguments
        && let Some(syn::GenericArgument::Type(ok)) = arguments.args.first_mut()
    {
        *ok = together(has_value.then_some(&*ok));
    }
    Some(result)
}
