//! Says what is wrong with a use.

use std::collections::{HashMap, HashSet};
use std::io;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{CType, Function, node};

use super::{Settled, Use};
use crate::callee::Callee;
use crate::compiler::Outcome;
use crate::explain;
use crate::part::Part;
use crate::probe::{PROBE, Questions};
use crate::spell::Signature;
use crate::unit::Unit;

/// What is wrong with a use.
pub(super) enum Wrong {
    /// It has this type.
    Type(Option<String>),
    Count {
        least: usize,
        exactly: bool,
        slots: usize,
    },
    /// The compiler's words; at an argument, counted in C.
    Error {
        argument: Option<usize>,
        text: String,
        of_format: bool,
    },
}

impl Wrong {
    /// Of the use as a whole.
    pub(super) fn said(item: Use<'_>, text: &str) -> Wrong {
        Wrong::Error {
            argument: None,
            text: text.to_owned(),
            of_format: matches!(item, Use::Format(..)),
        }
    }
}

/// Where the macros are defined: a second definition makes the compiler name the first.
pub(super) struct Places(HashMap<String, u32>);

impl Places {
    /// The last questions: afterwards the macros are others.
    pub(super) fn ask(q: &mut Questions, uses: &[Use<'_>]) -> Places {
        let mut seen = HashSet::new();
        let names = uses.iter().filter_map(|item| match item {
            Use::Callee(function, _) => Some(&function.c_name),
            Use::Format(..) => None,
        });
        let names = names.filter(|name| seen.insert(*name));
        let lines = names.map(|name| (name.clone(), q.ask(&format!("#define {name} _cgo_again"))));
        Places(lines.collect())
    }

    fn at(&self, unit: &Unit<'_>, name: &str, outcome: &Outcome) -> String {
        if name.starts_with("__builtin_") {
            return "the C compiler".to_owned();
        }
        let line = self.0.get(name);
        let mut all = outcome.warnings.iter().chain(&outcome.errors);
        let found = all.find(|said| said.at.file == PROBE && Some(&said.at.line) == line);
        let note = found.and_then(|said| {
            said.notes
                .iter()
                .find(|note| note.text.contains("previous definition"))
        });
        note.map_or_else(
            || unit.context.name(),
            |note| unit.context.place(&note.at, &unit.dir),
        )
    }
}

/// Makes findings of what is wrong.
pub(super) fn explain(
    unit: &Unit<'_>,
    uses: &[Use<'_>],
    judged: Vec<Result<Signature, Wrong>>,
    places: &Places,
    outcome: &Outcome,
) -> io::Result<Vec<Settled>> {
    let types: Vec<(&str, Vec<CType>)> = judged
        .iter()
        .filter_map(|judged| match judged {
            Err(Wrong::Type(Some(text))) if text != "void" => Some((&**text, Vec::new())),
            _ => None,
        })
        .collect();
    let parts = Part::ask(unit, &types)?;
    let mut parts = parts.into_iter();
    let all = uses.iter().zip(judged).map(|(item, judged)| {
        let wrong = match judged {
            Ok(signature) => return Ok(signature),
            Err(wrong) => wrong,
        };
        let (Use::Callee(function, _) | Use::Format(function, _)) = item;
        let at = places.at(unit, &function.c_name, outcome);
        let is_value = matches!(item, Use::Callee(_, Callee::Value));
        Err(match wrong {
            Wrong::Type(text) => {
                let is_listed = text.as_ref().is_some_and(|text| text != "void");
                let part = if is_listed {
                    parts.next().flatten()
                } else {
                    None
                };
                in_type(function, is_value, text.as_deref(), part.as_ref(), &at)
            }
            Wrong::Count {
                least,
                exactly,
                slots,
            } => in_count(function, least, exactly, slots, &at),
            Wrong::Error {
                text,
                of_format: true,
                ..
            } => Finding {
                node: node::format(&function.name()),
                message: format!("the C compiler says of this format: {text}"),
            },
            Wrong::Error { argument, text, .. } => in_use(function, argument, &text, &at),
        })
    });
    Ok(all.collect())
}

fn in_type(
    function: &Function,
    is_value: bool,
    text: Option<&str>,
    part: Option<&Part>,
    at: &str,
) -> Finding {
    let name = &function.c_name;
    let what = if is_value {
        format!("`{name}`")
    } else {
        format!("`{name}(..)`")
    };
    let message = match (text, &function.ret.ty) {
        (Some("void"), Some(ty)) => {
            format!(
                "{what} has no value in {at}; remove `-> {}`",
                explain::source_of(ty)
            )
        }
        (Some(text), Some(ty)) => {
            let declared = explain::source_of(ty);
            let rust = part.and_then(|part| part.rust(text));
            format!(
                "{what} is `{text}`{} in {at}; declared here as `{declared}`{}",
                part.map_or(String::new(), |part| part.describe(text)),
                explain::write_result(function, rust, &declared, text),
            )
        }
        (Some(text), None) => {
            let rust = part.and_then(|part| part.rust(text));
            format!(
                "{what} is `{text}` in {at}; declared here without a result{}",
                rust.map_or(String::new(), |rust| format!("; write `-> {rust}`")),
            )
        }
        (None, Some(ty)) => {
            let declared = explain::source_of(ty);
            format!("{what} has another type in {at}; declared here as `{declared}`")
        }
        (None, None) => format!("{what} has a value in {at}; declared here without a result"),
    };
    Finding {
        node: node::result(&function.name()),
        message,
    }
}

fn in_count(function: &Function, least: usize, exactly: bool, slots: usize, at: &str) -> Finding {
    let name = &function.c_name;
    let two = match slots == function.params.len() {
        true => "",
        false => " (a slice counts as two)",
    };
    let takes = match (least, exactly) {
        (0, true) => "no arguments".to_owned(),
        (1, true) => "1 argument".to_owned(),
        (_, true) => format!("{least} arguments"),
        (_, false) => format!(
            "at least {least} argument{}",
            if least == 1 { "" } else { "s" }
        ),
    };
    Finding {
        node: node::item(&function.name()),
        message: format!("`{name}` takes {takes} in {at}; declared here with {slots}{two}"),
    }
}

/// What does not compile.
fn in_use(function: &Function, argument: Option<usize>, text: &str, at: &str) -> Finding {
    let name = &function.c_name;
    let params = function.params.iter().enumerate();
    let mut slots = params.flat_map(|(at, param)| param.arg.slots.iter().map(move |_| (at, param)));
    if let Some((index, param)) = argument.and_then(|slot| slots.nth(slot)) {
        return Finding {
            node: node::param_type(&function.name(), index),
            message: format!("`{}` does not fit `{name}` in {at}: {text}", param.ident),
        };
    }
    Finding {
        node: node::item(&function.name()),
        message: format!("`{name}` of {at} does not compile with such arguments: {text}"),
    }
}
