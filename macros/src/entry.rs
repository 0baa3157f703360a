//! `#[cgocall::main]` and `#[cgocall::test]`.

use crate::names;
use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{Ident, ItemFn, ReturnType, Token, Type};

pub(crate) fn main(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand("main", attr, item, |args, function, private, closure| {
        let ItemFn {
            attrs, vis, sig, ..
        } = function;
        let (ident, output) = (&sig.ident, &sig.output);
        let body = match args.migrate {
            None => quote!(#private::main(#closure)),
            Some(span) => {
                // The body stays outside: what is promised is `migrate`, not what the body does.
                let body = names::local("__body");
                // SAFETY: `unsafe(migrate)` keeps its contract. The block stands there, so that a crate that forbids
                // unsafe code is told; at the second word, since clippy would ask for a comment above the first.
                let call = quote_spanned!(span=> unsafe { #private::main_migrating(#body) });
                quote!(let #body = #closure; #call)
            }
        };
        quote! {
            #(#attrs)*
            #vis fn #ident() #output {
                #body
            }
        }
    })
}

pub(crate) fn test(attr: TokenStream, item: TokenStream) -> TokenStream {
    expand("test", attr, item, |_, function, private, closure| {
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
    name: &str,
    attr: TokenStream,
    item: TokenStream,
    make: impl FnOnce(&Args, &ItemFn, &TokenStream, &TokenStream) -> TokenStream,
) -> TokenStream {
    let parsed = (|input: ParseStream<'_>| Args::parse(name, input)).parse2(attr);
    let parsed = parsed.and_then(|args| Ok((args, parse(name, item.clone())?)));
    match parsed {
        Ok((args, function)) => {
            let private = names::private(args.krate.as_ref());
            make(&args, &function, &private, &closure(&function))
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

mod word {
    syn::custom_keyword!(migrate);
}

/// `crate = path`, and of `main` also `unsafe(migrate)`.
#[derive(Default)]
struct Args {
    krate: Option<syn::Path>,
    /// Where it says so.
    migrate: Option<Span>,
}

impl Args {
    fn parse(name: &str, input: ParseStream<'_>) -> syn::Result<Args> {
        let mut args = Args::default();
        while !input.is_empty() {
            if input.peek(Token![crate]) && args.krate.is_none() {
                input.parse::<Token![crate]>()?;
                input.parse::<Token![=]>()?;
                args.krate = Some(input.call(syn::Path::parse_mod_style)?);
            } else if name == "main" && input.peek(Token![unsafe]) && args.migrate.is_none() {
                args.migrate = Some(unsafe_migrate(input)?);
            } else {
                return Err(input.error(refusal(name, input)));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(args)
    }
}

const WRITE_UNSAFE_MIGRATE: &str =
    "write `unsafe(migrate)`: its contract is in the documentation of `Builder::migrate`";

fn unsafe_migrate(input: ParseStream<'_>) -> syn::Result<Span> {
    let keyword: Token![unsafe] = input.parse()?;
    let refused = |span| syn::Error::new(span, WRITE_UNSAFE_MIGRATE);
    let group: Group = input.parse().map_err(|_| refused(keyword.span))?;
    match syn::parse2::<word::migrate>(group.stream()) {
        Ok(word) if group.delimiter() == Delimiter::Parenthesis => Ok(word.span),
        _ => Err(refused(group.span())),
    }
}

/// Why the next argument is none.
fn refusal(name: &str, input: ParseStream<'_>) -> &'static str {
    let is_migrate = input.peek(word::migrate);
    match name {
        "main" if is_migrate => WRITE_UNSAFE_MIGRATE,
        "main" => "this attribute takes `unsafe(migrate)` and `crate = path`, each at most once",
        _ if is_migrate || input.peek(Token![unsafe]) => {
            "whether goroutines migrate is said for a whole program, and tests share theirs: say it at the `main` of a \
             program that the test runs"
        }
        _ => "the only key of this attribute is `crate = path`",
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
