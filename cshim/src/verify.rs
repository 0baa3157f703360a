//! Compares the declarations of a group with its header.
//!
//! `_Generic` decides: its answer for each signature that would agree (see [`crate::spell`]) comes back as
//! a record in the object file. Sizes, offsets and values of constants come the same way; which fields a struct
//! has is in the same file's debug information. Two compiler runs when all is well: one for the kinds of names, one
//! for the answers. What is no plain function has more: see `calls`.

use std::collections::BTreeMap;
use std::io;

use cgocall_syntax::record::{self, Finding, Layout, Offset, Size};
use cgocall_syntax::{
    Aggregate, Alias, Block, CType, Constant, Enumeration, Field, FnPointer, Function, ImportItem,
    Named, Static, Variant, node,
};

use crate::layout::Members;
use crate::magic::{Question, Value};
use crate::names::PackageNames;
use crate::probe::{self, Kinds, KnownType, Names};
use crate::spell::{self, Signature};
use crate::unit::{Answers, Unit, has_type, type_probe};
use crate::uses::Use;
use crate::{constant, ctext, explain, refuse};

/// What was found out about one import.
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) offsets: Vec<Offset>,
    pub(crate) sizes: Vec<Size>,
    pub(crate) bitfields: Vec<record::Bitfield>,
    pub(crate) constants: Vec<record::Constant>,
    /// The signature in the header of each function that agrees with it, in the block's order.
    pub(crate) signatures: Vec<Option<Signature>>,
}

impl Verdict {
    fn find(&mut self, node: String, message: String) {
        self.findings.push(Finding { node, message });
    }
}

mod calls;
mod pointers;
mod types;

use calls::Used;
use types::FieldTypes;

/// Compares `items` with what the unit's context declares.
pub(crate) fn verify(unit: &Unit<'_>, items: &[&ImportItem]) -> io::Result<Vec<Verdict>> {
    let broken = |outcome| {
        let findings = vec![unit.broken(&outcome)?];
        let verdict = Verdict {
            findings,
            ..Verdict::default()
        };
        Ok(vec![verdict; items.len()])
    };
    let names = names_of(unit, items);
    let kinds = match probe::kinds(&names, unit.context.is_source_only(), |questions| {
        unit.check("kinds", questions)
    })? {
        Ok(kinds) => kinds,
        Err(outcome) => return broken(outcome),
    };
    let mut round = Round {
        unit,
        kinds: &kinds,
        verdicts: vec![Verdict::default(); items.len()],
        subjects: Vec::new(),
        questions: Vec::new(),
        types: Vec::new(),
        uses: Vec::new(),
    };
    for (index, item) in items.iter().enumerate() {
        round.ask(index, item);
    }
    let variables: Vec<String> = names.statics.iter().cloned().collect();
    let answers =
        match unit.evaluate_with_symbols("types", &round.questions, &round.types, &variables)? {
            Ok(answers) => answers,
            Err(outcome) => return broken(outcome),
        };
    round.judge(answers)
}

fn names_of(unit: &Unit<'_>, items: &[&ImportItem]) -> Names {
    let mut names = Names::default();
    for item in items {
        let block = match item {
            ImportItem::Block(block) => block,
            ImportItem::Aggregate(item) => {
                names.types.insert(types::owner(&item.c_name));
                types::of_fields(item).for_each(|ty| names.add_type(unit, ty));
                let unnamed = types::unnamed_fields(unit.names, item);
                names.types.extend(unnamed.iter().map(|c| types::owner(c)));
                continue;
            }
            ImportItem::Enumeration(item) => {
                names.types.insert(item.c_name.clone());
                continue;
            }
            ImportItem::Alias(item) => {
                names.types.insert(item.c_name.clone());
                names.add_type(unit, &item.c);
                continue;
            }
            ImportItem::FnPointer(item) => {
                names.types.insert(item.c_name.clone());
                names.add_type(unit, &item.c);
                continue;
            }
            ImportItem::Constant(_) | ImportItem::Module(_) => continue,
        };
        for function in block.functions() {
            names.functions.insert(function.c_name.clone());
            slots(function)
                .iter()
                .for_each(|(_, ty)| names.add_type(unit, ty));
        }
        for variable in block.statics() {
            names.statics.insert(variable.c_name.clone());
            names.add_type(unit, &variable.c);
        }
        names
            .types
            .extend(block.opaques().map(|opaque| opaque.c_name.clone()));
    }
    names
}

/// What is asked about `item`, as far as its own text does not show it: which parts of it this target has, and
/// what the rest of the package says about their types.
pub(crate) fn resolved(names: &PackageNames, item: &ImportItem) -> Vec<String> {
    let (mut texts, types): (Vec<String>, Vec<&CType>) = match item {
        ImportItem::Block(block) => {
            let functions = block.functions().flat_map(slots).map(|(_, ty)| ty);
            let types = functions.chain(block.statics().map(|variable| &variable.c));
            let names = block.items.iter().map(|item| item.ident().to_string());
            (names.collect(), types.collect())
        }
        ImportItem::Aggregate(item) => {
            let fields = item.fields.iter().map(Field::name);
            let unnamed = types::unnamed_fields(names, item);
            (
                fields.chain(unnamed).collect(),
                types::of_fields(item).collect(),
            )
        }
        ImportItem::Enumeration(item) => (
            item.variants.iter().map(Variant::name).collect(),
            Vec::new(),
        ),
        ImportItem::Alias(item) => (Vec::new(), vec![&item.c]),
        ImportItem::FnPointer(item) => (Vec::new(), vec![&item.c]),
        ImportItem::Constant(_) | ImportItem::Module(_) => (Vec::new(), Vec::new()),
    };
    for ty in types {
        let opaque = ty.named().iter().any(|named| names.is_opaque(named.name()));
        texts.push(format!(
            "{} {opaque}",
            names.resolve(ty, &|_| false).spell()
        ));
    }
    texts
}

/// The C types of a function, each with the node to which a finding about it belongs.
pub(crate) fn slots(function: &Function) -> Vec<(String, &CType)> {
    let name = function.name();
    let mut slots = Vec::new();
    for (index, param) in function.params.iter().enumerate() {
        let node = node::param_type(&name, index);
        slots.extend(param.arg.slots.iter().map(|slot| (node.clone(), &slot.c)));
    }
    slots.extend(
        function
            .ret
            .slot
            .iter()
            .map(|slot| (node::result(&name), &slot.c)),
    );
    slots
}

/// The second compiler run: questions with many possible answers.
struct Round<'a> {
    unit: &'a Unit<'a>,
    kinds: &'a Kinds,
    verdicts: Vec<Verdict>,
    /// What is asked about, with its verdict.
    subjects: Vec<(usize, Subject<'a>)>,
    /// What is asked, for each subject.
    questions: Vec<Vec<Question>>,
    /// The types whose makeup is asked for.
    types: Vec<String>,
    /// What is no function, for the next run.
    uses: Vec<Used<'a>>,
}

enum Subject<'a> {
    /// Its place among the block's functions, and what would agree with it.
    Function(&'a Function, usize, Vec<Signature>),
    Static(&'a Static),
    /// Its spelling in C, and what would agree with it.
    Pointer(&'a FnPointer, String, Vec<Signature>),
    /// Of the Rust type of this name.
    Layout(String),
    /// A field, whose struct's makeup is the type at this place; and what is asked of its own type.
    Field(&'a Aggregate, usize, usize, FieldTypes),
    /// The same of a variant.
    Variant(&'a Enumeration, usize, usize),
    /// The same of an alias.
    Alias(&'a Alias, usize),
    Constant(&'a Constant),
}

/// C may promise more than Rust asks: what Rust only reads may be `const`.
const QUALIFIERS: [&str; 2] = ["", "const "];

impl<'a> Round<'a> {
    fn ask(&mut self, index: usize, item: &'a ImportItem) {
        match item {
            ImportItem::Block(block) => self.ask_block(index, block),
            ImportItem::Aggregate(item) => self.ask_aggregate(index, item),
            ImportItem::Enumeration(item) => self.ask_enumeration(index, item),
            ImportItem::Alias(item) => self.ask_alias(index, item),
            ImportItem::Constant(item) => self.ask_constant(index, item),
            // The imports that it came to are asked about.
            ImportItem::Module(_) => {}
            ImportItem::FnPointer(item) => self.ask_fn_pointer(index, item),
        }
    }

    fn put(&mut self, index: usize, subject: Subject<'a>, questions: Vec<Question>) {
        self.subjects.push((index, subject));
        self.questions.push(questions);
    }

    fn ask_block(&mut self, index: usize, block: &'a Block) {
        let context = self.unit.context;
        for opaque in block.opaques() {
            if !self.kinds.types.contains_key(&opaque.c_name) {
                let message = refuse::unknown_opaque(context, &opaque.name(), &opaque.c_name);
                self.verdicts[index].find(opaque.name(), message);
            }
        }
        let mut layouts = BTreeMap::new();
        for (at, function) in block.functions().enumerate() {
            self.verdicts[index].signatures.push(None);
            let types = slots(function);
            if self.are_known(index, Some(block), &types, &mut layouts) {
                self.ask_function(index, at, function);
            }
        }
        for variable in block.statics() {
            let types = [(node::ty(&variable.name()), &variable.c)];
            if self.is_declared(index, variable)
                && self.are_known(index, Some(block), &types, &mut layouts)
            {
                self.ask_static(index, variable);
            }
        }
        for constant in block.constants() {
            self.ask_constant(index, constant);
        }
        self.ask_layouts(index, layouts);
    }

    fn ask_layouts(&mut self, index: usize, layouts: BTreeMap<String, String>) {
        for (rust, c) in layouts {
            let questions = [
                format!("sizeof({c})"),
                format!("_Alignof({c})"),
                ctext::basic_of(&c),
            ];
            let questions = questions.map(Question::Integer).to_vec();
            self.put(index, Subject::Layout(rust), questions);
        }
    }

    /// Whether C has a variable that Rust can refer to.
    fn is_declared(&mut self, index: usize, variable: &Static) -> bool {
        let problem = self.kinds.problems.get(&variable.c_name);
        if let Some(problem) = problem {
            let message = refuse::variable(self.unit, variable, *problem);
            self.verdicts[index].find(node::item(&variable.name()), message);
        }
        problem.is_none()
    }

    /// Whether C knows the types; those of known size are noted for their layout.
    fn are_known(
        &mut self,
        index: usize,
        block: Option<&Block>,
        types: &[(String, &CType)],
        layouts: &mut BTreeMap<String, String>,
    ) -> bool {
        let context = self.unit.context;
        let mut all = true;
        for (node, ty) in types {
            for named in self.unit.names.resolve(ty, &|_| true).named() {
                let Some(known) = self.known(named) else {
                    all = false;
                    // An opaque type of the block has been refused where it is declared.
                    let is_opaque = block.is_some_and(|block| {
                        block
                            .opaques()
                            .any(|opaque| opaque.c_name == named.c_name())
                    });
                    if !is_opaque {
                        let message = refuse::unknown_type(context, named.c_name());
                        self.verdicts[index].find(node.clone(), message);
                    }
                    continue;
                };
                if known.complete {
                    layouts.insert(named.rust.clone(), known.spelling);
                }
            }
        }
        all
    }

    /// A type that C knows, or an alias of such types.
    fn known(&self, named: &Named) -> Option<KnownType> {
        if let Some(known) = self.kinds.types.get(named.c_name()) {
            return Some(known.clone());
        }
        let named = CType::Named(named.clone());
        let ty = self.unit.resolve(&named, self.kinds);
        let is_known = |named: &&Named| {
            self.kinds
                .types
                .values()
                .any(|known| known.spelling == named.c_name())
        };
        (ty != named && ty.named().iter().all(is_known)).then(|| KnownType {
            complete: ty != CType::Void,
            spelling: ty.spell(),
        })
    }

    fn ask_static(&mut self, index: usize, variable: &'a Static) {
        let types = spell::types(
            &self.unit.resolve(&variable.c, self.kinds),
            self.unit.widths,
        );
        let qualifiers = if variable.mutable {
            &QUALIFIERS[..1]
        } else {
            &QUALIFIERS
        };
        let name = format!("&({})", variable.c_name);
        let expressions = types.iter().flat_map(|(ty, conditions)| {
            let pointer =
                |qualifier| spell::verbatim(&format!("{qualifier}__typeof__({}) *", ty.spell()));
            // An array of unknown length agrees with any: C says nothing of ours.
            let sized = (variable.safe && matches!(ty, CType::Array { .. }))
                .then(|| format!("sizeof({}) > 0", variable.c_name));
            let conditions: Vec<String> = conditions.iter().cloned().chain(sized).collect();
            qualifiers
                .iter()
                .map(|q| has_type(&name, &pointer(q), &conditions))
                .collect::<Vec<_>>()
        });
        let questions = expressions.map(Question::Integer).collect();
        self.put(index, Subject::Static(variable), questions);
    }

    fn judge(mut self, answers: Answers) -> io::Result<Vec<Verdict>> {
        let mut contradicted = Vec::new();
        let mut formats = Vec::new();
        let mut members = Members::default();
        let symbols = answers.symbols;
        for ((index, subject), answer) in self.subjects.into_iter().zip(answers.lists) {
            let verdict = &mut self.verdicts[index];
            let values = match (answer, &subject) {
                (Ok(values), _) => values,
                (Err(error), Subject::Function(function, ..)) => {
                    let message = format!("C has no such function type: {error}");
                    verdict.find(node::item(&function.name()), message);
                    continue;
                }
                (Err(error), Subject::Static(variable)) => {
                    let message = format!("C has no such type: {error}");
                    verdict.find(node::ty(&variable.name()), message);
                    continue;
                }
                (Err(error), Subject::Pointer(pointer, ..)) => {
                    let message = format!("C has no such function type: {error}");
                    verdict.find(node::item(&pointer.name()), message);
                    continue;
                }
                // Then Rust is not told.
                (Err(_), Subject::Layout(_)) => continue,
                (Err(_), Subject::Field(item, _, ty, types)) => {
                    members.field(index, *ty, item, types.without_an_answer());
                    continue;
                }
                (Err(error), Subject::Variant(item, _, ty)) => {
                    members.variant(index, *ty, item, Err(error));
                    continue;
                }
                (Err(error), Subject::Alias(item, _)) => {
                    verdict.find(
                        node::ty(&item.name()),
                        format!("C has no such type: {error}"),
                    );
                    continue;
                }
                (Err(error), Subject::Constant(item)) => {
                    let message = refuse::constant(self.unit, item, &error);
                    verdict.find(node::item(&item.name()), message);
                    continue;
                }
            };
            let count = match &subject {
                Subject::Function(_, _, signatures) => signatures.len(),
                _ => values.len(),
            };
            let yes = values[..count].iter().position(|value| value.value == 1);
            match (subject, yes) {
                (Subject::Field(item, at, ty, types), _) => {
                    let agreement = types.agreement(&item.fields[at], &values, verdict);
                    members.field(index, ty, item, agreement);
                }
                (Subject::Variant(item, at, ty), _) => {
                    let value = signed(&values);
                    verdict.constants.push(record::Constant {
                        name: item.variants[at].name(),
                        value: value.to_string(),
                    });
                    members.variant(index, ty, item, Ok(value));
                }
                (Subject::Alias(..), Some(_)) => {}
                (Subject::Alias(item, ty), None) => {
                    let id = answers.info.pointee(&type_probe(ty));
                    let finding = constant::alias(self.unit, &answers.info, item, id);
                    verdict.findings.push(finding);
                }
                (Subject::Constant(item), _) => {
                    match constant::value(self.unit.context, item, &values) {
                        Ok(value) => verdict.constants.push(record::Constant {
                            name: item.name(),
                            value,
                        }),
                        Err(finding) => verdict.findings.push(finding),
                    }
                }
                (Subject::Layout(ty), _) => {
                    let (size, align) = (values[0].value, values[1].value);
                    let basic = (values[2].value as usize).checked_sub(1);
                    let basic = basic.map_or("", |at| ctext::BASICS[at].1).to_owned();
                    verdict.layouts.push(Layout {
                        ty,
                        size,
                        align,
                        basic,
                    });
                }
                (Subject::Function(function, at, mut signatures), Some(yes)) => {
                    let signature = signatures.swap_remove(yes);
                    if function.format.is_some() {
                        let before = verdict.findings.len();
                        calls::arguments(verdict, function, &signature, &values[count..]);
                        if verdict.findings.len() > before {
                            continue;
                        }
                        formats.push((index, at, function, signature));
                        continue;
                    }
                    let types = signature.params.iter().chain([&signature.result]);
                    match refuse::by_value(self.unit.context, types) {
                        Some(message) => verdict.find(node::item(&function.name()), message),
                        None => verdict.signatures[at] = Some(signature),
                    }
                }
                // The second qualifier of two is `const`.
                (Subject::Static(variable), Some(yes))
                    if variable.safe
                        && !variable.mutable
                        && yes.is_multiple_of(QUALIFIERS.len()) =>
                {
                    let message = refuse::not_const(self.unit.context, &variable.c_name);
                    verdict.find(node::item(&variable.name()), message);
                }
                (Subject::Static(variable), Some(_))
                    if symbols
                        .get(&variable.c_name)
                        .is_some_and(|symbol| *symbol != variable.c_name) =>
                {
                    let symbol = &symbols[&variable.c_name];
                    let message = refuse::other_symbol(self.unit.context, variable, symbol);
                    verdict.find(node::item(&variable.name()), message);
                }
                (Subject::Static(_) | Subject::Pointer(..), Some(_)) => {}
                (
                    subject @ (Subject::Function(..) | Subject::Static(_) | Subject::Pointer(..)),
                    None,
                ) => {
                    contradicted.push((index, subject));
                }
            }
        }
        members.judge(self.unit, &answers.info, &mut self.verdicts);
        let of_formats = formats.iter().map(|(index, at, function, signature)| {
            (*index, *at, Use::Format(function, signature))
        });
        let uses: Vec<Used<'_>> = self.uses.into_iter().chain(of_formats).collect();
        calls::settle(self.unit, self.kinds, &mut self.verdicts, &uses)?;
        let contradicted = calls::variadics(self.unit, &mut self.verdicts, contradicted)?;
        if contradicted.is_empty() {
            return Ok(self.verdicts);
        }
        let pointees: Vec<Option<Function>> = contradicted
            .iter()
            .map(|(_, subject)| match subject {
                Subject::Pointer(pointer, ..) => Some(pointer.function()),
                _ => None,
            })
            .collect();
        let subjects = contradicted
            .iter()
            .zip(&pointees)
            .filter_map(|((_, subject), pointee)| match subject {
                Subject::Function(function, _, all) => {
                    Some(explain::Subject::function(function, all))
                }
                Subject::Static(variable) => {
                    Some(explain::Subject::variable(self.unit, self.kinds, variable))
                }
                Subject::Pointer(_, spelling, all) => {
                    let function = pointee.as_ref()?;
                    Some(explain::Subject::pointee(function, spelling, all))
                }
                _ => None,
            })
            .collect();
        let explained = explain::explain(self.unit, subjects)?;
        for ((index, _), findings) in contradicted.iter().zip(explained) {
            self.verdicts[*index].findings.extend(findings);
        }
        Ok(self.verdicts)
    }
}

/// What is said of an integer of any sign: see `types`.
pub(crate) fn signed(values: &[Value]) -> i128 {
    let bits = values[0].value;
    match values[1].value {
        0 => bits.into(),
        _ => bits.cast_signed().into(),
    }
}
