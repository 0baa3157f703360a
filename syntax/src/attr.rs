//! The keys of `#[cgo_import(..)]`, `#[cgo_export(..)]` and `#[cgo(..)]`.

use crate::bits::Bitfield;
use crate::entry::entries;
use crate::error::Errors;
use crate::import::Form;
use crate::judge::Fails;
use crate::mode::{Mode, Modes};
use crate::node::{self, Node};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Expr, Ident, LitCStr, LitStr};

/// A string of an attribute, with its place.
#[derive(Clone)]
pub struct Text {
    /// Its value, line endings normalised.
    pub value: String,
    /// The literal.
    pub literal: LitStr,
}

impl Text {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.literal.span()
    }
}

/// `#[cgo_import(..)]`: where the C side is.
#[derive(Clone, Default)]
pub struct ImportAttr {
    /// Headers, in order.
    pub include: Vec<Text>,
    /// Libraries, in link order: each a [`Library`](crate::Library).
    pub link: Vec<Text>,
    /// Folders that hold them, relative to the package.
    pub link_search: Vec<Text>,
    /// pkg-config queries: `zlib >= 1.2`.
    pub pkg_config: Vec<Text>,
    /// `NAME` or `NAME=VALUE`.
    pub define: Vec<Text>,
    /// Arguments of the C compiler, separated by spaces.
    pub cflags: Vec<Text>,
    /// C and C++ files to compile, relative to the package.
    pub source: Vec<Text>,
    /// C text after the includes.
    pub preamble: Option<Text>,
    /// The -sys crate that brings header and library.
    pub sys: Option<Ident>,
    /// What to write for `::cgocall`.
    pub krate: Option<syn::Path>,
    /// On a function pointer type: how its functions may be called.
    pub modes: Modes,
}

/// `#[cgo_export(..)]`.
#[derive(Clone, Default)]
pub struct ExportAttr {
    /// No C symbol, only the pointer.
    pub private: bool,
    /// The C symbol, if it is not the function's name.
    pub name: Option<Text>,
    /// On an `impl`: what the symbols of its functions begin with.
    pub prefix: Option<Text>,
    /// What C gets when the function panics.
    pub on_panic: OnPanic,
    /// Where its prototype also stands: `include`, and how to read that. The other keys of an import are not there.
    pub header: ImportAttr,
    /// What to write for `::cgocall`.
    pub krate: Option<syn::Path>,
}

/// What C gets when an export panics.
#[derive(Clone, Default)]
pub enum OnPanic {
    /// The zero of the result's type.
    #[default]
    Zero,
    /// This value.
    Value(Box<Expr>),
    /// Nothing: the process aborts.
    Abort,
}

/// `#[cgo(..)]` on a part of an import.
#[derive(Clone, Default)]
pub(crate) struct CgoAttr {
    pub(crate) modes: Modes,
    pub(crate) c: Option<Text>,
    /// The static is a constant.
    pub(crate) constant: Option<()>,
    /// The function that closes the type.
    pub(crate) drop: Option<Ident>,
    /// Of a type that closes itself: which threads may have it. Each with its key.
    pub(crate) send: Option<Ident>,
    pub(crate) sync: Option<Ident>,
    /// C keeps the pointer.
    pub(crate) keeps: Option<()>,
    /// C puts a result where the parameter points.
    pub(crate) out: Option<()>,
    /// C says through a pointer how much of the slice it has filled.
    pub(crate) filled: Option<Ident>,
    /// What a variadic function gets for its format.
    pub(crate) format: Option<LitCStr>,
    /// Which results are errors.
    pub(crate) fails: Option<(Ident, Fails)>,
    /// The type of the status that C returns.
    pub(crate) status: Option<(Ident, syn::Type)>,
    /// What frees the result, once it is copied.
    pub(crate) free: Option<(Ident, syn::Path)>,
    /// How many elements the result has.
    pub(crate) len: Option<(Ident, Expr)>,
    /// The field's type is none that Rust has.
    pub(crate) opaque: Option<()>,
    /// The field has no name in C.
    pub(crate) anonymous: Option<()>,
    /// The field stores these.
    pub(crate) bits: Option<Vec<Bitfield>>,
    /// The enum is to be one of Rust.
    pub(crate) rust_enum: Option<()>,
    /// What C gets when the closure panics.
    pub(crate) on_panic: Option<Expr>,
    /// What gets the closure's user pointer.
    pub(crate) user_data: Option<syn::Path>,
    /// C does not implement the method.
    pub(crate) skip: Option<Ident>,
}

impl ImportAttr {
    pub(crate) const KEYS: [&str; 10] = [
        "include",
        "link",
        "link_search",
        "sys",
        "pkg_config",
        "define",
        "cflags",
        "preamble",
        "source",
        "crate",
    ];

    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> ImportAttr {
        let mut attr = ImportAttr::default();
        for entry in entries(tokens, errors) {
            let key = entry.key_name();
            if !Self::KEYS.contains(&key.as_str()) {
                if !attr.modes.take(&entry, errors) {
                    entry.unknown("cgo_import", &Self::KEYS, errors);
                }
                continue;
            }
            let list = match key.as_str() {
                "include" => &mut attr.include,
                "link" => &mut attr.link,
                "link_search" => &mut attr.link_search,
                "pkg_config" => &mut attr.pkg_config,
                "define" => &mut attr.define,
                "cflags" => &mut attr.cflags,
                "source" => &mut attr.source,
                "preamble" => {
                    let text = entry.text(errors);
                    entry.once(&mut attr.preamble, text, errors);
                    continue;
                }
                "sys" => {
                    let name = entry.ident("a crate's name", "libz_sys", errors);
                    entry.once(&mut attr.sys, name, errors);
                    continue;
                }
                "crate" => {
                    let path = entry.path(errors);
                    entry.once(&mut attr.krate, path, errors);
                    continue;
                }
                _ => unreachable!("one of the keys"),
            };
            list.extend(entry.text(errors));
        }
        attr
    }

    /// Whether there is no C text to look at.
    pub(crate) fn is_plain(&self) -> bool {
        self.include.is_empty() && self.source.is_empty() && self.preamble.is_none()
    }

    pub(crate) fn form(&self) -> Form {
        if self.is_plain() {
            Form::Plain
        } else {
            Form::C
        }
    }

    /// The repeatable keys with their values.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[Text]); 7] {
        [
            ("include", &self.include),
            ("link", &self.link),
            ("link_search", &self.link_search),
            ("pkg_config", &self.pkg_config),
            ("define", &self.define),
            ("cflags", &self.cflags),
            ("source", &self.source),
        ]
    }

    pub(crate) fn nodes(&self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for (key, values) in self.lists() {
            nodes.extend(values.iter().enumerate().map(|(index, value)| Node {
                address: node::attr(key, index),
                tokens: value.literal.to_token_stream(),
            }));
        }
        nodes.extend(self.preamble.iter().map(|text| Node {
            address: node::attr_single("preamble"),
            tokens: text.literal.to_token_stream(),
        }));
        nodes.extend(self.sys.iter().map(|name| Node {
            address: node::attr_single("sys"),
            tokens: name.to_token_stream(),
        }));
        nodes
    }

    pub(crate) fn canonical(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (key, values) in self.lists() {
            lines.extend(values.iter().map(|value| format!("{key} {}", value.value)));
        }
        lines.extend(
            self.preamble
                .iter()
                .map(|text| format!("preamble {}", text.value)),
        );
        lines.extend(self.sys.iter().map(|name| format!("sys {name}")));
        lines
    }
}

impl OnPanic {
    pub(crate) fn of(said: Option<Expr>) -> OnPanic {
        match said {
            None => OnPanic::Zero,
            Some(Expr::Path(path)) if path.path.is_ident("abort") => OnPanic::Abort,
            Some(value) => OnPanic::Value(Box::new(value)),
        }
    }
}

impl ExportAttr {
    /// The path of the runtime's `__private`.
    #[must_use]
    pub fn runtime(&self) -> TokenStream {
        match &self.krate {
            Some(path) => quote!(#path::__private),
            None => quote!(::cgocall::__private),
        }
    }

    pub(crate) const KEYS: [&str; 9] = [
        "private",
        "name",
        "prefix",
        "on_panic",
        "include",
        "define",
        "cflags",
        "pkg_config",
        "crate",
    ];

    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> ExportAttr {
        let mut attr = ExportAttr::default();
        let (mut private, mut on_panic) = (None, None);
        for entry in entries(tokens, errors) {
            let key = entry.key_name();
            if !Self::KEYS.contains(&key.as_str()) {
                entry.unknown("cgo_export", &Self::KEYS, errors);
                continue;
            }
            match key.as_str() {
                "private" => {
                    let word = entry.word(errors);
                    entry.once(&mut private, word, errors);
                }
                "name" => {
                    let text = entry.text(errors);
                    entry.once(&mut attr.name, text, errors);
                }
                "prefix" => {
                    let text = entry.text(errors);
                    entry.once(&mut attr.prefix, text, errors);
                }
                "on_panic" => {
                    let value = entry.expr("a value, or `abort`", errors).cloned();
                    entry.once(&mut on_panic, value, errors);
                }
                "include" => attr.header.include.extend(entry.text(errors)),
                "define" => attr.header.define.extend(entry.text(errors)),
                "cflags" => attr.header.cflags.extend(entry.text(errors)),
                "pkg_config" => attr.header.pkg_config.extend(entry.text(errors)),
                "crate" => {
                    let path = entry.path(errors);
                    entry.once(&mut attr.krate, path, errors);
                }
                _ => unreachable!("one of the keys"),
            }
        }
        if let (Some(_), Some(name)) = (private, &attr.name) {
            errors.push(
                &name.literal,
                "a `private` export has no C symbol to name; remove `private` or `name`",
            );
        }
        if let (Some(_), Some(prefix)) = (private, &attr.prefix) {
            let message =
                "a `private` export has no C symbol to name; remove `private` or `prefix`";
            errors.push(&prefix.literal, message);
        }
        for (key, values) in attr.header.lists() {
            if attr.header.include.is_empty() {
                for value in values {
                    let message = format!(
                        "`{key}` is for the header that has the prototype of this function; say which, `include = \"..\"`"
                    );
                    errors.push(&value.literal, message);
                }
            } else if private.is_some() {
                for value in values {
                    let message = "a `private` export has no name that a header could declare; its type is compared \
                                   where its pointer is passed";
                    errors.push(&value.literal, message);
                }
            }
        }
        attr.private = private.is_some();
        attr.on_panic = OnPanic::of(on_panic);
        attr
    }
}

/// Which keys a `#[cgo(..)]` may have depends on what it stands on.
#[derive(Clone, Copy)]
pub(crate) enum CgoOn {
    Function,
    Method,
    FnPointer,
    Static,
    Opaque,
    Param,
    Type,
    Field,
    Variant,
    Constant,
    Use,
}

impl CgoOn {
    pub(crate) const ALL: [CgoOn; 11] = [
        CgoOn::Function,
        CgoOn::Method,
        CgoOn::FnPointer,
        CgoOn::Static,
        CgoOn::Opaque,
        CgoOn::Param,
        CgoOn::Type,
        CgoOn::Field,
        CgoOn::Variant,
        CgoOn::Constant,
        CgoOn::Use,
    ];

    pub(crate) fn keys(self) -> Vec<&'static str> {
        match self {
            CgoOn::Function => {
                let keys = ["c", "format", "fails", "status", "free", "len"];
                [&Mode::ALL.map(Mode::word)[..], &keys].concat()
            }
            CgoOn::Method => {
                [&Mode::ALL.map(Mode::word)[..], &["fails", "status", "skip"]].concat()
            }
            CgoOn::FnPointer => [&Mode::ALL.map(Mode::word)[..], &["c"]].concat(),
            CgoOn::Static => vec!["c", "constant"],
            CgoOn::Opaque => vec!["c", "drop", "send", "sync"],
            CgoOn::Field => vec!["c", "opaque", "bits", "anonymous"],
            CgoOn::Use => vec!["rust_enum"],
            CgoOn::Param => vec!["c", "out", "filled", "keeps", "on_panic", "user_data"],
            _ => vec!["c"],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            CgoOn::Function => "a function",
            CgoOn::Method => "a method that C implements",
            CgoOn::FnPointer => "a function pointer type",
            CgoOn::Static => "a static",
            CgoOn::Opaque => "an opaque type",
            CgoOn::Param => "a parameter",
            CgoOn::Type => "a type",
            CgoOn::Field => "a field",
            CgoOn::Variant => "a variant",
            CgoOn::Constant => "a constant",
            CgoOn::Use => "a `use`",
        }
    }
}

/// What may be said with `#[cgo(..)]` beside [`Mode`]s.
const WORDS: &[&str] = &[
    "c",
    "constant",
    "drop",
    "send",
    "sync",
    "out",
    "filled",
    "format",
    "fails",
    "status",
    "free",
    "len",
    "opaque",
    "bits",
    "anonymous",
    "rust_enum",
    "keeps",
    "on_panic",
    "user_data",
    "skip",
];

impl CgoAttr {
    /// Takes the `#[cgo(..)]` attributes out of `attrs` and reads them.
    pub(crate) fn extract(
        attrs: &mut Vec<syn::Attribute>,
        on: CgoOn,
        errors: &mut Errors,
    ) -> CgoAttr {
        let mut found = CgoAttr::default();
        for attr in attrs.extract_if(.., |attr| attr.path().is_ident("cgo")) {
            let list = match &attr.meta {
                syn::Meta::List(list) => list,
                other => {
                    errors.push(
                        other,
                        "write `#[cgo(..)]` with a key, such as `#[cgo(blocking)]`",
                    );
                    continue;
                }
            };
            for entry in entries(list.tokens.clone(), errors) {
                let key = entry.key_name();
                let keys = on.keys();
                if !keys.contains(&key.as_str()) {
                    if Mode::of_word(&key).is_some() || WORDS.contains(&key.as_str()) {
                        errors.push(
                            &entry.key,
                            format!("`{key}` means nothing on {}", on.name()),
                        );
                    } else {
                        entry.unknown("cgo", &keys, errors);
                    }
                } else if key == "c" {
                    let text = entry.text(errors);
                    entry.once(&mut found.c, text, errors);
                } else if key == "format" {
                    let format = entry.c_text(errors);
                    entry.once(&mut found.format, format, errors);
                } else if key == "fails" {
                    let wanted = "what C returns when a call has failed";
                    let value = entry.expr(wanted, errors);
                    let fails = value.cloned().and_then(|value| Fails::of(&value, errors));
                    let fails = fails.map(|fails| (entry.key.clone(), fails));
                    entry.once(&mut found.fails, fails, errors);
                } else if key == "status" {
                    let path = entry.path(errors);
                    let status = path.map(|path| (entry.key.clone(), syn::parse_quote!(#path)));
                    entry.once(&mut found.status, status, errors);
                } else if key == "free" {
                    let path = entry.path(errors);
                    let free = path.map(|path| (entry.key.clone(), path));
                    entry.once(&mut found.free, free, errors);
                } else if key == "len" {
                    let len = entry.expr("an expression over the parameters", errors);
                    let len = len.map(|len| (entry.key.clone(), len.clone()));
                    entry.once(&mut found.len, len, errors);
                } else if key == "constant" {
                    let word = entry.word(errors);
                    entry.once(&mut found.constant, word, errors);
                } else if key == "out" {
                    let word = entry.word(errors);
                    entry.once(&mut found.out, word, errors);
                } else if key == "filled" {
                    let word = entry.word(errors).map(|()| entry.key.clone());
                    entry.once(&mut found.filled, word, errors);
                } else if key == "drop" {
                    let name = entry.ident("a function's name", "sqlite3_close", errors);
                    entry.once(&mut found.drop, name, errors);
                } else if key == "send" {
                    let word = entry.word(errors).map(|()| entry.key.clone());
                    entry.once(&mut found.send, word, errors);
                } else if key == "sync" {
                    let word = entry.word(errors).map(|()| entry.key.clone());
                    entry.once(&mut found.sync, word, errors);
                } else if key == "opaque" {
                    let word = entry.word(errors);
                    entry.once(&mut found.opaque, word, errors);
                } else if key == "anonymous" {
                    let word = entry.word(errors);
                    entry.once(&mut found.anonymous, word, errors);
                } else if key == "bits" {
                    let list = entry.list(errors);
                    let list = list.map(|list| Bitfield::parse_list(list, errors));
                    entry.once(&mut found.bits, list, errors);
                } else if key == "rust_enum" {
                    let word = entry.word(errors);
                    entry.once(&mut found.rust_enum, word, errors);
                } else if key == "keeps" {
                    let word = entry.word(errors);
                    entry.once(&mut found.keeps, word, errors);
                } else if key == "on_panic" {
                    let value = entry.expr("a value, or `abort`", errors).cloned();
                    entry.once(&mut found.on_panic, value, errors);
                } else if key == "user_data" {
                    let path = entry.path(errors);
                    entry.once(&mut found.user_data, path, errors);
                } else if key == "skip" {
                    let word = entry.word(errors).map(|()| entry.key.clone());
                    entry.once(&mut found.skip, word, errors);
                } else {
                    found.modes.take(&entry, errors);
                }
            }
        }
        found
    }
}
