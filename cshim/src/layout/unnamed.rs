//! Members without a name: structs and unions whose own members are the outer one's.

use cgocall_syntax::record::{Finding, Offset, Size};
use cgocall_syntax::{Aggregate, CPath, Field, FieldKind, node};

use super::fields::Comparison;
use super::{place_of, source_of};
use crate::debug_info::{self, DebugInfo, Id, Member, Type};
use crate::unit::{Unit, type_probe};

/// What a type of ours is compared with.
pub(super) enum Whole<'a> {
    /// And how far from the beginning of what C has a name for.
    Found(&'a Type, u64),
    /// C has so many members without a name there, and not the one that is meant.
    NoSuchMember(usize, &'a debug_info::Aggregate),
    /// The compiler has left no debug information.
    Unknown,
}

/// The type of the probe `ty`, or the member without a name in it that `ours` is.
pub(super) fn whole<'a>(info: &'a DebugInfo, ty: usize, ours: &Aggregate) -> Whole<'a> {
    let Some(owner) = info.pointee(&type_probe(ty)) else {
        return Whole::Unknown;
    };
    let (_, tail) = CPath::unnamed(&ours.c_name).unwrap_or_default();
    match inner(info, owner, &tail) {
        Ok((id, bits)) => Whole::Found(info.get(id), bits),
        Err(at) => match info.get(at) {
            Type::Aggregate(at) => Whole::NoSuchMember(unnamed(at).count(), at),
            _ => Whole::Unknown,
        },
    }
}

/// The member without a name at the end of `tail`, and its place in `owner` in bits.
///
/// # Errors
/// The type that has no such member.
fn inner(info: &DebugInfo, owner: Id, tail: &[usize]) -> Result<(Id, u64), Id> {
    let mut at = (info.peel(owner), 0);
    for number in tail {
        let Type::Aggregate(aggregate) = info.get(at.0) else {
            return Err(at.0);
        };
        let member = unnamed(aggregate).nth(*number).ok_or(at.0)?;
        at = (info.peel(member.ty), at.1 + member.bit_offset);
    }
    Ok(at)
}

/// The members without a name, but for bitfields, which are padding then.
fn unnamed(aggregate: &debug_info::Aggregate) -> impl Iterator<Item = &Member> {
    let members = aggregate.members.iter();
    members.filter(|member| member.name.is_none() && member.bits.is_none())
}

pub(super) fn no_such_member(
    unit: &Unit<'_>,
    ours: &Aggregate,
    count: usize,
    at: &debug_info::Aggregate,
) -> Finding {
    let has = match count {
        0 => "no member".to_owned(),
        1 => "one member".to_owned(),
        count => format!("{count} members"),
    };
    let owner = ours.c_name.rsplit_once('.').map_or("", |(owner, _)| owner);
    let cure = match count {
        0 => String::new(),
        1 => format!("; it is `{owner}.0`"),
        count => format!("; they are `{owner}.0` to `{owner}.{}`", count - 1),
    };
    Finding {
        node: node::item(&ours.name()),
        message: format!(
            "`{}` is not there: `{owner}` has {has} without a name in {}{cure}",
            ours.c_name,
            place_of(unit.context, unit, at.at.as_ref()),
        ),
    }
}

impl Comparison<'_> {
    /// Which member the field stands for: the first without a name the first, and so on.
    pub(super) fn place_of_unnamed(&self, field: &Field) -> Option<usize> {
        let ours = self.ours.fields.iter();
        let mut ours = ours.filter(|field| matches!(field.kind, FieldKind::Anonymous(_)));
        let number = ours.position(|other| other.ident == field.ident)?;
        let mut places = (0..self.theirs.members.len()).filter(|at| {
            let member = &self.theirs.members[*at];
            member.name.is_none() && member.bits.is_none()
        });
        places.nth(number)
    }

    /// What C calls the member at `place`: `struct s.0`.
    pub(super) fn way(&self, place: usize) -> String {
        let before = self.theirs.members[..place].iter();
        let before = before.filter(|member| member.name.is_none() && member.bits.is_none());
        format!("{}.{}", self.name(), before.count())
    }

    /// Where those are that have one in Rust, and how large.
    pub(super) fn unnamed(&self) -> impl Iterator<Item = (Offset, Size)> {
        self.ours.fields.iter().filter_map(|field| {
            let FieldKind::Anonymous(_) = field.kind else {
                return None;
            };
            let member = &self.theirs.members[self.place_of_unnamed(field)?];
            let pointer = self.unit.widths.pointer.into();
            let offset = Offset {
                field: field.name(),
                bytes: member.bit_offset / 8,
            };
            let size = Size {
                field: field.name(),
                bytes: self.info.bytes(member.ty, pointer)?,
            };
            Some((offset, size))
        })
    }

    /// What is wrong with the type of the field that stands for the member at `place`; `probe` is what its type is a
    /// member of without a name, if it is one.
    pub(super) fn another_member(
        &self,
        field: &Field,
        place: usize,
        c: &str,
        probe: Option<usize>,
    ) -> Option<Finding> {
        let member = &self.theirs.members[place];
        let owner = probe.and_then(|probe| self.info.pointee(&type_probe(probe)));
        let tail = CPath::unnamed(c).map(|(_, tail)| tail);
        if let (Some(owner), Some(tail)) = (owner, tail)
            && inner(self.info, owner, &tail).map(|(id, _)| id) == Ok(self.info.peel(member.ty))
        {
            return None;
        }
        let way = self.way(place);
        let ours = source_of(&field.ty);
        let is = match CPath::unnamed(c) {
            Some(_) => format!("`{ours}` is `{c}`"),
            None => format!("`{ours}` is not"),
        };
        let cure = match self.unit.names.in_rust(&way) {
            Some(known) => format!("write `{known}`"),
            None => format!(
                "import one that is, with `#[cgo(c = \"{way}\")]` on the {}",
                self.keyword(member)
            ),
        };
        Some(Finding {
            node: node::ty(&self.node(field)),
            message: format!(
                "the {} without a name in {} is `{way}`, and {is}; {cure}",
                self.keyword(member),
                self.at(member),
            ),
        })
    }

    /// Of a field that stands for none.
    pub(super) fn no_member(&self, field: &Field) -> Finding {
        let place = place_of(self.unit.context, self.unit, self.theirs.at.as_ref());
        let has = match unnamed(self.theirs).count() {
            0 => "no member".to_owned(),
            1 => "one member".to_owned(),
            count => format!("{count} members"),
        };
        Finding {
            node: self.node(field),
            message: format!(
                "`{}` has {has} without a name in {place}; remove this",
                self.name()
            ),
        }
    }

    /// Of a field that is one of a member without a name: then that is not missing any more.
    pub(super) fn inside(&self, field: &Field, missing: &mut Vec<usize>) -> Option<Finding> {
        let place = missing.iter().copied().find(|at| {
            let member = &self.theirs.members[*at];
            member.name.is_none() && self.holds(member.ty, &field.c_name)
        })?;
        missing.retain(|at| *at != place);
        let member = &self.theirs.members[place];
        Some(Finding {
            node: self.node(field),
            message: format!(
                "`{}` is in a {} without a name in {}; {}",
                field.c_name,
                self.keyword(member),
                self.at(member),
                self.cure_of_unnamed(place),
            ),
        })
    }

    fn holds(&self, ty: Id, name: &str) -> bool {
        let Type::Aggregate(inner) = self.info.get(self.info.peel(ty)) else {
            return false;
        };
        let mut members = inner.members.iter();
        members.any(|member| match &member.name {
            Some(found) => found == name,
            None => self.holds(member.ty, name),
        })
    }

    /// What to write for the member at `place`.
    pub(super) fn cure_of_unnamed(&self, place: usize) -> String {
        let way = self.way(place);
        let keyword = self.keyword(&self.theirs.members[place]);
        match self.unit.names.in_rust(&way) {
            Some(known) => format!("write `#[cgo(anonymous)] u: {known}`"),
            None => format!(
                "write `#[cgo(anonymous)] u: Name`, and import a {keyword} `Name` with `#[cgo(c = \"{way}\")]`"
            ),
        }
    }

    pub(super) fn keyword(&self, member: &Member) -> &'static str {
        match self.info.get(self.info.peel(member.ty)) {
            Type::Aggregate(inner) if inner.is_union => "union",
            _ => "struct",
        }
    }
}
