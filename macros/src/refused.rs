//! What stands in for what was refused: the errors have been said, and whoever uses it shall not add theirs.

use cgocall_syntax::depth;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, FnArg, ForeignItemFn, GenericArgument, Item, PathArguments, ReturnType, Safety,
    Signature, Type,
};

/// A type or a constant, as rustc alone would take it.
pub(crate) fn item(tokens: TokenStream) -> Option<TokenStream> {
    let without_ours =
        |attrs: &mut Vec<Attribute>| attrs.retain(|attr| !attr.path().is_ident("cgo"));
    if depth::of(&tokens, depth::OF_ITEM) > depth::OF_ITEM {
        return None;
    }
    let mut item: Item = syn::parse2(tokens).ok()?;
    match &mut item {
        Item::Struct(item) => {
            without_ours(&mut item.attrs);
            item.fields
                .iter_mut()
                .for_each(|field| without_ours(&mut field.attrs));
        }
        Item::Union(item) => {
            without_ours(&mut item.attrs);
            let fields = item.fields.named.iter_mut();
            fields.for_each(|field| without_ours(&mut field.attrs));
        }
        Item::Enum(item) => {
            without_ours(&mut item.attrs);
            let variants = item.variants.iter_mut();
            variants.for_each(|variant| without_ours(&mut variant.attrs));
        }
        Item::Type(item) => without_ours(&mut item.attrs),
        Item::Const(item) => without_ours(&mut item.attrs),
        _ => return None,
    }
    Some(item.into_token_stream())
}

/// A function of the same signature, as far as Rust alone would take it.
pub(crate) fn expand(item: &ForeignItemFn) -> TokenStream {
    let mut signature = item.sig.clone();
    if signature.receiver().is_some() || signature.variadic.is_some() {
        return TokenStream::new(); // no call of it can be right
    }
    signature.safety = match signature.safety {
        Safety::Safe(_) => Safety::Default,
        _ => Safety::Unsafe(Default::default()),
    };
    signature.abi = None;
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(typed) = input {
            typed.attrs.clear();
            let name = crate::names::slot(index);
            *typed.pat = syn::parse_quote!(#name);
        }
    }
    if !can_stand(&signature) {
        signature.output = syn::parse_quote!(-> !);
    }
    let cfgs = item.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    let vis = &item.vis;
    quote! {
        #(#cfgs)*
        #[allow(unused_variables, dead_code)]
        #vis #signature {
            ::core::unreachable!()
        }
    }
}

/// Whether the result is one that `unreachable!()` can stand in for, and that needs no lifetime.
fn can_stand(signature: &Signature) -> bool {
    match &signature.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => is_plain(ty),
    }
}

fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Reference(_)
        | Type::ImplTrait(_)
        | Type::TraitObject(_)
        | Type::Slice(_)
        | Type::Infer(_)
        | Type::Macro(_)
        | Type::Verbatim(_) => false,
        Type::Path(path) => path
            .path
            .segments
            .iter()
            .all(|segment| match &segment.arguments {
                PathArguments::AngleBracketed(arguments) => arguments.args.iter().all(
                    |argument| !matches!(argument, GenericArgument::Type(ty) if !is_plain(ty)),
                ),
                _ => true,
            }),
        _ => true,
    }
}
