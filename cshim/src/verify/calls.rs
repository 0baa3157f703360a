//! What is asked about functions, whatever they are in C, once it is known that no plain function agrees.

use std::io;

use cgocall_syntax::types::Role;
use cgocall_syntax::{CType, Function, node};

use super::{Round, Subject, Verdict};
use crate::call::Call;
use crate::callee::Callee;
use crate::explain::source_of;
use crate::magic::{Question, Value};
use crate::refuse;
use crate::spell::{self, Signature};
use crate::unit::{Unit, has_type};
use crate::uses::{self, Use};

/// A function to be used: its import, its place among the functions of its block.
pub(super) type Used<'a> = (usize, usize, Use<'a>);

impl<'a> Round<'a> {
    /// Asks about a function; what is none is used later.
    pub(super) fn ask_function(&mut self, index: usize, at: usize, function: &'a Function) {
        let (unit, kinds) = (self.unit, self.kinds);
        let name = &function.c_name;
        let has_arguments = !function.params.is_empty();
        let callee = self.kinds.callees.get(name).copied().unwrap_or_default();
        let callee = callee.for_use(has_arguments);
        let node = node::item(&function.name());
        let pointer = match callee {
            Callee::Function | Callee::Variable => format!("&({name})"),
            Callee::Pointer => format!("&*({name})"),
            _ if function.format.is_some() => {
                let message = refuse::format_of_no_function(unit.context, name);
                let node = node::format(&function.name());
                return self.verdicts[index].find(node, message);
            }
            Callee::Value | Callee::Macro if unit.context.is_source_only() => {
                let message = refuse::macro_of_a_source(unit.context, name);
                return self.verdicts[index].find(node, message);
            }
            Callee::Value | Callee::Macro => {
                return self.uses.push((index, at, Use::Callee(function, callee)));
            }
            Callee::Constant | Callee::Hidden | Callee::Undeclared => {
                let message = refuse::callee(unit, name, callee);
                return self.verdicts[index].find(node, message);
            }
        };
        let mut all = spell::signatures(function, unit.widths, &|ty| unit.resolve(ty, kinds));
        if function.format.is_some() {
            all = spell::variadics(function, &all);
        }
        let mut questions = of_type(&pointer, &all);
        if function.format.is_some() {
            questions.extend(promotions(&all[0]));
        }
        self.put(index, Subject::Function(function, at, all), questions);
    }
}

/// For each signature, whether it is that of what is at `pointer`.
fn of_type(pointer: &str, signatures: &[Signature]) -> Vec<Question> {
    let expressions = signatures
        .iter()
        .map(|signature| has_type(pointer, &signature.pointer(), &signature.conditions));
    expressions.map(Question::Integer).collect()
}

/// Takes out of `contradicted` the functions of which one use is declared: they agree, or what is wrong is found.
pub(super) fn variadics<'a>(
    unit: &Unit<'_>,
    verdicts: &mut [Verdict],
    contradicted: Vec<(usize, Subject<'a>)>,
) -> io::Result<Vec<(usize, Subject<'a>)>> {
    let mut lists = Vec::new();
    let asked = contradicted.into_iter().map(|(index, subject)| {
        let all = match &subject {
            Subject::Function(function, _, all) if function.format.is_none() => {
                spell::variadics(function, all)
            }
            _ => Vec::new(),
        };
        if let (Subject::Function(function, ..), Some(first)) = (&subject, all.first()) {
            let mut list = of_type(&format!("&({})", function.c_name), &all);
            list.extend(promotions(first));
            lists.push(list);
        }
        (index, subject, all)
    });
    let asked: Vec<_> = asked.collect();
    if lists.is_empty() {
        return Ok(asked
            .into_iter()
            .map(|(index, subject, _)| (index, subject))
            .collect());
    }
    let answers = unit.evaluate("variadics", &lists, &[])?;
    let mut answers = answers.unwrap_or_default().lists.into_iter();
    let mut rest = Vec::new();
    for (index, subject, all) in asked {
        let answer = match all.is_empty() {
            true => None,
            false => answers.next().and_then(Result::ok),
        };
        let yes = answer.as_ref().and_then(|values| {
            values[..all.len()]
                .iter()
                .position(|value| value.value == 1)
        });
        let (Subject::Function(function, at, _), Some(values), Some(yes)) = (&subject, answer, yes)
        else {
            rest.push((index, subject));
            continue;
        };
        let verdict = &mut verdicts[index];
        let before = verdict.findings.len();
        arguments(verdict, function, &all[yes], &values[all.len()..]);
        if verdict.findings.len() == before {
            verdict.signatures[*at] = Some(all[yes].clone());
        }
    }
    Ok(rest)
}

/// Types that no function gets in the place of `...`, and what it gets.
const PROMOTED: [(&str, &str); 7] = [
    ("_Bool", "c_int"),
    ("char", "c_int"),
    ("signed char", "c_int"),
    ("unsigned char", "c_int"),
    ("short", "c_int"),
    ("unsigned short", "c_int"),
    ("float", "f64"),
];

/// Of each slot, which of [`PROMOTED`] it is, from 1; 0 for none.
fn promotions(signature: &Signature) -> impl Iterator<Item = Question> {
    let list: Vec<String> = (1..)
        .zip(PROMOTED)
        .map(|(index, (c, _))| format!("{c} *: {index}"))
        .collect();
    let list = list.join(", ");
    let slots: Vec<String> = signature.slots().map(CType::spell).collect();
    let texts = slots
        .into_iter()
        .map(move |text| format!("_Generic((__typeof__({text}) *)0, {list}, default: 0)"));
    texts.map(Question::Integer)
}

/// What may not stand in the place of `...`; `promoted` are the answers to [`promotions`].
pub(super) fn arguments(
    verdict: &mut Verdict,
    function: &Function,
    signature: &Signature,
    promoted: &[Value],
) {
    let Call::Variadic { fixed, format } = signature.call else {
        return;
    };
    let fixed = fixed - usize::from(format);
    let name = &function.c_name;
    let mut slot = 0;
    for (at, param) in function.params.iter().enumerate() {
        let slots = slot..slot + param.arg.slots.len();
        slot = slots.end;
        if slots.end <= fixed {
            continue;
        }
        let declared = source_of(&param.ty);
        let ident = &param.ident;
        let is_slice = param
            .arg
            .slots
            .iter()
            .any(|slot| matches!(slot.role, Role::SliceLength | Role::FilledLength));
        let index = promoted[slots.start].value as usize;
        let message = if is_slice {
            format!(
                "`{ident}` stands for the `...` of `{name}`, which says nothing of a slice's length; write a raw \
                 pointer, and a parameter of its own for the length"
            )
        } else if let Some((c, rust)) = index.checked_sub(1).and_then(|at| PROMOTED.get(at)) {
            let into = if *rust == "f64" { "double" } else { "int" };
            format!(
                "`{ident}` stands for the `...` of `{name}`, where C passes `{c}` as `{into}`; declared here as \
                 `{declared}`; write `{rust}`"
            )
        } else {
            continue;
        };
        verdict.find(node::param_type(&function.name(), at), message);
    }
}

/// Uses what has to be used, and puts what comes of it into the verdicts.
pub(super) fn settle(
    unit: &Unit<'_>,
    kinds: &crate::probe::Kinds,
    verdicts: &mut [Verdict],
    used: &[Used<'_>],
) -> io::Result<()> {
    if used.is_empty() {
        return Ok(());
    }
    let uses: Vec<Use<'_>> = used.iter().map(|(_, _, item)| *item).collect();
    let settled = uses::settle(unit, kinds, &uses)?;
    for ((index, at, _), settled) in used.iter().zip(settled) {
        match settled {
            Ok(signature) => verdicts[*index].signatures[*at] = Some(signature),
            Err(finding) => verdicts[*index].findings.push(finding),
        }
    }
    Ok(())
}
