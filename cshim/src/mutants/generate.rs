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
        let inputs = function.sig.inputs.iter().map(|input| match input {
            FnArg::Typed(input) => (*input.ty).clone(),
            FnArg::Receiver(_) => unreachable!("C has no methods"),
        });
        let types: Vec<Type> = inputs.collect();
        self.callable(&name, &types, &function.sig.output, &|types, output| {
            let mut changed = function.clone();
            let inputs = types.iter().enumerate().map(|(at, ty)| -> FnArg {
                let name = format_ident!("p{at}");
                parse_quote!(#name: #ty)
            });
            changed.sig.inputs = inputs.collect();
            changed.sig.output = output.clone();
            quote!(unsafe extern "C" { #changed })
        });
        let mut renamed = function.clone();
        renamed.sig.ident = format_ident!("{name}_zz");
        let item = || quote!(unsafe extern "C" { #renamed });
        self.put("name", item, vec![node::item(&format!("{name}_zz"))], false);
    }

    /// A function, or the type of a pointer to one.
    fn callable(
        &mut self,
        name: &str,
        types: &[Type],
        output: &ReturnType,
        item: &dyn Fn(&[Type], &ReturnType) -> TokenStream,
    ) {
        let whole = vec![node::item(name)];
        for (at, ty) in types.iter().enumerate() {
            let mut fewer = types.to_vec();
            fewer.remove(at);
            self.put("count", || item(&fewer, output), whole.clone(), false);
            if at > 0 {
                let mut swapped = types.to_vec();
                swapped.swap(at - 1, at);
                let is_equal = self.same(&types[at - 1], ty);
                let nodes = vec![node::param_type(name, at - 1), node::param_type(name, at)];
                self.put_where(
                    "order",
                    || item(&swapped, output),
                    nodes.clone(),
                    nodes,
                    is_equal,
                );
            }
            self.types(ty, &node::param_type(name, at), &|other| {
                let mut changed = types.to_vec();
                changed[at] = other.clone();
                item(&changed, output)
            });
        }
        for at in [0, types.len()] {
            let mut more = types.to_vec();
            more.insert(at, parse_quote!(::core::ffi::c_int));
            self.put("count", || item(&more, output), whole.clone(), false);
        }
        let result = vec![node::result(name)];
        match output {
            ReturnType::Default => {
                for output in [
                    parse_quote!(-> ::core::ffi::c_int),
                    parse_quote!(-> *mut ::core::ffi::c_void),
                ] {
                    self.put("result", || item(types, &output), result.clone(), false);
                }
            }
            ReturnType::Type(_, ty) => {
                self.put(
                    "result",
                    || item(types, &ReturnType::Default),
                    result.clone(),
                    false,
                );
                self.types(ty, &result[0], &|other| {
                    item(types, &parse_quote!(-> #other))
                });
            }
        }
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
        if let Type::FnPtr(function) = &*alias.ty {
            let types: Vec<Type> = function
                .inputs
                .iter()
                .map(|input| input.ty.clone())
                .collect();
            let name = unraw(&alias.ident);
            return self.callable(&name, &types, &function.output, &|types, output| {
                let mut changed = alias.clone();
                *changed.ty = parse_quote!(unsafe extern "C" fn(#(#types),*) #output);
                quote!(#changed)
            });
        }
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
            // A single has lost what tells the two apart.
            let is_equal = match (value, &other) {
                (ConstantValue::Float(a), ConstantValue::Float(b))
                    if super::abi::float(ty) == Some(4) =>
                {
                    (*a as f32).to_bits() == (*b as f32).to_bits()
                }
                _ => false,
            };
            self.put("value", || make(ty, &other), vec![node.clone()], is_equal);
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
