//! What is asked about types and constants.

use std::collections::BTreeMap;

use cgocall_syntax::{Aggregate, Alias, CType, Constant, ConstantKind, Enumeration, node};

use super::{QUALIFIERS, Round, Subject};
use crate::magic::Question;
use crate::unit::has_type;
use crate::{refuse, spell};

/// Of a pointer in a struct, to no function, C may say that nobody else points there.
const RESTRICT: [&str; 2] = ["__restrict ", "const __restrict "];

impl<'a> Round<'a> {
    pub(super) fn ask_aggregate(&mut self, index: usize, item: &'a Aggregate) {
        let Some(c) = self.complete(index, &item.name(), &item.c_name) else {
            return;
        };
        let mut layouts = BTreeMap::from([(item.name(), c.clone())]);
        self.types.push(c.clone());
        for (at, field) in item.fields.iter().enumerate() {
            let node = node::ty(&node::member(&item.name(), &field.name()));
            let is_known = self.are_known(index, None, &[(node, &field.c)], &mut layouts);
            let place = format!("((({c} *)0)->{})", field.c_name);
            let offset = format!("__builtin_offsetof({c}, {})", field.c_name);
            let types = spell::types(&self.unit.resolve(&field.c, self.kinds), self.unit.widths);
            let same = types.iter().flat_map(|(ty, conditions)| {
                let conditions = [&conditions[..], &sized(ty, &place)].concat();
                let qualifiers = match ty {
                    CType::Pointer { pointee, .. }
                        if !matches!(**pointee, CType::Function { .. }) =>
                    {
                        [&QUALIFIERS[..], &RESTRICT].concat()
                    }
                    _ => QUALIFIERS.to_vec(),
                };
                let same = qualifiers.into_iter().map(|qualifier| {
                    let pointer =
                        spell::verbatim(&format!("{qualifier}__typeof__({}) *", ty.spell()));
                    has_type(&format!("&{place}"), &pointer, &conditions)
                });
                same.collect::<Vec<_>>()
            });
            let same = same.filter(|_| is_known);
            let questions = [offset].into_iter().chain(same);
            let questions = questions.map(Question::Integer).collect();
            let subject = Subject::Field(item, at, self.types.len() - 1, is_known);
            self.put(index, subject, questions);
        }
        self.ask_layouts(index, layouts);
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
        let same = types.iter().map(|(ty, conditions)| {
            let ours = spell::verbatim(&format!("__typeof__({}) *", ty.spell()));
            let conditions = [&conditions[..], &sized(ty, &known.spelling)].concat();
            has_type(&pointer, &ours, &conditions)
        });
        let questions = same.map(Question::Integer).collect();
        self.types.push(known.spelling);
        self.put(index, Subject::Alias(item, self.types.len() - 1), questions);
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
        let message = match self.kinds.types.get(c_name) {
            Some(known) if known.complete => return Some(known.spelling.clone()),
            Some(_) => refuse::incomplete(context, name, c_name),
            None => refuse::unknown_imported(self.unit, c_name),
        };
        self.verdicts[index].find(node::item(name), message);
        None
    }
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
        format!("_Generic(({name}), float: 1, double: 1, long double: 1, default: 0)"),
    ]
}
