//! Says of a contradicted declaration what the header says, where, and what to write instead.
//!
//! The declaration is repeated after the header, so that the compiler complains and names the other one:
//! gcc with its type, clang with its place alone, and then the type is in the debug information. From the type's
//! text follows which parameter differs; that text goes back to the compiler, which alone can compare types.

use std::collections::{HashMap, HashSet};
use std::io;

use cgocall_syntax::record::Finding;
use cgocall_syntax::{CType, Function, Static, node};

use crate::magic::Question;
use crate::probe::{Kinds, PROBE, Questions};
use crate::spell::{self, Signature};
use crate::unit::{Unit, has_type, is_typedef_of, type_probe};
use parts::Parts;
use theirs::Theirs;

mod closure;
mod function;
mod instead;
mod parts;
mod theirs;
mod variable;
mod variadic;

pub(crate) use instead::{source_of, write_result};

/// A declaration that the header contradicts.
pub(crate) struct Subject<'a> {
    declared: Declared<'a>,
    /// What C calls it.
    c_name: &'a str,
    /// The best of the types that would have agreed.
    ours: CType,
    /// The results that would have agreed, or the types of a variable.
    results: Vec<CType>,
    /// All that would have agreed, of a function.
    signatures: Vec<Signature>,
}

enum Declared<'a> {
    Function(&'a Function),
    Export(&'a Function),
    Static(&'a Static),
    /// What a typedef of this spelling points to.
    Pointee(&'a Function, &'a str),
}

impl<'a> Subject<'a> {
    pub(crate) fn function(function: &'a Function, signatures: &[Signature]) -> Subject<'a> {
        Subject {
            declared: Declared::Function(function),
            c_name: &function.c_name,
            ours: signatures[0].function(),
            results: distinct(signatures.iter().map(|signature| signature.result.clone())),
            signatures: signatures.to_vec(),
        }
    }

    /// The types that would have agreed for each parameter, where the header has so many before any `...`.
    fn params(&self, fixed: usize) -> Vec<Vec<CType>> {
        let of_format = |signature: &&Signature| {
            let literal = signature.call.literal_at();
            literal.is_none_or(|at| at + 1 == fixed)
        };
        let like: Vec<&Signature> = self.signatures.iter().filter(of_format).collect();
        let count = like.first().map_or(0, |signature| signature.params.len());
        let params = (0..count)
            .map(|at| distinct(like.iter().map(|signature| signature.params[at].clone())));
        params.collect()
    }

    /// A function that C calls by this declaration.
    pub(crate) fn export(function: &'a Function, signatures: &[Signature]) -> Subject<'a> {
        Subject {
            declared: Declared::Export(function),
            ..Subject::function(function, signatures)
        }
    }

    /// What a function pointer type points to.
    pub(crate) fn pointee(
        function: &'a Function,
        spelling: &'a str,
        signatures: &[Signature],
    ) -> Subject<'a> {
        Subject {
            declared: Declared::Pointee(function, spelling),
            ..Subject::function(function, signatures)
        }
    }

    pub(crate) fn variable(unit: &Unit<'_>, kinds: &Kinds, variable: &'a Static) -> Subject<'a> {
        let types = spell::types(&unit.resolve(&variable.c, kinds), unit.widths);
        let types = distinct(types.into_iter().map(|(ty, _)| ty));
        Subject {
            declared: Declared::Static(variable),
            c_name: &variable.c_name,
            ours: types[0].clone(),
            results: types,
            signatures: Vec::new(),
        }
    }
}

fn distinct(types: impl Iterator<Item = CType>) -> Vec<CType> {
    let mut seen = HashSet::new();
    types.filter(|ty| seen.insert(ty.spell())).collect()
}

/// What comes of a declaration that agrees in none of the ways that were tried.
pub(crate) enum Explained {
    Differs(Vec<Finding>),
    /// In a way that was not tried: all combinations of what its parts may be were too many.
    Agrees(Signature),
}

/// What there is to say of each of `subjects`.
pub(crate) fn explain(unit: &Unit<'_>, subjects: Vec<Subject<'_>>) -> io::Result<Vec<Explained>> {
    let mut questions = Questions::default();
    // Once for each name: a second declaration would be compared with the first, not with the header's.
    let mut asked = HashMap::new();
    let ids: Vec<Option<u32>> = subjects
        .iter()
        .map(
            |Subject {
                 c_name,
                 ours,
                 declared,
                 ..
             }| {
                // A typedef is not declared again.
                if let Declared::Pointee(..) = declared {
                    return None;
                }
                let line =
                    || questions.ask(&format!("extern {};", ours.declare(&format!("({c_name})"))));
                Some(*asked.entry(*c_name).or_insert_with(line))
            },
        )
        .collect();
    let outcome = unit.check("again", &questions.into_text())?;
    let mut errors = HashMap::new();
    for error in &outcome.errors {
        if let Some(line) = error.line_of(PROBE) {
            errors.entry(line).or_insert(error);
        }
    }
    let mut theirs: Vec<Theirs> = ids
        .into_iter()
        .zip(&subjects)
        .map(|(id, subject)| {
            let error = id.and_then(|id| errors.get(&id).copied());
            Theirs::of(unit, subject, error)
        })
        .collect();
    if theirs.iter().any(|theirs| theirs.text.is_none()) {
        let names: Vec<String> = subjects
            .iter()
            .map(|subject| match subject.declared {
                Declared::Pointee(_, spelling) => spelling.to_owned(),
                _ => format!("({})", subject.c_name),
            })
            .collect();
        let info = unit
            .debug_info("others", &names, &[])?
            .unwrap_or_default()
            .info;
        for (index, (theirs, subject)) in theirs.iter_mut().zip(&subjects).enumerate() {
            if let (None, Some(id)) = (&theirs.text, info.pointee(&type_probe(index))) {
                theirs.is_typed(unit, subject, &info, id);
            }
        }
    }
    let parts = Parts::compare(unit, &subjects, &theirs)?;
    let all = subjects.iter().zip(&theirs).enumerate();
    let mut explained: Vec<Explained> = all
        .map(|(index, (subject, theirs))| {
            let findings = subject.findings(theirs, &parts, index);
            match subject.combined(theirs, &parts, index) {
                Some(signature) if findings.is_empty() => Explained::Agrees(signature),
                _ if findings.is_empty() => Explained::Differs(vec![subject.in_whole(theirs)]),
                _ => Explained::Differs(findings),
            }
        })
        .collect();
    // A calling convention is no part of a part.
    let doubtful = explained.iter().zip(&subjects);
    let questions: Vec<Vec<Question>> = doubtful
        .filter_map(|(explained, subject)| match explained {
            Explained::Agrees(signature) => Some(vec![subject.is(signature)]),
            Explained::Differs(_) => None,
        })
        .collect();
    if questions.is_empty() {
        return Ok(explained);
    }
    let answers = unit.evaluate("combined", &questions, &[])?;
    let mut answers = answers.unwrap_or_default().lists.into_iter();
    for (explained, (subject, theirs)) in explained.iter_mut().zip(subjects.iter().zip(&theirs)) {
        if let Explained::Agrees(_) = explained {
            let answer = answers.next().and_then(Result::ok);
            if answer.is_none_or(|values| values[0].value == 0) {
                *explained = Explained::Differs(vec![subject.in_whole(theirs)]);
            }
        }
    }
    Ok(explained)
}

impl Subject<'_> {
    /// What the header's parts make together, if each is one that would have agreed.
    fn combined(&self, theirs: &Theirs, parts: &Parts, index: usize) -> Option<Signature> {
        let first = self.signatures.first()?;
        let count = first.params.len();
        let prototype = theirs.prototype.as_ref();
        prototype.filter(|theirs| theirs.params.len() == count && !theirs.variadic)?;
        let params = self.params(count).into_iter().enumerate();
        Some(Signature {
            result: parts.agreed(index, 0, &self.results)?,
            params: params
                .map(|(at, ours)| parts.agreed(index, at + 1, &ours))
                .collect::<Option<_>>()?,
            call: first.call,
            conditions: Vec::new(),
        })
    }

    /// Whether what C has is this.
    fn is(&self, signature: &Signature) -> Question {
        let pointer = signature.pointer();
        Question::Integer(match self.declared {
            Declared::Pointee(_, spelling) => is_typedef_of(spelling, &pointer, &[]),
            // Of a function as of a pointer to one.
            _ => has_type(&format!("&*({})", self.c_name), &pointer, &[]),
        })
    }

    fn findings(&self, theirs: &Theirs, parts: &Parts, index: usize) -> Vec<Finding> {
        match self.declared {
            Declared::Pointee(function, _)
                if theirs
                    .prototype
                    .as_ref()
                    .is_some_and(|theirs| theirs.variadic) =>
            {
                vec![variadic::pointee(function, theirs)]
            }
            Declared::Function(function) | Declared::Pointee(function, _) => {
                function::in_function(function, false, theirs, parts, index)
            }
            Declared::Export(function) => {
                function::in_function(function, true, theirs, parts, index)
            }
            Declared::Static(variable) => variable::in_static(variable, theirs, parts, index),
        }
    }

    /// When nothing more exact can be said.
    fn in_whole(&self, theirs: &Theirs) -> Finding {
        let c_name = self.c_name;
        let ours = self.ours.declare(c_name);
        let message = match (&theirs.text, &theirs.error) {
            (Some(text), _) if bare(text) == bare(&self.ours.spell()) => {
                let cure = match self.declared {
                    Declared::Export(_) => {
                        "give the export another name, and define this in a `source` file that calls it"
                    }
                    _ => "put a function around it in a preamble",
                };
                format!(
                    "`{c_name}` is `{text}` in {}, with a qualifier or an attribute that Rust has no word for, such as \
                     `restrict` or a calling convention; {cure}",
                    theirs.at()
                )
            }
            (Some(text), _) => {
                format!(
                    "`{c_name}` is `{text}` in {}; declared here as `{ours}`",
                    theirs.at()
                )
            }
            (None, error) => {
                let error = error
                    .as_ref()
                    .map_or(String::new(), |error| format!(" ({error})"));
                format!(
                    "{} declares `{c_name}` otherwise; declared here as `{ours}`{error}",
                    theirs.at()
                )
            }
        };
        let name = match self.declared {
            Declared::Function(function)
            | Declared::Export(function)
            | Declared::Pointee(function, _) => function.name(),
            Declared::Static(variable) => variable.name(),
        };
        Finding {
            node: node::item(&name),
            message,
        }
    }
}

fn bare(text: &str) -> String {
    let attribute = text.replace("__attribute__((noreturn))", "");
    attribute.split_whitespace().collect()
}
