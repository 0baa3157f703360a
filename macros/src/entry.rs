//! `#[cgocall::main]` and `#[cgocall::test]`.

use crate::names;
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Ident, ItemFn, ReturnType, Token, Type};

pub(crate) fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand(attr, item, "main", |function, private, closure| {
        let ItemFn {
            attrs, vis, sig, ..
        } = function;
        let (ident, output) = (&sig.ident, &sig.output);
        quote! {
            #(#attrs)*
            #vis fn #ident() #output {
                #private::main(#closure)
            }
        }
    })
}

pub(crate) fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand(attr, item, "test", |function, private, closure| {
        let ItemFn {
            attrs, vis, sig, ..
        } = function;
        let ident = &sig.ident;
        // libtest wants `()` of a test that should panic; the panic itself passes through.
        let should_panic = attrs
            .iter()
            .any(|attr| attr.path().is_ident("should_panic"));
        let (output, semicolon) = if should_panic {
            (None, Some(quote!(;)))
        } else {
            (Some(quote!(-> ::std::process::ExitCode)), None)
        };
        quote! {
            #[::core::prelude::v1::test]
            #(#attrs)*
            #vis fn #ident() #output {
                #private::test(#closure) #semicolon
            }
        }
    })
}

fn expand(
    attr: TokenStream,
    item: TokenStream,
    name: &str,
    make: impl FnOnce(&ItemFn, &TokenStream, &TokenStream) -> TokenStream,
) -> TokenStream {
    let parsed = syn::parse2::<Args>(attr).and_then(|args| Ok((args, parse(name, item.clone())?)));
    match parsed {
        Ok((args, function)) => {
            let closure = closure(&function);
            make(&function, &names::private(args.krate.as_ref()), &closure)
        }
        Err(error) => {
            let said = error.to_compile_error();
            let stand_in = syn::parse2::<ItemFn>(item).ok().map(stand_in);
            quote!(#said #stand_in)
        }
    }
}

/// A function of that name that rustc has nothing to say about.
fn stand_in(function: ItemFn) -> TokenStream {
    let ident = function.sig.ident;
    quote! {
        #[allow(dead_code)]
        fn #ident() {}
    }
}

/// `crate = path`, or nothing.
struct Args {
    krate: Option<syn::Path>,
}

impl Parse for Args {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.is_empty() {
            return Ok(Args { krate: None });
        }
        if !input.peek(Token![crate]) {
            return Err(input.error("the only key of this attribute is `crate = path`"));
        }
        input.parse::<Token![crate]>()?;
        input.parse::<Token![=]>()?;
        Ok(Args {
            krate: Some(input.call(syn::Path::parse_mod_style)?),
        })
    }
}

fn parse(name: &str, item: TokenStream) -> syn::Result<ItemFn> {
    let refuse = |span, message: String| Err(syn::Error::new(span, message));
    let Ok(function) = syn::parse2::<ItemFn>(item.clone()) else {
        return Err(syn::Error::new_spanned(
            item,
            format!("`#[cgocall::{name}]` goes on a function"),
        ));
    };
    let signature = &function.sig;
    if let Some(found) = &signature.asyncness {
        let message =
            "a goroutine needs no `async`: remove it, and wait for a future with `.wait()`";
        return refuse(found.span, message.to_owned());
    }
    if let Some(input) = signature.inputs.first() {
        return refuse(
            input.span(),
            format!("`{}` takes no parameters", signature.ident),
        );
    }
    if let Some(parameter) = signature.generics.params.first() {
        return refuse(
            parameter.span(),
            format!("`{}` cannot be generic", signature.ident),
        );
    }
    if name == "main" && signature.ident != "main" {
        return refuse(
            Ident::span(&signature.ident),
            "`#[cgocall::main]` goes on `fn main`; other goroutines start with `cgocall::go`"
                .to_owned(),
        );
    }
    Ok(function)
}

fn closure(function: &ItemFn) -> TokenStream {
    let body = &function.block;
    match &function.sig.output {
        // A closure cannot say `impl Trait`; it is inferred.
        ReturnType::Type(_, ty) if !matches!(**ty, Type::ImplTrait(_)) => {
            quote!(move || -> #ty #body)
        }
        _ => quote!(move || #body),
    }
}
