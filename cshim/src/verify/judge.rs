//! What the answers of the second compiler run come to.

use std::io;

use cgocall_syntax::record::{self, Layout};
use cgocall_syntax::{Function, node};

use super::calls::{self, Used};
use super::{Round, Subject, Verdict, variables};
use crate::explain::{self, Explained};
use crate::layout::Members;
use crate::magic::Value;
use crate::unit::{Answers, type_probe};
use crate::uses::Use;
use crate::{constant, ctext, refuse};

impl Round<'_> {
    pub(super) fn judge(mut self, answers: Answers) -> io::Result<Vec<Verdict>> {
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
                (Err(_), Subject::Layout(_) | Subject::PointerAlias(_)) => continue,
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
                Subject::Static(_) => values.len() - 1,
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
                (Subject::Alias(..) | Subject::PointerAlias(_), Some(_)) => {}
                (Subject::PointerAlias(alias), None) => {
                    verdict
                        .findings
                        .push(alias.finding(self.unit, &answers.info));
                }
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
                    verdict.agrees(self.unit, function, at, signature);
                }
                (Subject::Static(variable), Some(way)) => {
                    let is_aligned = values[count].value == 1;
                    let symbol = symbols.get(&variable.c_name);
                    let problem = variables::problem(self.unit, variable, way, is_aligned, symbol);
                    if let Some(message) = problem {
                        verdict.find(node::item(&variable.name()), message);
                    }
                }
                (Subject::Pointer(..), Some(_)) => {}
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
        for ((index, subject), explained) in contradicted.iter().zip(explained) {
            let verdict = &mut self.verdicts[*index];
            match (explained, subject) {
                (Explained::Differs(findings), _) => verdict.findings.extend(findings),
                (Explained::Agrees(signature), Subject::Function(function, at, _)) => {
                    verdict.agrees(self.unit, function, *at, signature);
                }
                (Explained::Agrees(_), _) => {}
            }
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
