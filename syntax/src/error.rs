//! Errors, gathered so that one run shows all of an item's.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::fmt::{self, Display};

/// Everything that is wrong with one item, each at its place.
#[derive(Debug, Default)]
pub struct Errors(Vec<syn::Error>);

impl Errors {
    /// No errors yet.
    #[must_use]
    pub fn new() -> Self {
        Errors::default()
    }

    /// Adds an error that marks all of `tokens`.
    pub fn push(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.0.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error at `span`.
    pub fn push_at(&mut self, span: Span, message: impl Display) {
        self.0.push(syn::Error::new(span, message));
    }

    /// The value of `result`, its error added to these.
    pub fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.0.extend(error)).ok()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The places and messages, in the order of discovery.
    pub fn iter(&self) -> impl Iterator<Item = (Span, String)> + '_ {
        self.0.iter().map(|error| (error.span(), error.to_string()))
    }

    /// A `compile_error!` for each.
    #[must_use]
    pub fn to_compile_error(&self) -> TokenStream {
        self.to_compile_error_under(&[])
    }

    /// As [`to_compile_error`](Errors::to_compile_error), under the `cfg`s of the item that is wrong.
    #[must_use]
    pub fn to_compile_error_under(&self, cfgs: &[&syn::Attribute]) -> TokenStream {
        let errors = self.0.iter().map(syn::Error::to_compile_error);
        errors
            .map(|error| quote::quote!(#(#cfgs)* #error))
            .collect()
    }

    /// `value`, if nothing is wrong.
    ///
    /// # Errors
    /// These, if there are any.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Errors> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

impl From<syn::Error> for Errors {
    fn from(error: syn::Error) -> Self {
        Errors(error.into_iter().collect())
    }
}

impl Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (span, message) in self.iter() {
            let start = span.start();
            writeln!(f, "{}:{}: {message}", start.line, start.column + 1)?;
        }
        Ok(())
    }
}

impl std::error::Error for Errors {}
