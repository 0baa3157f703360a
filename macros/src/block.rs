//! `#[cgo_import]` on a block.

use crate::asserts::{self, Closing, cfgs};
use crate::evidence::Evidence;
use crate::function::{self, Stub};
use crate::import::Author;
use crate::joined::joined;
use crate::{layout, names, owner, refused};
use cgocall_syntax::hash::{Hash, Package};
use cgocall_syntax::record::Record;
use cgocall_syntax::returned::What;
use cgocall_syntax::{Block, BlockItem, Form, Import, Library, Opaque, Static, Text, symbol};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Attribute, LitStr, Type};

/// A block in the making.
pub(crate) struct BlockExpansion<'a> {
    author: Author,
    import: &'a Import,
    block: &'a Block,
    package: &'a Package,
    hash: &'a Hash,
    private: TokenStream,
    /// The block's own attributes go on each item made of it.
    shared: &'a [Attribute],
}

impl<'a> BlockExpansion<'a> {
    pub(crate) fn new(
        author: Author,
        import: &'a Import,
        block: &'a Block,
        package: &'a Package,
        hash: &'a Hash,
    ) -> Self {
        BlockExpansion {
            private: names::private(import.attr.krate.as_ref()),
            shared: &import.attrs,
            author,
            import,
            block,
            package,
            hash,
        }
    }

    pub(crate) fn expand(&self, evidence: &Evidence) -> TokenStream {
        let record = &evidence.record;
        let externs = self.externs(record);
        let sys = evidence.is_asked.then(|| self.sys());
        let items = self.block.items.iter().map(|item| self.item(item, record));
        let refused = self.block.refused.iter().map(refused::expand);
        // Where something is wrong already, a failed assertion could only repeat it.
        let asserts = evidence.is_sound().then(|| {
            let form = self.import.form();
            let closing = Closing::of(self.block, &record.owners);
            let types = asserts::of_known(
                &self.private,
                form,
                self.shared,
                self.types(),
                record,
                &closing,
            );
            let constants = self.block.constants();
            let fit = constants.filter_map(|item| layout::fits(self.shared, item, record));
            quote!(#types #(#fit)*)
        });
        let said = &evidence.said;
        quote! {
            #said
            #externs
            #sys
            #(#items)*
            #(#refused)*
            #asserts
        }
    }

    /// The blocks that rustc sees: libraries in link order, stubs, variables.
    fn externs(&self, record: &Record) -> TokenStream {
        let shared = self.shared;
        let (mut links, mut stubs) = (TokenStream::new(), TokenStream::new());
        if self.import.has_archive() {
            let archive = symbol::archive(self.package, self.hash);
            links.extend(quote!(#[link(name = #archive, kind = "static")]));
        }
        for text in &self.import.attr.link {
            links.extend(link(text));
        }
        for link in &record.links {
            let (kind, name) = (&link.kind, &link.name);
            links.extend(quote!(#[link(name = #name, kind = #kind)]));
        }
        if self.import.form() == Form::C {
            for function in self.block.functions() {
                let cfgs = cfgs(&function.attrs);
                let stub = format_ident!("{}", symbol::stub(self.hash, &function.name()));
                stubs.extend(quote! {
                    #(#cfgs)*
                    fn #stub(frame: *mut ::core::ffi::c_void);
                });
            }
        }
        let statics = joined(self.block.statics().map(static_item));
        if links.is_empty() && stubs.is_empty() && statics.is_empty() {
            return TokenStream::new();
        }
        // SAFETY: stubs are the build script's, all of one type; of the variables the user has written `unsafe extern`.
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

    fn item(&self, item: &BlockItem, record: &Record) -> TokenStream {
        let shared = self.shared;
        let item = match item {
            BlockItem::Function(function) => {
                let stub = match self.import.form() {
                    Form::Plain => Stub::Rust,
                    Form::C => Stub::C(symbol::stub(self.hash, &function.name())),
                };
                function::expand(self.author, &self.private, function, &stub)
            }
            BlockItem::Opaque(opaque) => match &opaque.closes {
                None => opaque_item(opaque),
                Some(closes) => {
                    // It is several items.
                    let shared = shared.to_vec();
                    let opaque = Opaque {
                        attrs: [shared, opaque.attrs.clone()].concat(),
                        ..opaque.clone()
                    };
                    return owner::expand(&self.private, self.block, &opaque, closes);
                }
            },
            BlockItem::Constant(item) => layout::header_constant(self.author, item, record),
            _ => return TokenStream::new(), // a variable stays in its extern block
        };
        quote!(#(#shared)* #item)
    }

    fn types(&self) -> impl Iterator<Item = (&[Attribute], &Type)> {
        self.block.items.iter().flat_map(|item| {
            let types: Vec<&Type> = match item {
                BlockItem::Function(function) => {
                    let params = function.params.iter().filter(|param| !param.is_marker());
                    let params = params.map(|param| &param.ty);
                    let judge = function.ret.judge.iter();
                    let status = judge.filter_map(|judge| judge.status.as_ref());
                    let result = function.ret.ty.iter().chain(status);
                    match function
                        .ret
                        .returned
                        .as_ref()
                        .map(|returned| &returned.what)
                    {
                        // Of a `Vec` of Rust's C knows what is in it.
                        Some(What::Slice { elem, .. }) => params.chain([&**elem]).collect(),
                        _ => params.chain(result).collect(),
                    }
                }
                BlockItem::Static(item) => vec![&item.ty],
                BlockItem::Constant(item) => vec![&item.ty],
                _ => Vec::new(),
            };
            types.into_iter().map(|ty| (item.attrs(), ty))
        })
    }
}

/// rustc's own attribute. Its errors, such as of an archive that is not there, are at the user's literal.
fn link(text: &Text) -> Option<TokenStream> {
    // What cannot be read has been refused.
    let library = Library::parse(&text.value).ok()?;
    let name = LitStr::new(library.name, text.span());
    let kind = library.kind.map(|kind| quote!(, kind = #kind));
    let modifiers = library.modifiers.map(|list| quote!(, modifiers = #list));
    Some(quote!(#[link(name = #name #kind #modifiers)]))
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
    let threads = owner::threads(item);
    quote! {
        #(#attrs)*
        #[repr(C)]
        #vis struct #ident {
            _data: [::core::primitive::u8; 0],
            _marker: ::core::marker::PhantomData<(*mut ::core::primitive::u8, ::core::marker::PhantomPinned)>,
        }

        #threads
    }
}
