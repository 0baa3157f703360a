//! What a type mentions: the names that the C side takes on trust, for rustc to confirm.

use crate::closure;
use crate::ctype::Named;
use crate::prim::Prim;
use crate::shape::{Shape, only_argument, strip};
use syn::visit::Visit;
use syn::{PathArguments, Type, TypeFnPtr};

/// A path in a type, by what the table takes it for.
#[derive(Clone, Debug)]
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
    /// And whether what is visited is passed by value.
    struct Mentions(Vec<Mention>, bool);
    impl Mentions {
        fn by_value(&mut self, by_value: bool, visit: impl FnOnce(&mut Self)) {
            let outer = std::mem::replace(&mut self.1, by_value);
            visit(self);
            self.1 = outer;
        }
    }
    impl<'ast> Visit<'ast> for Mentions {
        fn visit_type_ptr(&mut self, ty: &'ast syn::TypePtr) {
            self.by_value(false, |this| syn::visit::visit_type_ptr(this, ty));
        }
        fn visit_type_reference(&mut self, ty: &'ast syn::TypeReference) {
            // Whatever Rust has there, C gets characters.
            if !matches!(
                Shape::of_reference(ty),
                Ok(Shape::Copied | Shape::Text { .. })
            ) {
                self.by_value(false, |this| syn::visit::visit_type_reference(this, ty));
            }
        }
        fn visit_type_fn_ptr(&mut self, ty: &'ast TypeFnPtr) {
            self.by_value(true, |this| syn::visit::visit_type_fn_ptr(this, ty));
        }
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            let shape = Shape::of_path(path);
            let uninit = Type::Path(path.clone());
            if let Some(inner) = only_argument(&uninit, "MaybeUninit") {
                let inner = Box::new(inner.clone());
                self.0
                    .push(Mention::Uninit(Box::new(uninit.clone()), inner));
            }
            match &shape {
                Ok(Shape::Prim(prim)) => self.0.push(Mention::Prim(path.path.clone(), prim)),
                Ok(Shape::Named(named)) => {
                    self.0
                        .push(Mention::Named(path.path.clone(), named.clone(), self.1))
                }
                Ok(Shape::Nullable(inner)) if matches!(strip(inner), Type::Path(_)) => {
                    let option = Box::new(Type::Path(path.clone()));
                    self.0
                        .push(Mention::Nullable(option, Box::new((*inner).clone())));
                }
                Ok(Shape::Handle) => {
                    let handle = Box::new(Type::Path(path.clone()));
                    return self.0.push(Mention::Handle(handle));
                }
                _ if is_rusts(&shape, path.path.segments.last()) => {
                    let generic = Box::new(Type::Path(path.clone()));
                    self.0.push(Mention::Generic(generic));
                }
                Ok(Shape::NonNull { .. } | Shape::Boxed { .. } | Shape::Reference { .. }) => {
                    self.0.push(Mention::Pointer {
                        ty: Box::new(Type::Path(path.clone())),
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
                _ if matches!(shape, Ok(Shape::NonNull { .. })) => {
                    self.by_value(false, |this| syn::visit::visit_type_path(this, path));
                }
                Some((true, PathArguments::AngleBracketed(arguments))) => {
                    if let Some(first) = arguments.args.first() {
                        self.visit_generic_argument(first);
                    }
                }
                _ => syn::visit::visit_type_path(self, path),
            }
        }
    }
    if let Some(mentions) = closure::mentions_of(ty) {
        return mentions;
    }
    let mut mentions = Mentions(Vec::new(), true);
    mentions.visit_type(ty);
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
