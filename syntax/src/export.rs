//! `#[cgo_export]`: the model.

use crate::attr::{ExportAttr, OnPanic};
use crate::canon;
use crate::check;
use crate::ctype::CType;
use crate::error::Errors;
use crate::exported::give::{self, Giver};
use crate::exported::{
    self, Data, Member, Methods, Mirror, Trait, data, methods, names, promise, take, traits,
};
use crate::import::{Function, c_spelling, push, signature_nodes, tokens_at};
use crate::mode::Modes;
use crate::node::{self, Node};
use crate::types::{Arg, Param, Ret, Slot};
use crate::{clib, standard, symbol};
use proc_macro2::TokenStream;
use quote::{ToTokens as _, format_ident, quote};
use syn::{Attribute, Ident, Item, ItemFn, Type};

/// What `#[cgo_export]` stands on.
#[derive(Clone)]
pub enum Exported {
    /// A function.
    Function(Box<Export>),
    /// An `impl` block.
    Methods(Box<Methods>),
    /// A trait that C implements.
    Trait(Box<Trait>),
    /// A type that C makes values of.
    Data(Box<Data>),
}

impl Exported {
    /// Reads an attribute's argument tokens and the item under it; see [`Import::parse`](crate::Import::parse).
    ///
    /// # Errors
    /// All that is wrong with them.
    pub fn parse(attr: TokenStream, item: TokenStream) -> Result<Exported, Errors> {
        let mut errors = Errors::new();
        if !check::depth(&attr, &item, &mut errors) {
            return Err(errors);
        }
        let item = errors.take(syn::parse2::<Item>(item));
        if let Some(item) = item.as_ref().filter(|item| data::is_data(item)) {
            let data = data::parse(attr, item.clone(), &mut errors);
            return errors.finish(data.map(|data| Exported::Data(Box::new(data))));
        }
        let attr = ExportAttr::parse(attr, &mut errors);
        let exported = match item {
            Some(Item::Fn(item)) => {
                if let Some(prefix) = &attr.prefix {
                    let message = "`prefix` is for the functions of an `impl`; of one function say the `name`";
                    errors.push(&prefix.literal, message);
                }
                let export = parse_fn(attr, item, &mut errors);
                export.map(|export| Exported::Function(Box::new(export)))
            }
            Some(Item::Impl(item)) => {
                let methods = methods::parse(attr, item, &mut errors);
                methods.map(|methods| Exported::Methods(Box::new(methods)))
            }
            Some(Item::Trait(item)) => traits::parse(attr, item, &mut errors).map(Exported::Trait),
            Some(other) => {
                let message = "`#[cgo_export]` goes on a function, on an `impl` block, on a trait, or on an enum or a struct that C \
                               makes values of";
                errors.push(check::head(&other), message);
                None
            }
            None => None,
        };
        errors.finish(exported)
    }

    /// The functions that C sees.
    #[must_use]
    pub fn into_exports(self) -> Vec<Export> {
        match self {
            Exported::Function(export) => vec![*export],
            Exported::Methods(methods) => methods.exports,
            Exported::Trait(_) | Exported::Data(_) => Vec::new(),
        }
    }
}

/// A function that C calls.
#[derive(Clone)]
pub struct Export {
    /// The attribute.
    pub attr: ExportAttr,
    /// The function, as written.
    pub item: ItemFn,
    /// Whether it is an `unsafe fn`.
    pub is_unsafe: bool,
    /// What is called.
    pub callee: Callee,
    /// Its C symbol, if it has one; also its name in the header.
    pub symbol: Option<String>,
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its result: of one that may fail, the status.
    pub ret: Ret,
    /// What C gets where its last parameter points, if it does not fail.
    pub out: Option<Slot>,
    /// Whether it returns a `Result`.
    pub fallible: bool,
    /// The structs that its types are in C.
    pub mirrors: Vec<Mirror>,
}

/// What an export calls, and where its pointer is.
#[derive(Clone)]
pub struct Callee {
    /// The function.
    pub path: TokenStream,
    /// Of a method the type, and the constant that is its pointer.
    pub constant: Option<(Type, Ident)>,
    /// Of a method: the parameters that are boxes for C alone.
    pub unboxed: Vec<bool>,
    /// Of a method: what is put into a box for C.
    pub wrap: Wrap,
}

/// Where in a result there is something to be put into a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrap {
    /// Nowhere.
    AsItIs,
    /// It is all of it.
    Value,
    /// It is in an `Option` or a `Result`.
    Mapped(Box<Wrap>),
    /// It is in some of the parts of a tuple.
    Parts(Vec<Wrap>),
}

impl Wrap {
    /// `value`, with the box.
    #[must_use]
    pub fn of(&self, value: TokenStream) -> TokenStream {
        match self {
            Wrap::AsItIs => value,
            Wrap::Value => quote!(::std::boxed::Box::new(#value)),
            Wrap::Mapped(inner) => match **inner {
                Wrap::AsItIs => value,
                Wrap::Value => quote!(#value.map(::std::boxed::Box::new)),
                Wrap::Mapped(_) | Wrap::Parts(_) => {
                    let inner = inner.of(quote!(inner));
                    quote!(#value.map(|inner| #inner))
                }
            },
            Wrap::Parts(parts) => {
                let names: Vec<Ident> = (0..parts.len())
                    .map(|at| format_ident!("part{at}"))
                    .collect();
                let wrapped = parts.iter().zip(&names);
                let wrapped = wrapped.map(|(part, name)| part.of(name.to_token_stream()));
                quote!({
                    let (#(#names),*) = #value;
                    (#(#wrapped),*)
                })
            }
        }
    }
}

impl Export {
    /// As [`Exported::parse`], of a function.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(attr: TokenStream, item: TokenStream) -> Result<Export, Errors> {
        match Exported::parse(attr, item)? {
            Exported::Function(export) => Ok(*export),
            Exported::Methods(methods) => {
                let mut errors = Errors::new();
                errors.push(&methods.item.self_ty, "this is not a function");
                Err(errors)
            }
            Exported::Trait(found) => {
                let mut errors = Errors::new();
                errors.push(&found.item.ident, "this is not a function");
                Err(errors)
            }
            Exported::Data(data) => {
                let mut errors = Errors::new();
                errors.push(&data.ident, "this is not a function");
                Err(errors)
            }
        }
    }

    /// The function's name in Rust, without `r#`.
    #[must_use]
    pub fn name(&self) -> String {
        c_spelling(&self.item.sig.ident)
    }

    /// What messages call it: its C symbol, or else its name.
    pub(crate) fn c_name(&self) -> String {
        self.symbol.clone().unwrap_or_else(|| self.name())
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
            params: self
                .params
                .iter()
                .cloned()
                .chain(self.out_param())
                .collect(),
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
        docs(&self.item.attrs)
    }

    /// What C owns of its result, and may drop on any thread.
    #[must_use]
    pub fn owned_by_c(&self) -> Vec<&Type> {
        self.ret.ty.as_ref().map_or_else(Vec::new, exported::owned)
    }

    /// The type of what it takes from C to drop it: it has one parameter, a `Box`, and no result.
    #[must_use]
    pub fn taken(&self) -> Option<&Type> {
        match &self.params[..] {
            [param] if self.ret.slot.is_none() => exported::boxed(&param.ty),
            _ => None,
        }
    }

    /// Whether C gives something away to it.
    #[must_use]
    pub fn takes_over(&self) -> bool {
        let mut params = self.params.iter();
        // What C implements sees to itself.
        params.any(|param| param.object().is_none() && exported::is_given_away(&param.ty))
    }

    /// What C has to know of its parameters and of its result beyond their types. C calls the parameters `names`; `taker` knows
    /// who takes back what C owns.
    #[must_use]
    pub fn promises(
        &self,
        names: &[String],
        taker: &dyn Fn(&Type) -> Option<String>,
    ) -> Vec<(String, String)> {
        let mut list = Vec::new();
        let mut names = names;
        for param in &self.params {
            let (own, others) = names.split_at(param.arg.slots.len().min(names.len()));
            names = others;
            let said = promise::of_param(own, &param.ty);
            list.extend(own.first().cloned().zip(said));
        }
        if let Some(ty) = &self.ret.ty {
            let out = names.first().map_or("", String::as_str);
            list.extend(promise::of_result(
                ty,
                out,
                self.error_symbol().as_deref(),
                taker,
            ));
        }
        list
    }

    /// The types of its C parameters: a slice is two.
    #[must_use]
    pub fn c_param_types(&self) -> Vec<CType> {
        let slots = self.params.iter().flat_map(|param| &param.arg.slots);
        let out = self.out.as_ref();
        let out = out.map(|out| CType::pointer(out.c.clone(), false));
        slots.map(|slot| slot.c.clone()).chain(out).collect()
    }

    /// Their names: of a slice `buf` and `buf_len`. None is one that `is_taken`.
    #[must_use]
    pub fn c_param_names(&self, is_taken: &dyn Fn(&str) -> bool) -> Vec<String> {
        let mut list = names::of_params(&self.params, c_spelling);
        list.extend(self.out.as_ref().map(|_| Member::Made(OUT.to_owned())));
        names::side_by_side(&list, is_taken)
    }

    /// Its C parameters with their names, as far as these can be told from the export alone.
    #[must_use]
    pub fn c_params(&self) -> Vec<(String, CType)> {
        let types = self.c_param_types();
        let own: Vec<&CType> = types.iter().collect();
        let names = self.c_param_names(&|name| names::is_type_in(&own, name));
        names.into_iter().zip(types).collect()
    }

    /// The parameter that its value goes through.
    fn out_param(&self) -> Option<Param> {
        let out = self.out.as_ref()?;
        let field = &out.field;
        let ty: Type = syn::parse_quote!(*mut #field);
        let c = CType::pointer(out.c.clone(), false);
        Some(Param {
            ident: Ident::new(OUT, self.item.sig.ident.span()),
            arg: Arg::of_slot(Slot::value(&ty, c)),
            ty,
            hidden: false,
            keeps: false,
        })
    }

    /// The function by which C asks why it has failed, if it may.
    #[must_use]
    pub fn error_symbol(&self) -> Option<String> {
        let symbol = self.symbol.as_ref().filter(|_| self.fallible)?;
        Some(format!("{symbol}_error"))
    }

    /// All types of its signature that C has a name for.
    pub fn types_in_c(&self) -> impl Iterator<Item = &Type> {
        let params = self.params.iter().map(|param| &param.ty);
        params.chain(&self.ret.ty).flat_map(exported::in_c)
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

/// The docs among `attrs`, a line each, as written behind `///`.
#[must_use]
pub fn docs(attrs: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attr in attrs {
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

/// What C calls the parameter that a value goes through.
const OUT: &str = "result";

fn parse_fn(attr: ExportAttr, item: ItemFn, errors: &mut Errors) -> Option<Export> {
    let ident = &item.sig.ident;
    let callee = Callee {
        path: ident.to_token_stream(),
        constant: None,
        unboxed: Vec::new(),
        wrap: Wrap::AsItIs,
    };
    let default = c_spelling(ident);
    parse_method(attr, item, default, callee, errors)
}

/// A function, or what stands for a method; C calls it `default`, if its attribute does not say otherwise.
pub(crate) fn parse_method(
    attr: ExportAttr,
    mut item: ItemFn,
    default: String,
    callee: Callee,
    errors: &mut Errors,
) -> Option<Export> {
    item.attrs = check::without_ours(item.attrs);
    let is_unsafe = matches!(item.sig.safety, syn::Safety::Unsafe(_));
    check::export_attrs(&item.attrs, is_unsafe, errors);
    let sound = check::export_signature(&item.sig, errors);
    let symbol = symbol_of(&attr, &item, default.clone(), &callee, errors);
    let private = attr.runtime();
    let name = symbol.clone().unwrap_or(default);
    let (mut params, mut mirrors) = (Vec::new(), Vec::new());
    for (index, input) in item.sig.inputs.iter().enumerate() {
        let syn::FnArg::Typed(typed) = input else {
            continue; // refused above
        };
        let taken = take::param(typed.clone(), index, &private, &name, errors);
        let Some((param, mirror)) = taken else {
            continue;
        };
        params.push(param);
        mirrors.extend(mirror.filter(|mirror| !mirrors.contains(mirror)));
    }
    // Of a closure that was refused nobody needs to hear again.
    if params.len() == item.sig.inputs.len() {
        check::no_closures(&params, errors);
    }
    let giver = Giver {
        private: &private,
        function: &name,
        borrows: callee.constant.is_some(),
    };
    let given = errors.take(give::ret(&item.sig.output, &giver))?;
    for mirror in given.mirrors {
        if !mirrors.contains(&mirror) {
            mirrors.push(mirror);
        }
    }
    let error = format!("{name}_error");
    if given.fallible && symbol.is_some() && clib::has(&error) {
        let message = format!(
            "C asks `{error}` why this has failed, and that is a function of the C library; say another name"
        );
        match &attr.name {
            Some(text) => errors.push(&text.literal, message),
            None => errors.push(&item.sig.ident, message),
        }
    }
    match (&attr.on_panic, &given.ret.slot) {
        (OnPanic::Value(value), None) => errors.push(
            value,
            "C gets nothing from this function, so there is no value to give it; remove `on_panic`",
        ),
        (OnPanic::Value(value), Some(_)) if given.fallible => errors.push(
            value,
            "C gets -1 from a function that returns a `Result`, whether it fails or panics; remove `on_panic`, or write \
             `on_panic = abort`",
        ),
        _ => {}
    }
    sound.then(|| Export {
        is_unsafe,
        callee,
        attr,
        item,
        symbol,
        params,
        ret: given.ret,
        out: given.out,
        fallible: given.fallible,
        mirrors,
    })
}

fn symbol_of(
    attr: &ExportAttr,
    item: &ItemFn,
    default: String,
    callee: &Callee,
    errors: &mut Errors,
) -> Option<String> {
    if attr.private {
        return None;
    }
    let name = attr.name.as_ref();
    let name = name.map_or(default, |text| text.value.clone());
    let (key, pointer) = match &callee.constant {
        None => ("cgo_export", format!("{}::C", item.sig.ident)),
        Some((ty, constant)) => (
            "cgo",
            format!("{}::{constant}", canon::tokens(ty.to_token_stream()).trim()),
        ),
    };
    let problem = if !symbol::is_c_identifier(&name) || name.contains('$') {
        Some(format!(
            "{name:?} is not a name in C; say another, `#[{key}(name = \"..\")]`"
        ))
    } else if let Some(owner) = standard::owner(&name) {
        Some(format!(
            "`{name}` is {owner}; say another name, `#[{key}(name = \"..\")]`"
        ))
    } else if clib::has(&name) {
        Some(format!(
            "`{name}` is a function of the C library, which this symbol would silently replace in the whole program; \
             say another name, `#[{key}(name = \"my_{name}\")]`, or make it `private` and pass `{pointer}`"
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
