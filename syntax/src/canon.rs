//! Tokens as text that depends on nothing but their meaning.
//!
//! rustc and a parser of files print the same tokens differently, wrap `macro_rules!` fragments in invisible groups,
//! and keep the source's line endings inside literals. None of that may reach a hash.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use std::fmt::Write as _;

/// The canonical text of `tokens`.
pub(crate) fn tokens(tokens: TokenStream) -> String {
    let mut out = String::new();
    write_tokens(&mut out, tokens);
    out
}

/// Whether two things are written alike, but for their spaces.
#[must_use]
pub fn same(one: &dyn ToTokens, other: &dyn ToTokens) -> bool {
    tokens(one.to_token_stream()) == tokens(other.to_token_stream())
}

/// Tokens as a person writes a type: with spaces between words, and behind commas.
#[must_use]
pub fn said(tokens: &impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let is_word = |part: Option<char>| part.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut said = String::new();
    for part in spaced.split(' ') {
        let words = is_word(said.chars().last()) && is_word(part.chars().next());
        if words || said.ends_with(',') {
            said.push(' ');
        }
        said.push_str(part);
    }
    said
}

/// Text with line endings as every platform but one writes them.
pub(crate) fn newlines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn write_tokens(out: &mut String, tokens: TokenStream) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("( ", ") "),
                    Delimiter::Brace => ("{ ", "} "),
                    Delimiter::Bracket => ("[ ", "] "),
                    Delimiter::None => ("", ""),
                };
                out.push_str(open);
                write_tokens(out, group.stream());
                out.push_str(close);
            }
            TokenTree::Ident(ident) => {
                let _ = write!(out, "{ident} ");
            }
            TokenTree::Punct(punct) => {
                let _ = write!(out, "{} ", punct.as_char());
            }
            TokenTree::Literal(literal) => write_literal(out, literal),
        }
    }
}

fn write_literal(out: &mut String, literal: proc_macro2::Literal) {
    let _ = match syn::Lit::new(literal) {
        syn::Lit::Str(text) => write!(out, "{:?} ", newlines(&text.value())),
        syn::Lit::Int(number) => write!(out, "{}{} ", number.base10_digits(), number.suffix()),
        syn::Lit::Float(number) => write!(out, "{}{} ", number.base10_digits(), number.suffix()),
        other => write!(out, "{} ", quote::ToTokens::to_token_stream(&other)),
    };
}
