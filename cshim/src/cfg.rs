//! `cfg` predicates, three-valued.
//!
//! A build script knows the target, the features and the cfgs of `RUSTFLAGS`. It does not know `test`,
//! `debug_assertions`, or what it is about to print itself with `cargo::rustc-cfg`. What is unknown
//! counts as both: a stub too many costs a file, a stub too few is an import that cannot be built.

use std::collections::HashMap;
use std::env;

use cgocall_syntax::ImportItem;
use proc_macro2::TokenStream;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Lit, LitStr, Meta, Token};

/// What a predicate comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Truth {
    Yes,
    No,
    Unknown,
}

impl Truth {
    /// Whether code under the predicate may be compiled.
    pub(crate) fn possible(self) -> bool {
        self != Truth::No
    }

    pub(crate) fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        }
    }

    pub(crate) fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, Truth::Yes) => Truth::Yes,
            _ => Truth::Unknown,
        }
    }

    fn or(self, other: Truth) -> Truth {
        self.not().and(other.not()).not()
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Truth {
        if known { Truth::Yes } else { Truth::No }
    }
}

/// The cfgs that cargo told this build script.
pub(crate) struct Cfgs {
    /// By lower-case name, as in `CARGO_CFG_<NAME>`; a flag without a value has an empty list.
    values: HashMap<String, Vec<String>>,
    /// As in `CARGO_FEATURE_<NAME>`: upper case, `-` written `_`.
    features: Vec<String>,
}

impl Cfgs {
    /// From the environment of a build script.
    pub(crate) fn from_env() -> Cfgs {
        Cfgs::new(
            env::vars_os()
                .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// Of one target, wherever this runs.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn of_linux() -> Cfgs {
        let vars = [
            ("CARGO_CFG_UNIX", ""),
            ("CARGO_CFG_TARGET_OS", "linux"),
            ("CARGO_CFG_TARGET_FEATURE", "fxsr,sse,sse2"),
            ("CARGO_CFG_FROM_RUSTFLAGS", ""),
            ("CARGO_FEATURE_FULL_TEXT", "1"),
        ];
        Cfgs::new(vars.map(|(k, v)| (k.to_owned(), v.to_owned())))
    }

    pub(crate) fn new(vars: impl IntoIterator<Item = (String, String)>) -> Cfgs {
        let mut cfgs = Cfgs {
            values: HashMap::new(),
            features: Vec::new(),
        };
        for (key, value) in vars {
            if let Some(name) = key.strip_prefix("CARGO_CFG_") {
                let list = value
                    .split(',')
                    .filter(|v| !v.is_empty())
                    .map(str::to_owned)
                    .collect();
                cfgs.values.insert(name.to_ascii_lowercase(), list);
            } else if let Some(name) = key.strip_prefix("CARGO_FEATURE_") {
                cfgs.features.push(name.to_owned());
            }
        }
        cfgs
    }

    /// Whether an item that carries `attrs` may be compiled: all its `cfg`s, those under `cfg_attr` too.
    pub(crate) fn of(&self, attrs: &[Attribute]) -> Truth {
        self.flatten(attrs)
            .iter()
            .fold(Truth::Yes, |truth, (when, meta)| {
                let this = match meta {
                    Meta::List(list) if list.path.is_ident("cfg") => self.predicate(&list.tokens),
                    _ => return truth,
                };
                // `cfg_attr(a, cfg(b))` holds unless a and not b.
                truth.and(when.not().or(this))
            })
    }

    /// `block` without the declarations that this target has not: its headers need not have them either.
    pub(crate) fn prune(&self, mut item: ImportItem) -> ImportItem {
        match &mut item {
            ImportItem::Block(block) => {
                block.items.retain(|item| self.of(item.attrs()).possible());
            }
            ImportItem::Aggregate(item) => {
                item.fields.retain(|field| self.of(&field.attrs).possible());
            }
            ImportItem::Enumeration(item) => {
                item.variants
                    .retain(|variant| self.of(&variant.attrs).possible());
                // What is left is what only rustc knows.
                for variant in &mut item.variants {
                    if self.of(&variant.attrs) == Truth::Yes {
                        variant.attrs.retain(|attr| !attr.path().is_ident("cfg"));
                    }
                }
            }
            ImportItem::Module(module) => {
                module.uses.retain(|names| self.of(&names.attrs).possible());
            }
            ImportItem::FnPointer(_) | ImportItem::Alias(_) | ImportItem::Constant(_) => {}
        }
        item
    }

    /// The attributes as they stand once `cfg_attr` is resolved, each with the truth of its condition;
    /// the impossible ones are gone.
    pub(crate) fn flatten(&self, attrs: &[Attribute]) -> Vec<(Truth, Meta)> {
        let mut flat = Vec::new();
        for attr in attrs {
            self.flatten_one(Truth::Yes, attr.meta.clone(), &mut flat);
        }
        flat
    }

    /// The attributes with each `cfg_attr(.., repr(..))` resolved, as rustc does before a macro sees them: the
    /// representation is part of what is imported. What only rustc knows may be either way.
    pub(crate) fn representations(&self, attrs: Vec<Attribute>) -> Vec<Vec<Attribute>> {
        let mut all = vec![Vec::new()];
        for attr in attrs {
            let mut flat = Vec::new();
            self.flatten_one(Truth::Yes, attr.meta.clone(), &mut flat);
            let is_repr = |(_, meta): &(Truth, Meta)| meta.path().is_ident("repr");
            if !attr.path().is_ident("cfg_attr") || !(flat.iter().any(is_repr) || flat.is_empty()) {
                all.iter_mut().for_each(|attrs| attrs.push(attr.clone()));
                continue;
            }
            let is_certain = flat.iter().all(|(when, _)| *when == Truth::Yes);
            let without = if is_certain { Vec::new() } else { all.clone() };
            for attrs in &mut all {
                attrs.extend(
                    flat.iter()
                        .map(|(_, meta)| -> Attribute { syn::parse_quote!(#[#meta]) }),
                );
            }
            all.extend(without);
        }
        all
    }

    fn flatten_one(&self, when: Truth, meta: Meta, flat: &mut Vec<(Truth, Meta)>) {
        match &meta {
            Meta::List(list) if list.path.is_ident("cfg_attr") => {
                let Ok(parts) = list.parse_args_with(CfgAttr::parse) else {
                    return;
                };
                let when = when.and(self.eval(&parts.predicate));
                if when.possible() {
                    for inner in parts.attrs {
                        self.flatten_one(when, inner, flat);
                    }
                }
            }
            _ => flat.push((when, meta)),
        }
    }

    /// The truth of the tokens between the parentheses of `cfg(..)`.
    pub(crate) fn predicate(&self, tokens: &TokenStream) -> Truth {
        let parsed = Punctuated::<Predicate, Token![,]>::parse_terminated.parse2(tokens.clone());
        match parsed {
            Ok(list) if list.len() == 1 => self.eval(&list[0]),
            // rustc reports it.
            _ => Truth::Unknown,
        }
    }

    fn eval(&self, predicate: &Predicate) -> Truth {
        match predicate {
            Predicate::Literal(value) => (*value).into(),
            Predicate::All(all) => all.iter().fold(Truth::Yes, |t, p| t.and(self.eval(p))),
            Predicate::Any(any) => any.iter().fold(Truth::No, |t, p| t.or(self.eval(p))),
            Predicate::Not(inner) => self.eval(inner).not(),
            Predicate::Flag(name) => match self.values.get(name) {
                Some(_) => Truth::Yes,
                None if is_target_cfg(name) => Truth::No,
                None => Truth::Unknown,
            },
            Predicate::Value(name, value) if name == "feature" => self
                .features
                .contains(&value.to_ascii_uppercase().replace('-', "_"))
                .into(),
            Predicate::Value(name, value) => match self.values.get(name) {
                Some(values) if values.contains(value) => Truth::Yes,
                _ if is_target_cfg(name) => Truth::No,
                _ => Truth::Unknown,
            },
        }
    }
}

/// Those that rustc sets from the target alone: absent means false. A build script cannot add to them. (Of `panic` a build
/// script hears the target's own, not the profile's.)
fn is_target_cfg(name: &str) -> bool {
    matches!(name, "unix" | "windows") || name.starts_with("target_")
}

enum Predicate {
    Flag(String),
    Value(String, String),
    Literal(bool),
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
}

impl Parse for Predicate {
    fn parse(input: ParseStream) -> syn::Result<Predicate> {
        if let Some(literal) = input.parse::<Option<syn::LitBool>>()? {
            return Ok(Predicate::Literal(literal.value));
        }
        let name = Ident::parse_any(input)?;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return match input.parse()? {
                Lit::Str(value) => Ok(Predicate::Value(name.to_string(), value.value())),
                other => Err(syn::Error::new(other.span(), "expected a string")),
            };
        }
        if !input.peek(syn::token::Paren) {
            return Ok(Predicate::Flag(name.to_string()));
        }
        let content;
        syn::parenthesized!(content in input);
        let list: Vec<Predicate> = Punctuated::<Predicate, Token![,]>::parse_terminated(&content)?
            .into_iter()
            .collect();
        match name.to_string().as_str() {
            "all" => Ok(Predicate::All(list)),
            "any" => Ok(Predicate::Any(list)),
            "not" => match <[Predicate; 1]>::try_from(list) {
                Ok([inner]) => Ok(Predicate::Not(Box::new(inner))),
                Err(_) => Err(syn::Error::new(name.span(), "`not` takes one predicate")),
            },
            _ => Err(syn::Error::new(name.span(), "unknown predicate")),
        }
    }
}

struct CfgAttr {
    predicate: Predicate,
    attrs: Vec<Meta>,
}

impl CfgAttr {
    fn parse(input: ParseStream) -> syn::Result<CfgAttr> {
        let predicate = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        let attrs = Punctuated::<Meta, Token![,]>::parse_terminated(input)?
            .into_iter()
            .collect();
        Ok(CfgAttr { predicate, attrs })
    }
}

/// The string of `name = ".."` among resolved attributes; with an unknown condition there may be several.
pub(crate) fn values_of(flat: &[(Truth, Meta)], name: &str) -> Vec<(Truth, LitStr)> {
    let mut found = Vec::new();
    for (when, meta) in flat {
        if let Meta::NameValue(pair) = meta
            && pair.path.is_ident(name)
            && let syn::Expr::Lit(syn::ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &pair.value
        {
            found.push((*when, text.clone()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Truth {
        Cfgs::of_linux().predicate(&text.parse().unwrap())
    }

    #[test]
    fn the_target_and_the_features_are_known() {
        assert_eq!(eval("unix"), Truth::Yes);
        assert_eq!(eval("windows"), Truth::No);
        assert_eq!(eval(r#"target_os = "linux""#), Truth::Yes);
        assert_eq!(eval(r#"target_os = "macos""#), Truth::No);
        assert_eq!(eval(r#"target_feature = "sse2""#), Truth::Yes);
        assert_eq!(eval(r#"feature = "full-text""#), Truth::Yes);
        assert_eq!(eval(r#"feature = "other""#), Truth::No);
        assert_eq!(eval("from_rustflags"), Truth::Yes);
        assert_eq!(eval("true"), Truth::Yes);
    }

    #[test]
    fn what_a_build_script_cannot_know_is_unknown() {
        for text in [
            "test",
            "debug_assertions",
            "has_crc32",
            "not(test)",
            "all(unix, test)",
        ] {
            assert_eq!(eval(text), Truth::Unknown, "{text}");
        }
        assert_eq!(eval("all(windows, test)"), Truth::No);
        assert_eq!(eval("any(unix, test)"), Truth::Yes);
        assert_eq!(eval("any()"), Truth::No);
        assert_eq!(eval("all()"), Truth::Yes);
    }

    #[test]
    fn cfg_attr_is_resolved_before_cfg() {
        let of = |text: &str| {
            let item: syn::ItemStruct = syn::parse_str(&format!("{text} struct S;")).unwrap();
            Cfgs::of_linux().of(&item.attrs)
        };
        assert_eq!(of("#[cfg_attr(unix, cfg(windows))]"), Truth::No);
        assert_eq!(of("#[cfg_attr(windows, cfg(windows))]"), Truth::Yes);
        assert_eq!(of("#[cfg_attr(test, cfg(windows))]"), Truth::Unknown);
        assert_eq!(
            of("#[cfg_attr(unix, cfg_attr(unix, doc = \"x\", cfg(test)))]"),
            Truth::Unknown
        );
    }
}
