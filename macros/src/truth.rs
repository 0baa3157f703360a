//! Spelling is not identity: after `type c_int = i64;` only rustc sees what `c_int` is.

use crate::asserts;
use crate::joined::joined;
use cgocall_syntax::{Mention, types};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use std::collections::HashSet;
use syn::spanned::Spanned as _;
use syn::{Attribute, Type};

/// For each primitive that `types` name, a line that only compiles if it is that primitive; under `cfgs`. The same for
/// handles.
pub(crate) fn prims<'t>(
    private: &TokenStream,
    types: impl IntoIterator<Item = &'t Type>,
    cfgs: &[&Attribute],
) -> TokenStream {
    let mut seen = HashSet::new();
    let mentions = types.into_iter().flat_map(types::mentions);
    let lines = mentions.filter_map(|mention| match mention {
        Mention::Prim(path, prim) => {
            let truth = prim.true_path();
            Some(
                quote_spanned!(path.span()=> #(#cfgs)* const _: fn(#path) -> #truth = |__same| __same;),
            )
        }
        Mention::Handle(ty) => {
            let line = asserts::handle(private, &ty)?;
            Some(quote!(#(#cfgs)* #line))
        }
        _ => None,
    });
    joined(lines.filter(|line| seen.insert(line.to_string())))
}
