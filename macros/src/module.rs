//! `mod z { use C::{..}; }`: what the build script wrote of the names, as a module called `C`, and the module's own items.

use crate::evidence::{self, Evidence};
use cgocall_syntax::hash::Hash;
use cgocall_syntax::{Import, Module, Wanted};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashSet;

pub(crate) fn expand(
    module: &Module,
    hash: &Hash,
    evidence: &Evidence,
    declared: impl FnOnce(&Import) -> TokenStream,
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
        let names_there = names_there.map(|Wanted { ident, rename, .. }| match rename {
            Some(rename) => quote!(#ident as #rename),
            None => quote!(#ident),
        });
        let (attrs, vis) = (&names.attrs, &names.vis);
        quote! {
            #(#attrs)*
            #[allow(unused_imports)]
            #vis use self::C::{#(#names_there),*};
        }
    });
    let text = is_answered.then(|| {
        let path = evidence::text_path(hash);
        quote!(::core::include!(#path);)
    });
    let declared = module.declared.as_deref().map(declared);
    quote! {
        #said
        #(#attrs)*
        #vis mod #ident {
            /// What the C compiler says of the names.
            #[allow(
                dead_code,
                missing_debug_implementations,
                missing_docs,
                non_camel_case_types,
                non_snake_case,
                non_upper_case_globals,
                unreachable_pub,
                clippy::all,
                clippy::pedantic
            )]
            pub mod C {
                #text
            }
            #(#uses)*
            #declared
            #(#rest)*
        }
    }
}
