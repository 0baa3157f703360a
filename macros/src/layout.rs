//! `#[cgo_import]` on a type or a constant: the item as it stands, and assertions that C has the same.

use crate::asserts::{self, cfgs};
use crate::bits;
use crate::evidence::Evidence;
use crate::import::Author;
use crate::names;
use cgocall_syntax::record::{self, Record};
use cgocall_syntax::{
    Aggregate, Alias, Constant, ConstantKind, Enumeration, FieldKind, Form, Import, node,
};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Type};

pub(crate) fn aggregate(import: &Import, ours: &Aggregate, evidence: &Evidence) -> TokenStream {
    let (said, item) = (&evidence.said, &ours.item);
    let record = &evidence.record;
    let functions = bits::functions(import, ours, record);
    let asserts = evidence.is_sound().then(|| {
        let ident = &ours.ident;
        let shared = cfgs(&ours.attrs);
        let size = size(ident, &ours.name(), &ours.c_name, &shared, record);
        let offsets = ours.fields.iter().filter_map(|field| {
            let name = field.name();
            let offset = record.offsets.iter().find(|offset| offset.field == name)?;
            let (cfgs, field, bytes) = (cfgs(&field.attrs), &field.ident, unsuffixed(offset.bytes));
            let message = format!("`{}` has `{name}` at byte {} in C", ours.c_name, offset.bytes);
            Some(quote_spanned! {field.span()=>
                #(#shared)* #(#cfgs)*
                #[allow(deprecated)]
                const _: () = ::core::assert!(::core::mem::offset_of!(#ident, #field) == #bytes, #message);
            })
        });
        let sizes = ours.fields.iter().filter_map(|field| {
            let name = field.name();
            let size = record.sizes.iter().find(|size| size.field == name)?;
            let (cfgs, ty, bytes) = (cfgs(&field.attrs), &field.ty, unsuffixed(size.bytes));
            let cure = match &field.kind {
                FieldKind::Anonymous(named) => format!("import `{}` from the same header", named.rust),
                _ => format!("write `[u8; {}]`, or a type of this size", size.bytes),
            };
            let message = format!(
                "`{}` has {} bytes in C, and in Rust it has not; {cure}",
                field.c_name, size.bytes
            );
            Some(quote_spanned! {ty.span()=>
                #(#shared)* #(#cfgs)*
                const _: () = ::core::assert!(::core::mem::size_of::<#ty>() == #bytes, #message);
            })
        });
        let bits = bits::asserts(ours, record);
        let types = ours.fields.iter().flat_map(|field| {
            // Of an opaque field nothing but its size counts.
            let own = (!matches!(field.kind, FieldKind::Opaque)).then_some(&field.ty);
            let types = own.into_iter().chain(field.bits().iter().map(|bits| &bits.ty));
            types.map(|ty| (&*field.attrs, ty))
        });
        let types = mentions(import, &ours.attrs, types, record);
        let parts = from_c(import, ours);
        quote!(#size #(#offsets)* #(#sizes)* #bits #types #parts)
    });
    quote!(#said #item #functions #asserts)
}

/// What an export may take.
fn from_c(import: &Import, ours: &Aggregate) -> Option<TokenStream> {
    let syn::Item::Struct(item) = &ours.item else {
        return None;
    };
    let private = names::private(import.attr.krate.as_ref());
    let fields = item.fields.members().zip(&item.fields);
    let fields = fields.map(|(member, field)| (&*field.attrs, member, &field.ty));
    Some(parts(&private, &ours.ident, &ours.attrs, fields, true))
}

pub(crate) fn enumeration(import: &Import, ours: &Enumeration, evidence: &Evidence) -> TokenStream {
    let (said, item) = (&evidence.said, &ours.item);
    let asserts = evidence.is_sound().then(|| {
        let ident = &ours.ident;
        let shared = cfgs(&ours.attrs);
        let size = size(ident, &ours.name(), &ours.c_name, &shared, &evidence.record);
        let values = ours.variants.iter().filter_map(|variant| {
            let address = node::member(&ours.name(), &variant.name());
            let mut said = evidence.record.findings.iter().map(|finding| &finding.node);
            if said.any(|node| *node == address || *node == node::value(&address)) {
                return None;
            }
            let value = find(&evidence.record, &variant.name())?.value.parse().ok()?;
            let (cfgs, name, value) = (cfgs(&variant.attrs), &variant.ident, integer(value));
            let message = format!("`{}` is {} in C", variant.c_name, value);
            Some(quote_spanned! {name.span()=>
                #(#shared)* #(#cfgs)*
                #[allow(deprecated)]
                const _: () = ::core::assert!(#ident::#name as ::core::primitive::i128 == #value, #message);
            })
        });
        let enumerated = enumerated(import, ours);
        quote!(#size #(#values)* #enumerated)
    });
    quote!(#said #item #asserts)
}

/// Which numbers are values: C may have others.
fn enumerated(import: &Import, ours: &Enumeration) -> TokenStream {
    // What has been refused is not to be said again.
    let is_unit = |item: &syn::ItemEnum| item.variants.iter().all(|one| one.fields.is_empty());
    let is_sized = ours
        .attrs
        .iter()
        .any(|attr| attr.meta.to_token_stream().to_string().contains("repr"));
    if !is_sized || !matches!(&ours.item, syn::Item::Enum(item) if is_unit(item)) {
        return TokenStream::new();
    }
    let private = names::private(import.attr.krate.as_ref());
    let variants = ours.variants.iter();
    let variants = variants.map(|variant| (&*variant.attrs, &variant.ident));
    values(&private, &ours.ident, &ours.name(), &ours.attrs, variants)
}

/// Which numbers are values of the enum `ident`.
pub(crate) fn values<'v>(
    private: &TokenStream,
    ident: &syn::Ident,
    name: &str,
    attrs: &[Attribute],
    variants: impl Iterator<Item = (&'v [Attribute], &'v syn::Ident)>,
) -> TokenStream {
    let shared = cfgs(attrs);
    let values = variants.map(|(attrs, name)| {
        let cfgs = cfgs(attrs);
        quote!(#(#cfgs)* #ident::#name)
    });
    quote! {
        #(#shared)*
        #[allow(deprecated)]
        // SAFETY: it is an integer in Rust, and its variants are its values.
        unsafe impl #private::Enumerated for #ident {
            type Number = #private::NumberOf<{ ::core::mem::size_of::<#ident>() }>;
            const NAME: &'static ::core::primitive::str = #name;
            const VALUES: &'static [Self] = &[#(#values),*];
        }
    }
}

/// What of a struct `ident` C may get wrong: what of its fields. If `may_not`, a field may also be what C has no values of:
/// then there is no impl.
pub(crate) fn parts<'f>(
    private: &TokenStream,
    ident: &syn::Ident,
    attrs: &[Attribute],
    fields: impl Iterator<Item = (&'f [Attribute], syn::Member, &'f Type)>,
    may_not: bool,
) -> TokenStream {
    let shared = cfgs(attrs);
    let mut bounds = TokenStream::new();
    let (mut has_cfg, mut all) = (false, TokenStream::new());
    let parts: Vec<TokenStream> = fields
        .map(|(attrs, member, ty)| {
            let (cfgs, private) = (cfgs(attrs), names::located(private, ty.span()));
            has_cfg |= !cfgs.is_empty();
            all.extend(quote!(#(#cfgs)* #member: _,));
            if may_not {
                bounds.extend(quote_spanned!(ty.span()=> for<'__any> #ty: #private::Passable,));
            }
            let part = quote_spanned!(ty.span()=> #private::Part::of::<#ty>);
            quote!(#(#cfgs)* #part(::core::mem::offset_of!(#ident, #member)))
        })
        .collect();
    // A bound has no `cfg`.
    if may_not && has_cfg {
        return TokenStream::new();
    }
    let bounds = may_not.then(|| quote!(where #bounds));
    quote! {
        #(#shared)*
        #[allow(deprecated)]
        // SAFETY: these are all of its fields.
        unsafe impl #private::Passable for #ident #bounds {
            const PARTS: &'static [#private::Part] = {
                // Another attribute may have added to them.
                const _: fn(&#ident) = |#ident { #all }| {};
                &[#(#parts),*]
            };
        }
    }
}

pub(crate) fn alias(import: &Import, ours: &Alias, evidence: &Evidence) -> TokenStream {
    let (said, item) = (&evidence.said, &ours.item);
    let asserts = evidence
        .is_sound()
        .then(|| mentions(import, &ours.attrs, [(&[][..], &ours.ty)], &evidence.record));
    quote!(#said #item #asserts)
}

pub(crate) fn constant(import: &Import, ours: &Constant, evidence: &Evidence) -> TokenStream {
    let (said, item) = (&evidence.said, &ours.item);
    let asserts = evidence.is_sound().then(|| {
        let record = &evidence.record;
        let same = find(record, &ours.name()).and_then(|theirs| is_value(import, ours, theirs));
        let types = mentions(import, &ours.attrs, [(&[][..], &ours.ty)], record);
        quote!(#same #types)
    });
    quote!(#said #item #asserts)
}

/// What the text of a value does not show, rustc knows.
fn is_value(import: &Import, ours: &Constant, theirs: &record::Constant) -> Option<TokenStream> {
    let (ident, ty) = (&ours.ident, &ours.ty);
    let cfgs = cfgs(&ours.attrs);
    let span = ours
        .value
        .as_ref()
        .map_or_else(Span::call_site, |(expr, _)| expr.span());
    let (same, value) = match ours.kind {
        ConstantKind::Integer => {
            let value: i128 = theirs.value.parse().ok()?;
            let literal = integer(value);
            (
                quote!(#ident as ::core::primitive::i128 == #literal),
                value.to_string(),
            )
        }
        ConstantKind::Float => {
            let value = f64::from_bits(theirs.value.parse().ok()?);
            let bits = Literal::u64_unsuffixed(value.to_bits());
            let f64 = quote!(::core::primitive::f64);
            let same = quote!((#ident as #f64).to_bits() == (#f64::from_bits(#bits) as #ty as #f64).to_bits());
            (same, format!("{value:?}"))
        }
        ConstantKind::Text => {
            let bytes = bytes(theirs)?;
            let literal = Literal::byte_string(&bytes);
            let private = names::private(import.attr.krate.as_ref());
            let same = quote!(#private::same_bytes(#ident.to_bytes(), #literal));
            (same, format!("c\"{}\"", bytes.escape_ascii()))
        }
    };
    let message = format!("`{}` is {value} in C; write that", ours.c_name);
    // Braces in the text are no places for arguments.
    Some(quote_spanned! {span=>
        #(#cfgs)*
        #[allow(deprecated)]
        const _: () = if !(#same) { ::core::panic!("{}", #message) };
    })
}

/// A `#[cgo(constant)] static`: a constant of the header's value, or of some value where there is no header.
pub(crate) fn header_constant(author: Author, ours: &Constant, record: &Record) -> TokenStream {
    let Constant {
        attrs,
        vis,
        ident,
        ty,
        ..
    } = ours;
    let theirs = find(record, &ours.name());
    let value = match ours.kind {
        ConstantKind::Integer => {
            let value = theirs
                .and_then(|theirs| theirs.value.parse().ok())
                .unwrap_or(0);
            if is_bool(ty) {
                let truth = value != 0;
                quote!(#truth)
            } else {
                integer(value)
            }
        }
        ConstantKind::Float => {
            let bits = theirs
                .and_then(|theirs| theirs.value.parse().ok())
                .unwrap_or(0);
            let bits = Literal::u64_unsuffixed(bits);
            quote!(::core::primitive::f64::from_bits(#bits) as #ty)
        }
        ConstantKind::Text => {
            let text = theirs
                .and_then(bytes)
                .and_then(|bytes| std::ffi::CString::new(bytes).ok());
            Literal::c_string(&text.unwrap_or_default()).to_token_stream()
        }
    };
    let is_odd = author == Author::Person && ident.to_string().chars().any(char::is_lowercase);
    let case = is_odd.then(|| quote!(#[allow(non_upper_case_globals)]));
    quote!(#(#attrs)* #case #vis const #ident: #ty = #value;)
}

/// How wide the type is the build script does not always know, and of a number that does not fit rustc may say nothing.
pub(crate) fn fits(shared: &[Attribute], ours: &Constant, record: &Record) -> Option<TokenStream> {
    if ours.kind != ConstantKind::Integer {
        return None;
    }
    let value: i128 = find(record, &ours.name())?.value.parse().ok()?;
    let (ident, ty, cfgs, literal) = (&ours.ident, &ours.ty, cfgs(&ours.attrs), integer(value));
    let message = format!(
        "`{}` is {value} in C, which a `{}` cannot hold",
        ours.c_name,
        ty.to_token_stream().to_string().replace(' ', "")
    );
    Some(quote_spanned! {ty.span()=>
        #(#shared)* #(#cfgs)*
        #[allow(deprecated)]
        const _: () = ::core::assert!(#ident as ::core::primitive::i128 == #literal, #message);
    })
}

fn is_bool(ty: &Type) -> bool {
    ty.to_token_stream().to_string().rsplit(' ').next() == Some("bool")
}

fn find<'r>(record: &'r Record, name: &str) -> Option<&'r record::Constant> {
    record
        .constants
        .iter()
        .find(|constant| constant.name == name)
}

/// The bytes of a string, from hexadecimal.
fn bytes(constant: &record::Constant) -> Option<Vec<u8>> {
    let digits = constant.value.as_bytes().chunks(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

fn size(
    ident: &syn::Ident,
    name: &str,
    c_name: &str,
    shared: &[&Attribute],
    record: &Record,
) -> Option<TokenStream> {
    let layout = record.layouts.iter().find(|layout| layout.ty == name)?;
    let (size, align) = (layout.size, layout.align);
    // Of a member without a name C does not say how it is aligned.
    let aligned = (align > 0).then(|| {
        let align = unsuffixed(align);
        quote!(&& ::core::mem::align_of::<#ident>() == #align)
    });
    let said = match align {
        0 => String::new(),
        align => format!(", aligned to {align},"),
    };
    let message = format!(
        "`{c_name}` has {size} bytes in C{said} and `{name}` in Rust has not; look at its \
         `packed` and `align`"
    );
    let size = unsuffixed(size);
    Some(quote_spanned! {ident.span()=>
        #(#shared)*
        #[allow(deprecated)]
        const _: () = ::core::assert!(
            ::core::mem::size_of::<#ident>() == #size #aligned,
            #message
        );
    })
}

fn mentions<'t>(
    import: &Import,
    attrs: &[Attribute],
    types: impl IntoIterator<Item = (&'t [Attribute], &'t Type)>,
    record: &Record,
) -> TokenStream {
    let shared: Vec<Attribute> = cfgs(attrs).into_iter().cloned().collect();
    let private = names::private(import.attr.krate.as_ref());
    asserts::of(&private, Form::C, &shared, types, record)
}

fn unsuffixed(value: u64) -> Literal {
    Literal::u64_unsuffixed(value)
}

fn integer(value: i128) -> TokenStream {
    let literal = Literal::u128_unsuffixed(value.unsigned_abs());
    let sign = (value < 0).then(|| quote!(-));
    quote!(#sign #literal)
}
