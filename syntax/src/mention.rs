//! What a type mentions: the names that the C side takes on trust, for rustc to confirm.

use crate::ctype::Named;
use crate::prim::Prim;
use crate::shape::{Shape, strip};
use syn::Type;
use syn::visit::Visit;

/// A path in a type, by what the table takes it for.
#[derive(Clone, Debug)]
pub enum Mention {
    /// A primitive as the user spells it, whose truth the macro has rustc check.
    Prim(syn::Path, &'static Prim),
    /// A named type, which the record may have a layout of.
    Named(syn::Path, Named),
    /// `Option<Name>`, which is a C value only if `Name` is a function pointer type.
    Nullable(Box<Type>),
}

/// Everything that `ty` mentions, in order.
#[must_use]
pub fn mentions(ty: &Type) -> Vec<Mention> {
    struct Mentions(Vec<Mention>);
    impl<'ast> Visit<'ast> for Mentions {
        fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
            match Shape::of_path(path) {
                Ok(Shape::Prim(prim)) => self.0.push(Mention::Prim(path.path.clone(), prim)),
                Ok(Shape::Named(named)) => self.0.push(Mention::Named(path.path.clone(), named)),
                Ok(Shape::Nullable(inner)) if matches!(strip(inner), Type::Path(_)) => {
                    self.0
                        .push(Mention::Nullable(Box::new(Type::Path(path.clone()))));
                }
                _ => {}
            }
            syn::visit::visit_type_path(self, path);
        }
    }
    let mut mentions = Mentions(Vec::new());
    mentions.visit_type(ty);
    mentions.0
}
