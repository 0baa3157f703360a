//! The constants of an enum, compared with C's.

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Enumeration, Variant, nearest, node};

use super::{Value, list, place_of};
use crate::debug_info;
use crate::unit::Unit;

pub(super) fn no_enum(unit: &Unit<'_>, ours: &Enumeration) -> Finding {
    Finding {
        node: node::item(&ours.name()),
        message: format!(
            "`{}` is no enum in {}; import it as the type that it is",
            ours.c_name,
            unit.context.name()
        ),
    }
}

/// Without debug information: whether C has the names. Their values rustc compares.
pub(super) fn one_by_one(unit: &Unit<'_>, ours: &Enumeration, values: &[Value]) -> Vec<Finding> {
    let variants = ours.variants.iter().zip(values);
    let unknown = variants.filter_map(|(variant, value)| {
        let error = value.as_ref().err()?;
        Some(Finding {
            node: node::member(&ours.name(), &variant.name()),
            message: format!(
                "`{}` is no constant in {} ({error})",
                variant.c_name,
                unit.context.name()
            ),
        })
    });
    unknown.collect()
}

/// Compares the values of an enum; `values` are C's, by variant, or what the compiler has against the name.
pub(super) fn enumeration(
    unit: &Unit<'_>,
    ours: &Enumeration,
    theirs: &debug_info::Enumeration,
    values: &[Value],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let item = ours.name();
    let place = place_of(unit.context, unit, theirs.at.as_ref());
    let mut missing: Vec<&(String, i128)> = theirs
        .values
        .iter()
        .filter(|(name, _)| ours.variants.iter().all(|variant| variant.c_name != *name))
        .collect();
    for (variant, value) in ours.variants.iter().zip(values) {
        let address = node::member(&item, &variant.name());
        let is_theirs = theirs
            .values
            .iter()
            .any(|(name, _)| *name == variant.c_name);
        match value {
            Ok(value) if is_theirs => {
                let Some(declared) = variant.value.filter(|declared| declared != value) else {
                    continue;
                };
                let node = match variant.expr {
                    Some(_) => node::value(&address),
                    None => address,
                };
                let message = format!(
                    "`{}` is {value} in {place}; here it is {declared}",
                    variant.c_name
                );
                findings.push(Finding { node, message });
            }
            _ => {
                let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
                let near = nearest(&variant.c_name, &names).map(str::to_owned);
                let cure = match &near {
                    None if names.is_empty() => "remove it".to_owned(),
                    Some(near) => format!("did you mean `#[cgo(c = \"{near}\")]`?"),
                    None => format!(
                        "`#[cgo(c = \"..\")]` says which of its constants it is: {}",
                        list(&names)
                    ),
                };
                missing.retain(|(name, _)| near.as_ref() != Some(name));
                findings.push(Finding {
                    node: address,
                    message: format!(
                        "`{}` has no constant `{}` in {place}; {cure}",
                        ours.c_name, variant.c_name
                    ),
                });
            }
        }
    }
    // Two names of one value are one variant.
    missing.retain(|(_, value)| values.iter().all(|theirs| theirs.as_ref() != Ok(value)));
    if let Some((name, value)) = missing.first() {
        findings.push(Finding {
            node: node::item(&item),
            message: format!(
                "`{}` has `{name}` = {value} in {place} too, and a Rust enum of another value is undefined behaviour; \
                 add it, or import the enum as its integer type",
                ours.c_name
            ),
        });
    }
    findings.extend(perhaps_absent(ours, values, &place));
    findings
}

/// What only rustc knows to be there may not be, and then C's value has no name.
fn perhaps_absent(ours: &Enumeration, values: &[Value], place: &str) -> Vec<Finding> {
    let may_lack = |variant: &Variant| variant.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    let all = || ours.variants.iter().zip(values);
    let sure: Vec<&Value> = all()
        .filter(|(other, _)| !may_lack(other))
        .map(|(_, value)| value)
        .collect();
    let lacking = all().filter_map(|(variant, theirs)| {
        let value = theirs.as_ref().ok()?;
        (may_lack(variant) && !sure.contains(&theirs)).then(|| Finding {
            node: node::absent(&node::member(&ours.name(), &variant.name())),
            message: format!(
                "`{}` has `{}` = {value} in {place} under any condition, and a Rust enum of another value is \
                 undefined behaviour; let it have no `cfg`, or import the enum as its integer type",
                ours.c_name, variant.c_name
            ),
        })
    });
    lacking.collect()
}
