//! `key = value`, or `key(..)`: one entry of an attribute, and its value as the type that the key wants.

use crate::attr::Text;
use crate::canon;
use crate::check::text;
use crate::error::Errors;
use crate::nearest::nearest;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Lit, LitCStr, Token, Type};

/// `key`, `key = value`, or the one key that has a list: `bits(..)`.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    value: Option<Expr>,
    list: Option<TokenStream>,
}

/// The key that has a list.
const BITS: &str = "bits";

/// The key that has a type.
const STATUS: &str = "status";

/// A type that is no path is for whoever reads it to refuse.
fn type_or_value(input: ParseStream<'_>) -> syn::Result<Expr> {
    let fork = input.fork();
    match fork.parse::<Type>() {
        Ok(Type::Path(path)) if path.path.get_ident().is_none() => {
            let simple = path
                .path
                .segments
                .iter()
                .all(|segment| segment.arguments.is_none());
            if !simple {
                input.advance_to(&fork);
                return Ok(Expr::Verbatim(path.to_token_stream()));
            }
        }
        Ok(Type::Path(_)) | Err(_) => {}
        Ok(other) => {
            input.advance_to(&fork);
            return Ok(Expr::Verbatim(other.to_token_stream()));
        }
    }
    input.parse::<Expr>().map(ungroup)
}

impl Parse for Entry {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            return Err(input.error("expected a key, such as `include = \"zlib.h\"`"));
        }
        let key = Ident::parse_any(input)?;
        if key == BITS && input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            return Ok(Entry {
                key,
                value: None,
                list: Some(content.parse()?),
            });
        }
        if input.peek(syn::token::Paren) {
            let message =
                format!("write `{key} = ..`: the keys of this attribute take no parentheses");
            return Err(input.error(message));
        }
        let value = match input.parse::<Option<Token![=]>>()? {
            Some(_) if key == STATUS => Some(type_or_value(input)?),
            Some(_) => Some(input.parse::<Expr>().map(ungroup)?),
            None => None,
        };
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error("expected a comma before the next key"));
        }
        Ok(Entry {
            key,
            value,
            list: None,
        })
    }
}

/// All of an attribute's.
pub(crate) fn entries(tokens: TokenStream, errors: &mut Errors) -> Vec<Entry> {
    let parsed = Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens);
    errors.take(parsed).into_iter().flatten().collect()
}

/// A `macro_rules!` fragment arrives in an invisible group.
fn ungroup(expr: Expr) -> Expr {
    match expr {
        Expr::Group(group) => ungroup(*group.expr),
        other => other,
    }
}

impl Entry {
    pub(crate) fn key_name(&self) -> String {
        self.key.to_string()
    }

    pub(crate) fn once<T>(&self, place: &mut Option<T>, value: Option<T>, errors: &mut Errors) {
        if place.is_some() {
            errors.push(
                &self.key,
                format!("`{}` is said twice; it takes one value", self.key),
            );
        } else {
            *place = value;
        }
    }

    pub(crate) fn unknown(&self, attribute: &str, keys: &[&str], errors: &mut Errors) {
        let key = self.key_name();
        let cure = match nearest(&key, keys) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are {}", list(keys)),
        };
        errors.push(
            &self.key,
            format!("`#[{attribute}]` has no key `{key}`; {cure}"),
        );
    }

    /// What stands in the parentheses.
    pub(crate) fn list(&self, errors: &mut Errors) -> Option<TokenStream> {
        if self.list.is_none() {
            let message = format!("write the list: `{}(ready: c_uint = 1, ..)`", self.key);
            errors.push(&self.key, message);
        }
        self.list.clone()
    }

    pub(crate) fn word(&self, errors: &mut Errors) -> Option<()> {
        match &self.value {
            None => Some(()),
            Some(value) => {
                errors.push(
                    value,
                    format!("`{}` takes no value; write it alone", self.key),
                );
                None
            }
        }
    }

    pub(crate) fn expr(&self, wanted: &str, errors: &mut Errors) -> Option<&Expr> {
        if self.value.is_none() {
            errors.push(
                &self.key,
                format!("`{}` needs {wanted}: `{0} = ..`", self.key),
            );
        }
        self.value.as_ref()
    }

    pub(crate) fn text(&self, errors: &mut Errors) -> Option<Text> {
        match self.expr("a string", errors)? {
            Expr::Lit(syn::ExprLit {
                lit: Lit::Str(literal),
                ..
            }) => {
                let value = canon::newlines(&literal.value());
                if value.trim().is_empty() {
                    errors.push(literal, format!("`{}` is empty", self.key));
                }
                if let Some(message) = text::fault(&self.key_name(), &value) {
                    errors.push(literal, message);
                }
                Some(Text {
                    value,
                    literal: literal.clone(),
                })
            }
            Expr::Macro(other) => {
                let message = format!(
                    "`{}` must be a string literal: macros are not expanded here, and build.rs reads it too",
                    self.key
                );
                errors.push(other, message);
                None
            }
            other => {
                errors.push(other, format!("`{}` must be a string literal", self.key));
                None
            }
        }
    }

    pub(crate) fn c_text(&self, errors: &mut Errors) -> Option<LitCStr> {
        let key = &self.key;
        match self.expr("a C string", errors)? {
            Expr::Lit(syn::ExprLit {
                lit: Lit::CStr(literal),
                ..
            }) => Some(literal.clone()),
            other => {
                let message =
                    format!("`{key}` must be a C string literal: `{key} = c\"%d items\\n\"`");
                errors.push(other, message);
                None
            }
        }
    }

    pub(crate) fn path(&self, errors: &mut Errors) -> Option<syn::Path> {
        match self.expr("a path", errors)? {
            Expr::Path(path) if path.qself.is_none() => Some(path.path.clone()),
            other if self.key == STATUS => {
                let message = "a status is an integer, or an enum; write the name of its type, such as `c_int`";
                errors.push(other, message);
                None
            }
            other => {
                let example = match &*self.key_name() {
                    "free" => "sqlite3_free",
                    _ => "::cgocall",
                };
                let message = format!("`{}` must be a path, such as `{example}`", self.key);
                errors.push(other, message);
                None
            }
        }
    }

    pub(crate) fn ident(&self, what: &str, example: &str, errors: &mut Errors) -> Option<Ident> {
        match self.expr(what, errors)? {
            Expr::Path(path) if path.path.get_ident().is_some() => path.path.get_ident().cloned(),
            other => {
                let message = format!(
                    "`{}` must be {what} as Rust writes it, such as `{} = {example}`",
                    self.key, self.key
                );
                errors.push(other, message);
                None
            }
        }
    }
}

fn list(keys: &[&str]) -> String {
    let quoted: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    quoted.join(", ")
}
