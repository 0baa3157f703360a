//! The mutants of one declaration: each differs from the truth in one place.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Fields, FnArg, ForeignItemFn, ForeignItemStatic, Item, ReturnType, Type, parse_quote};

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

fn unraw(ident: &syn::Ident) -> String {
    syn::ext::IdentExt::unraw(ident).to_string()
}

impl Generator<'_> {
    fn same(&self, a: &Type, b: &Type) -> bool {
        canonical(a, self.pointers) == canonical(b, self.pointers)
    }

    /// A finding has to be at one of `nodes`, and nowhere else.
    fn put(
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
    fn put_where(
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

    fn types(&mut self, ty: &Type, node: &str, item: &dyn Fn(&Type) -> TokenStream) {
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

    /// A struct or a union.
    pub(super) fn aggregate(&mut self, item: &Item) {
        let (ident, fields, is_union) = match item {
            Item::Struct(item) => (&item.ident, &item.fields, false),
            Item::Union(item) => (&item.ident, &Fields::Named(item.fields.clone()), true),
            _ => unreachable!(),
        };
        let name = unraw(ident);
        let fields: Vec<syn::Field> = fields.iter().cloned().collect();
        let with = |fields: &[syn::Field]| with_fields(item, fields);
        let member =
            |field: &syn::Field| node::member(&name, &unraw(field.ident.as_ref().unwrap()));
        for (at, field) in fields.iter().enumerate() {
            let is_ours = field.attrs.iter().any(|attr| attr.path().is_ident("cgo"));
            if is_ours {
                continue;
            }
            self.types(&field.ty, &node::ty(&member(field)), &|other| {
                let mut changed = fields.clone();
                changed[at].ty = other.clone();
                with(&changed)
            });
            let mut renamed = fields.clone();
            renamed[at].ident = Some(format_ident!("{}_zz", unraw(field.ident.as_ref().unwrap())));
            let node = member(&renamed[at]);
            self.put_where(
                "name",
                || with(&renamed),
                vec![node.clone(), node::item(&name)],
                vec![node],
                false,
            );
            let mut fewer = fields.clone();
            fewer.remove(at);
            if !fewer.is_empty() {
                self.put(
                    "field dropped",
                    || with(&fewer),
                    vec![node::item(&name)],
                    false,
                );
            }
            if at == 0
                || fields[at - 1]
                    .attrs
                    .iter()
                    .any(|attr| attr.path().is_ident("cgo"))
            {
                continue;
            }
            let before = &fields[at - 1];
            let nodes = vec![member(before), member(field)];
            let mut swapped = fields.clone();
            swapped.swap(at - 1, at);
            self.put("field order", || with(&swapped), nodes.clone(), is_union);
            if !self.same(&before.ty, &field.ty) {
                let mut swapped = fields.clone();
                (swapped[at - 1].ty, swapped[at].ty) = (field.ty.clone(), before.ty.clone());
                let nodes = nodes.iter().map(|node| node::ty(node)).collect::<Vec<_>>();
                self.put_where(
                    "field order",
                    || with(&swapped),
                    nodes.clone(),
                    nodes,
                    false,
                );
            }
        }
        for at in [0, fields.len()] {
            let mut more = fields.clone();
            more.insert(at, parse_quote!(pub zz: ::core::ffi::c_int));
            self.put(
                "field added",
                || with(&more),
                vec![node::member(&name, "zz")],
                false,
            );
        }
        let everywhere: Vec<String> = fields
            .iter()
            .map(member)
            .chain([node::item(&name)])
            .collect();
        for repr in [
            quote!(C),
            quote!(C, packed),
            quote!(C, packed(2)),
            quote!(C, align(16)),
            quote!(C, align(64)),
        ] {
            let mut changed = item.clone();
            let attrs = match &mut changed {
                Item::Struct(item) => &mut item.attrs,
                Item::Union(item) => &mut item.attrs,
                _ => unreachable!(),
            };
            attrs.retain(|attr| !attr.path().is_ident("repr"));
            attrs.push(parse_quote!(#[repr(#repr)]));
            self.put("repr", || quote!(#changed), everywhere.clone(), false);
        }
        let flipped = match item {
            Item::Struct(item) if fields.len() > 1 => {
                let (attrs, ident, fields) = (&item.attrs, &item.ident, &item.fields);
                Some(quote!(#(#attrs)* pub union #ident #fields))
            }
            Item::Union(item) => {
                let (attrs, ident, fields) = (&item.attrs, &item.ident, &item.fields);
                Some(quote!(#(#attrs)* pub struct #ident #fields))
            }
            _ => None,
        };
        if let Some(flipped) = flipped {
            self.put("union", || flipped, vec![node::item(&name)], false);
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

    pub(super) fn enumeration(&mut self, list: &syn::ItemEnum) {
        let name = unraw(&list.ident);
        for at in 0..list.variants.len() {
            let variant = &list.variants[at];
            let member = node::member(&name, &unraw(&variant.ident));
            let Some((_, value)) = &variant.discriminant else {
                continue;
            };
            let value = value_of(value);
            for other in [value + 100_000, -1 - value] {
                let mut changed = list.clone();
                let other = number(other);
                let other: syn::Expr = parse_quote!(#other);
                changed.variants[at].discriminant = Some((Default::default(), other));
                self.put(
                    "value",
                    || quote!(#changed),
                    vec![node::value(&member)],
                    false,
                );
            }
            let mut renamed = list.clone();
            let other = format!("{}_zz", unraw(&variant.ident));
            renamed.variants[at].ident = format_ident!("{other}");
            let node = node::member(&name, &other);
            self.put_where(
                "name",
                || quote!(#renamed),
                vec![node.clone(), node::item(&name)],
                vec![node],
                false,
            );
            let mut fewer = list.clone();
            fewer.variants = fewer
                .variants
                .into_iter()
                .enumerate()
                .filter(|(i, _)| *i != at)
                .map(|(_, v)| v)
                .collect();
            self.put(
                "field dropped",
                || quote!(#fewer),
                vec![node::item(&name)],
                false,
            );
        }
        for repr in [quote!(u8), quote!(i64)] {
            let mut changed = list.clone();
            changed.attrs.retain(|attr| !attr.path().is_ident("repr"));
            changed.attrs.push(parse_quote!(#[repr(#repr)]));
            self.put("repr", || quote!(#changed), vec![node::item(&name)], false);
        }
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

fn number(value: i128) -> TokenStream {
    let literal = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 {
        quote!(-#literal)
    } else {
        quote!(#literal)
    }
}

/// The number that an expression is.
fn value_of(expr: &syn::Expr) -> i128 {
    let text = expr.to_token_stream().to_string().replace(' ', "");
    text.parse()
        .expect("the value of an enumerator is a number")
}

pub(super) fn with_fields(item: &Item, fields: &[syn::Field]) -> TokenStream {
    match item {
        Item::Struct(item) => {
            let (attrs, ident) = (&item.attrs, &item.ident);
            quote!(#(#attrs)* pub struct #ident { #(#fields),* })
        }
        Item::Union(item) => {
            let (attrs, ident) = (&item.attrs, &item.ident);
            quote!(#(#attrs)* pub union #ident { #(#fields),* })
        }
        _ => unreachable!(),
    }
}

pub(super) fn ident_of(item: &Item) -> &syn::Ident {
    match item {
        Item::Struct(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => unreachable!(),
    }
}
