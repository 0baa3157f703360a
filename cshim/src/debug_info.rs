//! C types as the compiler describes them to debuggers: the one place where it says all that it knows.
//!
//! cgo's way (`gcc.go`): a probe has a pointer to each wanted type, and the object file is read, not run. It names types,
//! members and enumerators, and says where each was declared. It does not name parameters.

use std::cell::Cell;
use std::collections::HashMap;

use crate::ctext;
use crate::diagnostics::Location;
use crate::dwarf::DEEPEST;

/// Parameters of parameters are written out each time they are named: a few lines may come to a text without an end. What
/// has more layers is no text for people, nor anything that a person could write in Rust.
pub(crate) const MOST_LAYERS: usize = 1000;

/// The types of a translation unit.
#[derive(Debug, Default)]
pub(crate) struct DebugInfo {
    types: Vec<Type>,
    /// Of each global variable, what it points to.
    pointees: HashMap<String, Id>,
    /// Of each enumerator, its enum: where all enums were asked for.
    enums: HashMap<String, Id>,
}

/// Of a type, in its [`DebugInfo`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id(usize);

/// A C type, one layer of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Void,
    Base {
        /// As the compiler calls it: `long unsigned int`.
        name: String,
        bytes: u64,
        class: Class,
    },
    Pointer(Id),
    Qualified(Qualifier, Id),
    Typedef {
        name: String,
        target: Id,
        at: Option<Location>,
    },
    Aggregate(Aggregate),
    Enum(Enumeration),
    /// One dimension; without a length, `[]`.
    Array {
        elem: Id,
        len: Option<u64>,
    },
    Function {
        params: Vec<Id>,
        result: Id,
        variadic: bool,
        /// Not `int f()`, which says nothing of its parameters.
        prototyped: bool,
    },
    /// What Rust has no type for, such as a vector.
    Other {
        name: String,
        bytes: Option<u64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Signed,
    Unsigned,
    /// `char`, whose sign the platform decides.
    Char,
    Bool,
    Float,
    Complex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Qualifier {
    Const,
    Volatile,
    Restrict,
    Atomic,
}

/// A struct or union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aggregate {
    pub(crate) is_union: bool,
    pub(crate) tag: Option<String>,
    /// `None`: only declared.
    pub(crate) bytes: Option<u64>,
    /// In bytes, where somebody has said it: `__attribute__((aligned(16)))`.
    pub(crate) align: Option<u64>,
    pub(crate) members: Vec<Member>,
    pub(crate) at: Option<Location>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// `None`: an anonymous struct or union, whose members are the outer one's.
    pub(crate) name: Option<String>,
    pub(crate) ty: Id,
    /// From the beginning of the struct.
    pub(crate) bit_offset: u64,
    /// Of a bitfield, how many.
    pub(crate) bits: Option<u64>,
    pub(crate) at: Option<Location>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enumeration {
    pub(crate) tag: Option<String>,
    /// 0: only declared.
    pub(crate) bytes: u64,
    /// The integer that it is, if the compiler says so.
    pub(crate) integer: Option<Id>,
    pub(crate) values: Vec<(String, i128)>,
    pub(crate) at: Option<Location>,
}

impl DebugInfo {
    pub(crate) fn add(&mut self, ty: Type) -> Id {
        self.types.push(ty);
        Id(self.types.len() - 1)
    }

    #[cfg(any(test, fuzzing))]
    pub(crate) fn ids(&self) -> impl Iterator<Item = Id> + use<> {
        (0..self.types.len()).map(Id)
    }

    /// Notes what a variable points to.
    pub(crate) fn note(&mut self, name: String, pointee: Id) {
        self.pointees.insert(name, pointee);
    }

    /// Notes the enum of its enumerators.
    pub(crate) fn note_enum(&mut self, id: Id) {
        if let Type::Enum(list) = &self.types[id.0] {
            let names = list.values.iter().map(|(name, _)| (name.clone(), id));
            self.enums.extend(names);
        }
    }

    /// The enum that the enumerator `name` belongs to.
    pub(crate) fn enum_of(&self, name: &str) -> Option<Id> {
        self.enums.get(name).copied()
    }

    /// A struct may contain pointers to itself, so its members come after it.
    pub(crate) fn set_members(&mut self, aggregate: Id, members: Vec<Member>) {
        if let Type::Aggregate(aggregate) = &mut self.types[aggregate.0] {
            aggregate.members = members;
        }
    }

    /// What the variable `name` points to.
    pub(crate) fn pointee(&self, name: &str) -> Option<Id> {
        self.pointees.get(name).copied()
    }

    pub(crate) fn get(&self, id: Id) -> &Type {
        &self.types[id.0]
    }

    /// The type without its typedefs and qualifiers.
    pub(crate) fn peel(&self, mut id: Id) -> Id {
        while let Type::Typedef { target: next, .. } | Type::Qualified(_, next) = self.get(id) {
            id = *next;
        }
        id
    }

    /// Of a type whose size is known.
    pub(crate) fn bytes(&self, id: Id, pointer: u64) -> Option<u64> {
        match self.get(self.peel(id)) {
            Type::Base { bytes, .. } => Some(*bytes),
            Type::Pointer(_) => Some(pointer),
            Type::Aggregate(aggregate) => aggregate.bytes,
            Type::Enum(list) => (list.bytes > 0).then_some(list.bytes),
            Type::Other { bytes, .. } => *bytes,
            Type::Array { elem, len } => {
                (self.bytes(*elem, pointer)?).checked_mul(len.unwrap_or(0))
            }
            _ => None,
        }
    }

    /// Whether no struct contains itself, or others deeper than anybody writes.
    pub(crate) fn is_finite(&self) -> bool {
        let mut known = vec![None; self.types.len()];
        (0..self.types.len()).all(|index| self.depth(Id(index), DEEPEST, &mut known).is_some())
    }

    /// How many types are in a value of this type, one in the other; `None` if more than `most`.
    fn depth(&self, id: Id, most: usize, known: &mut [Option<usize>]) -> Option<usize> {
        let inner = match self.get(id) {
            Type::Typedef { target, .. } | Type::Qualified(_, target) => vec![*target],
            Type::Array { elem, .. } => vec![*elem],
            Type::Aggregate(aggregate) => aggregate.members.iter().map(|it| it.ty).collect(),
            _ => Vec::new(),
        };
        if let Some(depth) = known[id.0] {
            return (depth <= most).then_some(depth);
        }
        let mut depth = 0;
        for inner in inner {
            depth = depth.max(1 + self.depth(inner, most.checked_sub(1)?, known)?);
        }
        known[id.0] = Some(depth);
        Some(depth)
    }

    /// What C calls the integer that the type is, of an enum too.
    pub(crate) fn integer(&self, id: Id) -> Option<String> {
        match self.get(self.peel(id)) {
            Type::Base { name, .. } => Some(ctext::tidy(name)),
            Type::Enum(list) => match list.integer {
                Some(integer) => self.integer(integer),
                // What every compiler takes, unless told otherwise.
                None if list.bytes == 4 => {
                    let is_signed = list.values.iter().any(|(_, value)| *value < 0);
                    Some(if is_signed { "int" } else { "unsigned int" }.to_owned())
                }
                None => None,
            },
            _ => None,
        }
    }

    /// A struct or union whose only name is a typedef, or none.
    pub(crate) fn is_untagged(&self, id: Id) -> bool {
        matches!(
            self.get(self.peel(id)),
            Type::Aggregate(Aggregate { tag: None, .. })
        )
    }

    pub(crate) fn is_function(&self, id: Id) -> bool {
        matches!(self.get(self.peel(id)), Type::Function { .. })
    }

    pub(crate) fn is_enum(&self, id: Id) -> bool {
        matches!(self.get(self.peel(id)), Type::Enum(_))
    }

    /// ` (32-bit unsigned)`, for a typedef of an integer.
    pub(crate) fn describe(&self, id: Id) -> String {
        match (self.get(id), self.get(self.peel(id))) {
            (Type::Typedef { .. } | Type::Qualified(..), Type::Base { bytes, class, .. }) => {
                let sign = match class {
                    Class::Signed => "signed",
                    Class::Unsigned => "unsigned",
                    _ => return String::new(),
                };
                format!(" ({}-bit {sign})", bytes * 8)
            }
            _ => String::new(),
        }
    }

    /// The type as C spells it, around `name`: `int (*name)(void *)`.
    pub(crate) fn declare(&self, id: Id, name: &str) -> String {
        self.declarator(id, name.to_owned(), "", &Cell::new(MOST_LAYERS))
    }

    /// Inside out, as C reads.
    fn declarator(&self, id: Id, core: String, qualifiers: &str, left: &Cell<usize>) -> String {
        let base = |name: &str| {
            let space = if core.is_empty() { "" } else { " " };
            format!("{qualifiers}{name}{space}{core}")
        };
        if left.get() == 0 {
            return base("..");
        }
        left.set(left.get() - 1);
        match self.get(id) {
            Type::Void => base("void"),
            Type::Base { name, .. } => base(&ctext::tidy(name)),
            Type::Typedef { name, .. } => base(name),
            Type::Aggregate(aggregate) => {
                let keyword = if aggregate.is_union {
                    "union"
                } else {
                    "struct"
                };
                let tag = aggregate.tag.as_deref().unwrap_or("{..}");
                base(&format!("{keyword} {tag}"))
            }
            Type::Enum(list) => base(&format!("enum {}", list.tag.as_deref().unwrap_or("{..}"))),
            Type::Other { name, .. } => base(name),
            // No part of a type, to C.
            Type::Qualified(Qualifier::Restrict, target) => {
                self.declarator(*target, core, qualifiers, left)
            }
            Type::Qualified(qualifier, target) => {
                let word = match qualifier {
                    Qualifier::Const => "const ",
                    Qualifier::Volatile => "volatile ",
                    _ => "_Atomic ",
                };
                // Of an array and of its elements it is the same.
                let qualifiers = match qualifiers.contains(word) {
                    true => qualifiers.to_owned(),
                    false => format!("{word}{qualifiers}"),
                };
                self.declarator(*target, core, &qualifiers, left)
            }
            Type::Pointer(pointee) => {
                let qualifiers = if core.is_empty() {
                    qualifiers.trim_end()
                } else {
                    qualifiers
                };
                let star = format!("*{qualifiers}{core}");
                // A function that does not return is `volatile` to gcc.
                let target = match self.get(*pointee) {
                    Type::Qualified(_, target) => self.get(*target),
                    target => target,
                };
                let star = match target {
                    Type::Function { .. } | Type::Array { .. } => format!("({star})"),
                    _ => star,
                };
                self.declarator(*pointee, star, "", left)
            }
            Type::Array { elem, len } => {
                let len = len.map_or(String::new(), |len| len.to_string());
                self.declarator(*elem, format!("{core}[{len}]"), qualifiers, left)
            }
            Type::Function {
                params,
                result,
                variadic,
                prototyped,
            } => {
                let mut list: Vec<String> = params
                    .iter()
                    .map(|param| self.declarator(*param, String::new(), "", left))
                    .collect();
                // `f()` may have any parameters, and the compiler says so with the dots of a variadic one.
                if *variadic && *prototyped {
                    list.push("...".to_owned());
                } else if list.is_empty() && *prototyped {
                    list.push("void".to_owned());
                }
                self.declarator(*result, format!("{core}({})", list.join(", ")), "", left)
            }
        }
    }
}
