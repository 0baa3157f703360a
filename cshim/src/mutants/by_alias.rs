//! Function pointers that the package itself has an alias for, under the name of C's typedef, without an import.

use cgocall_syntax::{Import, ImportItem, node};
use quote::{ToTokens as _, format_ident, quote};
use syn::{FnArg, ForeignItemFn, Item, Type, parse_quote};

use super::abi;
use super::generate::unraw;
use super::truth::{Lab, Truth};
use super::types::wrong;
use crate::names::PackageNames;
use crate::verify::verify;

impl Lab {
    /// Each alias as C has it, and with each mistake, while a function that takes it is imported. Says how many.
    pub(super) fn by_alias(&self, truth: &Truth, alarms: &mut Vec<String>) -> String {
        let taken: Vec<Taken<'_>> = truth
            .pointers
            .iter()
            .filter_map(|(name, ty)| Taken::of(truth, name, ty))
            .collect();
        let most = taken.iter().map(|taken| taken.ways.len()).max();
        let (mut tried, mut equal) = (0, 0);
        for round in 0..most.unwrap_or(0) {
            let now: Vec<(&Taken<'_>, &Type)> = taken
                .iter()
                .filter_map(|taken| Some((taken, taken.ways.get(round)?)))
                .collect();
            let imports = now.iter().map(|(taken, _)| {
                let function = &taken.function;
                self.import(quote!(unsafe extern "C" { #function }))
                    .unwrap()
            });
            let imports: Vec<Import> = imports.collect();
            let aliases = now.iter().map(|(taken, ty)| -> Item {
                let name = format_ident!("{}", taken.name);
                parse_quote!(type #name = #ty;)
            });
            let names = PackageNames::of(&imports, &aliases.collect::<Vec<_>>());
            let items: Vec<&ImportItem> = imports.iter().map(|import| &import.item).collect();
            let verdicts = verify(&self.unit(&names, &format!("aliases{round}")), &items).unwrap();
            for ((taken, ty), verdict) in now.iter().zip(&verdicts) {
                let same = abi::canonical(ty, &truth.pointers)
                    == abi::canonical(&taken.ways[0], &truth.pointers);
                equal += usize::from(same);
                tried += usize::from(!same);
                let found: Vec<&str> = verdict.findings.iter().map(|it| &*it.node).collect();
                let is_right = match same {
                    true => found.is_empty(),
                    false => found == [taken.node.as_str()],
                };
                if !is_right {
                    let text = quote!(#ty).to_string();
                    alarms.push(format!(
                        "`type {} = {text}`: {:?}",
                        taken.name, verdict.findings
                    ));
                }
            }
        }
        assert!(taken.len() >= 5 && tried >= 50, "{} aliases", taken.len());
        format!(
            "{tried} mistakes in {}, and {equal} that are none",
            taken.len()
        )
    }
}

/// A function that takes a pointer that the header has a typedef for.
struct Taken<'t> {
    name: &'t str,
    function: ForeignItemFn,
    /// Where it is taken.
    node: String,
    /// The type, as it is and with each mistake.
    ways: Vec<Type>,
}

impl<'t> Taken<'t> {
    fn of(truth: &'t Truth, name: &'t str, ty: &Type) -> Option<Taken<'t>> {
        let canonical = |ty: &Type| abi::canonical(ty, &truth.pointers);
        let wanted = canonical(ty);
        // Of those that name several each would have findings of its own.
        let names_none = |function: &&ForeignItemFn| {
            let text = function.sig.to_token_stream().to_string();
            let mut words = text.split(' ');
            !words.any(|word| truth.pointers.contains_key(word))
        };
        truth
            .functions
            .iter()
            .filter(names_none)
            .find_map(|function| {
                let inputs = function.sig.inputs.iter();
                let types = inputs.filter_map(|input| match input {
                    FnArg::Typed(input) => Some(&*input.ty),
                    FnArg::Receiver(_) => None,
                });
                let is_it =
                    |ty: &Type| abi::of_option(ty).is_some_and(|ty| canonical(ty) == wanted);
                let at = types.into_iter().position(is_it)?;
                let mut function = function.clone();
                let ident = format_ident!("{name}");
                if let FnArg::Typed(input) = &mut function.sig.inputs[at] {
                    input.ty = parse_quote!(::core::option::Option<#ident>);
                }
                let mistakes = wrong(ty).into_iter().map(|(_, ty)| ty);
                // `void *` is for what nobody looks at.
                let mistakes = mistakes.filter(|ty| matches!(ty, Type::FnPtr(_)));
                Some(Taken {
                    name,
                    node: node::param_type(&unraw(&function.sig.ident), at),
                    function,
                    ways: [ty.clone()].into_iter().chain(mistakes).collect(),
                })
            })
    }
}
