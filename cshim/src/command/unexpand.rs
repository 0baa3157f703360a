//! Macros of the standard library, put back where rustc has expanded them into what only it may say.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::parse::Parser as _;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, Item, Stmt, Token, UnOp, parse_quote};

/// In all of `items`.
pub(super) fn items(items: &mut Vec<Item>) {
    derives(items);
    let mut macros = Macros;
    items
        .iter_mut()
        .for_each(|item| macros.visit_item_mut(item));
}

/// `#[derive(..)]`, of the implementations that it has become.
fn derives(items: &mut Vec<Item>) {
    let mut derived: Vec<(String, syn::Ident)> = Vec::new();
    items.retain(|item| {
        let Item::Impl(item) = item else {
            return true;
        };
        let is_derived = |attr: &Attribute| attr.path().is_ident("automatically_derived");
        let Some((path, _)) = item
            .trait_
            .as_ref()
            .filter(|_| item.attrs.iter().any(is_derived))
        else {
            return true;
        };
        let name = path.segments.last().map(|last| last.ident.clone());
        derived.extend(name.map(|name| (item.self_ty.to_token_stream().to_string(), name)));
        false
    });
    for item in items {
        let (attrs, ident) = match item {
            Item::Struct(item) => (&mut item.attrs, &item.ident),
            Item::Enum(item) => (&mut item.attrs, &item.ident),
            Item::Union(item) => (&mut item.attrs, &item.ident),
            _ => continue,
        };
        let ident = ident.to_string();
        // Others are marks that rustc puts there by itself.
        let traits = derived
            .iter()
            .filter(|(of, name)| *of == ident && DERIVED.iter().any(|it| name == it));
        let traits: Vec<&syn::Ident> = traits.map(|(_, name)| name).collect();
        if !traits.is_empty() {
            let docs = attrs
                .iter()
                .take_while(|attr| attr.path().is_ident("doc"))
                .count();
            attrs.insert(docs, parse_quote!(#[derive(#(#traits),*)]));
        }
    }
}

const DERIVED: [&str; 9] = [
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Hash",
];

struct Macros;

impl VisitMut for Macros {
    fn visit_item_mod_mut(&mut self, module: &mut syn::ItemMod) {
        if let Some((_, items)) = &mut module.content {
            derives(items);
        }
        visit_mut::visit_item_mod_mut(self, module);
    }

    /// `///` begins with a space, which `#[doc = ".."]` need not have.
    fn visit_attribute_mut(&mut self, attr: &mut Attribute) {
        if let syn::Meta::NameValue(meta) = &mut attr.meta
            && meta.path.is_ident("doc")
            && let Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Str(text),
                ..
            }) = &mut meta.value
            && !text.value().is_empty()
            && !text.value().starts_with(' ')
        {
            *text = syn::LitStr::new(&format!(" {}", text.value()), text.span());
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        if let Some(tokens) = offset_of(expr) {
            *expr = parse_quote!(::core::mem::offset_of!(#tokens));
        } else if is_offset(only(expr)) {
            *expr = only(expr).clone();
        } else if let Some(message) = panic(expr) {
            *expr = parse_quote!(::core::panic!(#message));
        } else if let Some((condition, message)) = assert(expr) {
            *expr = parse_quote!(::core::assert!(#condition, #message));
        }
    }
}

/// The one expression that a block is.
fn only(expr: &Expr) -> &Expr {
    match expr {
        Expr::Block(block) => match &block.block.stmts[..] {
            [Stmt::Expr(inner, _)] => only(inner),
            _ => expr,
        },
        Expr::Const(block) => match &block.block.stmts[..] {
            [Stmt::Expr(inner, _)] => only(inner),
            _ => expr,
        },
        Expr::Paren(paren) => only(&paren.expr),
        _ => expr,
    }
}

/// `const { builtin # offset_of(T, field) }`, as some versions have it, in braces or bare.
fn offset_of(expr: &Expr) -> Option<TokenStream> {
    let Expr::Verbatim(tokens) = only(expr) else {
        return None;
    };
    let mut tokens = tokens.clone().into_iter();
    let words = [tokens.next()?, tokens.next()?, tokens.next()?];
    match (
        &words.map(|word| word.to_string()).join(" ")[..],
        tokens.next()?,
    ) {
        ("builtin # offset_of", proc_macro2::TokenTree::Group(group)) => Some(group.stream()),
        _ => None,
    }
}

/// What has been put back already, inside of what stood around it.
fn is_offset(expr: &Expr) -> bool {
    let Expr::Macro(call) = expr else {
        return false;
    };
    let last = call.mac.path.segments.last();
    last.is_some_and(|last| last.ident == "offset_of")
}

/// `::core::panicking::panic_fmt(format_args!(".."))`
fn panic(expr: &Expr) -> Option<TokenStream> {
    let Expr::Call(call) = expr else {
        return None;
    };
    let path = call.func.to_token_stream().to_string().replace(' ', "");
    match (path.as_str(), call.args.first()?) {
        ("::core::panicking::panic_fmt", Expr::Macro(args)) => Some(args.mac.tokens.clone()),
        ("::core::panicking::panic", text) => Some(quote!("{}", #text)),
        _ => None,
    }
}

/// `if !condition { panic!(..) }`
fn assert(expr: &Expr) -> Option<(TokenStream, TokenStream)> {
    let Expr::If(branch) = expr else {
        return None;
    };
    let Expr::Unary(syn::ExprUnary {
        op: UnOp::Not(_),
        expr: condition,
        ..
    }) = &*branch.cond
    else {
        return None;
    };
    let condition = match &**condition {
        Expr::Paren(paren) => &paren.expr,
        _ => condition,
    };
    let body = match &branch.then_branch.stmts[..] {
        [Stmt::Expr(body, _)] if branch.else_branch.is_none() => only(body),
        _ => return None,
    };
    let Expr::Macro(call) = body else {
        return None;
    };
    let is_panic = call.mac.path.segments.last()?.ident == "panic";
    // What was written as a panic has arguments, and is longer than what it says.
    let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
    parse
        .parse2(call.mac.tokens.clone())
        .ok()
        .filter(|_| is_panic)?;
    Some((condition.to_token_stream(), call.mac.tokens.clone()))
}
