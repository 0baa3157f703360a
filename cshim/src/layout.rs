//! Compares a `repr(C)` struct or union, and an enum, with C's.
//!
//! Whether a field's type agrees `_Generic` has decided; which fields there are, in which order and where, the
//! compiler's debug information tells.

use std::collections::BTreeMap;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{Aggregate, Enumeration, Field, Variant, nearest, node};

use crate::context::Context;
use crate::debug_info::{self, DebugInfo, Member, Type};
use crate::unit::{Unit, type_probe};

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

    /// What is wrong, with the index of the import.
    pub(crate) fn findings(&self, unit: &Unit<'_>, info: &DebugInfo) -> Vec<(usize, Vec<Finding>)> {
        let theirs = |ty: &usize| Some(info.get(info.peel(info.pointee(&type_probe(*ty))?)));
        let fields = self.fields.iter().map(|(ty, (index, ours, agreements))| {
            let findings = match theirs(ty) {
                Some(Type::Aggregate(theirs)) if theirs.is_union == ours.is_union => Comparison {
                    unit,
                    info,
                    ours,
                    theirs,
                    agreements,
                }
                .findings(),
                Some(Type::Aggregate(theirs)) => vec![another_kind(unit, ours, theirs)],
                // Without debug information, what `_Generic` said has to do.
                _ => in_whole(unit, ours, agreements),
            };
            (*index, findings)
        });
        let variants = self.variants.iter().map(|(ty, (index, ours, values))| {
            let findings = match theirs(ty) {
                Some(Type::Enum(theirs)) => enumeration(unit, ours, theirs, values),
                Some(_) => vec![no_enum(unit, ours)],
                None => one_by_one(unit, ours, values),
            };
            (*index, findings)
        });
        fields.chain(variants).collect()
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

fn no_enum(unit: &Unit<'_>, ours: &Enumeration) -> Finding {
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
fn one_by_one(unit: &Unit<'_>, ours: &Enumeration, values: &[Value]) -> Vec<Finding> {
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

fn in_whole(unit: &Unit<'_>, ours: &Aggregate, agreements: &[Agreement]) -> Vec<Finding> {
    let wrong = ours
        .fields
        .iter()
        .zip(agreements)
        .filter(|(_, says)| !matches!(says, Agreement::Same | Agreement::Refused));
    wrong
        .map(|(field, says)| Finding {
            node: node::member(&ours.name(), &field.name()),
            message: match says {
                Agreement::Unknown => format!(
                    "`{}` has no field `{}` in {}, or it is a bitfield",
                    ours.c_name,
                    field.c_name,
                    unit.context.name()
                ),
                _ => format!(
                    "`{}` is of another type in {}",
                    field.c_name,
                    unit.context.name()
                ),
            },
        })
        .collect()
}

/// What `_Generic` says of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    Same,
    Different,
    /// Its type is one that C does not know, which has been said.
    Refused,
    /// There is no such field, or it has no address, or C has no such type.
    Unknown,
}

/// One comparison.
pub(crate) struct Comparison<'a> {
    pub(crate) unit: &'a Unit<'a>,
    pub(crate) info: &'a DebugInfo,
    pub(crate) ours: &'a Aggregate,
    pub(crate) theirs: &'a debug_info::Aggregate,
    /// For each of our fields.
    pub(crate) agreements: &'a [Agreement],
}

impl Comparison<'_> {
    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let places: Vec<Option<usize>> = self
            .ours
            .fields
            .iter()
            .map(|field| self.place(field))
            .collect();
        let mut missing: Vec<usize> = (0..self.theirs.members.len())
            .filter(|at| {
                let member = &self.theirs.members[*at];
                // A bitfield without a name is padding.
                (member.name.is_some() || member.bits.is_none()) && !places.contains(&Some(*at))
            })
            .collect();
        let mut last = None;
        for (at, field) in self.ours.fields.iter().enumerate() {
            let agreement = self.agreements[at];
            let Some(place) = places[at] else {
                if agreement != Agreement::Refused {
                    findings.push(self.unknown(field, &mut missing));
                }
                continue;
            };
            let member = &self.theirs.members[place];
            if let Some(bits) = member.bits {
                findings.push(self.bitfield(field, member, bits));
            } else if matches!(agreement, Agreement::Different | Agreement::Unknown) {
                // Of another type, or of none that C can have.
                findings.push(self.different(field, member));
            } else if !self.ours.is_union && last.is_some_and(|last| last > place) {
                findings.push(self.out_of_order(field, member, place));
                continue;
            }
            last = last.max(Some(place));
        }
        if !missing.is_empty() {
            findings.push(self.missing(&missing));
        }
        findings
    }

    fn place(&self, field: &Field) -> Option<usize> {
        let mut members = self.theirs.members.iter();
        members.position(|member| member.name.as_deref() == Some(&*field.c_name))
    }

    fn node(&self, field: &Field) -> String {
        node::member(&self.ours.name(), &field.name())
    }

    /// `z_stream`, as C calls it.
    fn name(&self) -> &str {
        &self.ours.c_name
    }

    fn at(&self, member: &Member) -> String {
        let at = member.at.as_ref().or(self.theirs.at.as_ref());
        at.map_or_else(
            || self.unit.context.name(),
            |at| self.unit.context.place(at, &self.unit.dir),
        )
    }

    /// `next_in: *const c_uchar`.
    fn declaration(&self, member: &Member) -> Option<String> {
        let name = member.name.as_deref()?;
        Some(format!(
            "{}: {}",
            rust_ident(name),
            self.info.rust(member.ty, self.unit.names)?
        ))
    }

    fn unknown(&self, field: &Field, missing: &mut Vec<usize>) -> Finding {
        let names: Vec<&str> = missing
            .iter()
            .filter_map(|at| self.theirs.members[*at].name.as_deref())
            .collect();
        let cure = match nearest(&field.c_name, &names) {
            Some(near) => {
                let near = near.to_owned();
                missing.retain(|at| self.theirs.members[*at].name.as_deref() != Some(&near));
                format!("did you mean `{near}`?")
            }
            None if names.is_empty() => "remove it".to_owned(),
            None => format!("of its fields these are not here: {}", list(&names)),
        };
        Finding {
            node: self.node(field),
            message: format!(
                "`{}` has no field `{}` in {}; {cure}",
                self.name(),
                field.c_name,
                place_of(self.unit.context, self.unit, self.theirs.at.as_ref()),
            ),
        }
    }

    fn bitfield(&self, field: &Field, member: &Member, bits: u64) -> Finding {
        let (name, at) = (&field.c_name, self.at(member));
        Finding {
            node: self.node(field),
            message: format!(
                "`{name}` is a bitfield of {bits} bit{} in {at}, which has no address; read it through a function in a \
                 preamble",
                if bits == 1 { "" } else { "s" }
            ),
        }
    }

    fn different(&self, field: &Field, member: &Member) -> Finding {
        let text = self.info.declare(member.ty, "");
        let declared = source_of(&field.ty);
        let instead = self
            .info
            .rust(member.ty, self.unit.names)
            .filter(|rust| *rust != declared);
        Finding {
            node: node::ty(&self.node(field)),
            message: format!(
                "`{}` is `{text}`{} in {}; declared here as `{declared}`{}",
                field.c_name,
                self.info.describe(member.ty),
                self.at(member),
                instead.map_or(String::new(), |rust| format!("; write `{rust}`")),
            ),
        }
    }

    fn out_of_order(&self, field: &Field, member: &Member, place: usize) -> Finding {
        let before = self.theirs.members[place + 1..]
            .iter()
            .find_map(|next| next.name.as_deref());
        Finding {
            node: self.node(field),
            message: format!(
                "`{}` comes before `{}` in {}; move it there",
                field.c_name,
                before.unwrap_or("the next field"),
                self.at(member),
            ),
        }
    }

    fn missing(&self, missing: &[usize]) -> Finding {
        let first = missing[0];
        let member = &self.theirs.members[first];
        let name = match (&member.name, self.info.get(self.info.peel(member.ty))) {
            (Some(name), _) => format!("`{name}`"),
            (None, Type::Aggregate(inner)) if inner.is_union => "a union without a name".to_owned(),
            (None, _) => "a struct without a name".to_owned(),
        };
        let after = self.theirs.members[..first]
            .iter()
            .rev()
            .find_map(|before| before.name.as_deref());
        let place = match (self.ours.is_union, after) {
            (true, _) => String::new(),
            (false, Some(after)) => format!(" after `{after}`"),
            (false, None) => " at its beginning".to_owned(),
        };
        let declaration = match member.bits {
            Some(_) => None,
            None => self.declaration(member),
        };
        let more = match missing.len() - 1 {
            0 => String::new(),
            1 => ", and one more field that is not here".to_owned(),
            more => format!(", and {more} more fields that are not here"),
        };
        Finding {
            node: node::item(&self.ours.name()),
            message: format!(
                "`{}` has {name}{place} in {}{more}; {}",
                self.name(),
                self.at(member),
                declaration.map_or_else(
                    || "Rust has no type for it: let it be an opaque type".to_owned(),
                    |declaration| format!("write `{declaration}`"),
                ),
            ),
        }
    }
}

/// Compares the values of an enum; `values` are C's, by variant, or what the compiler has against the name.
pub(crate) fn enumeration(
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
    // What only rustc knows to be there may not be, and then the value has no name.
    let may_lack = |variant: &Variant| variant.attrs.iter().any(|attr| attr.path().is_ident("cfg"));
    for (variant, value) in ours.variants.iter().zip(values) {
        let others = ours
            .variants
            .iter()
            .zip(values)
            .filter(|(other, _)| !may_lack(other));
        if let Ok(value) = value
            && may_lack(variant)
            && others
                .into_iter()
                .all(|(_, other)| other.as_ref() != Ok(value))
        {
            findings.push(Finding {
                node: node::absent(&node::member(&item, &variant.name())),
                message: format!(
                    "`{}` has `{}` = {value} in {place} under any condition, and a Rust enum of another value is \
                     undefined behaviour; let it have no `cfg`, or import the enum as its integer type",
                    ours.c_name, variant.c_name
                ),
            });
        }
    }
    findings
}

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
