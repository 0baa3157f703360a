//! Structs and unions: the fields that Rust needs for C's layout.

use cgocall_syntax::CPath;

use super::{Declarer, Named, c_name, escape, is_expressible};
use crate::debug_info::{Aggregate, Class, Id, Member, Type};

/// A field to be written.
struct Part {
    /// With attributes and visibility: `pub a: c_int`.
    text: String,
    /// Bytes from the beginning.
    offset: u64,
    size: u64,
    align: u64,
}

/// How a struct is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repr {
    Natural,
    Aligned(u64),
    Packed(u64),
}

impl Declarer<'_> {
    /// Declares a struct or union that has a name.
    pub(super) fn aggregate(&mut self, id: Id, aggregate: &Aggregate) {
        let Some(Named { rust, c }) = self.names.get(&id).cloned() else {
            return;
        };
        self.mentions.clear();
        let written = match aggregate.bytes {
            Some(bytes) if bytes > 0 || !aggregate.is_union => {
                self.complete(aggregate, bytes, &rust, &c)
            }
            _ => None,
        };
        let is_opaque = written.is_none();
        let text = written.unwrap_or_else(|| {
            self.mentions.clear();
            format!("{}pub type {};\n", c_name(&rust, &c), escape(&rust))
        });
        self.add_type(&rust, "", text, is_opaque);
        if let Some(item) = self.made.types.get_mut(&rust) {
            item.at = aggregate.at.clone();
            item.c = c;
        }
    }

    /// The declaration, if Rust can lay out its fields as C does.
    fn complete(
        &mut self,
        aggregate: &Aggregate,
        bytes: u64,
        rust: &str,
        c: &str,
    ) -> Option<String> {
        let parts = self.parts(aggregate, bytes, rust, c)?;
        if CPath::unnamed(c).is_none() {
            self.made.spellings.push(c.to_owned());
        }
        let said = self.said_aligns.get(c).copied();
        let least = said.unwrap_or_else(|| self.align_of_aggregate(aggregate));
        let (parts, repr) = match aggregate.is_union {
            true => union(parts, bytes, least)?,
            false => lay_out(parts, bytes, least, &filler(aggregate))?,
        };
        let repr = match repr {
            Repr::Natural => "C".to_owned(),
            Repr::Aligned(align) => format!("C, align({align})"),
            Repr::Packed(1) => "C, packed".to_owned(),
            Repr::Packed(align) => format!("C, packed({align})"),
        };
        let keyword = if aggregate.is_union {
            "union"
        } else {
            "struct"
        };
        let fields: String = parts
            .iter()
            .map(|part| format!("{},\n", part.text))
            .collect();
        let name = escape(rust);
        self.after = format!(
            "impl ::core::default::Default for {name} {{\n    /// All zeros.\n    fn default() -> Self {{\n        \
             // SAFETY: a struct of C made of numbers, of raw pointers, and of functions that may be null.\n        \
             unsafe {{ ::core::mem::zeroed() }}\n    }}\n}}\n"
        );
        Some(format!(
            "{}#[repr({repr})]\n#[derive(Clone, Copy)]\npub {keyword} {name} {{\n{fields}}}\n",
            c_name(rust, c)
        ))
    }

    fn parts(
        &mut self,
        aggregate: &Aggregate,
        bytes: u64,
        rust: &str,
        c: &str,
    ) -> Option<Vec<Part>> {
        let mut parts: Vec<Part> = Vec::new();
        let filler = filler(aggregate);
        let mut anonymous = 0;
        let mut members = aggregate.members.iter().peekable();
        while let Some(member) = members.next() {
            if member.bits.is_some() {
                let mut run = vec![member];
                if !aggregate.is_union {
                    while let Some(next) = members.next_if(|next| next.bits.is_some()) {
                        run.push(next);
                    }
                }
                let next = match members.peek() {
                    Some(next) if !aggregate.is_union => next.bit_offset,
                    _ => bytes * 8,
                };
                let storage = format!("{filler}bits{}", parts.len());
                parts.push(self.bitfields(&run, next, &storage)?);
                continue;
            }
            let offset = member.bit_offset / 8;
            let peeled = self.info.peel(member.ty);
            let Some(name) = &member.name else {
                let inner = format!("{rust}_{anonymous}");
                self.name(peeled, &inner, &format!("{c}.{anonymous}"));
                let ty = self.ty(peeled).ok()?;
                parts.push(Part {
                    text: format!("    #[cgo(anonymous)]\n    pub {filler}{anonymous}: {ty}"),
                    offset,
                    size: self.info.bytes(peeled, self.pointer)?,
                    align: self.align(peeled),
                });
                anonymous += 1;
                continue;
            };
            let is_kept = escape(name) == *name || escape(name) == format!("r#{name}");
            let (said, field) = match is_kept && is_expressible(name) {
                true => (String::new(), escape(name)),
                false => {
                    let plain = match name.contains('$') {
                        true => name.replace('$', "_"),
                        false => format!("{name}_"),
                    };
                    let mut all = aggregate.members.iter();
                    let is_taken = all.any(|other| other.name.as_ref() == Some(&plain));
                    if is_taken || !is_expressible(&plain) {
                        return None;
                    }
                    (format!("    #[cgo(c = \"{name}\")]\n"), escape(&plain))
                }
            };
            let inner = format!("{rust}_{}", name.replace('$', "_"));
            self.name_inner(member.ty, &inner, &format!("{c}.{name}"));
            let size = self.info.bytes(member.ty, self.pointer);
            let (text, align) = match self.ty(member.ty) {
                Ok(ty) if self.is_whole(member.ty) => (
                    format!("{said}    pub {field}: {ty}"),
                    self.align(member.ty),
                ),
                _ => (
                    format!(
                        "{said}    #[cgo(opaque)]\n    pub {field}: [::core::primitive::u8; {}]",
                        size?
                    ),
                    1,
                ),
            };
            parts.push(Part {
                text,
                offset,
                size: size.unwrap_or(0),
                align,
            });
        }
        Some(parts)
    }

    /// Whether Rust has all of what is in the struct: the inner one is declared first.
    fn is_whole(&mut self, ty: Id) -> bool {
        let mut inner = self.info.peel(ty);
        while let Type::Array { elem, .. } = self.info.get(inner) {
            inner = self.info.peel(*elem);
        }
        let Type::Aggregate(aggregate) = self.info.get(inner) else {
            return true;
        };
        if let Some(at) = self.waiting.iter().position(|id| *id == inner) {
            self.waiting.remove(at);
            let mentions = std::mem::take(&mut self.mentions);
            self.aggregate(inner, aggregate);
            self.mentions = mentions;
        }
        let name = self.names.get(&inner).map(|named| &named.rust);
        let item = name.and_then(|name| self.made.types.get(name));
        item.is_none_or(|item| !item.is_opaque)
    }

    /// A struct without a name of its own, in an array or behind a pointer, has the member's.
    fn name_inner(&mut self, mut ty: Id, rust: &str, c: &str) {
        let mut way = c.to_owned();
        loop {
            match self.info.get(ty) {
                // Its typedef names it.
                Type::Typedef { .. } => return,
                Type::Qualified(_, next) => ty = *next,
                Type::Pointer(next) | Type::Array { elem: next, .. } => {
                    ty = *next;
                    way += "[0]";
                }
                Type::Aggregate(Aggregate { tag: None, .. }) => return self.name(ty, rust, &way),
                _ => return,
            }
        }
    }

    /// Neighbouring bitfields, in bytes up to the next member.
    fn bitfields(&mut self, run: &[&Member], next: u64, storage: &str) -> Option<Part> {
        let first = run.iter().map(|member| member.bit_offset).min()? / 8;
        let end = run
            .iter()
            .map(|member| member.bit_offset + member.bits.unwrap_or(0))
            .max()?;
        let end = end.div_ceil(8).min(next.div_ceil(8).max(first));
        let mut list = Vec::new();
        for member in run {
            let (Some(name), Some(bits)) = (&member.name, member.bits) else {
                continue;
            };
            (escape(name).trim_start_matches("r#") == name && is_expressible(name)).then_some(())?;
            list.push(format!(
                "pub {}: {} = {bits}",
                escape(name),
                self.ty(member.ty).ok()?
            ));
        }
        Some(Part {
            text: format!(
                "    #[cgo(bits({}))]\n    pub {storage}: [::core::primitive::u8; {}]",
                list.join(", "),
                end - first
            ),
            offset: first,
            size: end - first,
            align: 1,
        })
    }

    /// What the type's alignment is, if nobody has changed it.
    fn align(&self, id: Id) -> u64 {
        if let Some(known) = self.aligns.borrow().get(&id) {
            return *known;
        }
        let align = self.align_of(id);
        self.aligns.borrow_mut().insert(id, align);
        align
    }

    fn align_of(&self, id: Id) -> u64 {
        match self.info.get(self.info.peel(id)) {
            Type::Base {
                bytes,
                class: Class::Complex,
                ..
            } => (bytes / 2).max(1),
            Type::Base { bytes, .. } => (*bytes).clamp(1, 16),
            Type::Pointer(_) => self.pointer,
            Type::Enum(list) => list.bytes.max(1),
            Type::Array { elem, .. } => self.align(*elem),
            Type::Aggregate(aggregate) => {
                let named = self.names.get(&self.info.peel(id));
                let said = named.and_then(|named| self.said_aligns.get(&named.c));
                said.copied()
                    .unwrap_or_else(|| self.align_of_aggregate(aggregate))
            }
            _ => 1,
        }
    }

    /// Bitfields count with their types; what is packed counts with what its offsets allow.
    fn align_of_aggregate(&self, aggregate: &Aggregate) -> u64 {
        let members = aggregate.members.iter();
        let natural = members
            .map(|member| {
                let align = self.align(member.ty);
                match member.bits {
                    None if !(member.bit_offset / 8).is_multiple_of(align) => 1,
                    _ => align,
                }
            })
            .max()
            .unwrap_or(1);
        let packed = !aggregate.is_union
            && aggregate.members.iter().any(|member| {
                member.bits.is_none()
                    && !(member.bit_offset / 8).is_multiple_of(self.align(member.ty))
            });
        let whole = |align: &u64| aggregate.bytes.unwrap_or(0).is_multiple_of(*align);
        let fit = [16, 8, 4, 2, 1]
            .into_iter()
            .find(|align| *align <= natural && whole(align));
        let fit = fit.unwrap_or(1);
        let fit = if packed { 1 } else { fit };
        fit.max(aggregate.align.unwrap_or(1))
    }
}

/// Fields in order, with padding where Rust would not put it by itself.
fn lay_out(
    mut parts: Vec<Part>,
    bytes: u64,
    least: u64,
    filler: &str,
) -> Option<(Vec<Part>, Repr)> {
    parts.sort_by_key(|part| part.offset);
    let most = parts.iter().map(|part| part.align).max().unwrap_or(1);
    let misplaced = parts
        .iter()
        .any(|part| !part.offset.is_multiple_of(part.align));
    let repr = match () {
        // Misaligned: packed to whatever the struct is still aligned to.
        () if misplaced || least < most => Repr::Packed(least),
        () if least > most => Repr::Aligned(least),
        () => Repr::Natural,
    };
    let limit = |align: u64| match repr {
        Repr::Packed(limit) => align.min(limit),
        _ => align,
    };
    let mut laid: Vec<Part> = Vec::new();
    let mut position = 0_u64;
    for part in parts {
        let natural = position.next_multiple_of(limit(part.align));
        if part.offset < natural {
            return None;
        }
        if part.offset > natural {
            laid.push(padding(position, part.offset, filler, laid.len()));
        }
        position = part.offset.checked_add(part.size)?;
        if position > bytes {
            return None;
        }
        laid.push(part);
    }
    let whole = match repr {
        Repr::Packed(limit) => limit,
        Repr::Aligned(align) => align,
        Repr::Natural => most,
    };
    let end = position.next_multiple_of(whole);
    if end != bytes {
        laid.push(padding(position, bytes, filler, laid.len()));
    }
    Some((laid, repr))
}

fn union(parts: Vec<Part>, bytes: u64, least: u64) -> Option<(Vec<Part>, Repr)> {
    let most = parts.iter().map(|part| part.align).max().unwrap_or(1);
    let repr = match () {
        () if least < most => Repr::Packed(least),
        () if least > most => Repr::Aligned(least),
        () => Repr::Natural,
    };
    let size = parts.iter().map(|part| part.size).max().unwrap_or(0);
    (size.checked_next_multiple_of(least) == Some(bytes)).then_some((parts, repr))
}

fn padding(from: u64, to: u64, filler: &str, index: usize) -> Part {
    Part {
        text: format!(
            "    #[cgo(bits())]\n    pub {filler}padding{index}: [::core::primitive::u8; {}]",
            to - from
        ),
        offset: from,
        size: to - from,
        align: 1,
    }
}

/// What the names of fields begin with that are no members of C: `_0`, `_bits1`, `_padding2`. No member has such a name.
fn filler(aggregate: &Aggregate) -> String {
    let mut filler = "_".to_owned();
    let is_one = |name: &str, filler: &str| {
        name.strip_prefix(filler).is_some_and(|rest| {
            let kinds = ["bits", "padding"].into_iter();
            let mut number = kinds.filter_map(|kind| rest.strip_prefix(kind));
            let number = number.next().unwrap_or(rest);
            !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit())
        })
    };
    let names = aggregate.members.iter().filter_map(|m| m.name.as_deref());
    let names: Vec<String> = names.map(|name| name.replace('$', "_")).collect();
    while names.iter().any(|name| is_one(name, &filler)) {
        filler.push('_');
    }
    filler
}
