//! The functions that read and write the bitfields which a field stores.

use crate::asserts::cfgs;
use crate::joined::joined;
use crate::names;
use cgocall_syntax::record::Record;
use cgocall_syntax::{Aggregate, Bitfield, Field, Import};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{quote, quote_spanned};
use std::collections::HashSet;
use syn::spanned::Spanned as _;

/// The functions for all bitfields of `ours`.
pub(crate) fn functions(import: &Import, ours: &Aggregate, record: &Record) -> TokenStream {
    let private = names::private(import.attr.krate.as_ref());
    let (ident, shared) = (&ours.ident, cfgs(&ours.attrs));
    let stored = ours.fields.iter().filter(|field| !field.bits().is_empty());
    let mut taken: HashSet<String> = stored
        .clone()
        .flat_map(|field| field.bits().iter().map(Bitfield::name))
        .collect();
    let functions = stored.map(|field| {
        let cfgs = cfgs(&field.attrs);
        let functions = field.bits().iter().map(|bits| {
            let bit = place(record, field, bits);
            pair(&private, ours, field, bits, &setter(bits, &mut taken), bit)
        });
        let functions: Vec<TokenStream> = functions.collect();
        quote! {
            #(#shared)* #(#cfgs)*
            #[allow(deprecated)]
            impl #ident { #(#functions)* }
        }
    });
    joined(functions)
}

/// That each of them lies in its field.
pub(crate) fn asserts(ours: &Aggregate, record: &Record) -> TokenStream {
    let (ident, shared) = (&ours.ident, cfgs(&ours.attrs));
    let bits = ours.fields.iter().flat_map(|field| {
        let cfgs = cfgs(&field.attrs);
        let shared = &shared;
        field.bits().iter().filter_map(move |bits| {
            let bit = place(record, field, bits)?;
            let (storage, ty) = (&field.ident, &field.ty);
            let (first, behind) = (bit, bit + u64::from(bits.width));
            let (place, they) = match bits.width {
                1 => (format!("bit {first}"), "it is"),
                _ => (format!("bits {first} to {}", behind - 1), "they are"),
            };
            let message = format!(
                "`{}` has `{}` in {place} in C, and `{storage}` in Rust is elsewhere; let it be where {they}, and as large",
                ours.c_name,
                bits.name(),
            );
            let (first, behind) = (unsuffixed(first), unsuffixed(behind));
            Some(quote_spanned! {bits.ident.span()=>
                #(#shared)* #(#cfgs)*
                #[allow(deprecated)]
                const _: () = ::core::assert!(
                    ::core::mem::offset_of!(#ident, #storage) * 8 <= #first
                        && #behind <= (::core::mem::offset_of!(#ident, #storage) + ::core::mem::size_of::<#ty>()) * 8,
                    #message
                );
            })
        })
    });
    joined(bits)
}

/// Where C has it, from the beginning of the struct.
fn place(record: &Record, field: &Field, bits: &Bitfield) -> Option<u64> {
    let (field, name) = (field.name(), bits.name());
    let mut places = record.bitfields.iter();
    let place = places.find(|place| place.field == field && place.name == name)?;
    Some(place.bit)
}

/// The name of the function that writes it: where a bitfield has that name itself, with `_` behind it.
fn setter(bits: &Bitfield, taken: &mut HashSet<String>) -> Ident {
    let mut name = format!("set_{}", bits.name());
    while !taken.insert(name.clone()) {
        name.push('_');
    }
    Ident::new(&name, names::ours(bits.ident.span()))
}

fn pair(
    private: &TokenStream,
    ours: &Aggregate,
    field: &Field,
    bits: &Bitfield,
    set: &Ident,
    bit: Option<u64>,
) -> TokenStream {
    let Bitfield {
        attrs,
        vis,
        ty,
        width,
        ..
    } = bits;
    let (name, storage, ident) = (bits.name(), &field.ident, &ours.ident);
    let get = names::made(&bits.ident);
    let doc = attrs.iter().all(|attr| !attr.path().is_ident("doc"));
    let doc = doc.then(|| {
        let text = format!(" The bitfield `{name}`.");
        quote!(#[doc = #text])
    });
    let set_doc = format!(
        " Writes the bitfield `{name}`; of a value too wide the upper bits are lost, as in C."
    );
    let Some(bit) = bit else {
        // Documentation, or an error that has been said.
        let message = format!("no C compiler has said where `{name}` is");
        return quote! {
            #doc #(#attrs)*
            #vis fn #get(&self) -> #ty { ::core::panic!(#message) }
            #[doc = #set_doc]
            #vis fn #set(&mut self, _cgo_value: #ty) { let _ = _cgo_value; ::core::panic!(#message) }
        };
    };
    let (bit, width) = (unsuffixed(bit), Literal::u32_unsuffixed(*width));
    let at = quote!(::core::mem::offset_of!(#ident, #storage));
    let call_get = quote_spanned!(ty.span()=> #private::get_bits::<#ty, _>);
    let call_set = quote_spanned!(ty.span()=> #private::set_bits::<#ty, _>);
    if !ours.is_union {
        return quote! {
            #doc #(#attrs)*
            #[inline]
            #[must_use]
            #vis fn #get(&self) -> #ty {
                #call_get(self.#storage, #at, #bit, #width)
            }

            #[doc = #set_doc]
            #[inline]
            #vis fn #set(&mut self, _cgo_value: #ty) {
                self.#storage = #call_set(self.#storage, #at, #bit, #width, _cgo_value);
            }
        };
    }
    quote! {
        #doc #(#attrs)*
        ///
        /// # Safety
        /// All bytes of the field that stores it have been written, as for reading any field of a union.
        #[inline]
        #[must_use]
        #vis unsafe fn #get(&self) -> #ty {
            // SAFETY: its bytes have been written, says the caller; an integer or `[u8; N]` may have any value.
            #call_get(unsafe { self.#storage }, #at, #bit, #width)
        }

        #[doc = #set_doc]
        ///
        /// # Safety
        /// All bytes of the field that stores it have been written: those beside the bitfield stay as they are.
        #[inline]
        #vis unsafe fn #set(&mut self, _cgo_value: #ty) {
            // SAFETY: as in the function that reads.
            self.#storage = #call_set(unsafe { self.#storage }, #at, #bit, #width, _cgo_value);
        }
    }
}

fn unsuffixed(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}
