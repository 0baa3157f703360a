//! The bitfields that a field stores, compared with C's.

use cgocall_syntax::record::{self, Finding};
use cgocall_syntax::{Bitfield, Field, nearest, node};

use super::fields::Comparison;
use super::{Agreement, Integers, list, place_of, rust_ident, source_of};
use crate::ctext;
use crate::debug_info::Member;

impl Comparison<'_> {
    /// Where C has them, as far as their types are known.
    pub(super) fn bitfields(&self) -> Vec<record::Bitfield> {
        let fields = self.ours.fields.iter().zip(self.agreements);
        let stored = fields.flat_map(|(field, agreement)| {
            let integers: &[Integers] = match agreement {
                Agreement::Bits(integers) => integers,
                _ => &[],
            };
            let bits = field.bits().iter().zip(integers);
            bits.filter_map(move |(bits, integers)| {
                let name = bits.name();
                let member = &self.theirs.members[self.place(&name)?];
                let known = integers.as_ref().and(member.bits);
                Some(record::Bitfield {
                    field: field.name(),
                    bit: known.map(|_| member.bit_offset)?,
                    name,
                })
            })
        });
        stored.collect()
    }

    /// What is wrong with those in `field`.
    pub(super) fn stored(
        &self,
        field: &Field,
        integers: &[Integers],
        missing: &mut Vec<usize>,
        findings: &mut Vec<Finding>,
    ) {
        for (bits, integers) in field.bits().iter().zip(integers) {
            let name = bits.name();
            let node = node::bitfield(&self.node(field), &name);
            let mut find = |node, message| findings.push(Finding { node, message });
            let Some(place) = self.place(&name) else {
                find(node, self.no_bitfield(bits, missing));
                continue;
            };
            let member = &self.theirs.members[place];
            let Some(width) = member.bits else {
                find(node, self.a_field(&name, member));
                continue;
            };
            if width != u64::from(bits.width) {
                let message = format!(
                    "`{name}` has {} in {}; declared here with {}",
                    count(width),
                    self.at(member),
                    bits.width
                );
                find(node::value(&node), message);
            }
            let integer = self.info.integer(member.ty).unwrap_or_default();
            if integers
                .as_ref()
                .is_some_and(|ours| !ours.contains(&&*integer))
            {
                find(node::ty(&node), self.another_integer(bits, member));
            }
        }
    }

    fn no_bitfield(&self, bits: &Bitfield, missing: &mut Vec<usize>) -> String {
        let name = bits.name();
        let members = &self.theirs.members;
        let stored = missing.iter().filter(|at| members[**at].bits.is_some());
        let names: Vec<&str> = stored
            .filter_map(|at| members[*at].name.as_deref())
            .collect();
        let cure = match nearest(&name, &names).map(str::to_owned) {
            Some(near) => {
                missing.retain(|at| members[*at].name.as_ref() != Some(&near));
                format!("did you mean `{near}`?")
            }
            None if names.is_empty() => "remove it".to_owned(),
            None => format!("of its bitfields these are not here: {}", list(&names)),
        };
        let place = place_of(self.unit.context, self.unit, self.theirs.at.as_ref());
        format!(
            "`{}` has no bitfield `{name}` in {place}; {cure}",
            self.name()
        )
    }

    fn a_field(&self, name: &str, member: &Member) -> String {
        let cure = self.declaration(member).map_or(String::new(), |field| {
            format!(": write `{field}`, after its storage")
        });
        format!(
            "`{name}` is no bitfield in {}, but a field{cure}",
            self.at(member)
        )
    }

    fn another_integer(&self, bits: &Bitfield, member: &Member) -> String {
        let declared = source_of(&bits.ty);
        let instead = self.bits_type(member).filter(|rust| *rust != declared);
        format!(
            "`{}` is `{}`{} in {}; declared here as `{declared}`{}",
            bits.name(),
            self.info.declare(member.ty, ""),
            self.info.describe(member.ty),
            self.at(member),
            instead.map_or(String::new(), |rust| format!("; write `{rust}`")),
        )
    }

    /// What Rust calls the integer that it is.
    fn bits_type(&self, member: &Member) -> Option<String> {
        let integer = self.info.integer(member.ty)?;
        // A typedef may have a better name.
        let named = self.info.rust(member.ty, self.unit.names);
        let is_enum = self.info.is_enum(member.ty);
        named
            .filter(|_| !is_enum)
            .or_else(|| ctext::basic(&integer))
    }

    /// What to write for the missing bitfields of `run`.
    pub(super) fn cure_of_bits(&self, run: &[usize]) -> String {
        let members = &self.theirs.members;
        // Some of the same storage may be there.
        let before = run[0].checked_sub(1);
        let behind = run.last().map(|last| last + 1);
        let beside = [before, behind].into_iter().flatten().find_map(|at| {
            let name = members.get(at)?.name.as_deref()?;
            let mut fields = self.ours.fields.iter();
            fields.find(|field| field.bits().iter().any(|bits| bits.name() == name))
        });
        match beside {
            Some(field) => format!(
                "add `{}` to the bitfields of `{}`",
                self.list(run),
                field.name()
            ),
            None => format!("write {}", self.storage(run)),
        }
    }

    /// The bitfields from `first` on, as far as they are missing.
    pub(super) fn run(&self, first: usize, missing: &[usize]) -> Vec<usize> {
        let members = &self.theirs.members;
        let is_missing = |at: &usize| missing.contains(at) || members[*at].name.is_none();
        let run =
            (first..members.len()).take_while(|at| members[*at].bits.is_some() && is_missing(at));
        run.filter(|at| members[*at].name.is_some()).collect()
    }

    /// `ready: c_uint = 1, kind: c_uint = 3`.
    fn list(&self, run: &[usize]) -> String {
        let list = run.iter().filter_map(|at| {
            let member = &self.theirs.members[*at];
            Some(format!(
                "{}: {} = {}",
                rust_ident(member.name.as_deref()?),
                self.bits_type(member)?,
                member.bits?
            ))
        });
        list.collect::<Vec<String>>().join(", ")
    }

    /// A field that stores the bitfields of `run`.
    pub(super) fn storage(&self, run: &[usize]) -> String {
        let (first, last) = (run[0], run[run.len() - 1]);
        let (first, last) = (&self.theirs.members[first], &self.theirs.members[last]);
        let behind = last.bit_offset + last.bits.unwrap_or(0);
        // As many bytes of its type, if nothing else is in them.
        let unit = 8 * self.info.bytes(first.ty, 8).unwrap_or(1).max(1);
        let begin = first.bit_offset / unit * unit;
        let end = begin + unit;
        let others = self.theirs.members.iter().filter(|member| {
            let name = &member.name;
            name.is_some() && !run.iter().any(|at| self.theirs.members[*at].name == *name)
        });
        let mut others = others.map(|member| {
            let bits = member
                .bits
                .or(self.info.bytes(member.ty, 8).map(|bytes| bytes * 8));
            (member.bit_offset, member.bit_offset + bits.unwrap_or(1))
        });
        let is_alone = self.ours.is_union
            || !others.any(|(from, to)| from < end && begin < to)
                && self.theirs.bytes.is_some_and(|bytes| end <= bytes * 8);
        let storage = match self.bits_type(first).filter(|ty| ty != "bool") {
            Some(ty) if behind <= end && is_alone => ty,
            _ => format!("[u8; {}]", behind.div_ceil(8) - first.bit_offset / 8),
        };
        format!("`#[cgo(bits({}))] bits: {storage}`", self.list(run))
    }
}

pub(super) fn count(bits: u64) -> String {
    format!("{bits} bit{}", if bits == 1 { "" } else { "s" })
}
