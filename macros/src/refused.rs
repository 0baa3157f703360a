//! What stands in for what was refused: the errors have been said, and whoever uses it shall not add theirs.

use cgocall_syntax::depth;
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    FnArg, ForeignItemFn, GenericArgument, Item, PathArguments, ReturnType, Safety, Signature, Type,
};

/// A type or a constant, as rustc alone would take it.
pub(crate) fn item(tokens: TokenStream) -> Option<TokenStream> {
    if depth::of(&tokens, depth::OF_ITEM) > depth::OF_ITEM {
        return None;
    }
    match syn::parse2(without_ours(tokens)).ok()? {
        item @ (Item::Struct(_)
        | Item::Union(_)
        | Item::Enum(_)
        | Item::Type(_)
        | Item::Const(_)) => Some(item.into_token_stream()),
        _ => None,
    }
}

/// Without any `#[cgo(..)]`, of which rustc knows nothing.
pub(crate) fn without_ours(tokens: TokenStream) -> TokenStream {
    let is_ours = |group: &Group| {
        let first = group.stream().into_iter().next();
        matches!(first, Some(TokenTree::Ident(name)) if name == "cgo")
    };
    let mut tokens = tokens.into_iter().peekable();
    let mut rest = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(hash) if hash.as_char() == '#' => match tokens.peek() {
                Some(TokenTree::Group(group)) if is_ours(group) => drop(tokens.next()),
                _ => rest.push(hash.into()),
            },
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_ours(group.stream()));
                inner.set_span(group.span());
                rest.push(inner.into());
            }
            other => rest.push(other),
        }
    }
    rest.into_iter().collect()
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
    let all = signature.inputs.len();
    signature.inputs = std::mem::take(&mut signature.inputs)
        .into_iter()
        .filter(|input| !is_out(input))
        .collect();
    let has_outs = signature.inputs.len() < all;
    for (index, input) in signature.inputs.iter_mut().enumerate() {
        if let FnArg::Typed(typed) = input {
            typed.attrs.clear();
            let name = crate::names::slot(index);
            let ty = without_ours(typed.ty.to_token_stream());
            *typed = syn::parse_quote!(#name: #ty);
        }
    }
    if has_outs || !can_stand(&signature) {
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

/// Whether it was to be no parameter in Rust.
fn is_out(input: &FnArg) -> bool {
    let FnArg::Typed(typed) = input else {
        return false;
    };
    typed.attrs.iter().any(|attr| {
        let word = attr
            .path()
            .is_ident("cgo")
            .then(|| attr.parse_args::<syn::Ident>());
        matches!(word, Some(Ok(word)) if word == "out")
    })
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
        Type::Reference(reference) => reference.lifetime.is_some(),
        Type::ImplTrait(_)
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
