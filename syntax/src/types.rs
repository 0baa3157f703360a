//! The type table: what each Rust type is in a frame, in C, and between the two.
//!
//! A type is added here: a variant of `Shape` that recognises it, and its arm in `Arg::of`, `Ret::of` or
//! `ctype`. Neither the macros nor the build script look at Rust types themselves.

use crate::ctype::CType;
pub use crate::mention::{Mention, mentions};
use crate::shape::{Shape, is_static, ok_of_errno_result};
pub use crate::slot::{Arg, Hold, Param, Reference, Ret, Role, Slot, Unpack};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, ReturnType, Type, TypeFnPtr};

impl Arg {
    /// The row of a parameter's type.
    pub(crate) fn of(ty: &Type) -> syn::Result<Arg> {
        let arg = Arg {
            slots: Vec::new(),
            hold: None,
            unpack: |slots| slots[0].clone(),
            direct: true,
            reference: None,
            raw: false,
        };
        Ok(match Shape::of(ty)? {
            Shape::Text { nullable } => Arg {
                slots: vec![if nullable {
                    text(
                        |text| quote!(#text.map_or(::core::ptr::null(), ::core::ffi::CStr::as_ptr)),
                    )
                } else {
                    text(|text| quote!(::core::ffi::CStr::as_ptr(#text)))
                }],
                unpack: if nullable {
                    |slots| {
                        let text = &slots[0];
                        quote! {
                            if #text.is_null() {
                                ::core::option::Option::None
                            } else {
                                ::core::option::Option::Some(::core::ffi::CStr::from_ptr(#text))
                            }
                        }
                    }
                } else {
                    |slots| {
                        let text = &slots[0];
                        quote!(::core::ffi::CStr::from_ptr(#text))
                    }
                },
                direct: false,
                ..arg
            },
            Shape::Copied => Arg {
                slots: vec![text(TokenStream::clone)],
                hold: Some(Hold::Text),
                direct: false,
                ..arg
            },
            Shape::Slice { mutable, elem } => slice(arg, mutable, elem)?,
            Shape::Reference { mutable, pointee } => Arg {
                slots: vec![reference(mutable, pointee)?],
                unpack: match (matches!(Shape::of(pointee)?, Shape::Generic), mutable) {
                    (true, true) => |slots| deref(&quote!(&mut), &slots[0], &quote!(.cast())),
                    (true, false) => |slots| deref(&quote!(&), &slots[0], &quote!(.cast())),
                    (false, true) => |slots| deref(&quote!(&mut), &slots[0], &quote!()),
                    (false, false) => |slots| deref(&quote!(&), &slots[0], &quote!()),
                },
                reference: Some(Reference {
                    mutable,
                    pointee: pointee.clone(),
                }),
                ..arg
            },
            Shape::Array { .. } => {
                let message = "C passes no arrays by value; write `&[T]` for a pointer and a length, or `*const T`";
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Pointer { pointee, .. } => {
                let mut slot = Slot::value(ty, ctype(ty)?);
                let mut unpack = arg.unpack;
                if matches!(Shape::of(pointee)?, Shape::Generic) {
                    slot.field = void_pointer(ty);
                    slot.pack = |pointer| quote!(#pointer.cast());
                    unpack = |slots| {
                        let pointer = &slots[0];
                        quote!(#pointer.cast())
                    };
                }
                Arg {
                    slots: vec![slot],
                    unpack,
                    raw: true,
                    ..arg
                }
            }
            _ => Arg {
                slots: vec![Slot::value(ty, ctype(ty)?)],
                ..arg
            },
        })
    }
}

/// Characters up to a NUL.
fn text(pack: fn(&TokenStream) -> TokenStream) -> Slot {
    Slot {
        field: quote!(*const ::core::ffi::c_char),
        c: CType::pointer(CType::prim("c_char"), true),
        role: Role::Value,
        pack,
    }
}

fn deref(operator: &TokenStream, pointer: &TokenStream, cast: &TokenStream) -> TokenStream {
    quote!(#operator *#pointer #cast)
}

fn slice(arg: Arg, mutable: bool, elem: &Type) -> syn::Result<Arg> {
    let pointer = if mutable {
        quote!(*mut #elem)
    } else {
        quote!(*const #elem)
    };
    let data = Slot {
        field: pointer,
        c: CType::pointer(ctype(elem)?, !mutable),
        role: Role::SlicePointer,
        pack: if mutable {
            |slice| quote!(#slice.as_mut_ptr())
        } else {
            |slice| quote!(#slice.as_ptr())
        },
    };
    let length = Slot {
        field: quote!(::core::primitive::usize),
        c: CType::prim("usize"),
        role: Role::SliceLength,
        pack: |slice| quote!(#slice.len()),
    };
    // C may say null for "none", which no Rust slice may have.
    let unpack: Unpack = if mutable {
        |slots| {
            let (data, length) = (&slots[0], &slots[1]);
            quote! {
                if #data.is_null() {
                    &mut []
                } else {
                    ::core::slice::from_raw_parts_mut(#data, #length)
                }
            }
        }
    } else {
        |slots| {
            let (data, length) = (&slots[0], &slots[1]);
            quote! {
                if #data.is_null() {
                    &[]
                } else {
                    ::core::slice::from_raw_parts(#data, #length)
                }
            }
        }
    };
    Ok(Arg {
        slots: vec![data, length],
        unpack,
        direct: false,
        reference: Some(Reference {
            mutable,
            pointee: elem.clone(),
        }),
        ..arg
    })
}

fn reference(mutable: bool, pointee: &Type) -> syn::Result<Slot> {
    let c = CType::pointer(ctype_behind_pointer(pointee)?, !mutable);
    let generic = matches!(Shape::of(pointee)?, Shape::Generic);
    Ok(Slot {
        field: match (generic, mutable) {
            (true, true) => quote_spanned!(pointee.span()=> *mut ::core::ffi::c_void),
            (true, false) => quote_spanned!(pointee.span()=> *const ::core::ffi::c_void),
            (false, true) => quote!(*mut #pointee),
            (false, false) => quote!(*const #pointee),
        },
        c,
        role: Role::Value,
        pack: match (generic, mutable) {
            (true, true) => |place| quote!(::core::ptr::from_mut(#place).cast()),
            (true, false) => |place| quote!(::core::ptr::from_ref(#place).cast()),
            (false, true) => |place| quote!(::core::ptr::from_mut(#place)),
            (false, false) => |place| quote!(::core::ptr::from_ref(#place)),
        },
    })
}

fn void_pointer(ty: &Type) -> TokenStream {
    match ty {
        Type::Ptr(pointer) if matches!(pointer.mutability, syn::PointerMutability::Const(_)) => {
            quote_spanned!(ty.span()=> *const ::core::ffi::c_void)
        }
        _ => quote_spanned!(ty.span()=> *mut ::core::ffi::c_void),
    }
}

impl Ret {
    /// The row of a result's type.
    pub(crate) fn of(output: &ReturnType) -> syn::Result<Ret> {
        let ReturnType::Type(_, ty) = output else {
            return Ret::value(None);
        };
        let Some(ok) = ok_of_errno_result(ty)? else {
            return Ret::value(Some(ty));
        };
        let mut ret = Ret::value(Some(ok))?;
        ret.ty = Some((**ty).clone());
        ret.errno = true;
        Ok(ret)
    }

    fn value(ty: Option<&Type>) -> syn::Result<Ret> {
        let ret = Ret {
            ty: ty.cloned(),
            slot: None,
            errno: false,
            unpack: |_, _, r| r,
            is_text: false,
            nullable: false,
            raw: false,
        };
        let Some(ty) = ty else {
            return Ok(ret);
        };
        Ok(match Shape::of(ty)? {
            Shape::Unit => ret,
            Shape::Text { nullable } => {
                if !is_static(ty) {
                    let message = "nothing says how long C keeps this text; write `&'static CStr` if it is never \
                                   freed, else `*const c_char`";
                    return Err(Error::new_spanned(ty, message));
                }
                Ret {
                    slot: Some(if nullable {
                        text(
                            |text| quote!(#text.map_or(::core::ptr::null(), ::core::ffi::CStr::as_ptr)),
                        )
                    } else {
                        text(|text| quote!(::core::ffi::CStr::as_ptr(#text)))
                    }),
                    unpack: if nullable {
                        |private, _, r| quote!(#private::nullable_cstr_result(#r))
                    } else {
                        |private, name, r| quote!(#private::cstr_result(#name, #r))
                    },
                    is_text: true,
                    nullable,
                    ..ret
                }
            }
            Shape::Copied => {
                let message = "nothing says who frees this text; write `&'static CStr` if it is never freed, else \
                               `*const c_char`";
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Reference { mutable, .. } => {
                let pointer = if mutable { "*mut T" } else { "*const T" };
                let message = format!("nothing says how long C keeps this; return `{pointer}`");
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Slice { .. } => {
                let message = "C returns no lengths; return the pointer, `*const T`";
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Array { .. } => {
                let message = "C returns no arrays; return the pointer, `*const T`";
                return Err(Error::new_spanned(ty, message));
            }
            shape => Ret {
                slot: Some(Slot::value(ty, ctype(ty)?)),
                raw: matches!(shape, Shape::Pointer { .. }),
                ..ret
            },
        })
    }
}

/// The C type of a value of type `ty`.
pub(crate) fn ctype(ty: &Type) -> syn::Result<CType> {
    let refuse = |message: &str| Err(Error::new_spanned(ty, message));
    match Shape::of(ty)? {
        Shape::Prim(prim) => Ok(CType::Prim(prim)),
        Shape::Named(named) => Ok(CType::Named(named)),
        Shape::Pointer { is_const, pointee } => {
            Ok(CType::pointer(ctype_behind_pointer(pointee)?, is_const))
        }
        Shape::Nullable(inner) => ctype(inner),
        Shape::FnPointer(pointer) => fn_pointer(pointer),
        Shape::Array { elem, len } => Ok(CType::Array {
            elem: Box::new(ctype(elem)?),
            len,
        }),
        Shape::Unit => refuse("C has no value of type `()`; leave it away"),
        Shape::Void => refuse(
            "C has no value of type `void`; write `*mut c_void` for a pointer, nothing for no result",
        ),
        Shape::Generic => refuse("C knows no generic types; pass a pointer or a reference to it"),
        Shape::Reference { .. } => {
            refuse("a reference inside another type; write a raw pointer, `*const T` or `*mut T`")
        }
        Shape::Text { .. } | Shape::Copied | Shape::Slice { .. } => refuse(
            "only a parameter may be this; inside another type write a raw pointer, `*const T` or `*mut T`",
        ),
    }
}

fn ctype_behind_pointer(pointee: &Type) -> syn::Result<CType> {
    match Shape::of(pointee)? {
        Shape::Void | Shape::Unit | Shape::Generic => Ok(CType::Void),
        _ => ctype(pointee),
    }
}

fn fn_pointer(pointer: &TypeFnPtr) -> syn::Result<CType> {
    match &pointer.abi {
        Some(abi) if is_c(abi) => {}
        Some(abi) => {
            return Err(Error::new_spanned(
                abi,
                "C calls `extern \"C\"` functions; write that",
            ));
        }
        None => {
            let message =
                "C cannot call a Rust `fn`; write `extern \"C\" fn` or `unsafe extern \"C\" fn`";
            return Err(Error::new_spanned(pointer, message));
        }
    }
    let params = pointer
        .inputs
        .iter()
        .map(|param| match Shape::of(&param.ty)? {
            Shape::Reference { mutable, pointee } => {
                Ok(CType::pointer(ctype_behind_pointer(pointee)?, !mutable))
            }
            Shape::Text { .. } | Shape::Copied => Err(Error::new_spanned(
                &param.ty,
                "a text of Rust's is no C pointer; write `*const c_char` here",
            )),
            Shape::Slice { .. } => Err(Error::new_spanned(
                &param.ty,
                "a slice is no C pointer; write a pointer and a length here",
            )),
            // To C it would be a pointer.
            Shape::Array { .. } => Err(Error::new_spanned(
                &param.ty,
                "C passes no arrays by value; write a pointer here",
            )),
            _ => ctype(&param.ty),
        });
    Ok(CType::pointer(
        CType::Function {
            params: params.collect::<syn::Result<_>>()?,
            result: Box::new(match &pointer.output {
                ReturnType::Default => CType::Void,
                ReturnType::Type(_, ty) => match Shape::of(ty)? {
                    Shape::Unit => CType::Void,
                    Shape::Array { .. } => {
                        let message = "C returns no arrays; return the pointer, `*const T`";
                        return Err(Error::new_spanned(ty, message));
                    }
                    _ => ctype(ty)?,
                },
            }),
            variadic: pointer.variadic.is_some(),
        },
        false,
    ))
}

pub(crate) fn is_c(abi: &syn::Abi) -> bool {
    abi.name.as_ref().is_some_and(|name| name.value() == "C")
}
