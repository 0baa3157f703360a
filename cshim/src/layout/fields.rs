//! The fields of a struct or union, compared with C's.

use cgocall_syntax::record::{Finding, Layout};
use cgocall_syntax::{Aggregate, CPath, Field, FieldKind, nearest, node};

use super::{Agreement, bits, list, place_of, rust_ident, source_of};
use crate::debug_info::{self, DebugInfo, Id, Member, Type};
use crate::unit::Unit;

/// Of what has no address nothing else tells where it is.
const NO_DEBUG_INFORMATION: &str = "where this is in C only debug information tells, and the compiler has left none; \
                                    remove what keeps it from the object file, such as `-gsplit-dwarf`";

pub(super) fn in_whole(
    unit: &Unit<'_>,
    ours: &Aggregate,
    agreements: &[Agreement],
) -> Vec<Finding> {
    if CPath::unnamed(&ours.c_name).is_some() {
        return vec![Finding {
            node: node::item(&ours.name()),
            message: NO_DEBUG_INFORMATION.to_owned(),
        }];
    }
    let wrong = ours
        .fields
        .iter()
        .zip(agreements)
        .filter(|(_, says)| match says {
            Agreement::Same | Agreement::Refused => false,
            // Padding has to be nowhere.
            Agreement::Bits(list) => !list.is_empty(),
            _ => true,
        });
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
                Agreement::Bits(_) | Agreement::Unnamed(..) => NO_DEBUG_INFORMATION.to_owned(),
                _ => format!(
                    "`{}` is of another type in {}",
                    field.c_name,
                    unit.context.name()
                ),
            },
        })
        .collect()
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
        let places: Vec<Vec<usize>> = self
            .ours
            .fields
            .iter()
            .map(|field| self.places(field))
            .collect();
        let mut missing: Vec<usize> = (0..self.theirs.members.len())
            .filter(|at| {
                let member = &self.theirs.members[*at];
                // A bitfield without a name is padding.
                (member.name.is_some() || member.bits.is_none())
                    && !places.iter().flatten().any(|place| place == at)
            })
            .collect();
        let mut last = None;
        for (at, field) in self.ours.fields.iter().enumerate() {
            let agreement = &self.agreements[at];
            if let Agreement::Bits(integers) = agreement {
                self.stored(field, integers, &mut missing, &mut findings);
                last = last.max(places[at].iter().copied().max());
                continue;
            }
            let Some(place) = places[at].first().copied() else {
                match agreement {
                    Agreement::Refused => {}
                    Agreement::Unnamed(..) => findings.push(self.no_member(field)),
                    _ => {
                        let inside = self.inside(field, &mut missing);
                        findings.push(inside.unwrap_or_else(|| self.unknown(field, &mut missing)));
                    }
                }
                continue;
            };
            if let Agreement::Unnamed(c, probe) = agreement {
                findings.extend(self.another_member(field, place, c, *probe));
            }
            let member = &self.theirs.members[place];
            if let Some(bits) = member.bits {
                findings.push(self.bitfield(field, place, bits, &mut missing));
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

    /// Its size, if it has no name in C, which could be asked for it then.
    pub(super) fn layout(&self) -> Option<Layout> {
        CPath::unnamed(self.name())?;
        Some(Layout {
            ty: self.ours.name(),
            size: self.theirs.bytes?,
            align: 0,
            basic: String::new(),
        })
    }

    /// Which members it stands for: one, or those that it stores.
    fn places(&self, field: &Field) -> Vec<usize> {
        match &field.kind {
            FieldKind::Bits(list) => {
                let places = list.iter().map(|bits| self.place(&bits.name()));
                places.flatten().collect()
            }
            FieldKind::Anonymous(_) => self.place_of_unnamed(field).into_iter().collect(),
            FieldKind::Member(_) | FieldKind::Opaque => {
                self.place(&field.c_name).into_iter().collect()
            }
        }
    }

    pub(super) fn place(&self, name: &str) -> Option<usize> {
        let mut members = self.theirs.members.iter();
        members.position(|member| member.name.as_deref() == Some(name))
    }

    pub(super) fn node(&self, field: &Field) -> String {
        node::member(&self.ours.name(), &field.name())
    }

    /// `z_stream`, as C calls it.
    pub(super) fn name(&self) -> &str {
        &self.ours.c_name
    }

    pub(super) fn at(&self, member: &Member) -> String {
        // Without a name, a member is its type: only some compilers say where such a member is.
        let unnamed = match (&member.name, self.info.get(self.info.peel(member.ty))) {
            (None, Type::Aggregate(inner)) => inner.at.as_ref(),
            _ => None,
        };
        let at = unnamed.or(member.at.as_ref()).or(self.theirs.at.as_ref());
        at.map_or_else(
            || self.unit.context.name(),
            |at| self.unit.context.place(at, &self.unit.dir),
        )
    }

    /// `next_in: *const c_uchar`.
    pub(super) fn declaration(&self, member: &Member) -> Option<String> {
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

    fn bitfield(
        &self,
        field: &Field,
        place: usize,
        bits: u64,
        missing: &mut Vec<usize>,
    ) -> Finding {
        let name = &field.c_name;
        let at = self.at(&self.theirs.members[place]);
        // Those after it, that nobody has declared, belong to it.
        missing.push(place);
        let run = self.run(place, missing);
        missing.retain(|at| !run.contains(at));
        Finding {
            node: self.node(field),
            message: format!(
                "`{name}` is a bitfield of {} in {at}, which has no address; write {}",
                bits::count(bits),
                self.storage(&run),
            ),
        }
    }

    fn different(&self, field: &Field, member: &Member) -> Finding {
        let text = self.info.declare(member.ty, "");
        let declared = source_of(&field.ty);
        let name = rust_ident(&field.ident.to_string());
        let cure = match self.info.rust(member.ty, self.unit.names) {
            Some(rust) if rust != declared => format!("write `{rust}`"),
            // `_Atomic`, and whatever else the compiler tells nobody.
            Some(_) => {
                format!("C qualifies it as Rust cannot: write `#[cgo(opaque)] {name}: {declared}`")
            }
            None => self.no_type(&name, member),
        };
        Finding {
            node: node::ty(&self.node(field)),
            message: format!(
                "`{}` is `{text}`{} in {}; declared here as `{declared}`; {cure}",
                field.c_name,
                self.info.describe(member.ty),
                self.at(member),
            ),
        }
    }

    /// What to do with a member whose type has no name in Rust.
    fn no_type(&self, name: &str, member: &Member) -> String {
        if let Some(cure) = self.untagged(member) {
            return cure;
        }
        let bytes = self.info.bytes(member.ty, self.unit.widths.pointer.into());
        let ty = bytes.map_or("..".to_owned(), |bytes| format!("[u8; {bytes}]"));
        format!("Rust has no such type: write `#[cgo(opaque)] {name}: {ty}`")
    }

    /// What to do with a member of a struct that has neither a tag nor a typedef, or with a pointer to such.
    fn untagged(&self, member: &Member) -> Option<String> {
        let (mut ty, mut way) = (
            member.ty,
            format!("{}.{}", self.name(), member.name.as_ref()?),
        );
        loop {
            ty = match self.info.get(ty) {
                Type::Qualified(_, next) => *next,
                Type::Pointer(next) | Type::Array { elem: next, .. } => {
                    way += "[0]";
                    *next
                }
                Type::Aggregate(debug_info::Aggregate { tag: None, .. }) => break,
                _ => return None,
            };
        }
        Some(match self.unit.names.in_rust(&way) {
            Some(known) => format!("write `{}`", self.around(member.ty, known)),
            None => format!(
                "the struct or union has no name in C: import one with `#[cgo(c = \"{way}\")]`, and write its name"
            ),
        })
    }

    /// The type in Rust, with `known` for the struct in it.
    fn around(&self, ty: Id, known: &str) -> String {
        match self.info.get(ty) {
            Type::Qualified(_, next) => self.around(*next, known),
            Type::Pointer(next) => {
                let mutability = match self.info.is_const(*next) {
                    true => "const",
                    false => "mut",
                };
                format!("*{mutability} {}", self.around(*next, known))
            }
            Type::Array { elem, len } => {
                format!("[{}; {}]", self.around(*elem, known), len.unwrap_or(0))
            }
            _ => known.to_owned(),
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
        let name = match &member.name {
            Some(name) => format!("`{name}`"),
            None => format!("a {} without a name", self.keyword(member)),
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
        let (cure, written) = match (member.bits, &member.name) {
            (Some(_), _) => {
                let run = self.run(first, missing);
                (self.cure_of_bits(&run), run.len())
            }
            (None, None) => (self.cure_of_unnamed(first), 1),
            (None, Some(name)) => {
                let cure = match self.declaration(member) {
                    Some(field) => format!("write `{field}`"),
                    None => self.no_type(&rust_ident(name), member),
                };
                (cure, 1)
            }
        };
        let more = match missing.len() - written {
            0 => String::new(),
            1 => ", and one more field that is not here".to_owned(),
            more => format!(", and {more} more fields that are not here"),
        };
        Finding {
            node: node::item(&self.ours.name()),
            message: format!(
                "`{}` has {name}{place} in {}{more}; {cure}",
                self.name(),
                self.at(member),
            ),
        }
    }
}
