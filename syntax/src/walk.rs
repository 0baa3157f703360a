//! What a type is made of, one level at a time. `syn::visit` goes through expressions and items as well: much to compile,
//! for whoever imports one function.

use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, BoundLifetimes, GenericArgument, GenericParam, Lifetime,
    ParenthesizedGenericArguments, PathArguments, ReturnType, Token, Type, TypeParamBound,
    TypePath,
};

/// Who goes through a type.
pub(crate) trait Walk<'a> {
    /// A type; its parts are gone through if this goes on to [`parts`].
    fn ty(&mut self, ty: &'a Type);

    fn lifetime(&mut self, _: &'a Lifetime) {}

    /// Whether what is between the parentheses of `Fn(A) -> B` is looked at.
    fn enters_signatures(&self) -> bool {
        true
    }
}

/// What `ty` consists of, in order: types, and lifetimes. The length of an array is for rustc to know.
pub(crate) fn parts<'a>(ty: &'a Type, walk: &mut dyn Walk<'a>) {
    match ty {
        Type::Array(array) => walk.ty(&array.elem),
        Type::FnPtr(pointer) => {
            bound(pointer.lifetimes.as_ref(), walk);
            for input in &pointer.inputs {
                walk.ty(&input.ty);
            }
            output(&pointer.output, walk);
        }
        Type::Group(group) => walk.ty(&group.elem),
        Type::ImplTrait(implied) => bounds(&implied.bounds, walk),
        Type::Paren(paren) => walk.ty(&paren.elem),
        Type::Path(path) => path_parts(path, walk),
        Type::Ptr(pointer) => walk.ty(&pointer.elem),
        Type::Reference(reference) => {
            if let Some(lifetime) = &reference.lifetime {
                walk.lifetime(lifetime);
            }
            walk.ty(&reference.elem);
        }
        Type::Slice(slice) => walk.ty(&slice.elem),
        Type::TraitObject(object) => bounds(&object.bounds, walk),
        Type::Tuple(tuple) => {
            for elem in &tuple.elems {
                walk.ty(elem);
            }
        }
        _ => {}
    }
}

/// One argument between angle brackets.
pub(crate) fn argument<'a>(argument: &'a GenericArgument, walk: &mut dyn Walk<'a>) {
    match argument {
        GenericArgument::Lifetime(lifetime) => walk.lifetime(lifetime),
        GenericArgument::Type(ty) => walk.ty(ty),
        GenericArgument::AssocType(assoc) => {
            if let Some(generics) = &assoc.generics {
                arguments(generics, walk);
            }
            walk.ty(&assoc.ty);
        }
        GenericArgument::Constraint(constraint) => {
            if let Some(generics) = &constraint.generics {
                arguments(generics, walk);
            }
            bounds(&constraint.bounds, walk);
        }
        _ => {}
    }
}

fn arguments<'a>(all: &'a AngleBracketedGenericArguments, walk: &mut dyn Walk<'a>) {
    for one in &all.args {
        argument(one, walk);
    }
}

fn path_parts<'a>(path: &'a TypePath, walk: &mut dyn Walk<'a>) {
    if let Some(qself) = &path.qself {
        walk.ty(&qself.ty);
    }
    for segment in &path.path.segments {
        segment_parts(&segment.arguments, walk);
    }
}

fn segment_parts<'a>(all: &'a PathArguments, walk: &mut dyn Walk<'a>) {
    match all {
        PathArguments::AngleBracketed(all) => arguments(all, walk),
        PathArguments::Parenthesized(signature) if walk.enters_signatures() => {
            signature_parts(signature, walk);
        }
        _ => {}
    }
}

fn signature_parts<'a>(signature: &'a ParenthesizedGenericArguments, walk: &mut dyn Walk<'a>) {
    for input in &signature.inputs {
        walk.ty(&input.ty);
    }
    output(&signature.output, walk);
}

fn output<'a>(output: &'a ReturnType, walk: &mut dyn Walk<'a>) {
    if let ReturnType::Type(_, ty) = output {
        walk.ty(ty);
    }
}

fn bounds<'a>(all: &'a Punctuated<TypeParamBound, Token![+]>, walk: &mut dyn Walk<'a>) {
    for one in all {
        match one {
            TypeParamBound::Trait(trait_) => {
                bound(trait_.lifetimes.as_ref(), walk);
                for segment in &trait_.path.segments {
                    segment_parts(&segment.arguments, walk);
                }
            }
            TypeParamBound::Lifetime(lifetime) => walk.lifetime(lifetime),
            _ => {}
        }
    }
}

/// The names that a `for<'a>` binds.
fn bound<'a>(binder: Option<&'a BoundLifetimes>, walk: &mut dyn Walk<'a>) {
    let Some(binder) = binder else { return };
    for one in &binder.lifetimes {
        if let GenericParam::Lifetime(one) = one {
            walk.lifetime(&one.lifetime);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Walk, parts};
    use quote::ToTokens as _;
    use syn::{Lifetime, Type};

    /// Paths and lifetimes, in order.
    struct Names {
        found: Vec<String>,
        enters_signatures: bool,
    }

    impl Walk<'_> for Names {
        fn ty(&mut self, ty: &Type) {
            if let Type::Path(path) = ty {
                let last = path.path.segments.last().unwrap();
                self.found.push(last.ident.to_string());
            }
            parts(ty, self);
        }
        fn lifetime(&mut self, lifetime: &Lifetime) {
            self.found.push(lifetime.to_token_stream().to_string());
        }
        fn enters_signatures(&self) -> bool {
            self.enters_signatures
        }
    }

    fn names(ty: &str, enters_signatures: bool) -> String {
        let mut names = Names {
            found: Vec::new(),
            enters_signatures,
        };
        names.ty(&syn::parse_str(ty).unwrap());
        names.found.join(" ")
    }

    #[test]
    fn nothing_in_a_type_is_left_out() {
        for (ty, all) in [
            ("[A; 4]", "A"),
            ("&'a mut [A]", "'a A"),
            ("*const (A, (B), !)", "A B"),
            ("<A as b::B<C>>::D<'a, E>", "D A C 'a E"),
            (
                "for<'a> unsafe extern \"C\" fn(&'a A, b: B) -> C",
                "'a 'a A B C",
            ),
            ("A<B = C<D>, E: F<'a> + 'b, 3>", "A C D 'a 'b"),
            ("impl for<'a> A<B, C<D> = E> + 'b", "'a B D E 'b"),
            ("dyn Fn(A) -> B + Send", "A B"),
            ("Box<dyn Fn(&'_ A)>", "Box '_ A"),
        ] {
            assert_eq!(names(ty, true), all, "{ty}");
        }
        assert_eq!(names("(A, Box<dyn Fn(&B) -> C>)", false), "A Box");
    }
}
