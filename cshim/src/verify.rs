//! Compares the declarations of a group with its header.
//!
//! `_Generic` decides: its answer for each signature that would agree (see [`crate::spell`]) comes back as
//! a record in the object file. Sizes and alignments of named types come the same way. Two compiler runs
//! when all is well: one for the kinds of names, one for the answers.

use std::collections::BTreeMap;
use std::io;

use cgocall_syntax::record::{Finding, Layout};
use cgocall_syntax::{Block, CType, Function, Named, Static, node};

use crate::names::PackageNames;
use crate::probe::{self, Kinds, KnownType, Names};
use crate::spell::{self, Signature};
use crate::unit::{Unit, has_type};
use crate::{ctext, explain, refuse};

/// What was found out about one import.
#[derive(Clone, Default)]
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) layouts: Vec<Layout>,
    /// The signature in the header of each function that agrees with it, in the block's order.
    pub(crate) signatures: Vec<Option<Signature>>,
}

impl Verdict {
    fn find(&mut self, node: String, message: String) {
        self.findings.push(Finding { node, message });
    }
}

/// Compares `blocks` with what the unit's context declares.
pub(crate) fn verify(unit: &Unit<'_>, blocks: &[&Block]) -> io::Result<Vec<Verdict>> {
    let broken = |outcome| Verdict {
        findings: vec![unit.context.broken(unit.origin, &outcome, &unit.dir)],
        ..Verdict::default()
    };
    let names = names_of(unit, blocks);
    let kinds = match probe::kinds(&names, |questions| unit.check("kinds", questions))? {
        Ok(kinds) => kinds,
        Err(outcome) => return Ok(vec![broken(outcome); blocks.len()]),
    };
    let mut round = Round {
        unit,
        kinds: &kinds,
        verdicts: vec![Verdict::default(); blocks.len()],
        subjects: Vec::new(),
        expressions: Vec::new(),
    };
    for (index, block) in blocks.iter().enumerate() {
        round.ask(index, block);
    }
    let answers = match unit.evaluate("types", &round.expressions)? {
        Ok(answers) => answers,
        Err(outcome) => return Ok(vec![broken(outcome); blocks.len()]),
    };
    round.judge(answers)
}

fn names_of(unit: &Unit<'_>, blocks: &[&Block]) -> Names {
    let mut names = Names::default();
    let add_type = |names: &mut Names, ty: &CType| {
        // Whether an alias counts depends on whether C knows its name.
        for in_c in [true, false] {
            let ty = unit.names.resolve(ty, &|_| in_c);
            let spellings = ty
                .named()
                .into_iter()
                .map(|named| named.c_name().to_owned());
            names.types.extend(spellings);
        }
    };
    for block in blocks {
        for function in block.functions() {
            names.functions.insert(function.c_name.clone());
            slots(function)
                .iter()
                .for_each(|(_, ty)| add_type(&mut names, ty));
        }
        for variable in block.statics() {
            names.statics.insert(variable.c_name.clone());
            add_type(&mut names, &variable.c);
        }
        names
            .types
            .extend(block.opaques().map(|opaque| opaque.c_name.clone()));
    }
    names
}

/// What is asked about `block`, as far as its own text does not show it: which functions this target has, and
/// what the rest of the package says about their types.
pub(crate) fn resolved(names: &PackageNames, block: &Block) -> Vec<String> {
    let functions = block.functions().flat_map(slots).map(|(_, ty)| ty);
    let types = functions.chain(block.statics().map(|variable| &variable.c));
    let functions = block.functions().map(|function| function.name());
    let mut texts: Vec<String> = functions.collect();
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
fn slots(function: &Function) -> Vec<(String, &CType)> {
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
    expressions: Vec<Vec<String>>,
}

enum Subject<'a> {
    /// Its place among the block's functions, and what would agree with it.
    Function(&'a Function, usize, Vec<Signature>),
    Static(&'a Static),
    /// Of the Rust type of this name.
    Layout(String),
}

/// C may promise more than Rust asks: what Rust only reads may be `const`.
const QUALIFIERS: [&str; 4] = ["", "volatile ", "const ", "const volatile "];

impl<'a> Round<'a> {
    fn ask(&mut self, index: usize, block: &'a Block) {
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
            if self.is_known(
                index,
                &function.name(),
                &function.c_name,
                block,
                &types,
                &mut layouts,
            ) {
                self.ask_function(index, at, function);
            }
        }
        for variable in block.statics() {
            let types = [(node::static_type(&variable.name()), &variable.c)];
            if self.is_known(
                index,
                &variable.name(),
                &variable.c_name,
                block,
                &types,
                &mut layouts,
            ) {
                self.ask_static(index, variable);
            }
        }
        for (rust, c) in layouts {
            self.subjects.push((index, Subject::Layout(rust)));
            self.expressions.push(vec![
                format!("sizeof({c})"),
                format!("_Alignof({c})"),
                ctext::basic_of(&c),
            ]);
        }
    }

    /// Whether C knows the name and its types; the types of known size are noted for their layout.
    fn is_known(
        &mut self,
        index: usize,
        name: &str,
        c_name: &str,
        block: &Block,
        types: &[(String, &CType)],
        layouts: &mut BTreeMap<String, String>,
    ) -> bool {
        let context = self.unit.context;
        if let Some(problem) = self.kinds.problems.get(c_name) {
            let message = refuse::name(context, c_name, *problem);
            self.verdicts[index].find(node::item(name), message);
            return false;
        }
        let mut all = true;
        for (node, ty) in types {
            for named in self.unit.names.resolve(ty, &|_| true).named() {
                let Some(known) = self.known(named) else {
                    all = false;
                    // An opaque type of the block has been refused where it is declared.
                    if !block
                        .opaques()
                        .any(|opaque| opaque.c_name == named.c_name())
                    {
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

    fn ask_function(&mut self, index: usize, at: usize, function: &'a Function) {
        let (unit, kinds) = (self.unit, self.kinds);
        let all = spell::signatures(function, unit.widths, &|ty| unit.resolve(ty, kinds));
        let name = format!("&({})", function.c_name);
        let expressions = all
            .iter()
            .map(|signature| has_type(&name, &signature.pointer(), &signature.conditions));
        self.expressions.push(expressions.collect());
        self.subjects
            .push((index, Subject::Function(function, at, all)));
    }

    fn ask_static(&mut self, index: usize, variable: &'a Static) {
        let types = spell::types(
            &self.unit.resolve(&variable.c, self.kinds),
            self.unit.widths,
        );
        let qualifiers = if variable.mutable {
            &QUALIFIERS[..2]
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
        self.expressions.push(expressions.collect());
        self.subjects.push((index, Subject::Static(variable)));
    }

    fn judge(mut self, answers: Vec<crate::unit::Answer>) -> io::Result<Vec<Verdict>> {
        let mut contradicted = Vec::new();
        for ((index, subject), answer) in self.subjects.into_iter().zip(answers) {
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
                    verdict.find(node::static_type(&variable.name()), message);
                    continue;
                }
                // Then Rust is not told.
                (Err(_), Subject::Layout(_)) => continue,
            };
            let yes = values.iter().position(|value| *value == 1);
            match (subject, yes) {
                (Subject::Layout(ty), _) => {
                    let (size, align) = (values[0], values[1]);
                    let basic = (values[2] as usize).checked_sub(1);
                    let basic = basic.map_or("", |at| ctext::BASICS[at].1).to_owned();
                    verdict.layouts.push(Layout {
                        ty,
                        size,
                        align,
                        basic,
                    });
                }
                (Subject::Function(function, at, signatures), Some(yes)) => {
                    let signature = &signatures[yes];
                    let types = signature.params.iter().chain([&signature.result]);
                    if let Some(message) = refuse::by_value(self.unit.context, types) {
                        verdict.find(node::item(&function.name()), message);
                    }
                    verdict.signatures[at] = Some(signature.clone());
                }
                // The last two qualifiers of four are `const`.
                (Subject::Static(variable), Some(yes))
                    if variable.safe && !variable.mutable && yes % QUALIFIERS.len() < 2 =>
                {
                    let message = refuse::not_const(self.unit.context, &variable.c_name);
                    verdict.find(node::item(&variable.name()), message);
                }
                (Subject::Static(_), Some(_)) => {}
                (subject @ (Subject::Function(..) | Subject::Static(_)), None) => {
                    contradicted.push((index, subject));
                }
            }
        }
        if contradicted.is_empty() {
            return Ok(self.verdicts);
        }
        let subjects = contradicted
            .iter()
            .filter_map(|(_, subject)| match subject {
                Subject::Function(function, _, all) => {
                    Some(explain::Subject::function(function, all))
                }
                Subject::Static(variable) => {
                    Some(explain::Subject::variable(self.unit, self.kinds, variable))
                }
                Subject::Layout(_) => None,
            })
            .collect();
        let explained = explain::explain(self.unit, subjects)?;
        for ((index, _), findings) in contradicted.iter().zip(explained) {
            self.verdicts[*index].findings.extend(findings);
        }
        Ok(self.verdicts)
    }
}
