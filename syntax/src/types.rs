//! The type table: what each Rust type is in a frame, in C, and between the two.
//!
//! A type is added here and nowhere else: one variant of [`Shape`] that recognises it, and its arm in [`Arg::of`],
//! [`Ret::of`] or [`ctype`].

use crate::canon;
use crate::ctype::{CType, Named};
use crate::prim::Prim;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Error, GenericArgument, Ident, PathArguments, ReturnType, Type, TypeFnPtr};

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub ident: Ident,
    /// Its type, as written.
    pub ty: Type,
    /// Its place in the frame.
    pub arg: Arg,
}

/// How an argument travels.
#[derive(Clone, Debug)]
pub struct Arg {
    /// One slot, or two for a slice: the C function has a parameter for each.
    pub slots: Vec<Slot>,
    /// For exports: the argument made of the slots' values, inside `unsafe`.
    pub unpack: fn(&[TokenStream]) -> TokenStream,
    /// For exports: what the C function pointer's type shows, if it is the user's own type and not the slots'.
    pub direct: bool,
    /// For exports: the type behind `&T` and `&mut T`, to assert that threads may share it.
    pub reference: Option<Reference>,
    /// A raw pointer: only an `unsafe fn` may hand it to another thread.
    pub raw: bool,
}

/// What a reference points to.
#[derive(Clone, Debug)]
pub struct Reference {
    /// `&mut`.
    pub mutable: bool,
    /// `T`.
    pub pointee: Type,
}

/// A field of the frame.
#[derive(Clone, Debug)]
pub struct Slot {
    /// The field's type in Rust.
    pub field: TokenStream,
    /// The field's type in C, and what the header must say.
    pub c: CType,
    /// Which further liberties the header has.
    pub role: Role,
    /// For imports: the field's value, made of the argument (or of the result, for an export).
    pub pack: fn(&TokenStream) -> TokenStream,
}

/// What a slot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A value: the header says what [`Slot::c`] says.
    Value,
    /// The pointer of a slice: the header may also say `void *`, and any `char` for bytes.
    SlicePointer,
    /// The length of a slice: the header may say any integer type, and the stub must check that the length fits.
    SliceLength,
}

/// How a result travels.
#[derive(Clone, Debug)]
pub struct Ret {
    /// The declared type; `None` where nothing is written.
    pub ty: Option<Type>,
    /// `r` in the frame; `None` for `()`.
    pub slot: Option<Slot>,
    /// Whether it is `Result<_, Errno>`: then `errno` is the frame's last field.
    pub errno: bool,
    /// For imports: the result made of `r`, inside `unsafe`; given the path of `__private` and the C function's name.
    pub unpack: fn(&TokenStream, &str, TokenStream) -> TokenStream,
    /// Whether it is a `&'static CStr`, that only its own thread may look at while it is made.
    pub is_text: bool,
    /// A raw pointer: as [`Arg::raw`].
    pub raw: bool,
}

impl Slot {
    fn value(ty: &Type, c: CType) -> Slot {
        Slot {
            field: ty.to_token_stream(),
            c,
            role: Role::Value,
            pack: TokenStream::clone,
        }
    }

    /// Every C type that the header may give this slot, the best spelling first. Without the liberties of
    /// [`Role::SliceLength`], and with each [`Prim`] standing for all of its spellings.
    #[must_use]
    pub fn accepts(&self) -> Vec<CType> {
        let mut list = vec![self.c.clone()];
        if let (Role::SlicePointer, CType::Pointer { pointee, is_const }) = (self.role, &self.c) {
            let mut others = vec![CType::Void];
            if matches!(**pointee, CType::Prim(prim) if prim.is_byte()) {
                others.extend(["c_char", "c_schar", "c_uchar"].map(CType::prim));
            }
            list.extend(
                others
                    .into_iter()
                    .filter(|other| other.spell() != pointee.spell())
                    .map(|other| CType::pointer(other, *is_const)),
            );
        }
        list
    }
}

/// A type, as far as the table tells types apart.
enum Shape<'a> {
    Unit,
    Void,
    Prim(&'static Prim),
    Named(Named),
    Pointer {
        is_const: bool,
        pointee: &'a Type,
    },
    FnPointer(&'a TypeFnPtr),
    Nullable(&'a Type),
    Reference {
        mutable: bool,
        pointee: &'a Type,
    },
    Slice {
        mutable: bool,
        elem: &'a Type,
    },
    Text,
    Array {
        elem: &'a Type,
        len: u64,
    },
    /// `Vec<T>` and such: C sees `void` behind a pointer, and nothing at all by value.
    Generic,
}

impl Arg {
    /// The row of a parameter's type.
    pub(crate) fn of(ty: &Type) -> syn::Result<Arg> {
        let arg = Arg {
            slots: Vec::new(),
            unpack: |slots| slots[0].clone(),
            direct: true,
            reference: None,
            raw: false,
        };
        Ok(match Shape::of(ty)? {
            Shape::Text => Arg {
                slots: vec![Slot {
                    field: quote!(*const ::core::ffi::c_char),
                    c: CType::pointer(CType::prim("c_char"), true),
                    role: Role::Value,
                    pack: |text| quote!(::core::ffi::CStr::as_ptr(#text)),
                }],
                unpack: |slots| {
                    let text = &slots[0];
                    quote!(::core::ffi::CStr::from_ptr(#text))
                },
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
    let unpack: fn(&[TokenStream]) -> TokenStream = if mutable {
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
            raw: false,
        };
        let Some(ty) = ty else {
            return Ok(ret);
        };
        Ok(match Shape::of(ty)? {
            Shape::Unit => ret,
            Shape::Text => {
                if !is_static(ty) {
                    let message = "nothing says how long C keeps this text; write `&'static CStr` if it is never \
                                   freed, else `*const c_char`";
                    return Err(Error::new_spanned(ty, message));
                }
                Ret {
                    slot: Some(Slot {
                        field: quote!(*const ::core::ffi::c_char),
                        c: CType::pointer(CType::prim("c_char"), true),
                        role: Role::Value,
                        pack: |text| quote!(::core::ffi::CStr::as_ptr(#text)),
                    }),
                    unpack: |private, name, r| quote!(#private::cstr_result(#name, #r)),
                    is_text: true,
                    ..ret
                }
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
        Shape::Text | Shape::Slice { .. } => refuse(
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
            Shape::Text => Err(Error::new_spanned(
                &param.ty,
                "a `&CStr` is no C pointer; write `*const c_char` here",
            )),
            Shape::Slice { .. } => Err(Error::new_spanned(
                &param.ty,
                "a slice is no C pointer; write a pointer and a length here",
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

impl<'a> Shape<'a> {
    fn of(ty: &'a Type) -> syn::Result<Shape<'a>> {
        let refuse = |message: &str| Err(Error::new_spanned(ty, message));
        match ty {
            Type::Group(group) => Shape::of(&group.elem),
            Type::Paren(paren) => Shape::of(&paren.elem),
            Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(Shape::Unit),
            Type::Tuple(_) => refuse("C has no tuples; write a `#[repr(C)]` struct"),
            Type::Ptr(pointer) => match strip(&pointer.elem) {
                Type::Slice(_) => refuse(
                    "a raw slice pointer is two words; write `&[T]`, or `*const T` and a length",
                ),
                _ => Ok(Shape::Pointer {
                    is_const: matches!(pointer.mutability, syn::PointerMutability::Const(_)),
                    pointee: &pointer.elem,
                }),
            },
            Type::Reference(reference) => Shape::of_reference(reference),
            Type::FnPtr(pointer) => Ok(Shape::FnPointer(pointer)),
            Type::Array(array) => match &array.len {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Int(len),
                    ..
                }) => Ok(Shape::Array {
                    elem: &array.elem,
                    len: len.base10_parse()?,
                }),
                other => Err(Error::new_spanned(
                    other,
                    "write the length as a number: C must see it too",
                )),
            },
            Type::Path(path) => Shape::of_path(path),
            Type::ImplTrait(_) => refuse(
                "C knows no traits; closures are passed as `extern \"C\" fn` and a context pointer",
            ),
            Type::TraitObject(_) => {
                refuse("C knows no traits; pass a pointer to a type of known size")
            }
            Type::Slice(_) => refuse("a slice has no size; write `&[T]` or `&mut [T]`"),
            Type::Never(_) => refuse(
                "a call that never returns cannot come back through the runtime; leave the result away",
            ),
            Type::Infer(_) => refuse("write the type: nothing here could infer it"),
            Type::Macro(_) => refuse("macros are not expanded here; write the type"),
            _ => refuse("not a type that C has"),
        }
    }

    fn of_reference(reference: &'a syn::TypeReference) -> syn::Result<Shape<'a>> {
        let mutable = reference.mutability.is_some();
        match strip(&reference.elem) {
            Type::Slice(slice) => Ok(Shape::Slice {
                mutable,
                elem: &slice.elem,
            }),
            Type::Path(path)
                if path
                    .path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident == "CStr") =>
            {
                if mutable {
                    return Err(Error::new_spanned(
                        reference,
                        "C could move the end of this text; write `&mut [c_char]`, or `*mut c_char`",
                    ));
                }
                Ok(Shape::Text)
            }
            Type::Path(path) if path.path.is_ident("str") => Err(Error::new_spanned(
                reference,
                "a `&str` does not end in NUL, as C wants it; write `&CStr`, and pass `c\"text\"` or a `CString`",
            )),
            Type::Reference(_) => Err(Error::new_spanned(
                reference,
                "a reference to a reference; write `&mut *mut T`, or a raw pointer",
            )),
            _ => Ok(Shape::Reference {
                mutable,
                pointee: &reference.elem,
            }),
        }
    }

    fn of_path(path: &'a syn::TypePath) -> syn::Result<Shape<'a>> {
        let refuse = |message: &str| Err(Error::new_spanned(path, message));
        let (None, Some(last)) = (&path.qself, path.path.segments.last()) else {
            return Ok(Shape::Generic);
        };
        let generic = path
            .path
            .segments
            .iter()
            .any(|segment| !segment.arguments.is_none());
        let name = last.ident.to_string();
        match (name.as_str(), &last.arguments) {
            ("Option", PathArguments::AngleBracketed(arguments)) => {
                if let [GenericArgument::Type(inner)] =
                    arguments.args.iter().collect::<Vec<_>>()[..]
                    && matches!(Shape::of(inner)?, Shape::FnPointer(_) | Shape::Named(_))
                {
                    return Ok(Shape::Nullable(inner));
                }
                refuse(
                    "only `Option<extern \"C\" fn(..)>` is one C value; write a raw pointer, which may be null",
                )
            }
            ("Result", PathArguments::AngleBracketed(_)) => {
                refuse("`Result<T, Errno>` is for results only")
            }
            ("Self", _) => refuse("`Self` means nothing here; write the type"),
            ("str", PathArguments::None) => refuse("C has no `str`; write `&CStr`"),
            ("String", PathArguments::None) => {
                refuse("C has no `String`; write `&CStr`, and pass `c\"text\"` or a `CString`")
            }
            ("char", PathArguments::None) => {
                refuse("a Rust `char` is no C `char`; write `c_char`, or `u32`")
            }
            ("i128" | "u128", PathArguments::None) => {
                refuse("C has no 128-bit integer to agree on; pass a pointer to it")
            }
            ("CStr", PathArguments::None) => refuse("write `&CStr`"),
            ("CString", PathArguments::None) => refuse("C cannot own a `CString`; write `&CStr`"),
            ("c_void", PathArguments::None) => Ok(Shape::Void),
            _ if generic => Ok(Shape::Generic),
            _ => Ok(match Prim::find(&name) {
                Some(prim) => Shape::Prim(prim),
                None => Shape::Named(Named {
                    rust: canon::tokens(path.path.to_token_stream()).replace(' ', ""),
                    c: None,
                }),
            }),
        }
    }
}

fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => strip(&group.elem),
        Type::Paren(paren) => strip(&paren.elem),
        other => other,
    }
}

fn is_static(ty: &Type) -> bool {
    matches!(strip(ty), Type::Reference(reference)
        if reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static"))
}

/// `T` of `Result<T, Errno>`; an error for any other `Result<A, B>`.
fn ok_of_errno_result(ty: &Type) -> syn::Result<Option<&Type>> {
    let Type::Path(path) = strip(ty) else {
        return Ok(None);
    };
    let Some(last) = path
        .path
        .segments
        .last()
        .filter(|last| last.ident == "Result")
    else {
        return Ok(None);
    };
    if let PathArguments::AngleBracketed(arguments) = &last.arguments
        && let [GenericArgument::Type(ok), GenericArgument::Type(error)] =
            arguments.args.iter().collect::<Vec<_>>()[..]
        && let Type::Path(error) = strip(error)
        && error
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Errno")
    {
        return Ok(Some(ok));
    }
    Err(Error::new_spanned(
        ty,
        "the only result with an error that C can have is `Result<T, Errno>`",
    ))
}

/// A path in a type, by what the table takes it for.
#[derive(Clone, Debug)]
pub enum Mention {
    /// A primitive as the user spells it, whose truth the macro has rustc check.
    Prim(syn::Path, &'static Prim),
    /// A named type, which the record may have a layout of.
    Named(syn::Path, Named),
    /// `Option<Name>`, which is a C value only if `Name` is a function pointer type.
    Nullable(Type),
}

/// Everything that `ty` mentions, in order.
#[must_use]
pub fn mentions(ty: &Type) -> Vec<Mention> {
    struct Mentions(Vec<Mention>);
    impl<'ast> syn::visit::Visit<'ast> for Mentions {
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            match Shape::of_path(path) {
                Ok(Shape::Prim(prim)) => self.0.push(Mention::Prim(path.path.clone(), prim)),
                Ok(Shape::Named(named)) => self.0.push(Mention::Named(path.path.clone(), named)),
                Ok(Shape::Nullable(inner)) if matches!(strip(inner), Type::Path(_)) => {
                    self.0.push(Mention::Nullable(Type::Path(path.clone())));
                }
                _ => {}
            }
            syn::visit::visit_type_path(self, path);
        }
    }
    let mut mentions = Mentions(Vec::new());
    syn::visit::Visit::visit_type(&mut mentions, ty);
    mentions.0
}
