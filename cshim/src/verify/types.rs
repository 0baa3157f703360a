//! What is asked about types and constants.

use std::collections::BTreeMap;

use cgocall_syntax::record::{Finding, Offset, Size};
use cgocall_syntax::{
    Aggregate, Alias, Bitfield, CPath, CType, Constant, ConstantKind, Enumeration, Field,
    FieldKind, Named, node,
};

use super::{QUALIFIERS, Round, Subject, Verdict};
use crate::debug_info::{DebugInfo, Type};
use crate::layout::Agreement;
use crate::magic::{Question, Value};
use crate::names::PackageNames;
use crate::unit::{Unit, has_type, is_typedef_of, type_probe};
use crate::{ctext, refuse, spell};

/// Of a pointer in a struct, to no function, C may say that nobody else points there.
const RESTRICT: [&str; 2] = ["__restrict ", "const __restrict "];

impl<'a> Round<'a> {
    pub(super) fn ask_aggregate(&mut self, index: usize, item: &'a Aggregate) {
        let Some(c) = self.complete(index, &item.name(), &item.c_name) else {
            return;
        };
        let mut layouts = BTreeMap::new();
        if CPath::unnamed(&item.c_name).is_none() {
            layouts.insert(item.name(), c.clone());
        }
        self.types.push(c.clone());
        let makeup = self.types.len() - 1;
        for (at, field) in item.fields.iter().enumerate() {
            let (types, questions) = match &field.kind {
                FieldKind::Member(ty) => self.ask_member(index, item, field, ty, &c, &mut layouts),
                FieldKind::Opaque => {
                    let size = format!("sizeof((({c} *)0)->{})", field.c_name);
                    (FieldTypes::Opaque, vec![offset(&c, field), size])
                }
                FieldKind::Anonymous(named) => (self.ask_unnamed(named), Vec::new()),
                FieldKind::Bits(list) => self.ask_bits(index, item, field, list, &mut layouts),
            };
            let questions = questions.into_iter().map(Question::Integer).collect();
            self.put(index, Subject::Field(item, at, makeup, types), questions);
        }
        self.ask_layouts(index, layouts);
    }

    /// Its offset, and whether it has one of the types that agree.
    fn ask_member(
        &mut self,
        index: usize,
        item: &Aggregate,
        field: &Field,
        ty: &CType,
        c: &str,
        layouts: &mut BTreeMap<String, String>,
    ) -> (FieldTypes, Vec<String>) {
        let node = node::ty(&node::member(&item.name(), &field.name()));
        let is_known = self.are_known(index, None, &[(node, ty)], layouts);
        let place = format!("((({c} *)0)->{})", field.c_name);
        let types = spell::types(&self.unit.resolve(ty, self.kinds), self.unit.widths);
        let same = types.iter().flat_map(|(ty, conditions)| {
            let conditions = [&conditions[..], &sized(ty, &place)].concat();
            let qualifiers = match ty {
                CType::Pointer { pointee, .. } if !matches!(**pointee, CType::Function { .. }) => {
                    [&QUALIFIERS[..], &RESTRICT].concat()
                }
                _ => QUALIFIERS.to_vec(),
            };
            let same = qualifiers.into_iter().map(|qualifier| {
                let pointer = spell::verbatim(&format!("{qualifier}__typeof__({}) *", ty.spell()));
                has_type(&format!("&{place}"), &pointer, &conditions)
            });
            same.collect::<Vec<_>>()
        });
        let same = same.filter(|_| is_known);
        let questions = [offset(c, field)].into_iter().chain(same).collect();
        (FieldTypes::Member { is_known }, questions)
    }

    /// What the type is that stands for a member without a name.
    fn ask_unnamed(&mut self, named: &Named) -> FieldTypes {
        let c = in_c(self.unit.names, named);
        let owner = self.kinds.types.get(&owner(&c));
        let probe = owner.filter(|_| CPath::unnamed(&c).is_some()).map(|known| {
            self.types.push(known.spelling.clone());
            self.types.len() - 1
        });
        FieldTypes::Unnamed(c, probe)
    }

    /// Which built-in types those are that the package or the header has names for.
    fn ask_bits(
        &mut self,
        index: usize,
        item: &Aggregate,
        field: &Field,
        list: &[Bitfield],
        layouts: &mut BTreeMap<String, String>,
    ) -> (FieldTypes, Vec<String>) {
        let storage = node::member(&item.name(), &field.name());
        let mut questions = Vec::new();
        let types = list.iter().map(|bits| {
            let node = node::ty(&node::bitfield(&storage, &bits.name()));
            if !self.are_known(index, None, &[(node, &bits.c)], layouts) {
                return BitsType::Refused;
            }
            match self.unit.resolve(&bits.c, self.kinds) {
                CType::Prim(prim) => {
                    let spellings = self.unit.widths.spellings(prim);
                    BitsType::Integers(spellings.into_iter().map(|(c, _)| c).collect())
                }
                ty => {
                    questions.push(ctext::basic_of(&ty.spell()));
                    BitsType::Asked(questions.len() - 1)
                }
            }
        });
        (FieldTypes::Bits(types.collect()), questions)
    }

    pub(super) fn ask_enumeration(&mut self, index: usize, item: &'a Enumeration) {
        let Some(c) = self.complete(index, &item.name(), &item.c_name) else {
            return;
        };
        self.ask_layouts(index, BTreeMap::from([(item.name(), c.clone())]));
        self.types.push(c);
        for (at, variant) in item.variants.iter().enumerate() {
            let questions = integer(&variant.c_name).map(Question::Integer).to_vec();
            self.put(
                index,
                Subject::Variant(item, at, self.types.len() - 1),
                questions,
            );
        }
    }

    pub(super) fn ask_alias(&mut self, index: usize, item: &'a Alias) {
        let types = [(node::ty(&item.name()), &item.c)];
        let mut layouts = BTreeMap::new();
        let Some(known) = self.kinds.types.get(&item.c_name).cloned() else {
            let message = refuse::unknown_imported(self.unit, &item.c_name);
            return self.verdicts[index].find(item.name(), message);
        };
        if !self.are_known(index, None, &types, &mut layouts) {
            return;
        }
        self.ask_layouts(index, layouts);
        let pointer = format!("(({} *)0)", known.spelling);
        let types = spell::types(&self.unit.resolve(&item.c, self.kinds), self.unit.widths);
        let same = types.iter().flat_map(|(ty, conditions)| {
            let conditions = [&conditions[..], &sized(ty, &known.spelling)].concat();
            // `typedef const int fixed`: of a value that is nothing to Rust.
            let same = QUALIFIERS.map(|qualifier| {
                let ours = spell::verbatim(&format!("{qualifier}__typeof__({}) *", ty.spell()));
                has_type(&pointer, &ours, &conditions)
            });
            same.to_vec()
        });
        let questions = same.map(Question::Integer).collect();
        self.types.push(known.spelling);
        self.put(index, Subject::Alias(item, self.types.len() - 1), questions);
    }

    /// Of an alias that C has a type of the same name for, rustc compares the size, and one pointer is as large as any
    /// other. (`void *` stands for what nobody looks at.)
    pub(super) fn ask_pointer_alias(
        &mut self,
        index: usize,
        node: &str,
        named: &Named,
        spelling: String,
    ) {
        let Some(target) = self.unit.names.alias(named) else {
            return;
        };
        let ours = self.unit.resolve(target, self.kinds);
        let is_known = |named: &&Named| self.known(named).is_some();
        match &ours {
            CType::Pointer { pointee, .. } if **pointee != CType::Void => {}
            _ => return,
        }
        if !target.named().iter().all(is_known) {
            return;
        }
        let types = spell::types(&ours, self.unit.widths);
        let same = types.iter().map(|(ty, conditions)| match ty {
            CType::Pointer { pointee, .. } if matches!(**pointee, CType::Function { .. }) => {
                is_typedef_of(&spelling, ty, conditions)
            }
            _ => {
                let ways = QUALIFIERS.map(|qualifier| {
                    let ours = format!("{qualifier}__typeof__({}) *", ty.spell());
                    has_type(
                        &format!("({spelling} *)0"),
                        &spell::verbatim(&ours),
                        conditions,
                    )
                });
                format!("({}) || ({})", ways[0], ways[1])
            }
        });
        let questions = same.map(Question::Integer).collect();
        self.types.push(spelling);
        let alias = PointerAlias {
            node: node.to_owned(),
            name: named.name().to_owned(),
            ours,
            probe: self.types.len() - 1,
        };
        self.put(index, Subject::PointerAlias(alias), questions);
    }

    pub(super) fn ask_constant(&mut self, index: usize, item: &'a Constant) {
        let name = &item.c_name;
        let questions = match item.kind {
            ConstantKind::Integer => integer(name).map(Question::Integer).to_vec(),
            ConstantKind::Float => vec![Question::Float(format!("({name})"))],
            ConstantKind::Text => vec![Question::Text(name.clone())],
        };
        self.put(index, Subject::Constant(item), questions);
    }

    /// How C spells a type whose makeup it knows.
    fn complete(&mut self, index: usize, name: &str, c_name: &str) -> Option<String> {
        let context = self.unit.context;
        // A member without a name is asked about through what it is a member of.
        let c_name = &*owner(c_name);
        let message = match self.kinds.types.get(c_name) {
            Some(known) if known.complete => return Some(known.spelling.clone()),
            Some(_) => refuse::incomplete(context, name, c_name),
            None => refuse::unknown_imported(self.unit, c_name),
        };
        self.verdicts[index].find(node::item(name), message);
        None
    }
}

/// A type that is a pointer in Rust, by an alias that no import declares.
pub(super) struct PointerAlias {
    /// Where it is named first.
    node: String,
    name: String,
    ours: CType,
    /// Which type probe C's is.
    probe: usize,
}

impl PointerAlias {
    pub(super) fn finding(self, unit: &Unit<'_>, info: &DebugInfo) -> Finding {
        let PointerAlias { name, ours, .. } = &self;
        let ours = ours.spell();
        let theirs = match info.pointee(&type_probe(self.probe)).map(|id| info.get(id)) {
            Some(Type::Typedef { target, at, .. }) => {
                let place = at.as_ref().map(|at| unit.context.place(at, &unit.dir));
                let text = info.declare(*target, "");
                let rust = info.rust(*target, unit.names);
                Some((text, place, rust))
            }
            _ => None,
        };
        let header = unit.context.name();
        let message = match theirs {
            Some((text, place, rust)) => format!(
                "`{name}` is `{text}` in {}, and `{ours}` by this package's `type {name}`{}",
                place.unwrap_or(header),
                rust.map_or(String::new(), |rust| format!(
                    "; write `type {name} = {rust};`"
                )),
            ),
            None => format!(
                "`{name}` is another type in {header} than this package's `type {name}`, `{ours}`; declare it as the \
                 header has it"
            ),
        };
        Finding {
            node: self.node,
            message,
        }
    }
}

/// What is asked of a field's type.
pub(super) enum FieldTypes {
    /// Its offset, and whether it is one of several; nothing of those, if C does not know what it is made of.
    Member { is_known: bool },
    /// Its offset and its size.
    Opaque,
    /// Of a member without a name what its type is in C; and of which type probe that is a member.
    Unnamed(String, Option<usize>),
    /// Of each bitfield that it stores.
    Bits(Vec<BitsType>),
}

/// The type of a bitfield.
pub(super) enum BitsType {
    /// C does not know it, which has been said.
    Refused,
    /// One of these.
    Integers(Vec<&'static str>),
    /// The built-in type of the answer at this place.
    Asked(usize),
}

impl FieldTypes {
    /// What comes of it where the compiler has read none of the questions.
    pub(super) fn without_an_answer(&self) -> Agreement {
        match self {
            FieldTypes::Member { is_known: false } => Agreement::Refused,
            FieldTypes::Member { is_known: true } | FieldTypes::Opaque => Agreement::Unknown,
            FieldTypes::Unnamed(c, probe) => Agreement::Unnamed(c.clone(), *probe),
            FieldTypes::Bits(list) => Agreement::Bits(vec![None; list.len()]),
        }
    }

    /// What comes of the answers; where C has `field`, the verdict says then.
    pub(super) fn agreement(
        &self,
        field: &Field,
        values: &[Value],
        verdict: &mut Verdict,
    ) -> Agreement {
        let name = field.name();
        let mut offset = |field| {
            let bytes = values[0].value;
            verdict.offsets.push(Offset { field, bytes });
        };
        match self {
            FieldTypes::Member { is_known } => {
                offset(name);
                let same = values[1..].iter().any(|value| value.value == 1);
                match (is_known, same) {
                    (false, _) => Agreement::Refused,
                    (true, true) => Agreement::Same,
                    (true, false) => Agreement::Different,
                }
            }
            FieldTypes::Opaque => {
                offset(name.clone());
                verdict.sizes.push(Size {
                    field: name,
                    bytes: values[1].value,
                });
                Agreement::Same
            }
            FieldTypes::Unnamed(..) => self.without_an_answer(),
            FieldTypes::Bits(list) => {
                let integers = list.iter().map(|ty| match ty {
                    BitsType::Refused => None,
                    BitsType::Integers(integers) => Some(integers.clone()),
                    BitsType::Asked(at) => {
                        let basic = (values[*at].value as usize).checked_sub(1);
                        Some(basic.map(|at| ctext::BASICS[at].0).into_iter().collect())
                    }
                });
                Agreement::Bits(integers.collect())
            }
        }
    }
}

/// The C types of the fields, and of the bitfields that they store.
pub(super) fn of_fields(item: &Aggregate) -> impl Iterator<Item = &CType> {
    item.fields.iter().flat_map(|field| {
        let bits = field.bits().iter().map(|bits| &bits.c);
        field.c().into_iter().chain(bits)
    })
}

/// The types in C of those that stand for members without a name.
pub(super) fn unnamed_fields(names: &PackageNames, item: &Aggregate) -> Vec<String> {
    let fields = item.fields.iter();
    let unnamed = fields.filter_map(|field| match &field.kind {
        FieldKind::Anonymous(named) => Some(in_c(names, named)),
        _ => None,
    });
    unnamed.collect()
}

fn in_c(names: &PackageNames, named: &Named) -> String {
    match names.resolve(&CType::Named(named.clone()), &|_| true) {
        CType::Named(named) => named.c_name().to_owned(),
        other => other.spell(),
    }
}

/// What C has a name for, or a way to: the struct that `c` is in, if it is a member without a name.
pub(super) fn owner(c: &str) -> String {
    CPath::unnamed(c).map_or_else(|| c.to_owned(), |(owner, _)| owner)
}

fn offset(c: &str, field: &Field) -> String {
    format!("__builtin_offsetof({c}, {})", field.c_name)
}

/// An array of unknown length agrees with any: C's has to have one too, if ours has.
fn sized(ty: &CType, theirs: &str) -> Vec<String> {
    match ty {
        CType::Array { len: 1.., .. } => vec![format!("sizeof({theirs}) > 0")],
        _ => Vec::new(),
    }
}

/// The questions after an integer of any sign.
fn integer(name: &str) -> [String; 3] {
    [
        // A pointer has no `+`.
        format!("(unsigned long long)+({name})"),
        format!("({name}) < 0"),
        // A record has 64 bits.
        format!(
            "_Generic(({name}), float: 1, double: 1, long double: 1, default: sizeof(({name})) > 8 ? 2 : 0)"
        ),
    ]
}
