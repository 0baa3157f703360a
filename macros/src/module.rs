//! `mod z { use C::{..}; }`: what the build script wrote of the names, in a module called `C`, and the module's own items.

use crate::evidence::{self, Evidence};
use crate::{discovered, names};
use cgocall_syntax::hash::Hash;
use cgocall_syntax::{Errors, Import, Module, Wanted};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;

/// `declared` makes what becomes of the block that the module declares, `import` of each import in the text.
pub(crate) fn expand(
    module: &Module,
    hash: &Hash,
    evidence: &Evidence,
    declared: impl FnOnce(&Import) -> TokenStream,
    import: impl Fn(TokenStream, TokenStream) -> TokenStream,
) -> TokenStream {
    let Module {
        attrs,
        vis,
        ident,
        rest,
        ..
    } = module;
    let said = &evidence.said;
    let refused: HashSet<&str> = evidence
        .record
        .findings
        .iter()
        .map(|finding| finding.node.as_str())
        .collect();
    // What is wrong with the module as a whole leaves nothing to use.
    let names: HashSet<String> = module.wanted().map(Wanted::name).collect();
    let is_answered = evidence.is_there && refused.iter().all(|node| names.contains(*node));
    let uses = module.uses.iter().map(|names| {
        // What has been refused is not there to be used.
        let names_there = names
            .names
            .iter()
            .filter(|wanted| is_answered && !refused.contains(&*wanted.name()));
        let names_there = names_there.map(|Wanted { ident, rename, .. }| {
            let renamed = rename.as_ref().map(|rename| quote!(as #rename));
            // Who does not use it need not be told.
            discovered::put(quote!(#ident #renamed), names::ours(ident.span()))
        });
        let (attrs, vis) = (&names.attrs, &names.vis);
        quote! {
            #(#attrs)*
            #vis use self::C::{#(#names_there),*};
        }
    });
    let text = is_answered.then(|| {
        let text = evidence::text(hash);
        let items = text.and_then(|text| {
            let items = discovered::items(discovered::here(&text, ident), module, import);
            items.map_err(|error| format!("what build.rs left cannot be read: {error}"))
        });
        items.unwrap_or_else(|message| {
            let mut errors = Errors::new();
            errors.push(ident, message);
            errors.to_compile_error()
        })
    });
    let declared = module.declared.as_deref().map(declared);
    quote! {
        #said
        #(#attrs)*
        #vis mod #ident {
            /// What the C compiler says of the names.
            #[allow(clippy::all, clippy::pedantic)]
            pub mod C {
                #text
            }
            #(#uses)*
            #declared
            #(#rest)*
        }
    }
}
