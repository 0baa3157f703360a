//! What a type mentions: the names that the C side takes on trust, for rustc to confirm.

use crate::closure;
use crate::ctype::Named;
use crate::prim::Prim;
use crate::shape::{Shape, only_argument, strip};
use crate::walk::{self, Walk};
use syn::{PathArguments, Type, TypePath};

/// A path in a type, by what the table takes it for.
#[derive(Clone)]
pub enum Mention {
    /// A primitive as the user spells it, whose truth the macro has rustc check.
    Prim(syn::Path, &'static Prim),
    /// A named type, which the record may have a layout of; and whether it is passed itself, not a pointer to it.
    Named(syn::Path, Named, bool),
    /// `Option<Name>`, which is a C value only if `Name` is a function pointer type; and `Name`.
    Nullable(Box<Type>, Box<Type>),
    /// `Vec<T>` and such, behind a pointer, which is a C pointer only if there is a size to it.
    Generic(Box<Type>),
    /// `Handle<T>`, which has to be ours.
    Handle(Box<Type>),
    /// `MaybeUninit<T>`, which has to be the standard library's, and `T`, which C has there.
    Uninit(Box<Type>, Box<Type>),
    /// `NonNull<T>`, `Box<T>`, or an `Option` of one or of `&T`: a C pointer only if it is the standard library's, and
    /// `T` has a size.
    Pointer {
        /// All of it.
        ty: Box<Type>,
        /// Whether it owns what it points to.
        boxed: bool,
    },
}

/// Everything that `ty` mentions, in order.
#[must_use]
pub fn mentions(ty: &Type) -> Vec<Mention> {
    /// And whether what is gone through is passed by value.
    struct Mentions(Vec<Mention>, bool);
    impl Mentions {
        fn parts(&mut self, by_value: bool, ty: &Type) {
            let outer = std::mem::replace(&mut self.1, by_value);
            walk::parts(ty, self);
            self.1 = outer;
        }
        fn path(&mut self, ty: &Type, path: &TypePath) {
            let shape = Shape::of_path(path);
            if let Some(inner) = only_argument(ty, "MaybeUninit") {
                let inner = Box::new(inner.clone());
                self.0.push(Mention::Uninit(Box::new(ty.clone()), inner));
            }
            match &shape {
                Ok(Shape::Prim(prim)) => self.0.push(Mention::Prim(path.path.clone(), prim)),
                Ok(Shape::Named(named)) => {
                    self.0
                        .push(Mention::Named(path.path.clone(), named.clone(), self.1))
                }
                Ok(Shape::Nullable(inner)) if matches!(strip(inner), Type::Path(_)) => {
                    let option = Box::new(ty.clone());
                    self.0
                        .push(Mention::Nullable(option, Box::new((*inner).clone())));
                }
                Ok(Shape::Handle) => return self.0.push(Mention::Handle(Box::new(ty.clone()))),
                _ if is_rusts(&shape, path.path.segments.last()) => {
                    self.0.push(Mention::Generic(Box::new(ty.clone())));
                }
                Ok(Shape::NonNull { .. } | Shape::Boxed { .. } | Shape::Reference { .. }) => {
                    self.0.push(Mention::Pointer {
                        ty: Box::new(ty.clone()),
                        boxed: matches!(shape, Ok(Shape::Boxed { .. })),
                    });
                }
                _ => {}
            }
            // Of a `Result<T, Errno>` only `T` is C's.
            let last = path.path.segments.last();
            match last.map(|last| (last.ident == "Result", &last.arguments)) {
                // Of what only Rust knows nobody tells C.
                _ if matches!(shape, Ok(Shape::Boxed { .. })) || is_rusts(&shape, last) => {}
                _ if matches!(shape, Ok(Shape::NonNull { .. })) => self.parts(false, ty),
                Some((true, PathArguments::AngleBracketed(arguments))) => {
                    if let Some(first) = arguments.args.first() {
                        walk::argument(first, self);
                    }
                }
                _ => walk::parts(ty, self),
            }
        }
    }
    impl Walk<'_> for Mentions {
        fn ty(&mut self, ty: &Type) {
            match ty {
                Type::Ptr(_) => self.parts(false, ty),
                // Whatever Rust has there, C gets characters.
                Type::Reference(reference)
                    if matches!(
                        Shape::of_reference(reference),
                        Ok(Shape::Copied | Shape::Text { .. })
                    ) => {}
                Type::Reference(_) => self.parts(false, ty),
                Type::FnPtr(_) => self.parts(true, ty),
                Type::Path(path) => self.path(ty, path),
                _ => walk::parts(ty, self),
            }
        }
    }
    if let Some(mentions) = closure::mentions_of(ty) {
        return mentions;
    }
    let mut mentions = Mentions(Vec::new(), true);
    mentions.ty(ty);
    mentions.0
}

/// `Vec<T>` and such; but `MaybeUninit<T>` and `ManuallyDrop<T>` are a `T` to C.
fn is_rusts(shape: &syn::Result<Shape<'_>>, last: Option<&syn::PathSegment>) -> bool {
    let is_t = |last: &syn::PathSegment| {
        ["MaybeUninit", "ManuallyDrop"]
            .iter()
            .any(|name| last.ident == name)
    };
    matches!(shape, Ok(Shape::Generic)) && !last.is_some_and(is_t)
}
