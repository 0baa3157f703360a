//! Compares a `repr(C)` struct or union, and an enum, with C's.
//!
//! Whether a field's type agrees `_Generic` has decided; which fields there are, in which order and where, the
//! compiler's debug information tells.

use std::collections::BTreeMap;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Aggregate, Enumeration, node};

use crate::context::Context;
use crate::debug_info::{self, DebugInfo, Type};
use crate::unit::{Unit, type_probe};
use crate::verify::Verdict;

mod bits;
mod fields;
mod unnamed;
mod variants;

use fields::Comparison;
use unnamed::Whole;

/// What has been answered, by type.
#[derive(Default)]
pub(crate) struct Members<'a> {
    fields: BTreeMap<usize, (usize, &'a Aggregate, Vec<Agreement>)>,
    variants: BTreeMap<usize, (usize, &'a Enumeration, Vec<Value>)>,
}

/// Of an enumerator, or what the compiler has against its name.
type Value = Result<i128, String>;

impl<'a> Members<'a> {
    /// Notes the next field of `item`, whose makeup is that of the type probe `ty`.
    pub(crate) fn field(
        &mut self,
        index: usize,
        ty: usize,
        item: &'a Aggregate,
        agreement: Agreement,
    ) {
        let known = self.fields.entry(ty).or_insert((index, item, Vec::new()));
        known.2.push(agreement);
    }

    /// Notes the value of the next variant of `item`.
    pub(crate) fn variant(&mut self, index: usize, ty: usize, item: &'a Enumeration, value: Value) {
        let known = self.variants.entry(ty).or_insert((index, item, Vec::new()));
        known.2.push(value);
    }

    /// Adds what is wrong, and where what is right is, to the verdicts of the imports.
    pub(crate) fn judge(&self, unit: &Unit<'_>, info: &DebugInfo, verdicts: &mut [Verdict]) {
        for (ty, (index, ours, agreements)) in &self.fields {
            let verdict = &mut verdicts[*index];
            match unnamed::whole(info, *ty, ours) {
                Whole::Found(Type::Aggregate(theirs), bits) if theirs.is_union == ours.is_union => {
                    let comparison = Comparison {
                        unit,
                        info,
                        ours,
                        theirs,
                        agreements,
                    };
                    verdict.findings.extend(comparison.findings());
                    verdict.bitfields.extend(comparison.bitfields());
                    // C has counted from the beginning of what it has a name for.
                    for offset in &mut verdict.offsets {
                        offset.bytes = offset.bytes.saturating_sub(bits / 8);
                    }
                    let (offsets, sizes): (Vec<_>, Vec<_>) = comparison.unnamed().unzip();
                    verdict.offsets.extend(offsets);
                    verdict.sizes.extend(sizes);
                    verdict.layouts.extend(comparison.layout());
                }
                Whole::Found(Type::Aggregate(theirs), _) => {
                    verdict.findings.push(another_kind(unit, ours, theirs));
                }
                Whole::NoSuchMember(count, at) => {
                    let finding = unnamed::no_such_member(unit, ours, count, at);
                    verdict.findings.push(finding);
                }
                // Without debug information, what `_Generic` said has to do.
                _ => verdict
                    .findings
                    .extend(fields::in_whole(unit, ours, agreements)),
            }
        }
        let theirs = |ty: &usize| Some(info.get(info.peel(info.pointee(&type_probe(*ty))?)));
        for (ty, (index, ours, values)) in &self.variants {
            verdicts[*index].findings.extend(match theirs(ty) {
                Some(Type::Enum(theirs)) => variants::enumeration(unit, ours, theirs, values),
                Some(_) => vec![variants::no_enum(unit, ours)],
                None => variants::one_by_one(unit, ours, values),
            });
        }
    }
}

fn another_kind(unit: &Unit<'_>, ours: &Aggregate, theirs: &debug_info::Aggregate) -> Finding {
    let (is, not) = if theirs.is_union {
        ("union", "struct")
    } else {
        ("struct", "union")
    };
    let place = place_of(unit.context, unit, theirs.at.as_ref());
    Finding {
        node: node::item(&ours.name()),
        message: format!(
            "`{}` is a {is} in {place}, and no {not}; write `{is}`",
            ours.c_name
        ),
    }
}

/// What the compiler says of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    Same,
    Different,
    /// Its type is one that C does not know, which has been said.
    Refused,
    /// There is no such field, or it has no address, or C has no such type.
    Unknown,
    /// It stands for a member without a name, and its type is this one of C; and of which type probe that is a member.
    Unnamed(String, Option<usize>),
    /// Of each of the bitfields that it stores, the integers of C that agree with its type.
    Bits(Vec<Integers>),
}

/// None, if the type is one that C does not know, which has been said.
pub(crate) type Integers = Option<Vec<&'static str>>;

fn place_of(
    context: &Context,
    unit: &Unit<'_>,
    at: Option<&crate::diagnostics::Location>,
) -> String {
    at.map_or_else(|| context.name(), |at| context.place(at, &unit.dir))
}

fn list(names: &[&str]) -> String {
    const MOST: usize = 6;
    let mut words: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > MOST {
        words.push("..".to_owned());
    }
    words.join(", ")
}

/// A keyword is no name in Rust.
fn rust_ident(name: &str) -> String {
    match syn::parse_str::<syn::Ident>(name) {
        Ok(_) => name.to_owned(),
        Err(_) => format!("r#{name}"),
    }
}

/// The type as the user wrote it.
pub(crate) fn source_of(tokens: &(impl quote::ToTokens + syn::spanned::Spanned)) -> String {
    tokens
        .span()
        .source_text()
        .unwrap_or_else(|| tokens.to_token_stream().to_string())
}
