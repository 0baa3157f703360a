//! The mutants of one declaration: each differs from the truth in one place.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{FnArg, ForeignItemFn, ForeignItemStatic, Item, ReturnType, Type, parse_quote};

use cgocall_syntax::node;

use super::abi::{Pointers, canonical};
use super::types::wrong;

/// A declaration with one mistake.
pub(super) struct Mutant {
    /// What was done to it.
    pub(super) what: &'static str,
    pub(super) item: TokenStream,
    /// Where the findings may be.
    pub(super) allowed: Vec<String>,
    /// Where one must be.
    pub(super) needed: Vec<String>,
    /// The same to the calling convention.
    pub(super) is_equal: bool,
}

/// Collects the mutants of declarations.
pub(super) struct Generator<'a> {
    pub(super) pointers: &'a Pointers,
    pub(super) made: Vec<Mutant>,
    /// How many there are, and that every so many-th is made.
    pub(super) all: usize,
    pub(super) stride: usize,
}

pub(super) fn unraw(ident: &syn::Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

impl Generator<'_> {
    pub(super) fn same(&self, a: &Type, b: &Type) -> bool {
        canonical(a, self.pointers) == canonical(b, self.pointers)
    }

    /// A finding has to be at one of `nodes`, and nowhere else.
    pub(super) fn put(
        &mut self,
        what: &'static str,
        item: impl FnOnce() -> TokenStream,
        nodes: Vec<String>,
        is_equal: bool,
    ) {
        let needed = match &nodes[..] {
            [one] => vec![one.clone()],
            _ => Vec::new(),
        };
        self.put_where(what, item, nodes, needed, is_equal);
    }

    /// The same, and there have to be findings at all of `needed`.
    pub(super) fn put_where(
        &mut self,
        what: &'static str,
        item: impl FnOnce() -> TokenStream,
        allowed: Vec<String>,
        needed: Vec<String>,
        is_equal: bool,
    ) {
        self.all += 1;
        if !self.all.is_multiple_of(self.stride) {
            return;
        }
        self.made.push(Mutant {
            what,
            item: item(),
            allowed,
            needed,
            is_equal,
        });
    }

    pub(super) fn types(&mut self, ty: &Type, node: &str, item: &dyn Fn(&Type) -> TokenStream) {
        for (what, other) in wrong(ty) {
            let is_equal = self.same(ty, &other);
            self.put(what, || item(&other), vec![node.to_owned()], is_equal);
        }
    }

    pub(super) fn function(&mut self, function: &ForeignItemFn) {
        let name = unraw(&function.sig.ident);
        let item = |function: &ForeignItemFn| quote!(unsafe extern "C" { #function });
        let whole = vec![node::item(&name)];
        let types: Vec<Type> = function
            .sig
            .inputs
            .iter()
            .map(|input| match input {
                FnArg::Typed(input) => (*input.ty).clone(),
                FnArg::Receiver(_) => unreachable!("C has no methods"),
            })
            .collect();
        let with = |types: &[Type]| {
            let mut changed = function.clone();
            changed.sig.inputs = types
                .iter()
                .enumerate()
                .map(|(at, ty)| -> FnArg {
                    let name = format_ident!("p{at}");
                    parse_quote!(#name: #ty)
                })
                .collect();
            changed
        };
        for (at, ty) in types.iter().enumerate() {
            let mut fewer = types.clone();
            fewer.remove(at);
            self.put("count", || item(&with(&fewer)), whole.clone(), false);
            if at > 0 {
                let mut swapped = types.clone();
                swapped.swap(at - 1, at);
                let is_equal = self.same(&types[at - 1], ty);
                let nodes = vec![node::param_type(&name, at - 1), node::param_type(&name, at)];
                self.put_where(
                    "order",
                    || item(&with(&swapped)),
                    nodes.clone(),
                    nodes,
                    is_equal,
                );
            }
            self.types(ty, &node::param_type(&name, at), &|other| {
                let mut changed = types.clone();
                changed[at] = other.clone();
                item(&with(&changed))
            });
        }
        for at in [0, types.len()] {
            let mut more = types.clone();
            more.insert(at, parse_quote!(::core::ffi::c_int));
            self.put("count", || item(&with(&more)), whole.clone(), false);
        }
        let returning = |output: ReturnType| {
            let mut changed = function.clone();
            changed.sig.output = output;
            item(&changed)
        };
        let result = vec![node::result(&name)];
        match &function.sig.output {
            ReturnType::Default => {
                let output = parse_quote!(-> ::core::ffi::c_int);
                self.put("result", || returning(output), result, false);
                let output = parse_quote!(-> *mut ::core::ffi::c_void);
                self.put(
                    "result",
                    || returning(output),
                    vec![node::result(&name)],
                    false,
                );
            }
            ReturnType::Type(_, ty) => {
                self.put(
                    "result",
                    || returning(ReturnType::Default),
                    result.clone(),
                    false,
                );
                self.types(ty, &result[0], &|other| returning(parse_quote!(-> #other)));
            }
        }
        let mut renamed = function.clone();
        renamed.sig.ident = format_ident!("{name}_zz");
        self.put(
            "name",
            || item(&renamed),
            vec![node::item(&format!("{name}_zz"))],
            false,
        );
    }

    pub(super) fn variable(&mut self, variable: &ForeignItemStatic) {
        let node = node::ty(&unraw(&variable.ident));
        let is_open =
            matches!(&*variable.ty, Type::Array(array) if super::types::parse_len(&array.len) == 0);
        for (what, other) in wrong(&variable.ty) {
            // How long it is C does not say either.
            if is_open && what == "length" {
                continue;
            }
            let mut changed = variable.clone();
            *changed.ty = other;
            let is_equal = self.same(&variable.ty, &changed.ty);
            self.put(
                what,
                || quote!(unsafe extern "C" { #changed }),
                vec![node.clone()],
                is_equal,
            );
        }
        let mut changed = variable.clone();
        if matches!(variable.mutability, syn::StaticMutability::None) {
            changed.mutability = syn::StaticMutability::Mut(Default::default());
            let node = vec![node::item(&unraw(&variable.ident))];
            self.put(
                "const",
                || quote!(unsafe extern "C" { #changed }),
                node,
                false,
            );
        }
    }

    pub(super) fn alias(&mut self, alias: &syn::ItemType) {
        let node = node::ty(&unraw(&alias.ident));
        self.types(&alias.ty, &node, &|other| {
            let mut changed = alias.clone();
            *changed.ty = other.clone();
            quote!(#changed)
        });
    }

    pub(super) fn constant(&mut self, name: &str, ty: &Type, value: &ConstantValue) {
        let ident: syn::Ident = syn::parse_str(name).unwrap();
        let node = node::value(name);
        let make = |ty: &Type, value: &ConstantValue| {
            let value = value.tokens();
            quote!(pub const #ident: #ty = #value;)
        };
        for other in value.wrong() {
            self.put("value", || make(ty, &other), vec![node.clone()], false);
        }
        if let ConstantValue::Integer(number) = value {
            // As the header's value, in a type that cannot hold it.
            for (narrow, least, most) in NARROW {
                if (least..=most).contains(number) {
                    continue;
                }
                let narrow: Type = syn::parse_str(narrow).unwrap();
                let item = quote!(unsafe extern "C" { #[cgo(constant)] static #ident: #narrow; });
                self.put("width", || item.clone(), vec![node::ty(name)], false);
            }
        }
    }
}

const NARROW: [(&str, i128, i128); 8] = [
    ("u8", 0, 0xff),
    ("i8", -0x80, 0x7f),
    ("u16", 0, 0xffff),
    ("::core::ffi::c_short", -0x8000, 0x7fff),
    ("::core::ffi::c_uint", 0, 0xffff_ffff),
    ("::core::ffi::c_int", -0x8000_0000, 0x7fff_ffff),
    ("::core::ffi::c_ulong", 0, 0xffff_ffff_ffff_ffff),
    ("usize", 0, 0xffff_ffff_ffff_ffff),
];

/// What a constant is, said by a program that was run.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum ConstantValue {
    Integer(i128),
    Float(f64),
    Text(Vec<u8>),
}

impl ConstantValue {
    pub(super) fn tokens(&self) -> TokenStream {
        match self {
            ConstantValue::Integer(value) => number(*value),
            ConstantValue::Float(value) => {
                let literal = Literal::f64_unsuffixed(value.abs());
                if value.is_sign_negative() {
                    quote!(-#literal)
                } else {
                    quote!(#literal)
                }
            }
            ConstantValue::Text(bytes) => {
                let text = std::ffi::CString::new(bytes.clone()).unwrap();
                let literal = Literal::c_string(&text);
                quote!(#literal)
            }
        }
    }

    fn wrong(&self) -> Vec<ConstantValue> {
        match self {
            ConstantValue::Integer(value) => [value + 1, value - 1, -value, value + (1 << 32)]
                .into_iter()
                .filter(|other| other != value)
                .map(ConstantValue::Integer)
                .collect(),
            ConstantValue::Float(value) => [value.next_up(), value.next_down(), -value]
                .into_iter()
                .filter(|other| other.to_bits() != value.to_bits() && other.is_finite())
                .map(ConstantValue::Float)
                .collect(),
            ConstantValue::Text(bytes) => {
                let mut all = vec![[&bytes[..], b"x"].concat()];
                if let Some((last, rest)) = bytes.split_last() {
                    let other = if *last == b'x' { b'y' } else { b'x' };
                    all.extend([rest.to_vec(), [rest, &[other]].concat()]);
                }
                all.into_iter().map(ConstantValue::Text).collect()
            }
        }
    }
}

pub(super) fn number(value: i128) -> TokenStream {
    let literal = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}

pub(super) fn ident_of(item: &Item) -> &syn::Ident {
    match item {
        Item::Struct(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => unreachable!(),
    }
}
