//! What `repr(C)` makes of a declaration: the rules of the reference, written down once more.

use std::collections::HashMap;

use syn::{Fields, Item, Type};

use super::abi;
use super::types::parse_len;

/// Sizes of structs and unions, by their names in Rust.
#[derive(Default)]
pub(super) struct Layouts {
    items: HashMap<String, Item>,
}

/// Size, alignment, and where the fields are.
#[derive(Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) size: u64,
    pub(super) align: u64,
    pub(super) offsets: Vec<(String, u64)>,
}

impl Layouts {
    pub(super) fn add(&mut self, item: &Item) {
        let ident = match item {
            Item::Struct(item) => &item.ident,
            Item::Union(item) => &item.ident,
            _ => return,
        };
        let name = syn::ext::IdentExt::unraw(ident).to_string();
        self.items.insert(name, item.clone());
    }

    pub(super) fn size(&self, ty: &Type) -> Option<u64> {
        Some(self.ty(ty)?.0)
    }

    fn ty(&self, ty: &Type) -> Option<(u64, u64)> {
        if let Some((bytes, _)) = abi::integer(ty) {
            return Some((bytes, bytes));
        }
        if let Some(bytes) = abi::float(ty) {
            return Some((bytes, bytes));
        }
        Some(match ty {
            Type::Ptr(_) | Type::FnPtr(_) => (8, 8),
            Type::Array(array) => {
                let (size, align) = self.ty(&array.elem)?;
                (size * parse_len(&array.len), align)
            }
            _ if abi::of_option(ty).is_some() => (8, 8),
            other => {
                let layout = self.of(self.items.get(&abi::name(other)?)?)?;
                (layout.size, layout.align)
            }
        })
    }

    /// `None` if a type in it is not known.
    pub(super) fn of(&self, item: &Item) -> Option<Layout> {
        let (attrs, fields, is_union) = match item {
            Item::Struct(item) => (&item.attrs, item.fields.clone(), false),
            Item::Union(item) => (&item.attrs, Fields::Named(item.fields.clone()), true),
            _ => unreachable!(),
        };
        let (mut packed, mut least) = (u64::MAX, 1);
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
            attr.parse_nested_meta(|meta| {
                let number = |meta: &syn::meta::ParseNestedMeta<'_>| -> syn::Result<u64> {
                    let inner;
                    syn::parenthesized!(inner in meta.input);
                    inner.parse::<syn::LitInt>()?.base10_parse()
                };
                if meta.path.is_ident("packed") {
                    packed = if meta.input.is_empty() {
                        1
                    } else {
                        number(&meta)?
                    };
                } else if meta.path.is_ident("align") {
                    least = number(&meta)?;
                }
                Ok(())
            })
            .unwrap();
        }
        let (mut end, mut size, mut align) = (0_u64, 0, least);
        let mut offsets = Vec::new();
        for field in &fields {
            let (bytes, natural) = self.ty(&field.ty)?;
            let natural = natural.min(packed);
            align = align.max(natural);
            let offset = if is_union {
                0
            } else {
                end.next_multiple_of(natural)
            };
            end = offset + bytes;
            size = size.max(end);
            let name = syn::ext::IdentExt::unraw(field.ident.as_ref().unwrap()).to_string();
            offsets.push((name, offset));
        }
        Some(Layout {
            size: size.next_multiple_of(align),
            align,
            offsets,
        })
    }
}
