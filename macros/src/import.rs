//! `#[cgo_import]`.

use crate::function::{self, Stub};
use crate::{names, pointer, refused};
use cgocall_syntax::hash::{self, Hash, Package};
use cgocall_syntax::record::{Finding, Record};
use cgocall_syntax::{
    Block, BlockItem, Errors, Form, Import, ImportItem, Mention, Opaque, Static, symbol, types,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use std::collections::HashSet;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Attribute, Type};

/// Where records come from.
pub(crate) type Load<'a> = &'a dyn Fn(&Package, &Hash) -> Result<Record, String>;

pub(crate) fn expand(attr: TokenStream, item: TokenStream, load: Load<'_>) -> TokenStream {
    let (import, errors) = Import::parse_partly(attr, item);
    let said = errors.to_compile_error();
    let Some(import) = import else {
        return said;
    };
    let expansion = match &import.item {
        ImportItem::Block(block) => {
            // One mistake, one error: a record is asked for only when the item itself is sound.
            let load = if errors.is_empty() { Some(load) } else { None };
            BlockExpansion::new(&import, block).expand(load)
        }
        ImportItem::FnPointer(item) => {
            pointer::expand(&names::private(import.attr.krate.as_ref()), item)
        }
    };
    quote!(#said #expansion)
}

struct BlockExpansion<'a> {
    import: &'a Import,
    block: &'a Block,
    package: Package,
    hash: Hash,
    private: TokenStream,
    /// The block's own attributes go on each item made of it.
    shared: &'a [Attribute],
}

impl<'a> BlockExpansion<'a> {
    fn new(import: &'a Import, block: &'a Block) -> Self {
        // Without cargo (a bare rustc) there are no records either; the name only has to be some name.
        let package = Package::from_env().unwrap_or_else(|| Package {
            name: "package".to_owned(),
            version: String::new(),
        });
        BlockExpansion {
            hash: hash::of(&package, import),
            private: names::private(import.attr.krate.as_ref()),
            shared: &import.attrs,
            import,
            block,
            package,
        }
    }

    fn expand(&self, load: Option<Load<'_>>) -> TokenStream {
        let evidence = match (self.import.form(), load) {
            (Form::C, Some(load)) => load(&self.package, &self.hash),
            _ => Ok(Record::default()),
        };
        let said = match &evidence {
            Ok(record) => record
                .findings
                .iter()
                .map(|finding| self.finding(finding))
                .collect(),
            Err(reason) => {
                let mut errors = Errors::new();
                errors.push_at(Span::call_site(), reason);
                errors.to_compile_error_under(&cfgs(self.shared))
            }
        };
        let is_sound = TokenStream::is_empty(&said);
        let record = evidence.unwrap_or_default();
        let externs = self.externs(&record);
        let sys = load.map(|_| self.sys());
        let items = self.block.items.iter().map(|item| self.item(item));
        let refused = self.block.refused.iter().map(refused::expand);
        // Where something is wrong already, a failed assertion could only repeat it.
        let asserts = is_sound.then(|| self.asserts(&record));
        quote! {
            #said
            #externs
            #sys
            #(#items)*
            #(#refused)*
            #asserts
        }
    }

    /// What contradicts the header, on the very token; where the token is not compiled, neither is the error.
    fn finding(&self, finding: &Finding) -> TokenStream {
        let name = finding.node.split('/').next().unwrap_or_default();
        let item = self
            .block
            .items
            .iter()
            .find(|item| item.ident().unraw() == name);
        let mut conditions = cfgs(self.shared);
        conditions.extend(item.into_iter().flat_map(|item| cfgs(item.attrs())));
        let mut errors = Errors::new();
        match self.import.tokens_of(&finding.node) {
            Some(tokens) => errors.push(tokens, &finding.message),
            None => errors.push_at(Span::call_site(), &finding.message),
        }
        errors.to_compile_error_under(&conditions)
    }

    /// The blocks that rustc sees: libraries in link order, stubs, variables.
    fn externs(&self, record: &Record) -> TokenStream {
        let shared = self.shared;
        let (mut links, mut stubs) = (TokenStream::new(), TokenStream::new());
        if self.import.has_archive() {
            let archive = symbol::archive(&self.package, &self.hash);
            links.extend(quote!(#[link(name = #archive, kind = "static")]));
        }
        for name in &self.import.attr.link {
            let name = &name.literal;
            links.extend(quote!(#[link(name = #name)]));
        }
        for link in &record.links {
            let (kind, name) = (&link.kind, &link.name);
            links.extend(quote!(#[link(name = #name, kind = #kind)]));
        }
        if self.import.form() == Form::C {
            for function in self.block.functions() {
                let cfgs = cfgs(&function.attrs);
                let stub = format_ident!("{}", symbol::stub(&self.hash, &function.name()));
                stubs.extend(quote! {
                    #(#cfgs)*
                    fn #stub(frame: *mut ::core::ffi::c_void);
                });
            }
        }
        let statics: TokenStream = self.block.statics().map(static_item).collect();
        if links.is_empty() && stubs.is_empty() && statics.is_empty() {
            return TokenStream::new();
        }
        quote! {
            #(#shared)*
            #links
            unsafe extern "C" {
                #stubs
                #statics
            }
        }
    }

    /// A dependency that nothing names is not linked.
    fn sys(&self) -> Option<TokenStream> {
        let shared = self.shared;
        self.import.attr.sys.as_ref().map(|sys| {
            quote! {
                #(#shared)*
                const _: () = {
                    use ::#sys as _;
                };
            }
        })
    }

    fn item(&self, item: &BlockItem) -> TokenStream {
        let shared = self.shared;
        let item = match item {
            BlockItem::Function(function) => {
                let stub = match self.import.form() {
                    Form::Plain => Stub::Rust,
                    Form::C => Stub::C(symbol::stub(&self.hash, &function.name())),
                };
                function::expand(&self.private, function, &stub)
            }
            BlockItem::Opaque(opaque) => opaque_item(opaque),
            _ => return TokenStream::new(), // a variable stays in its extern block
        };
        quote!(#(#shared)* #item)
    }

    /// What the C compiler took for granted about Rust's types, for rustc to confirm.
    fn asserts(&self, record: &Record) -> TokenStream {
        let shared = self.shared;
        let mut seen = HashSet::new();
        let mut asserts = TokenStream::new();
        for (attrs, ty) in self.types() {
            let cfgs = cfgs(attrs);
            let conditions = quote!(#(#cfgs)*);
            for mention in types::mentions(ty) {
                let Some(assert) = self.assert(&mention, record) else {
                    continue;
                };
                if seen.insert(format!("{conditions} {assert}")) {
                    asserts.extend(quote!(#(#shared)* #conditions #assert));
                }
            }
        }
        asserts
    }

    fn types(&self) -> impl Iterator<Item = (&[Attribute], &Type)> {
        self.block.items.iter().flat_map(|item| {
            let types: Vec<&Type> = match item {
                BlockItem::Function(function) => {
                    let params = function.params.iter().map(|param| &param.ty);
                    params.chain(&function.ret.ty).collect()
                }
                BlockItem::Static(item) => vec![&item.ty],
                _ => Vec::new(),
            };
            types.into_iter().map(|ty| (item.attrs(), ty))
        })
    }

    fn assert(&self, mention: &Mention, record: &Record) -> Option<TokenStream> {
        match mention {
            Mention::Prim(path, prim) if self.import.form() == Form::C => {
                let truth = prim.true_path();
                Some(quote_spanned!(path.span()=> const _: fn(#path) -> #truth = |same| same;))
            }
            Mention::Named(path, named, by_value) => {
                let mut layouts = record.layouts.iter();
                let Some(layout) = layouts.find(|layout| layout.ty == named.rust) else {
                    // C knows it by pointer alone, and C's pointers are thin.
                    let message = format!(
                        "a pointer to `{}` is no C pointer: it has a length or a vtable",
                        named.rust
                    );
                    return Some(quote_spanned! {path.span()=>
                        const _: () = ::core::assert!(
                            ::core::mem::size_of::<*const #path>() == ::core::mem::size_of::<*const ()>(),
                            #message
                        );
                    });
                };
                let (size, align) = (layout.size, layout.align);
                let unsuffixed = |value: u64| {
                    let mut literal = proc_macro2::Literal::u64_unsuffixed(value);
                    literal.set_span(path.span());
                    literal
                };
                let (size_literal, align_literal) = (unsuffixed(size), unsuffixed(align));
                let c = named.c.as_deref().unwrap_or(named.name());
                let rust = &named.rust;
                let message = match layout.basic.as_str() {
                    "" => format!(
                        "`{c}` has {size} bytes in C, aligned to {align}, and `{rust}` in Rust has not; make it \
                         `#[repr(C)]`, with the fields that the header has"
                    ),
                    basic => format!(
                        "`{c}` is a `{basic}` in C, and `{rust}` in Rust is not; make it one"
                    ),
                };
                let truth =
                    cgocall_syntax::Prim::find(&layout.basic).map(cgocall_syntax::Prim::true_path);
                let truth = truth.unwrap_or_else(|| quote!(*mut ()));
                let private = &self.private;
                // Behind a pointer, a type without a size may stand for any.
                let opaque = (!by_value).then(|| quote!(::core::mem::size_of::<#path>() == 0 ||));
                Some(quote_spanned! {path.span()=>
                    const _: () = ::core::assert!(
                        #opaque ::core::mem::size_of::<#path>() == #size_literal
                            && ::core::mem::align_of::<#path>() == #align_literal
                            && {
                                use #private::AnyClass as _;
                                #private::Class::<#path>::CODE == 0
                                    || #private::Class::<#path>::CODE == #private::Class::<#truth>::CODE
                            },
                        #message
                    );
                })
            }
            Mention::Nullable(ty, inner) => {
                let message = format!(
                    "`{}` is a C value only if it is as large as a pointer",
                    ty.to_token_stream().to_string().replace(' ', "")
                );
                Some(quote_spanned! {ty.span()=>
                    const _: () = ::core::assert!(
                        ::core::mem::size_of::<#ty>() == ::core::mem::size_of::<*const ()>()
                            && ::core::mem::size_of::<#inner>() == ::core::mem::size_of::<#ty>(),
                        #message
                    );
                })
            }
            _ => None,
        }
    }
}

fn cfgs(attrs: &[Attribute]) -> Vec<&Attribute> {
    attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg"))
        .collect()
}

fn static_item(item: &Static) -> TokenStream {
    let Static {
        attrs,
        vis,
        ident,
        ty,
        c_name,
        ..
    } = item;
    let link_name = (item.name() != *c_name).then(|| quote!(#[link_name = #c_name]));
    let safety = item.safe.then(|| quote!(safe));
    let mutability = item.mutable.then(|| quote!(mut));
    quote! {
        #(#attrs)*
        #link_name
        #vis #safety static #mutability #ident: #ty;
    }
}

fn opaque_item(item: &Opaque) -> TokenStream {
    let Opaque {
        attrs, vis, ident, ..
    } = item;
    let c_name = (!names::is_camel_case(ident)).then(|| quote!(#[allow(non_camel_case_types)]));
    quote! {
        #(#attrs)*
        #c_name
        #[repr(C)]
        #vis struct #ident {
            _data: [::core::primitive::u8; 0],
            _marker: ::core::marker::PhantomData<(*mut ::core::primitive::u8, ::core::marker::PhantomPinned)>,
        }
    }
}
