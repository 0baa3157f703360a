//! `#[cgo_export]`: the model.

use crate::attr::{CgoAttr, CgoOn, ExportAttr, OnPanic};
use crate::canon;
use crate::check;
use crate::ctype::CType;
use crate::error::Errors;
use crate::import::{Function, c_spelling, push, signature_nodes, tokens_at};
use crate::mode::Modes;
use crate::node::{self, Node};
use crate::parse::parse_param;
use crate::symbol;
use crate::types::{Hold, Param, Ret};
use crate::{clib, keyword};
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Item, ItemFn};

/// A function under `#[cgo_export]`.
#[derive(Clone, Debug)]
pub struct Export {
    /// The attribute.
    pub attr: ExportAttr,
    /// The function, as written.
    pub item: ItemFn,
    /// Whether it is an `unsafe fn`.
    pub is_unsafe: bool,
    /// Its C symbol, if it has one; also its name in the header.
    pub symbol: Option<String>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its result.
    pub ret: Ret,
}

impl Export {
    /// Reads an attribute's argument tokens and the function under it; see [`Import::parse`](crate::Import::parse).
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(attr: TokenStream, item: TokenStream) -> Result<Export, Errors> {
        let mut errors = Errors::new();
        if !check::depth(&attr, &item, &mut errors) {
            return Err(errors);
        }
        let attr = ExportAttr::parse(attr, &mut errors);
        let export = match errors.take(syn::parse2::<Item>(item)) {
            Some(Item::Fn(item)) => parse_fn(attr, item, &mut errors),
            Some(other) => {
                errors.push(check::head(&other), "`#[cgo_export]` goes on a function");
                None
            }
            None => None,
        };
        errors.finish(export)
    }

    /// The function's name in Rust, without `r#`.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.item.sig.ident)
    }

    /// The function that C sees, to be compared with a header; `None` if C sees only a pointer.
    #[must_use]
    pub fn declaration(&self) -> Option<Function> {
        Some(Function {
            format: None,
            attrs: self.item.attrs.clone(),
            vis: self.item.vis.clone(),
            safe: false,
            ident: self.item.sig.ident.clone(),
            c_name: self.symbol.clone()?,
            modes: Modes::default(),
            params: self.params.clone(),
            ret: self.ret.clone(),
        })
    }

    /// The tokens of the part at `address`; of the part that it is a part of, if it is not known.
    #[must_use]
    pub fn tokens_of(&self, address: &str) -> Option<TokenStream> {
        let mut nodes: Vec<Node> = self.attr.header.nodes();
        let name = self.name();
        push(&mut nodes, node::item(&name), &self.item.sig.ident);
        signature_nodes(&mut nodes, &name, &self.params, &self.ret);
        tokens_at(&nodes, address)
    }

    /// What it means for C, one line for each part: what the hash is made of.
    #[must_use]
    pub fn canonical(&self) -> Vec<String> {
        let mut lines = self.attr.header.canonical();
        lines.push(format!(
            "export {} = {} {}",
            self.name(),
            self.symbol.as_deref().unwrap_or_default(),
            canon::tokens(self.ret.ty.to_token_stream()),
        ));
        lines.extend(
            self.params
                .iter()
                .map(|param| format!("param {}", canon::tokens(param.ty.to_token_stream()))),
        );
        lines
    }

    /// Its docs, a line each, as written behind `///`.
    #[must_use]
    pub fn docs(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for attr in &self.item.attrs {
            if let syn::Meta::NameValue(meta) = &attr.meta
                && meta.path.is_ident("doc")
                && let syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Str(text),
                    ..
                }) = &meta.value
            {
                // A blank line is a paragraph's end, which `lines` would not yield.
                lines.extend(text.value().split('\n').map(str::to_owned));
            }
        }
        lines
    }

    /// Its C parameters with their names: a slice is two, `buf` and `buf_len`.
    #[must_use]
    pub fn c_params(&self) -> Vec<(String, CType)> {
        let mut list = Vec::new();
        for param in &self.params {
            let name = c_spelling(&param.ident);
            for (index, slot) in param.arg.slots.iter().enumerate() {
                let name = if index == 0 {
                    name.clone()
                } else {
                    format!("{name}_len")
                };
                let name = unused(name, &list);
                list.push((name, slot.c.clone()));
            }
        }
        list
    }

    /// Its C result.
    #[must_use]
    pub fn c_result(&self) -> CType {
        self.ret
            .slot
            .as_ref()
            .map_or(CType::Void, |slot| slot.c.clone())
    }
}

/// `name`, with as many `_` behind it as set it apart from the names in `list`.
fn unused(mut name: String, list: &[(String, CType)]) -> String {
    while list.iter().any(|(other, _)| *other == name) {
        name.push('_');
    }
    name
}

fn parse_fn(attr: ExportAttr, mut item: ItemFn, errors: &mut Errors) -> Option<Export> {
    item.attrs = check::without_ours(item.attrs);
    check::export_attrs(&item.attrs, errors);
    let sound = check::export_signature(&item.sig, errors);
    let mut params = Vec::new();
    for (index, input) in item.sig.inputs.iter().enumerate() {
        let syn::FnArg::Typed(typed) = input else {
            continue; // refused above
        };
        let mut typed = typed.clone();
        if let Some(cgo) = typed.attrs.iter().find(|attr| attr.path().is_ident("cgo")) {
            errors.push(cgo, on_a_parameter(cgo));
            CgoAttr::extract(&mut typed.attrs, CgoOn::Param, &mut Errors::new());
        }
        // The user's own patterns stay in the user's own function; here only the place counts.
        if !matches!(&*typed.pat, syn::Pat::Ident(pat) if pat.by_ref.is_none() && pat.subpat.is_none())
        {
            typed.pat = Box::new(syn::parse_quote!(_));
        }
        let param = parse_param(typed, index, errors);
        if let Some(param) = param.iter().find(|param| param.arg.hold.is_some()) {
            let message = match param.arg.hold {
                Some(Hold::Time) => {
                    "C passes a `const struct timespec *`; write `Option<&Timespec>`, a struct of the header's"
                }
                _ => {
                    "C passes a `const char *`; write `&CStr`, or `Option<&CStr>` if it may be null"
                }
            };
            errors.push(&param.ty, message);
        }
        params.extend(param);
    }
    check::no_closures(&params, errors);
    let ret = errors.take(Ret::of(&item.sig.output))?;
    if let (Some(_), Some(ty)) = (&ret.judge, &ret.ty) {
        errors.push(ty, "C gets one value from an export; return that, and set `errno` yourself if C looks at it");
    }
    if let (OnPanic::Value(value), None) = (&attr.on_panic, &ret.slot) {
        errors.push(
            value,
            "C gets nothing from this function, so there is no value to give it; remove `on_panic`",
        );
    }
    let symbol = symbol_of(&attr, &item, errors);
    sound.then(|| Export {
        is_unsafe: matches!(item.sig.safety, syn::Safety::Unsafe(_)),
        attr,
        item,
        symbol,
        params,
        ret,
    })
}

fn on_a_parameter(cgo: &syn::Attribute) -> &'static str {
    let out = cgo.parse_args::<syn::Ident>();
    if out.is_ok_and(|word| word == "out") {
        "C calls this function, and has the place; write `&mut T`, or `&mut MaybeUninit<T>`, and put the value there"
    } else {
        "`#[cgo(..)]` means nothing on an export's parameter"
    }
}

fn symbol_of(attr: &ExportAttr, item: &ItemFn, errors: &mut Errors) -> Option<String> {
    if attr.private {
        return None;
    }
    let name = attr
        .name
        .as_ref()
        .map_or_else(|| c_spelling(&item.sig.ident), |text| text.value.clone());
    let problem = if !symbol::is_c_identifier(&name) {
        Some(format!(
            "{name:?} is not a name in C; say another, `#[cgo_export(name = \"..\")]`"
        ))
    } else if keyword::is_c(&name) {
        Some(format!(
            "`{name}` is a keyword in C; say another name, `#[cgo_export(name = \"..\")]`"
        ))
    } else if clib::has(&name) {
        Some(format!(
            "`{name}` is a function of the C library, which this symbol would silently replace in the whole program; \
             say another name, `#[cgo_export(name = \"my_{name}\")]`, or make it `private` and pass `{}::C`",
            item.sig.ident
        ))
    } else {
        None
    };
    if let Some(problem) = problem {
        match &attr.name {
            Some(text) => errors.push(&text.literal, problem),
            None => errors.push(&item.sig.ident, problem),
        }
    }
    Some(name)
}
