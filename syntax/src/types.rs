//! The type table: what each Rust type is in a frame, in C, and between the two.
//!
//! A type is added here: a variant of `Shape` that recognises it, and its arm in `Arg::of`, `Ret::of` or
//! `ctype`. Neither the macros nor the build script look at Rust types themselves.

use crate::closure;
use crate::convert::How;
pub use crate::convert::{Pack, Unpack};
use crate::ctype::{CType, Named};
use crate::judge::Judge;
pub use crate::lend::{Extent, Lend};
pub use crate::mention::{Mention, mentions};
use crate::pair;
pub use crate::passed::{Looked, Passed};
pub(crate) use crate::shape::{SOME_CLOSURE, USER_DATA_ALONE};
use crate::shape::{Shape, is_errno, is_static, may_be_enumerated, parts_of_result};
pub use crate::slot::{Arg, Hold, Param, Reference, Ret, Role, Slot};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, ReturnType, Type, TypeFnPtr};

impl Arg {
    /// Of what goes as it is.
    pub(crate) fn of_slot(slot: Slot) -> Arg {
        Arg {
            slots: vec![slot],
            hold: None,
            unpack: Unpack::of_one(How::AsItIs),
            direct: true,
            reference: None,
            raw: false,
            part: None,
            enumerated: None,
        }
    }

    /// The row of a parameter's type.
    pub(crate) fn of(ty: &Type) -> syn::Result<Arg> {
        let arg = |slot: Slot, how: How| Arg {
            slots: vec![slot],
            hold: None,
            unpack: Unpack::of_one(how),
            direct: true,
            reference: None,
            raw: false,
            enumerated: None,
            part: None,
        };
        if let Some(arg) = closure::arg(ty)? {
            return Ok(arg);
        }
        let enumerated = |ty: &Type| may_be_enumerated(ty).then(|| ty.clone());
        Ok(match Shape::of(ty)? {
            Shape::Text { nullable } => {
                let from_ptr = How::Function(quote!(::core::ffi::CStr::from_ptr));
                let arg = arg(text(nullable), from_ptr);
                Arg {
                    unpack: arg.unpack.nullable(nullable),
                    direct: false,
                    ..arg
                }
            }
            Shape::Copied => {
                let slot = Slot {
                    pack: Pack::default(),
                    ..text(false)
                };
                Arg {
                    hold: Some(Hold::Text),
                    direct: false,
                    ..arg(slot, How::AsItIs)
                }
            }
            Shape::Time => {
                let slot = Slot {
                    field: quote!(*const ::core::ffi::c_void),
                    c: CType::pointer(CType::Named(timespec()), true),
                    role: Role::Value,
                    pack: Pack::default(),
                };
                Arg {
                    hold: Some(Hold::Time),
                    direct: false,
                    ..arg(slot, How::AsItIs)
                }
            }
            Shape::Handle => arg(handle(ty), How::AsItIs),
            Shape::Slice {
                mutable,
                uninit,
                elem,
            } => {
                let [data, length] = slice(mutable, uninit, elem)?;
                let arg = arg(data, How::Slice { mutable });
                Arg {
                    slots: arg.slots.into_iter().chain([length]).collect(),
                    unpack: arg.unpack.cast(uninit),
                    direct: false,
                    reference: Some(Reference {
                        mutable,
                        pointee: elem.clone(),
                    }),
                    enumerated: enumerated(elem).filter(|_| mutable && !uninit),
                    ..arg
                }
            }
            Shape::Reference {
                mutable,
                nullable,
                uninit,
                pointee,
            } => {
                let pack = match (mutable, uninit) {
                    (true, true) => quote!(::core::mem::MaybeUninit::as_mut_ptr),
                    (true, false) => quote!(::core::ptr::from_mut),
                    (false, _) => quote!(::core::ptr::from_ref),
                };
                let slot = pointer(pointee, mutable, nullable, pack)?;
                let cast = slot.pack.cast || uninit;
                let arg = arg(slot, How::Deref { mutable });
                Arg {
                    unpack: arg.unpack.cast(cast).nullable(nullable),
                    reference: Some(Reference {
                        mutable,
                        pointee: pointee.clone(),
                    }),
                    enumerated: enumerated(pointee).filter(|_| mutable && !uninit),
                    ..arg
                }
            }
            Shape::NonNull { nullable, pointee } => {
                let as_ptr = quote!(::core::ptr::NonNull::as_ptr);
                let slot = pointer(pointee, true, nullable, as_ptr)?;
                let cast = slot.pack.cast;
                let arg = arg(slot, How::Function(new_unchecked()));
                Arg {
                    unpack: arg.unpack.cast(cast).nullable(nullable),
                    raw: true,
                    ..arg
                }
            }
            Shape::Boxed { nullable, pointee } => {
                let from_raw = How::Function(quote!(::std::boxed::Box::from_raw));
                let arg = arg(owned(pointee, nullable), from_raw);
                Arg {
                    unpack: arg.unpack.cast(true).nullable(nullable),
                    reference: Some(Reference {
                        mutable: true,
                        pointee: pointee.clone(),
                    }),
                    ..arg
                }
            }
            Shape::Array { .. } => {
                let message = "C passes no arrays by value; write `&[T]` for a pointer and a length, or `*const T`";
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Pointer { pointee, .. } => {
                let slot = Slot::value(ty, ctype(ty)?);
                let generic = matches!(Shape::of(pointee)?, Shape::Generic);
                let slot = match generic {
                    true => Slot {
                        field: void_pointer(ty),
                        pack: slot.pack.cast(true),
                        ..slot
                    },
                    false => slot,
                };
                let arg = arg(slot, How::AsItIs);
                Arg {
                    unpack: arg.unpack.cast(generic),
                    raw: true,
                    ..arg
                }
            }
            _ => Arg {
                enumerated: enumerated(ty),
                ..arg(Slot::value(ty, ctype(ty)?), How::AsItIs)
            },
        })
    }
}

/// Of the header, whatever it has in it.
fn timespec() -> Named {
    Named {
        rust: "struct timespec".to_owned(),
        c: Some("struct timespec".to_owned()),
    }
}

/// A number in a pointer's place.
fn handle(ty: &Type) -> Slot {
    Slot {
        role: Role::Handle,
        ..Slot::value(ty, CType::pointer(CType::Void, false))
    }
}

/// Characters up to a NUL.
fn text(nullable: bool) -> Slot {
    let null = nullable.then(|| quote!(::core::ptr::null()));
    Slot {
        field: quote!(*const ::core::ffi::c_char),
        c: CType::pointer(CType::prim("c_char"), true),
        role: Role::Value,
        pack: Pack::function(quote!(::core::ffi::CStr::as_ptr)).nullable(null),
    }
}

fn slice(mutable: bool, uninit: bool, elem: &Type) -> syn::Result<[Slot; 2]> {
    let (field, as_ptr) = if mutable {
        (quote!(*mut #elem), quote!(as_mut_ptr))
    } else {
        (quote!(*const #elem), quote!(as_ptr))
    };
    let data = Slot {
        field,
        c: CType::pointer(ctype(elem)?, !mutable),
        role: Role::SlicePointer,
        pack: Pack::method(as_ptr).cast(uninit),
    };
    Ok([data, pair::length()])
}

/// A pointer that `function` makes. What Rust alone knows is `void` behind it.
pub(crate) fn pointer(
    pointee: &Type,
    mutable: bool,
    nullable: bool,
    function: TokenStream,
) -> syn::Result<Slot> {
    let generic = matches!(Shape::of(pointee)?, Shape::Generic);
    let null = if mutable {
        quote!(::core::ptr::null_mut())
    } else {
        quote!(::core::ptr::null())
    };
    Ok(Slot {
        field: match (generic, mutable) {
            (true, true) => quote_spanned!(pointee.span()=> *mut ::core::ffi::c_void),
            (true, false) => quote_spanned!(pointee.span()=> *const ::core::ffi::c_void),
            (false, true) => quote!(*mut #pointee),
            (false, false) => quote!(*const #pointee),
        },
        c: CType::pointer(ctype_behind_pointer(pointee)?, !mutable),
        role: Role::Value,
        pack: Pack::function(function)
            .cast(generic)
            .nullable(nullable.then_some(null)),
    })
}

/// What C is given, to give it back some day: it knows no more of it than its address.
fn owned(pointee: &Type, nullable: bool) -> Slot {
    let null = nullable.then(|| quote!(::core::ptr::null_mut()));
    Slot {
        field: quote_spanned!(pointee.span()=> *mut ::core::ffi::c_void),
        c: CType::pointer(CType::Void, false),
        role: Role::Owned,
        pack: Pack::function(quote!(::std::boxed::Box::into_raw))
            .cast(true)
            .nullable(null),
    }
}

/// `T *`.
pub(crate) fn pointer_to(pointee: &Type) -> syn::Result<CType> {
    Ok(CType::pointer(ctype_behind_pointer(pointee)?, false))
}

fn new_unchecked() -> TokenStream {
    quote!(::core::ptr::NonNull::new_unchecked)
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
        let Some((good, error)) = parts_of_result(ty)? else {
            return Ret::value(Some(ty));
        };
        let mut ret = Ret::value(Some(good))?;
        ret.becomes_result(ty, good, error);
        Ok(ret)
    }

    fn becomes_result(&mut self, ty: &Type, good: &Type, error: &Type) {
        self.ty = Some(ty.clone());
        self.errno = is_errno(error);
        self.judge = Some(Judge::of(good, error));
    }

    /// Sets the declared type of what is not a value of C's.
    pub(crate) fn declare(&mut self, ty: &Type) -> syn::Result<()> {
        self.ty = Some(ty.clone());
        if let Some((good, error)) = parts_of_result(ty)? {
            self.becomes_result(ty, good, error);
        }
        Ok(())
    }

    /// Of an export, whose `slot` is for `ty`.
    pub(crate) fn of_slot(ty: &Type, slot: Option<Slot>) -> Ret {
        Ret {
            slot,
            ..Ret::nothing(Some(ty))
        }
    }

    fn nothing(ty: Option<&Type>) -> Ret {
        Ret {
            ty: ty.cloned(),
            slot: None,
            errno: false,
            judge: None,
            returned: None,
            unpack: None,
            is_text: false,
            owner: None,
            nullable: false,
            raw: false,
            enumerated: None,
            is_undeclared: false,
        }
    }

    fn value(ty: Option<&Type>) -> syn::Result<Ret> {
        let ret = Ret::nothing(ty);
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
                    slot: Some(text(nullable)),
                    unpack: Some(if nullable {
                        |private, _, r| quote!(#private::nullable_cstr_result(#r))
                    } else {
                        |private, name, r| quote!(#private::cstr_result(#name, #r))
                    }),
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
            Shape::NonNull { nullable, pointee } => {
                let as_ptr = quote!(::core::ptr::NonNull::as_ptr);
                Ret {
                    slot: Some(pointer(pointee, true, nullable, as_ptr)?),
                    unpack: Some(if nullable {
                        |_, _, r| quote!(::core::ptr::NonNull::new(#r.cast()))
                    } else {
                        |private, name, r| quote!(#private::non_null_result(#name, #r.cast()))
                    }),
                    nullable,
                    raw: true,
                    ..ret
                }
            }
            Shape::Boxed { .. } => {
                return Err(Error::new_spanned(ty, BOX_OF_C));
            }
            Shape::Time => {
                let message =
                    "C returns no `Duration`; write what it returns, and make one of that";
                return Err(Error::new_spanned(ty, message));
            }
            Shape::Handle => Ret {
                slot: Some(handle(ty)),
                ..ret
            },
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
                enumerated: may_be_enumerated(ty).then(|| ty.clone()),
                ..ret
            },
        })
    }
}

/// Of a box that C has, or a Rust function for C.
pub(crate) const BOX_OF_C: &str = "nothing says whose this is; write `Option<NonNull<T>>`, and let `Box::from_raw` say \
                                   that it was Rust's before, or `Box::into_raw` that it is C's now";

/// The C type of a value of type `ty`.
pub(crate) fn ctype(ty: &Type) -> syn::Result<CType> {
    let refuse = |message: &str| Err(Error::new_spanned(ty, message));
    match Shape::of(ty)? {
        Shape::Prim(prim) => Ok(CType::Prim(prim)),
        Shape::Named(named) => Ok(CType::Named(named)),
        Shape::Pointer { is_const, pointee } => {
            Ok(CType::pointer(ctype_behind_pointer(pointee)?, is_const))
        }
        Shape::NonNull { pointee, .. } => Ok(CType::pointer(ctype_behind_pointer(pointee)?, false)),
        Shape::Boxed { .. } => Ok(CType::pointer(CType::Void, false)),
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
        Shape::Time => refuse(
            "only a parameter of an import may be a `Duration`; write C's `struct timespec`, from its header",
        ),
        Shape::Handle => Ok(CType::pointer(CType::Void, false)),
        Shape::Text { .. } | Shape::Copied => refuse(
            "only a parameter may be a text of Rust's; inside another type write `*const c_char`",
        ),
        Shape::Slice { .. } => refuse(
            "only a parameter may be this; inside another type write a raw pointer, `*const T` or `*mut T`",
        ),
    }
}

/// The C type of a variable, in which Rust owns nothing.
pub(crate) fn static_ctype(ty: &Type) -> syn::Result<CType> {
    match Shape::of(ty)? {
        Shape::Boxed { .. } => Err(Error::new_spanned(ty, BOX_OF_C)),
        _ => ctype(ty),
    }
}

pub(crate) fn ctype_behind_pointer(pointee: &Type) -> syn::Result<CType> {
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
    if let Some(attr) = pointer.inputs.iter().find_map(|param| param.attrs.first()) {
        let message = "no attributes in the type of a function pointer, which is C's own; where C puts a result, write \
                       `*mut T` or `&mut T`";
        return Err(Error::new_spanned(attr, message));
    }
    let params = pointer
        .inputs
        .iter()
        .map(|param| match Shape::of(&param.ty)? {
            Shape::Reference {
                mutable, pointee, ..
            } => Ok(CType::pointer(ctype_behind_pointer(pointee)?, !mutable)),
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
                    Shape::NonNull {
                        nullable: false, ..
                    } => {
                        let message = "nobody looks whether a function pointer returns null; write `Option<NonNull<T>>`";
                        return Err(Error::new_spanned(ty, message));
                    }
                    Shape::Boxed { .. } => return Err(Error::new_spanned(ty, BOX_OF_C)),
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
