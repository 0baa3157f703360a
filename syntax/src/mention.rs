//! What a type mentions: the names that the C side takes on trust, for rustc to confirm.

use crate::ctype::Named;
use crate::prim::Prim;
use crate::shape::{Shape, strip};
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
            match Shape::of_path(path) {
                Ok(Shape::Prim(prim)) => self.0.push(Mention::Prim(path.path.clone(), prim)),
                Ok(Shape::Named(named)) => {
                    self.0
                        .push(Mention::Named(path.path.clone(), named, self.1))
                }
                Ok(Shape::Nullable(inner)) if matches!(strip(inner), Type::Path(_)) => {
                    let option = Box::new(Type::Path(path.clone()));
                    self.0
                        .push(Mention::Nullable(option, Box::new(inner.clone())));
                }
                _ => {}
            }
            // Of a `Result<T, Errno>` only `T` is C's.
            let last = path.path.segments.last();
            match last.map(|last| (last.ident == "Result", &last.arguments)) {
                // A pointer, or C writes it all the same.
                _ if matches!(
                    Shape::of_path(path),
                    Ok(Shape::NonNull { .. } | Shape::Boxed { .. })
                ) =>
                {
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
    let mut mentions = Mentions(Vec::new(), true);
    mentions.visit_type(ty);
    mentions.0
}
