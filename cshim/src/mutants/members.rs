//! The mutants of what has members: structs, unions, bitfields, enums.

use cgocall_syntax::node;
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote};
use syn::{Fields, Item, Type, parse_quote};

use super::generate::{Generator, number, unraw};
use super::types::wrong;

impl Generator<'_> {
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
                self.bits(&name, &fields, at, &with);
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

    /// The bitfields that a field stores, if it does.
    fn bits(
        &mut self,
        name: &str,
        fields: &[syn::Field],
        at: usize,
        with: &dyn Fn(&[syn::Field]) -> TokenStream,
    ) {
        let Some((place, bits)) = bits_of(&fields[at]) else {
            return;
        };
        let member = node::member(name, &unraw(fields[at].ident.as_ref().unwrap()));
        let changed = |bits: &[Bits]| {
            let mut changed = fields.to_vec();
            let bits = bits.iter().map(|Bits { ident, ty, width }| {
                let width = Literal::u64_unsuffixed(*width);
                quote!(#ident: #ty = #width)
            });
            changed[at].attrs[place] = parse_quote!(#[cgo(bits(#(#bits),*))]);
            with(&changed)
        };
        for (index, bit) in bits.iter().enumerate() {
            let node = node::bitfield(&member, &unraw(&bit.ident));
            for width in [bit.width + 1, bit.width - 1] {
                let mut other = bits.clone();
                other[index].width = width;
                if width > 0 {
                    self.put("bits", || changed(&other), vec![node::value(&node)], false);
                }
            }
            for (what, ty) in wrong(&bit.ty) {
                if matches!(what, "width" | "sign") {
                    let mut other = bits.clone();
                    other[index].ty = ty;
                    self.put(what, || changed(&other), vec![node::ty(&node)], false);
                }
            }
            let mut other = bits.clone();
            other[index].ident = format_ident!("{}_zz", unraw(&bit.ident));
            let renamed = node::bitfield(&member, &unraw(&other[index].ident));
            let allowed = vec![renamed.clone(), node::item(name)];
            self.put_where("name", || changed(&other), allowed, vec![renamed], false);
            let mut fewer = bits.clone();
            fewer.remove(index);
            self.put(
                "field dropped",
                || changed(&fewer),
                vec![node::item(name)],
                false,
            );
        }
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
}

/// One bitfield.
#[derive(Clone)]
struct Bits {
    ident: syn::Ident,
    ty: Type,
    width: u64,
}

impl syn::parse::Parse for Bits {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Bits> {
        input.parse::<syn::Visibility>()?;
        let ident = input.parse()?;
        input.parse::<syn::Token![:]>()?;
        let ty = input.parse()?;
        input.parse::<syn::Token![=]>()?;
        let width = input.parse::<syn::LitInt>()?.base10_parse()?;
        Ok(Bits { ident, ty, width })
    }
}

/// Which attribute of the field lists them, and the list.
fn bits_of(field: &syn::Field) -> Option<(usize, Vec<Bits>)> {
    let place = field
        .attrs
        .iter()
        .position(|attr| attr.path().is_ident("cgo"))?;
    let syn::Meta::List(list) = &field.attrs[place].meta else {
        return None;
    };
    let inner: syn::MetaList = list.parse_args().ok()?;
    if !inner.path.is_ident("bits") {
        return None;
    }
    let bits = inner
        .parse_args_with(syn::punctuated::Punctuated::<Bits, syn::Token![,]>::parse_terminated);
    Some((place, bits.ok()?.into_iter().collect()))
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
